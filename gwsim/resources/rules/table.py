"""Which cross-field rules hold for which part of an object, and in which releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from gwsim.resources.admission.problems import Problem
from gwsim.resources.cluster import Secret
from gwsim.resources.filters import (
    HTTPCORSFilter,
    HTTPExternalAuthFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRouteFilter,
    MirrorFraction,
)
from gwsim.resources.gateways import (
    Gateway,
    GatewayInfrastructure,
    GatewaySpec,
    GatewaySpecAddress,
    ListenerSetSpec,
    ListenerTLSConfig,
)
from gwsim.resources.grpc_routes import GRPCMethodMatch, GRPCRouteFilter, GRPCRouteSpec
from gwsim.resources.meta import BackendObjectReference, Part
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
from gwsim.resources.releases.other_types import NewerSessionPersistence
from gwsim.resources.releases.release import V1_3, V1_4, V1_5, V1_6, Channel, When
from gwsim.resources.routes import (
    HTTPPathMatch,
    HTTPRoute,
    HTTPRouteRule,
    HTTPRouteSpec,
    HTTPRouteTimeouts,
    SessionPersistence,
)
from gwsim.resources.rules import (
    durations,
    filters,
    gateways,
    grpc_routes,
    http_routes,
    parents,
    paths,
    policies,
    secrets,
    sessions,
)
from gwsim.resources.stream_routes import StreamRouteSpec, TLSRouteSpec

Check: TypeAlias = Callable[..., Iterable[Problem]]
"""Takes a part, whose fields are of the right types, and its path; says what is wrong."""


class Rule(NamedTuple):
    """A check, and when it is made."""

    check: Check
    when: When = When()


def _always(*checks: Check) -> tuple[Rule, ...]:
    return tuple(map(Rule, checks))


STANDARD, EXPERIMENTAL, EITHER = (When(channels=(channel,)) for channel in Channel)
SINCE_1_5 = When(since=V1_5)

_PARENTS = (
    Rule(parents.parents_are_told_apart_by_section, STANDARD),
    Rule(parents.parents_are_told_apart_by_section_and_port, EXPERIMENTAL),
    Rule(parents.parents_are_told_apart_in_some_channel, EITHER),
    Rule(parents.parents_are_named_once_by_section, STANDARD),
    Rule(parents.parents_are_named_once, EXPERIMENTAL),
    Rule(parents.parents_are_named_once, EITHER),
)
_ALPHA_NAMES = Rule(
    parents.rule_names_differ, When(channels=(Channel.EXPERIMENTAL,), api_versions=("v1alpha2",))
)
_LISTENERS = (
    *_always(gateways.no_tls_on_plain_listeners, gateways.https_terminates),
    Rule(gateways.tls_listeners_have_tls, SINCE_1_5),
    *_always(gateways.no_hostname_on_stream_listeners, gateways.listeners_are_distinct),
)
_FILTER = _always(filters.filter_has_its_field, filters.filter_has_no_other_field)

RULES: Mapping[type[Part], tuple[Rule, ...]] = MappingProxyType(
    {
        Secret: _always(secrets.data_is_base64),
        GatewaySpec: (*_LISTENERS, *_always(gateways.addresses_are_distinct)),
        ListenerSetSpec: _LISTENERS,
        ListenerTLSConfig: _always(gateways.terminating_tls_has_certificates),
        GatewaySpecAddress: (
            Rule(gateways.hostname_address_is_hostname),
            Rule(gateways.address_has_value, When(until=V1_3)),
        ),
        GatewayInfrastructure: _always(gateways.keys_are_qualified, gateways.key_prefixes_are_short),
        HTTPRouteSpec: (
            *_PARENTS,
            Rule(parents.matches_are_at_most_128),
            Rule(parents.rule_names_differ, EXPERIMENTAL),
        ),
        GRPCRouteSpec: (
            *_PARENTS,
            Rule(parents.matches_are_at_most_128),
            Rule(parents.rule_names_differ, EXPERIMENTAL),
        ),
        StreamRouteSpec: (*_PARENTS, _ALPHA_NAMES),
        TLSRouteSpec: (
            *_PARENTS,
            _ALPHA_NAMES,
            Rule(policies.hostnames_are_no_addresses, When(since=V1_5, api_versions=("v1", "v1alpha3"))),
        ),
        HTTPRouteRule: _always(
            http_routes.redirect_has_no_backends,
            http_routes.prefix_change_has_one_prefix_match,
            http_routes.backend_prefix_change_has_one_prefix_match,
        ),
        BackendObjectReference: _always(parents.service_has_port),
        HTTPPathMatch: _always(paths.path_is_legal),
        GRPCMethodMatch: _always(grpc_routes.method_match_says_something, grpc_routes.exact_names_are_legal),
        HTTPRouteTimeouts: _always(durations.backend_timeout_is_within_request_timeout),
        RetryBudget: _always(durations.budget_interval_is_sensible),
        RequestRate: _always(durations.rate_interval_is_sensible),
        SessionPersistence: (
            Rule(sessions.permanent_cookie_has_timeout, When(until=V1_6)),
            Rule(sessions.cookie_config_is_for_cookies, When(since=V1_5, until=V1_6)),
        ),
        NewerSessionPersistence: _always(
            sessions.permanent_session_has_timeout,
            sessions.session_has_its_field,
            sessions.session_has_no_other_field,
        ),
        HTTPRouteFilter: _FILTER,
        GRPCRouteFilter: _FILTER,
        HTTPPathModifier: _always(filters.modifier_has_its_field, filters.modifier_has_no_other_field),
        HTTPRequestMirrorFilter: _always(filters.mirror_has_percent_or_fraction),
        MirrorFraction: _always(filters.fraction_is_at_most_one),
        HTTPCORSFilter: (
            Rule(filters.origin_wildcard_is_alone, When(since=V1_4)),
            Rule(filters.method_wildcard_is_alone),
            Rule(filters.header_wildcard_is_alone, SINCE_1_5),
        ),
        HTTPExternalAuthFilter: _always(filters.auth_has_its_field, filters.auth_has_no_other_field),
        BackendTLSPolicySpec: _always(policies.targets_are_told_apart, policies.targets_are_named_once),
        BackendTLSPolicyValidation: _always(
            policies.authorities_are_of_one_sort, policies.some_authority_is_named
        ),
        SubjectAltName: _always(policies.subject_has_its_field, policies.subject_has_no_other_field),
        BackendSpec: _always(policies.external_backend_has_hostname),
        ExternalHostnameBackend: _always(policies.hostname_is_outside),
        BackendPort: _always(policies.port_has_no_name),
        BackendTLS: _always(policies.client_certificate_is_for_both),
    }
)
"""A subclass has the rules of its bases too."""
LIST_RULES: Mapping[type[Part], tuple[Rule, ...]] = MappingProxyType(
    {
        HTTPRouteFilter: (
            *_always(filters.redirect_excludes_rewrite, filters.filters_are_not_repeated),
            Rule(filters.cors_is_not_repeated, SINCE_1_5),
        ),
        GRPCRouteFilter: _always(filters.filters_are_not_repeated),
    }
)
"""Rules of whole lists, by the type of the items; they take the list and its path."""
MANIFEST_RULES: Mapping[type[Part], tuple[Rule, ...]] = MappingProxyType(
    {
        Gateway: _always(gateways.unusable_addresses),
        HTTPRoute: (
            Rule(filters.credentials_are_allowed, When(until=V1_3, channels=(Channel.EXPERIMENTAL,))),
        ),
    }
)
"""What CRDs say in their schemas and types cannot, by type of object; these take the manifest alone."""
