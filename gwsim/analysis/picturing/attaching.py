"""Routes, their rules and backends as parts of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from gwsim.addresses import ObjectKey
from gwsim.analysis.graph import Edge, Node, Relation, State
from gwsim.analysis.listing import conditions
from gwsim.analysis.picturing.naming import code_of, judged, object_id, object_node, part_id, target_node
from gwsim.binding.attaching.attachment import BoundParent, hostnames_of
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import BoundFilter, BoundRule
from gwsim.binding.reporting.route_status import route_conditions
from gwsim.binding.topology import BoundRoute, Topology
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.answering.backends import shares

_MOST_NOTES = 4
_REFERRING = frozenset({"RequestMirror", "ExternalAuth", "ExtensionRef"})


def attaching_parts(topology: Topology) -> Iterator[Node | Edge]:
    """Yield every route, by what it is attached, and to what it leads."""
    for route in topology.routes:
        yield from _route(route, topology)


def _route(route: BoundRoute, topology: Topology) -> Iterator[Node | Edge]:
    own = object_id(route.key)
    rules = judged_rules(route)
    state, reason = _route_state(route)
    hostnames = hostnames_of(route.resource)
    yield object_node(route.key, state, reason, notes=_few(hostnames))
    for parent in (*route.parents, *route.mesh_parents):
        yield from _parent(route, parent, topology)
    for rule in rules:
        yield from _rule(own, rule, topology)


def judged_rules(route: BoundRoute) -> Sequence[BoundRule]:
    """The rules of a route as a Gateway sees them; where it has none for a parent, as a mesh does."""
    return route.mesh_rules if route.mesh_parents and not route.parents else route.rules


def _route_state(route: BoundRoute) -> tuple[State, str | None]:
    parents = (*route.parents, *route.mesh_parents)
    if not any(parent.served for parent in parents):
        return State.UNREACHED, "NoParentServed" if parents else "NoParentRefs"
    states = [
        judged(route_conditions(route, parent, route.rules_for(parent)))
        for parent in parents
        if parent.served
    ]
    wrong = [(state, reason) for state, reason in states if state is not State.ACCEPTED]
    if not wrong:
        return State.ACCEPTED, None
    refused = all(state is State.REFUSED for state, _ in states)
    return State.REFUSED if refused else State.PARTIAL, wrong[0][1]


def _refusal(route: BoundRoute, parent: BoundParent) -> str | None:
    """The reason for which a served parent does not take a route; None where it does."""
    state, reason = judged(route_conditions(route, parent, route.rules_for(parent)))
    return reason if state is State.REFUSED else None


def _parent(route: BoundRoute, parent: BoundParent, topology: Topology) -> Iterator[Node | Edge]:
    own, above = object_id(route.key), object_id(parent.parent)
    mesh = parent.parent.kind == "Service"
    if mesh or not parent.given:
        yield target_node(parent.parent, topology.snapshot)
    if not parent.served:
        yield Edge(above, own, Relation.PARENT, reason="NotServed", step=parent.trace)
        return
    refusal = _refusal(route, parent)
    if refusal is not None:
        step = parent.refusals[0] if parent.refusals else None
        yield Edge(above, own, Relation.PARENT, reason=refusal, step=step)
    elif mesh:
        ports = ", ".join(f":{each.listener.name}" for each in parent.attachments if each.attached)
        yield Edge(above, own, Relation.PARENT, ports)
    else:
        for attachment in parent.attachments:
            if attachment.attached:
                yield Edge(part_id(attachment.listener.address), own, Relation.PARENT)


def _rule(route_id: str, rule: BoundRule, topology: Topology) -> Iterator[Node | Edge]:
    own = part_id(rule.address)
    key = rule.address.key
    failed = next((step for step in rule.references if not step.selected), None)
    dropped = code_of(rule.valid)
    state = State.REFUSED if dropped else State.PARTIAL if failed is not None else State.ACCEPTED
    reason = dropped or code_of(failed)
    name = f"rules[{rule.address.path[-1]}]" + (f" {rule.spec.name}" if rule.spec.name else "")
    yield Node(own, "rule", key.namespace, name, state, reason, tuple(_rule_notes(rule)), key=key)
    step = None if rule.valid.selected else rule.valid
    yield Edge(route_id, own, Relation.RULES, reason=dropped, step=step)
    filters = [*rule.filters, *(each for weighted in rule.backends for each in weighted.filters)]
    for each in filters:
        yield from _filter(own, each, topology.snapshot)
    fractions = shares([weighted.backend.weight for weighted in rule.backends])
    for weighted, share in zip(rule.backends, fractions, strict=True):
        shown = share if len(rule.backends) > 1 else None
        yield from _backend(own, weighted.backend, shown, Relation.BACKEND, topology.snapshot)


def _rule_notes(rule: BoundRule) -> Iterator[str]:
    yield from _few([" ".join(conditions(match)) for match in rule.spec.matches])
    for each in rule.filters:
        redirect = each.spec.request_redirect
        if redirect is not None:
            yield f"RequestRedirect {redirect.status_code}"
        elif each.spec.type not in _REFERRING:
            yield each.spec.type


def _few(texts: Sequence[str]) -> tuple[str, ...]:
    if len(texts) <= _MOST_NOTES:
        return tuple(texts)
    return (*texts[: _MOST_NOTES - 1], f"and {len(texts) - _MOST_NOTES + 1} more")


def _filter(own: str, each: BoundFilter, snapshot: Snapshot) -> Iterator[Node | Edge]:
    if each.backend is not None:
        mirror = each.spec.request_mirror is not None
        relation = Relation.MIRROR if mirror else Relation.AUTH
        yield from _backend(own, each.backend, None, relation, snapshot)
    elif each.extension is not None:
        ref = each.spec.extension_ref
        assert ref is not None
        key = ObjectKey(ref.group, ref.kind, each.address.key.namespace, ref.name)
        yield target_node(key, snapshot)
        reason = code_of(each.extension)
        step = each.extension if reason else None
        yield Edge(own, object_id(key), Relation.EXTENSION, reason=reason, step=step)


def _backend(
    own: str, backend: BoundBackend, share: Fraction | None, relation: Relation, snapshot: Snapshot
) -> Iterator[Node | Edge]:
    node = target_node(backend.target, snapshot)
    if not backend.has_ready_endpoint:
        node = object_node(backend.target, State.PARTIAL, "NoEndpoints")
    yield node
    port = "" if backend.port is None else f":{backend.port}"
    yield Edge(
        own,
        node.id,
        relation,
        port if share is None else f"{port} {share}".strip(),
        code_of(backend.failure),
        backend.failure,
        idle=share == 0,
    )
