"""Policies for backends: whom they target, which of several counts, and whether they can be met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec
from msgspec import structs

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import policy_clauses as clauses
from gwsim.binding.ages import Age, age_of
from gwsim.binding.referring.certificates import ca_problem
from gwsim.resources.cluster import ConfigMap, Service
from gwsim.resources.meta import LocalObjectReference
from gwsim.resources.policies import (
    BackendTLSPolicy,
    BackendTLSPolicyValidation,
    LocalPolicyTargetReference,
    XBackend,
    XBackendTrafficPolicy,
)
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check, rejections, until_rejected

TargetRef: TypeAlias = LocalPolicyTargetReference | LocalObjectReference
TargetKey: TypeAlias = tuple[str, str, str, str, str | None]
"""Kind of policy; kind, namespace and name of the target; and its section."""


class BoundPolicy(msgspec.Struct, frozen=True, gc=False):
    """A policy, judged; the checks of `trust` are empty for one that has none to make."""

    key: ObjectKey
    resource: BackendTLSPolicy | XBackendTrafficPolicy
    age: Age
    targets: tuple[Step, ...]
    """For each targetRef: is it there."""
    lost: tuple[Step, ...]
    """For each targetRef that another policy took: by which rule."""
    trust: Trust | None

    @property
    def conflicted(self) -> Step | None:
        """The rule by which it lost its last target; None while it has one."""
        return self.lost[0] if self.lost and len(self.lost) == len(self.targets) else None

    @property
    def usable(self) -> bool:
        """Whether connections can be made by it."""
        return self.trust is None or self.trust.usable


class Trust(msgspec.Struct, frozen=True, gc=False):
    """What a backend's certificate is checked against, followed."""

    validation: BackendTLSPolicyValidation
    namespace: str
    references: tuple[Step, ...]
    """For each caCertificateRef."""
    well_known: Step | None
    step: Step

    @property
    def usable(self) -> bool:
        """Whether some certificate authority is left."""
        return self.step.selected

    @property
    def authorities(self) -> tuple[str, ...] | str:
        """`namespace/name` of each ConfigMap that can be used, or the name of a well-known set."""
        if self.validation.well_known_ca_certificates is not None:
            return self.validation.well_known_ca_certificates
        return tuple(
            f"{self.namespace}/{ref.name}"
            for ref, step in zip(self.validation.ca_certificate_refs, self.references, strict=True)
            if step.selected
        )


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


class Policies(msgspec.Struct, frozen=True):
    """Every policy, and which of them counts for what."""

    tls: tuple[BoundPolicy, ...] = ()
    traffic: tuple[BoundPolicy, ...] = ()
    winners: Mapping[TargetKey, BoundPolicy] = {}

    def tls_for(self, kind: str, namespace: str, name: str, port_name: str | None) -> BoundPolicy | None:
        """The BackendTLSPolicy for a port: the one that names it before the one for all ports."""
        at = ("BackendTLSPolicy", kind, namespace, name)
        return (self.winners.get((*at, port_name)) if port_name else None) or self.winners.get((*at, None))

    def traffic_for(self, kind: str, namespace: str, name: str) -> BoundPolicy | None:
        """The XBackendTrafficPolicy for a backend."""
        return self.winners.get(("XBackendTrafficPolicy", kind, namespace, name, None))


def bind_policies(snapshot: Snapshot) -> Policies:
    """Judge every policy, and settle which counts for each target."""
    tls = [_bind_tls(key, policy, snapshot) for key, policy in snapshot.all_of(BackendTLSPolicy)]
    traffic = [_bind_traffic(key, policy, snapshot) for key, policy in snapshot.all_of(XBackendTrafficPolicy)]
    winners: dict[TargetKey, BoundPolicy] = {}
    return Policies(tuple(_settle(tls, winners)), tuple(_settle(traffic, winners)), winners)


def _settle(policies: Sequence[BoundPolicy], winners: dict[TargetKey, BoundPolicy]) -> Iterator[BoundPolicy]:
    """Give each target to its oldest policy, then to the first by `namespace/name`."""
    settled: dict[ObjectKey, BoundPolicy] = {}
    for policy in sorted(policies, key=lambda each: (each.age, each.key.namespaced_name)):
        lost: list[Step] = []
        won: list[TargetKey] = []
        refs: Sequence[TargetRef] = policy.resource.spec.target_refs
        for index, (ref, target) in enumerate(zip(refs, policy.targets, strict=True)):
            section = ref.section_name if isinstance(ref, LocalPolicyTargetReference) else None
            at = (policy.key.kind, ref.kind, policy.key.namespace, ref.name, section)
            if at in winners:
                address = Address(policy.key, ("spec", "targetRefs", index))
                rival = str(winners[at].key)
                lost.append(check(clauses.POLICY_CONFLICT, address, False, expected=ref.name, actual=rival))
            elif target.selected:
                won.append(at)
        bound = structs.replace(policy, lost=tuple(lost))
        winners.update(dict.fromkeys(won, bound))
        settled[policy.key] = bound
    return (settled[policy.key] for policy in policies)


def _bind_tls(key: ObjectKey, policy: BackendTLSPolicy, snapshot: Snapshot) -> BoundPolicy:
    validation = Address(key, ("spec", "validation"))
    return BoundPolicy(
        key=key,
        resource=policy,
        age=age_of(policy.metadata),
        targets=tuple(
            _check_service(key, index, ref, ref.section_name, snapshot)
            for index, ref in enumerate(policy.spec.target_refs)
        ),
        lost=(),
        trust=follow_trust(policy.spec.validation, validation, snapshot),
    )


def _bind_traffic(key: ObjectKey, policy: XBackendTrafficPolicy, snapshot: Snapshot) -> BoundPolicy:
    return BoundPolicy(
        key=key,
        resource=policy,
        age=age_of(policy.metadata),
        targets=tuple(
            _check_service(key, index, ref, None, snapshot)
            for index, ref in enumerate(policy.spec.target_refs)
        ),
        lost=(),
        trust=None,
    )


def _check_service(
    key: ObjectKey,
    index: int,
    ref: TargetRef,
    section: str | None,
    snapshot: Snapshot,
) -> Step:
    address = Address(key, ("spec", "targetRefs", index))
    target = ObjectKey(ref.group, ref.kind, key.namespace, ref.name)
    expected = f"{target}#{section}" if section else str(target)
    service = (
        snapshot.get(Service, key.namespace, ref.name) if (ref.group, ref.kind) == ("", "Service") else None
    )
    if service is None:
        other = isinstance(snapshot.objects.get(target), XBackend) and section is None
        found = other or (ref.kind == "Service" and snapshot.assumes("", "Service"))
        actual = str(target) if found else "not in the input"
        return check(clauses.POLICY_TARGET, address, found, expected=expected, actual=actual)
    ports = [port for port in service.spec.ports if section is None or port.name == section]
    if not ports:
        names = tuple(port.name for port in service.spec.ports if port.name)
        return check(clauses.POLICY_TARGET, address, False, expected=expected, actual=names)
    spoken = any(port.protocol != "UDP" for port in ports)
    if not spoken:
        return check(clauses.POLICY_TARGET_PROTOCOL, address, False, expected="TCP", actual="UDP")
    return check(clauses.POLICY_TARGET, address, True, expected=expected, actual=expected)


def reasons(policy: BoundPolicy) -> Iterator[Step]:
    """Every check of a policy that failed, the weightiest first."""
    if policy.conflicted is not None:
        yield policy.conflicted
    for target in policy.targets:
        yield from rejections(target)
    if policy.trust is not None:
        yield from rejections(policy.trust.step)
