"""Policies for backends: whom they target, and which of several gets a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import structs

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import policy_clauses as clauses
from gwsim.binding.ages import age_of
from gwsim.binding.referring.policies import BoundPolicy, Policies, TargetKey
from gwsim.binding.referring.trusting import follow_trust
from gwsim.resources.cluster import Service
from gwsim.resources.meta import LocalObjectReference
from gwsim.resources.policies import (
    BackendTLSPolicy,
    LocalPolicyTargetReference,
    XBackend,
    XBackendTrafficPolicy,
)
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check

TargetRef: TypeAlias = LocalPolicyTargetReference | LocalObjectReference


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
