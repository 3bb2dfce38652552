"""Policies and ReferenceGrants as parts of a graph, where they bear on what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.addresses import ObjectKey
from gwsim.analysis.graph import Edge, Node, ObjectGraph, Relation, State
from gwsim.analysis.picturing.naming import code_of, judged, object_id, object_node, target_node
from gwsim.binding.referring.policies import BoundPolicy
from gwsim.binding.reporting.route_status import policy_conditions
from gwsim.binding.topology import Topology
from gwsim.resources.gateways import ReferenceGrant
from gwsim.resources.meta import LocalObjectReference
from gwsim.resources.policies import LocalPolicyTargetReference

_CROSSING = frozenset(
    {Relation.BACKEND, Relation.MIRROR, Relation.AUTH, Relation.CERTIFICATE, Relation.AUTHORITY}
)


def policy_parts(topology: Topology) -> Iterator[Node | Edge]:
    """Yield every policy and what it targets."""
    for policy in (*topology.policies.tls, *topology.policies.traffic):
        yield from _policy(policy, topology)


def _policy(policy: BoundPolicy, topology: Topology) -> Iterator[Node | Edge]:
    own = object_id(policy.key)
    lost = {step.address: step for step in policy.lost}
    missed = [*(step for step in policy.targets if not step.selected), *policy.lost]
    state, reason = judged(policy_conditions(policy))
    if state is State.ACCEPTED and missed:
        state, reason = State.PARTIAL, code_of(missed[0])
    yield object_node(policy.key, state, reason)
    refs: Sequence[LocalPolicyTargetReference | LocalObjectReference] = policy.resource.spec.target_refs
    for ref, step in zip(refs, policy.targets, strict=True):
        target = ObjectKey(ref.group, ref.kind, policy.key.namespace, ref.name)
        failed = step if not step.selected else lost.get(step.address)
        yield target_node(target, topology.snapshot)
        yield Edge(own, object_id(target), Relation.TARGET, reason=code_of(failed), step=failed)
    if policy.trust is not None:
        authorities = policy.trust.validation.ca_certificate_refs
        for authority, step in zip(authorities, policy.trust.references, strict=True):
            key = ObjectKey(authority.group, authority.kind, policy.key.namespace, authority.name)
            yield target_node(key, topology.snapshot)
            failed = None if step.selected else step
            yield Edge(own, object_id(key), Relation.AUTHORITY, reason=code_of(step), step=failed)


def grant_parts(topology: Topology, graph: ObjectGraph) -> Iterator[Node | Edge]:
    """Yield the ReferenceGrants that references of a graph need."""
    permitting: dict[tuple[str, str, str, str, str], list[tuple[ObjectKey, str | None]]] = {}
    for key, grant in topology.snapshot.all_of(ReferenceGrant):
        for source in grant.spec.from_:
            for to in grant.spec.to:
                row = (source.group, source.kind, source.namespace, to.kind, key.namespace)
                permitting.setdefault(row, []).append((key, to.name))
    for edge in graph.edges:
        referrer, target = graph.by_id[edge.source].key, graph.by_id[edge.target].key
        if edge.relation not in _CROSSING or referrer is None or target is None:
            continue
        if referrer.namespace == target.namespace:
            continue
        row = (referrer.group, referrer.kind, referrer.namespace, target.kind, target.namespace)
        for key, name in permitting.get(row, ()):
            if name in (None, target.name):
                yield object_node(key, State.ACCEPTED)
                label = f"from {referrer.kind}s of {referrer.namespace}"
                yield Edge(object_id(key), edge.target, Relation.GRANT, label)
