"""Certificate authorities: what references to them lead to."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address
from gwsim.binding import policy_clauses as clauses
from gwsim.binding.referring.certificates import ca_problem
from gwsim.binding.referring.policies import Trust
from gwsim.resources.cluster import ConfigMap
from gwsim.resources.meta import LocalObjectReference
from gwsim.resources.policies import BackendTLSPolicyValidation
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check, until_rejected


def follow_trust(validation: BackendTLSPolicyValidation, address: Address, snapshot: Snapshot) -> Trust:
    """
    Follow the references to certificate authorities.

    Source:
        BackendTLSPolicyValidation (extended).
    """
    references = tuple(
        check_ca(ref, address.key.namespace, address.at("caCertificateRefs", index), snapshot)
        for index, ref in enumerate(validation.ca_certificate_refs)
    )
    known = validation.well_known_ca_certificates
    well_known = None
    if known is not None:
        place = address.at("wellKnownCACertificates")
        well_known = check(
            clauses.POLICY_WELL_KNOWN, place, known == "System", expected="System", actual=known
        )
    found = any(step.selected for step in references) or (well_known is not None and well_known.selected)
    children = (*references, *((well_known,) if well_known else ()))
    return Trust(
        validation,
        address.key.namespace,
        references,
        well_known,
        check(clauses.POLICY_TRUST, address, found, children=children),
    )


def check_ca(ref: LocalObjectReference, namespace: str, address: Address, snapshot: Snapshot) -> Step:
    """Check that a reference leads to a certificate authority, up to the first check that fails."""

    def checks() -> Iterator[Step]:
        named = f"{ref.group}/{ref.kind}" if ref.group else ref.kind
        config_map = (ref.group, ref.kind) == ("", "ConfigMap")
        yield check(clauses.CA_KIND, address, config_map, expected="ConfigMap", actual=named)
        found = snapshot.get(ConfigMap, namespace, ref.name)
        if found is None:
            problem = None if snapshot.assumes("", "ConfigMap") else "not in the input"
        else:
            problem = ca_problem(found)
        target = f"ConfigMap/{namespace}/{ref.name}"
        yield check(clauses.CA_USABLE, address, problem is None, expected=target, actual=problem)

    return list(until_rejected(checks()))[-1]
