"""The tree of a topology, an item's own items at a time: nothing is made before it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.addresses import GATEWAY_GROUP, Address, ListenerKey, ObjectKey
from gwsim.analysis.listing import conditions
from gwsim.analysis.outlining.judging import (
    Verdict,
    judge_backend,
    judge_class,
    judge_filter,
    judge_gateway,
    judge_listener,
    judge_listener_set,
    judge_route,
    judge_rule,
)
from gwsim.analysis.outlining.outline import (
    ClassName,
    Group,
    Item,
    ItemKind,
    Outline,
    Place,
    RulePlace,
    State,
    Subject,
)
from gwsim.binding.attaching.attachment import hostnames_of
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listener_sets import BoundListenerSet
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import BoundFilter, WeightedBackend
from gwsim.binding.topology import BoundRoute
from gwsim.findings import Finding
from gwsim.routing.answering.backends import shares


def roots(outline: Outline) -> Iterator[Item]:
    """Yield the items at the top: the GatewayClasses, then what belongs to none."""
    yield from _classes(outline)
    yield from _groups(outline)


def children(outline: Outline, item: Item) -> Iterator[Item]:
    """Yield the items right below one, each as it is asked for."""
    match item.subject:
        case ClassName(name=name):
            yield from (_gateway(item, each) for each in _gateways_of(outline, name))
        case Group():
            yield from _group_members(outline, item, item.subject)
        case BoundGateway() as gateway:
            yield from (_listener(outline, item, gateway, each) for each in gateway.all_listeners)
        case BoundListener(key=key) | (ListenerKey() as key):
            for route, _ in outline.attached(key):
                yield route_item(outline, item, Place(route, key))
        case Place() as place:
            for index in range(len(place.rules)):
                yield _rule(outline, item, RulePlace(place, index))
        case RulePlace() as subject:
            yield from _parts(outline, item, subject)
        case WeightedBackend(backend=backend) if backend.target in outline.topology.snapshot.objects:
            yield _object(item, backend.target)
        case _:
            return


def can_unfold(outline: Outline, item: Item) -> bool:
    """Whether an item has any below it, without making them."""
    match item.subject:
        case ClassName(name=name):
            return bool(_gateways_of(outline, name))
        case Group():
            return True
        case BoundGateway() as gateway:
            return bool(gateway.all_listeners)
        case BoundListener(key=key) | (ListenerKey() as key):
            return bool(outline.attached(key))
        case Place() as place:
            return bool(place.rules)
        case RulePlace() as subject:
            return bool(subject.rule.filters or subject.rule.backends)
        case WeightedBackend(backend=backend):
            return backend.target in outline.topology.snapshot.objects
        case _:
            return False


def _gateways_of(outline: Outline, class_name: str) -> Sequence[BoundGateway]:
    return [each for each in outline.topology.gateways if each.resource.spec.gateway_class_name == class_name]


def _classes(outline: Outline) -> Iterator[Item]:
    topology = outline.topology
    used = {each.resource.spec.gateway_class_name for each in topology.gateways}
    for bound in topology.classes:
        state, failures = judge_class(bound, used=bound.key.name in used)
        yield Item(
            ItemKind.CLASS,
            bound.key.name,
            bound.resource.spec.controller_name,
            state,
            (f"GatewayClass/{bound.key.name}",),
            ClassName(bound.key.name),
            Address(bound.key),
            failures=failures,
        )
    given = {bound.key.name for bound in topology.classes}
    for name in sorted(used - given):
        state = State.ACCEPTED if name in topology.unknown_classes else State.REFUSED
        path = (f"GatewayClass/{name}",)
        yield Item(ItemKind.CLASS, name, "not in the input", state, path, ClassName(name))


def _groups(outline: Outline) -> Iterator[Item]:
    sets = _loose_sets(outline)
    states = {
        Group.MESH: State.ACCEPTED,
        Group.LOOSE: State.REFUSED,
        Group.LEFT_OUT: State.REFUSED,
    }
    counts = {
        Group.MESH: len(outline.service_ports),
        Group.LOOSE: len(outline.loose) + len(sets),
        Group.LEFT_OUT: len(outline.left_out),
    }
    for group, count in counts.items():
        if count:
            yield Item(ItemKind.GROUP, group.value, str(count), states[group], (group.value,), group)


def _group_members(outline: Outline, item: Item, group: Group) -> Iterator[Item]:
    match group:
        case Group.MESH:
            for key in outline.service_ports:
                name, detail = f"{key.parent}:{key.name}", _count(len(outline.attached(key)), "route")
                path = (*item.path, name)
                yield Item(ItemKind.OBJECT, name, detail, State.ACCEPTED, path, key, Address(key.parent))
        case Group.LOOSE:
            yield from (_loose_set(item, each) for each in _loose_sets(outline))
            for route in outline.loose:
                yield route_item(outline, item, Place(route, None))
        case Group.LEFT_OUT:
            for number, finding in enumerate(outline.left_out):
                yield _finding(item, finding, number)


def _loose_sets(outline: Outline) -> Sequence[BoundListenerSet]:
    """The ListenerSets that no Gateway has listeners of."""
    served = {each.key for each in outline.topology.gateways if each.served}
    return [each for each in outline.topology.listener_sets if each.gateway not in served]


def _loose_set(parent: Item, bound: BoundListenerSet) -> Item:
    verdict = judge_listener_set(bound)
    return _item(parent, ItemKind.LISTENER_SET, str(bound.key), "", verdict, bound, Address(bound.key))


def _finding(parent: Item, finding: Finding, number: int) -> Item:
    name = str(finding.key) if finding.key is not None else finding.location.file
    path = (*parent.path, f"{name} {number}")
    detail = finding.message
    return Item(ItemKind.FINDING, name, detail, State.REFUSED, path, finding, location=finding.location)


def _gateway(parent: Item, gateway: BoundGateway) -> Item:
    name, detail = gateway.key.namespaced_name, ", ".join(value for _, value in gateway.assigned)
    if not gateway.resource.spec.addresses:
        detail = ""
    return _item(
        parent, ItemKind.GATEWAY, name, detail, judge_gateway(gateway), gateway, Address(gateway.key)
    )


def _listener(outline: Outline, parent: Item, gateway: BoundGateway, listener: BoundListener) -> Item:
    spec, owner = listener.spec, listener.key.parent
    name = spec.name if owner == gateway.key else f"{spec.name} of {owner}"
    count = _count(len(outline.attached(listener.key)), "route")
    detail = f"{spec.protocol} {spec.port} {spec.hostname or '*'}, {count}"
    verdict = judge_listener(gateway, listener)
    return _item(parent, ItemKind.LISTENER, name, detail, verdict, listener, listener.key.address)


def route_item(outline: Outline, parent: Item, place: Place) -> Item:
    """Make the item of a route below the one of its listener."""
    route: BoundRoute = place.route
    group = "" if route.key.group == GATEWAY_GROUP else f" of {route.key.group}"
    hostnames = ", ".join(hostnames_of(route.resource))
    verdict = judge_route(outline, place)
    name = f"{route.key}{group}"
    return _item(parent, ItemKind.ROUTE, name, hostnames, verdict, place, Address(route.key))


def _rule(outline: Outline, parent: Item, subject: RulePlace) -> Item:
    spec = subject.rule.spec
    name = f"rules[{subject.index}]" + (f" {spec.name}" if spec.name else "")
    detail = "; ".join(", ".join(conditions(match)) for match in spec.matches)
    verdict = judge_rule(outline, subject)
    return _item(parent, ItemKind.RULE, name, detail, verdict, subject, subject.rule.address)


def _parts(outline: Outline, parent: Item, subject: RulePlace) -> Iterator[Item]:
    """The filters and backends of a rule."""
    rule = subject.rule
    for number, each in enumerate(rule.filters):
        yield _filter(parent, each, number)
    encrypted = outline.passes_through(subject.place)
    fractions = shares([weighted.backend.weight for weighted in rule.backends])
    for number, (weighted, share) in enumerate(zip(rule.backends, fractions, strict=True)):
        backend = weighted.backend
        detail = "" if share == 1 else str(share)
        if not backend.has_ready_endpoint:
            detail = f"{detail} no ready endpoint".lstrip()
        verdict = judge_backend(weighted, encrypted=encrypted)
        path = (*parent.path, f"backendRefs[{number}]")
        yield Item(
            ItemKind.BACKEND, backend_name(backend), detail, verdict.state, path, weighted, backend.address,
            failures=verdict.failures,
        )  # fmt: skip


def backend_name(backend: BoundBackend) -> str:
    """Write what a backendRef names, with its port."""
    return str(backend.target) + ("" if backend.port is None else f":{backend.port}")


def _filter(parent: Item, each: BoundFilter, number: int) -> Item:
    target = "" if each.backend is None else str(each.backend.target)
    verdict = judge_filter(each)
    path = (*parent.path, f"filters[{number}]")
    return Item(
        ItemKind.FILTER, each.spec.type, target, verdict.state, path, each, each.address,
        failures=verdict.failures,
    )  # fmt: skip


def _object(parent: Item, key: ObjectKey) -> Item:
    return _item(parent, ItemKind.OBJECT, str(key), "", Verdict(State.ACCEPTED), key, Address(key))


def _item(
    parent: Item,
    kind: ItemKind,
    name: str,
    detail: str,
    verdict: Verdict,
    subject: Subject,
    address: Address,
) -> Item:
    path = (*parent.path, name)
    return Item(kind, name, detail, verdict.state, path, subject, address, failures=verdict.failures)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
