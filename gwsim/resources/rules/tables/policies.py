"""Rules about policies and XBackends."""

from __future__ import annotations

from gwsim.resources.policies import (
    BackendPort,
    BackendSpec,
    BackendTLS,
    BackendTLSPolicySpec,
    BackendTLSPolicyValidation,
    ExternalHostnameBackend,
    RequestRate,
    RetryBudget,
    SubjectAltName,
)
from gwsim.resources.rules import durations, policies
from gwsim.resources.rules.tables.rule import Tables, always

TABLES = Tables(
    {
        BackendTLSPolicySpec: always(policies.targets_are_told_apart, policies.targets_are_named_once),
        BackendTLSPolicyValidation: always(
            policies.authorities_are_of_one_sort, policies.some_authority_is_named
        ),
        SubjectAltName: always(policies.subject_has_its_field, policies.subject_has_no_other_field),
        BackendSpec: always(policies.external_backend_has_hostname),
        ExternalHostnameBackend: always(policies.hostname_is_outside),
        BackendPort: always(policies.port_has_no_name),
        BackendTLS: always(policies.client_certificate_is_for_both),
        RetryBudget: always(durations.budget_interval_is_sensible),
        RequestRate: always(durations.rate_interval_is_sensible),
    }
)
