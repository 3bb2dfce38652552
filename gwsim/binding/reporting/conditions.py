"""Conditions, looked up from steps by one table, so that status and explanation cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gwsim.binding import clauses, policy_clauses
from gwsim.trace import Clause, Fact, Step, rejections

EPOCH = "1970-01-01T00:00:00Z"


class Condition(NamedTuple):
    """One condition, as a controller writes it."""

    type: str
    status: str
    reason: str
    message: str

    def to_dict(self, generation: int) -> dict[str, object]:
        """The API's form; the time is fixed, since nothing here reads a clock."""
        return {
            "type": self.type,
            "status": self.status,
            "reason": self.reason,
            "message": self.message[:32768],
            "observedGeneration": generation,
            "lastTransitionTime": EPOCH,
        }


FAILURES: Mapping[str, tuple[tuple[str, str], ...]] = {
    clauses.CLASS_PARAMETERS.id: (("Accepted", "InvalidParameters"),),
    clauses.GATEWAY_PARAMETERS.id: (("Accepted", "InvalidParameters"),),
    clauses.GATEWAY_ADDRESS_TYPE.id: (("Accepted", "UnsupportedAddress"),),
    clauses.GATEWAY_ADDRESS_USABLE.id: (("Programmed", "AddressNotUsable"),),
    clauses.GATEWAY_ADDRESS_GIVEN.id: (("Programmed", "AddressNotAssigned"),),
    clauses.GATEWAY_LISTENERS.id: (("Accepted", "ListenersNotValid"),),
    policy_clauses.CLIENT_CERTIFICATE_GRANT.id: (("ResolvedRefs", "RefNotPermitted"),),
    policy_clauses.CLIENT_CERTIFICATE_REF.id: (("ResolvedRefs", "InvalidClientCertificateRef"),),
    policy_clauses.SET_ALLOWED.id: (("Accepted", "NotAllowed"), ("Programmed", "NotAllowed")),
    policy_clauses.SET_GATEWAY_ACCEPTED.id: (
        ("Accepted", "ParentNotAccepted"),
        ("Programmed", "ParentNotProgrammed"),
    ),
    policy_clauses.SET_LISTENERS.id: (("Accepted", "ListenersNotValid"), ("Programmed", "ListenersNotValid")),
    clauses.LISTENER_PROTOCOL.id: (("Accepted", "UnsupportedProtocol"), ("Programmed", "Invalid")),
    policy_clauses.LISTENER_MODE.id: (("Accepted", "UnsupportedValue"), ("Programmed", "Invalid")),
    clauses.LISTENER_DISTINCT_HOSTNAME.id: (
        ("Accepted", "HostnameConflict"),
        ("Programmed", "HostnameConflict"),
    ),
    clauses.LISTENER_DISTINCT_PROTOCOL.id: (
        ("Accepted", "ProtocolConflict"),
        ("Programmed", "ProtocolConflict"),
    ),
    policy_clauses.FRONTEND_CA.id: (("Accepted", "NoValidCACertificate"), ("Programmed", "Invalid")),
    policy_clauses.CA_GRANT.id: (("ResolvedRefs", "RefNotPermitted"),),
    policy_clauses.CA_KIND.id: (("ResolvedRefs", "InvalidCACertificateKind"),),
    policy_clauses.CA_USABLE.id: (("ResolvedRefs", "InvalidCACertificateRef"),),
    clauses.LISTENER_ROUTE_KINDS.id: (("ResolvedRefs", "InvalidRouteKinds"),),
    clauses.LISTENER_TLS.id: (("Programmed", "InvalidTLSConfig"),),
    clauses.CERTIFICATE_KIND.id: (("ResolvedRefs", "InvalidCertificateRef"), ("Programmed", "Invalid")),
    clauses.CERTIFICATE_EXISTS.id: (("ResolvedRefs", "InvalidCertificateRef"), ("Programmed", "Invalid")),
    clauses.CERTIFICATE_USABLE.id: (("ResolvedRefs", "InvalidCertificateRef"), ("Programmed", "Invalid")),
    clauses.BACKEND_KIND.id: (("ResolvedRefs", "InvalidKind"),),
    clauses.BACKEND_GRANT.id: (("ResolvedRefs", "RefNotPermitted"), ("Programmed", "Invalid")),
    clauses.BACKEND_EXISTS.id: (("ResolvedRefs", "BackendNotFound"),),
    clauses.BACKEND_PORT.id: (("ResolvedRefs", "BackendNotFound"),),
    clauses.BACKEND_EXTERNAL_NAME.id: (("ResolvedRefs", "InvalidKind"),),
    clauses.BACKEND_APP_PROTOCOL.id: (("ResolvedRefs", "UnsupportedProtocol"),),
    clauses.EXTENSION_RESOLVED.id: (("ResolvedRefs", "InvalidKind"),),
    clauses.RULE_FEATURE.id: (("Accepted", "UnsupportedValue"),),
    clauses.RULE_REGEX.id: (("Accepted", "UnsupportedValue"),),
    clauses.RULE_REPLACE_PREFIX.id: (("Accepted", "IncompatibleFilters"),),
    clauses.ATTACH_SECTION.id: (("Accepted", "NoMatchingParent"),),
    clauses.ATTACH_PORT.id: (("Accepted", "NoMatchingParent"),),
    policy_clauses.MESH_PORT.id: (("Accepted", "NoMatchingParent"),),
    clauses.ATTACH_KIND.id: (("Accepted", "NotAllowedByListeners"),),
    clauses.ATTACH_NAMESPACE.id: (("Accepted", "NotAllowedByListeners"),),
    clauses.ATTACH_HOSTNAME.id: (("Accepted", "NoMatchingListenerHostname"),),
    policy_clauses.COEXISTENCE.id: (("Accepted", "Conflicted"),),
    policy_clauses.MESH_KIND.id: (("Accepted", "Conflicted"),),
    policy_clauses.POLICY_CONFLICT.id: (("Accepted", "Conflicted"),),
    policy_clauses.POLICY_TARGET.id: (("Accepted", "TargetNotFound"),),
    policy_clauses.POLICY_TARGET_PROTOCOL.id: (("Accepted", "Invalid"),),
    policy_clauses.POLICY_WELL_KNOWN.id: (("Accepted", "Invalid"),),
    policy_clauses.POLICY_TRUST.id: (("Accepted", "NoValidCACertificate"),),
}
"""Condition types that a failed check turns False, with the reason, by clause."""

ROUTE_OF_REFUSED_SET = "NotAllowedByListeners"
"""Reason of `Accepted=False` of a route whose ListenerSet its Gateway does not take."""
POLICY_CA_KIND = "InvalidKind"
"""What a policy says, where a listener says InvalidCACertificateKind."""


def fact_text(fact: Fact) -> str:
    """Write a fact into a message."""
    if fact is None or fact == ():
        return "none"
    return ", ".join(fact) if isinstance(fact, tuple) else str(fact)


def message_of(step: Step) -> str:
    """Say where a check failed, what was expected and what was found."""
    return (
        f"{step.address}: {step.clause.says}: "
        f"expected {fact_text(step.expected)}, found {fact_text(step.actual)}"
    )


def reason_for(clause: Clause, condition: str) -> str | None:
    """The reason that a failed check gives a condition; None where it has no bearing on it."""
    return next((reason for type_, reason in FAILURES.get(clause.id, ()) if type_ == condition), None)


def failed(condition: str, step: Step | None) -> Condition | None:
    """The condition that a failed check makes False, None for a check that holds or bears on others."""
    if step is None or step.selected:
        return None
    reason = reason_for(step.clause, condition)
    return None if reason is None else Condition(condition, "False", reason, message_of(step))


def first_failed(condition: str, *steps: Step | None) -> Condition | None:
    """The condition of the first check that makes it False, looked for in the innermost checks."""
    reasons = (reason for step in steps if step is not None for reason in rejections(step))
    found = (failed(condition, reason) for reason in reasons)
    return next((each for each in found if each is not None), None)
