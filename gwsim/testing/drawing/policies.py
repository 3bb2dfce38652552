"""Policies for backends, and backends that are no Services."""

from __future__ import annotations

from gwsim.addresses import EXPERIMENTAL_GROUP
from gwsim.resources.meta import LocalObjectReference, ObjectMeta, SecretObjectReference
from gwsim.resources.policies import (
    BackendPort,
    BackendSpec,
    BackendTLS,
    BackendTLSPolicy,
    BackendTLSPolicySpec,
    BackendTLSPolicyValidation,
    BackendTrafficPolicySpec,
    ExternalHostnameBackend,
    LocalPolicyTargetReference,
    RequestRate,
    RetryBudget,
    RetryConstraint,
    SubjectAltName,
    XBackend,
    XBackendTrafficPolicy,
)
from gwsim.resources.routes import SessionPersistence
from gwsim.testing.drawing.dice import Dice
from gwsim.testing.drawing.names import EXPERIMENTAL, V1, metadata

_TLS_NAMES = (("apps", "tls"), ("infra", "tls"), ("apps", "other"), ("web", "tls"))
_CA, _SPARE = LocalObjectReference("", "ConfigMap", "ca"), LocalObjectReference("", "ConfigMap", "spare-ca")


def _target(name: str, section: str | None = None) -> LocalPolicyTargetReference:
    return LocalPolicyTargetReference("", "Service", name, section)


_TARGETS = (
    *2 * ((_target("v1"),),),
    (_target("v1", "http"),),
    (_target("v1"), _target("v2")),
    (_target("v1", "http"), _target("v1", "alt")),
    (_target("v2", "alt"), _target("v1", "dgram")),
    (_target("v1", "none"),),
    (_target("missing"),),
    (LocalPolicyTargetReference(EXPERIMENTAL_GROUP, "XBackend", "outside"),),
)
_VALIDATIONS = (
    *2 * (BackendTLSPolicyValidation("backend.test", (_CA,)),),
    BackendTLSPolicyValidation("backend.test", well_known_ca_certificates="System"),
    BackendTLSPolicyValidation("backend.test", (_SPARE, _CA)),
    BackendTLSPolicyValidation(
        "backend.test",
        (_CA,),
        subject_alt_names=(
            SubjectAltName("Hostname", "other.test"),
            SubjectAltName("URI", uri="spiffe://test/v1"),
        ),
    ),
    BackendTLSPolicyValidation("backend.test", (LocalObjectReference("", "Secret", "cert"),)),
    BackendTLSPolicyValidation("backend.test", well_known_ca_certificates="example.com/own"),
)
_TRAFFIC_TARGETS = (
    (LocalObjectReference("", "Service", "v1"),),
    (LocalObjectReference("", "Service", "v1"), LocalObjectReference("", "Service", "v2")),
    (LocalObjectReference(EXPERIMENTAL_GROUP, "XBackend", "outside"),),
    (LocalObjectReference("", "Service", "missing"),),
)
_SESSIONS = (None, SessionPersistence(), SessionPersistence(type="Header", session_name="x-a"))
_CONSTRAINTS = (None, RetryConstraint(), RetryConstraint(RetryBudget(50, "1m"), RequestRate(1, "1s")))
_BACKEND_TLS = (
    *3 * (None,),
    BackendTLS("None"),
    *(BackendTLS("ServerOnly", each) for each in (*_VALIDATIONS, None)),
    *(BackendTLS("ClientAndServer", each, SecretObjectReference("cert")) for each in _VALIDATIONS[1:3]),
)


def tls_policy(dice: Dice) -> BackendTLSPolicy:
    """Choose a BackendTLSPolicy; several may have one target."""
    spec = BackendTLSPolicySpec(dice.one(_TARGETS), dice.one(_VALIDATIONS))
    return BackendTLSPolicy(metadata(dice, _TLS_NAMES), spec, V1, "BackendTLSPolicy")


def traffic_policy(dice: Dice) -> XBackendTrafficPolicy:
    """Choose an XBackendTrafficPolicy; several may have one target."""
    spec = BackendTrafficPolicySpec(dice.one(_TRAFFIC_TARGETS), dice.one(_CONSTRAINTS), dice.one(_SESSIONS))
    return XBackendTrafficPolicy(metadata(dice, _TLS_NAMES), spec, EXPERIMENTAL, "XBackendTrafficPolicy")


def external_backend(dice: Dice, namespace: str, name: str) -> XBackend:
    """Choose what a backend outside of the cluster is."""
    spec = BackendSpec(
        "ExternalHostname",
        BackendPort(dice.one((443, 80))),
        ExternalHostnameBackend("outside.test"),
        dice.one((None, "HTTP", "HTTP2", "TCP")),
        dice.one(_BACKEND_TLS),
    )
    return XBackend(ObjectMeta(name, namespace), spec, EXPERIMENTAL, "XBackend")
