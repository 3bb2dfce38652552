"""What a correct controller would write: the status of every object, in the API's own shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.attachment import BoundParent
from gwsim.binding.conditions import (
    ATTACHMENT_REASONS,
    EPOCH,
    Condition,
    failed,
    first_failed,
    message_of,
)
from gwsim.binding.listeners import BoundListener
from gwsim.binding.topology import BoundClass, BoundGateway, BoundRoute, Topology
from gwsim.resources.meta import ObjectMeta
from gwsim.resources.snapshot import Resource
from gwsim.trace import rejections

UNKNOWN_CONTROLLER = "gwsim.invalid/controller"
"""controllerName where the input has no GatewayClass to take it from."""
_MAPPINGS = frozenset({"labels", "annotations", "matchLabels", "options"})


def statuses(topology: Topology) -> Iterator[Mapping[str, object]]:
    """Yield every Gateway API object with its defaults and its status, in canonical order."""
    found: dict[ObjectKey, Mapping[str, object] | None] = {}
    for each in topology.classes:
        found[each.key] = class_status(each)
    for gateway in topology.gateways:
        found[gateway.key] = gateway_status(gateway, topology)
    for route in topology.routes:
        found[route.key] = route_status(route, topology)
    for key, resource in topology.snapshot.objects.items():
        if key.group == GATEWAY_GROUP:
            status = found.get(key)
            yield plain(resource) if status is None else {**plain(resource), "status": status}


def plain(resource: Resource) -> dict[str, object]:
    """An object as JSON, defaults applied, apiVersion and kind first; what is absent is left out."""
    fields = _present(msgspec.to_builtins(resource))
    assert isinstance(fields, dict)
    return {"apiVersion": fields.pop("apiVersion"), "kind": fields.pop("kind"), **fields}


def _present(value: Any) -> object:
    if isinstance(value, dict):
        return {
            name: _present(part)
            for name, part in value.items()
            if part is not None and part not in ((), "") and not (part == {} and name in _MAPPINGS)
        } | {name: part for name, part in value.items() if part == "" and name != "namespace"}
    return [_present(part) for part in value] if isinstance(value, (tuple, list)) else value


def generation_of(metadata: ObjectMeta) -> int:
    """The generation that conditions observe; a new object's is 1."""
    return metadata.generation or 1


def _written(conditions: Sequence[Condition], metadata: ObjectMeta) -> list[dict[str, object]]:
    return [condition.to_dict(generation_of(metadata)) for condition in conditions]


def _waiting(*types: str) -> list[dict[str, object]]:
    """The conditions that an object has before a controller looks at it: the CRD's default."""
    return [
        {
            "type": type_,
            "status": "Unknown",
            "reason": "Pending",
            "message": "Waiting for controller",
            "lastTransitionTime": EPOCH,
        }
        for type_ in types
    ]


def class_status(each: BoundClass) -> Mapping[str, object]:
    """
    The status of a GatewayClass.

    Source:
        GatewayClassConditionType (core).
    """
    if not each.ours.selected:
        return {"conditions": _waiting("Accepted")}
    accepted = failed("Accepted", each.parameters) or Condition("Accepted", "True", "Accepted", "Served")
    version = Condition("SupportedVersion", "True", "SupportedVersion", "The CRDs' version is supported")
    return {"conditions": _written([accepted, version], each.resource.metadata)}


def gateway_status(gateway: BoundGateway, topology: Topology) -> Mapping[str, object]:
    """
    The status of a Gateway and of each of its listeners.

    Source:
        GatewayConditionType, ListenerConditionType (core).
    """
    if not gateway.served:
        return {"conditions": _waiting("Accepted", "Programmed")}
    metadata = gateway.resource.metadata
    conditions = [_gateway_accepted(gateway), _gateway_programmed(gateway), _gateway_resolved(gateway)]
    return {
        "addresses": [{"type": type_, "value": value} for type_, value in gateway.assigned],
        "conditions": _written(conditions, metadata),
        "listeners": [_listener_status(listener, gateway, topology) for listener in gateway.listeners],
    }


def _gateway_accepted(gateway: BoundGateway) -> Condition:
    unsupported = (kind for kind, _ in gateway.addresses)
    refused = first_failed("Accepted", gateway.parameters, *unsupported, gateway.listeners_step)
    if refused is not None:
        return refused
    if not all(listener.accepted for listener in gateway.listeners):
        names = ", ".join(listener.key.name for listener in gateway.listeners if not listener.accepted)
        return Condition("Accepted", "True", "ListenersNotValid", f"Not valid: {names}")
    return Condition("Accepted", "True", "Accepted", "The Gateway is accepted")


def _gateway_programmed(gateway: BoundGateway) -> Condition:
    if not gateway.accepted:
        return Condition("Programmed", "False", "Invalid", "The Gateway is not accepted")
    unusable = first_failed("Programmed", *(usable for _, usable in gateway.addresses))
    if unusable is not None:
        return unusable
    if not any(listener.serving for listener in gateway.listeners):
        return Condition("Programmed", "False", "Invalid", "No listener can serve")
    return Condition("Programmed", "True", "Programmed", "The Gateway serves")


def _gateway_resolved(gateway: BoundGateway) -> Condition:
    unresolved = [
        listener.key.name for listener in gateway.listeners if listener_resolved(listener).status == "False"
    ]
    if unresolved:
        return Condition(
            "ResolvedRefs", "False", "ListenersNotResolved", f"Unresolved: {', '.join(unresolved)}"
        )
    return Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")


def _listener_status(
    listener: BoundListener, gateway: BoundGateway, topology: Topology
) -> Mapping[str, object]:
    metadata = gateway.resource.metadata
    return {
        "name": listener.key.name,
        "supportedKinds": [{"group": GATEWAY_GROUP, "kind": kind} for kind in listener.supported_kinds],
        "attachedRoutes": len(topology.attachments.get(listener.key, ())),
        "conditions": _written(list(_listener_conditions(listener, accepted=gateway.accepted)), metadata),
    }


def _listener_conditions(listener: BoundListener, *, accepted: bool) -> Iterator[Condition]:
    refused = first_failed("Accepted", listener.protocol, listener.conflict)
    yield refused or Condition("Accepted", "True", "Accepted", "The listener is accepted")
    unserved = first_failed(
        "Programmed",
        listener.protocol,
        listener.conflict,
        *(() if listener.has_certificate else listener.certificates),
    )
    if unserved is None and not accepted:
        unserved = Condition("Programmed", "False", "Invalid", "The Gateway is not accepted")
    yield unserved or Condition("Programmed", "True", "Programmed", "The listener serves")
    yield listener_resolved(listener)
    if listener.conflict is None:
        yield Condition("Conflicted", "False", "NoConflicts", "No other listener conflicts")
    else:
        reason = failed("Accepted", listener.conflict)
        assert reason is not None
        yield Condition("Conflicted", "True", reason.reason, reason.message)
    if listener.overlaps:
        message = f"{clauses.CERTIFICATES_OVERLAP.says}; this one is {listener.hostname}"
        yield Condition("OverlappingTLSConfig", "True", "OverlappingHostnames", message)


def listener_resolved(listener: BoundListener) -> Condition:
    """Whether the certificates and the kinds of routes that a listener names are there."""
    bad = first_failed("ResolvedRefs", listener.route_kinds, *listener.certificates)
    return bad or Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")


def route_status(route: BoundRoute, topology: Topology) -> Mapping[str, object] | None:
    """
    The status of a route, an entry for each parentRef whose parent is served.

    Returns:
        None for a route that no controller looks at.

    Source:
        RouteStatus.parents, RouteConditionType (core).
    """
    entries = [
        {
            "parentRef": _present(msgspec.to_builtins(parent.ref)),
            "controllerName": _controller_of(parent, topology),
            "conditions": _written(list(_route_conditions(route, parent)), route.resource.metadata),
        }
        for parent in route.parents
        if parent.served
    ]
    return {"parents": entries} if entries else None


def _controller_of(parent: BoundParent, topology: Topology) -> str:
    gateway = topology.gateway_by_name[parent.parent.namespaced_name]
    name = gateway.resource.spec.gateway_class_name
    return next(
        (each.resource.spec.controller_name for each in topology.classes if each.key.name == name),
        UNKNOWN_CONTROLLER,
    )


def _route_conditions(route: BoundRoute, parent: BoundParent) -> Iterator[Condition]:
    yield _route_accepted(route, parent)
    broken = [reason for rule in route.rules for step in rule.references for reason in rejections(step)]
    first = first_failed("ResolvedRefs", *broken)
    if first is None:
        yield Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")
    else:
        yield first._replace(message="; ".join(dict.fromkeys(message_of(step) for step in broken)))
    dropped = [rule.valid for rule in route.rules if not rule.valid.selected]
    if dropped and route.implemented:
        reasons = "; ".join(message_of(reason) for step in dropped for reason in rejections(step))
        yield Condition("PartiallyInvalid", "True", "UnsupportedValue", f"Dropped Rule: {reasons}")


def _route_accepted(route: BoundRoute, parent: BoundParent) -> Condition:
    if parent.refusal is not None:
        return Condition(
            "Accepted", "False", ATTACHMENT_REASONS[parent.refusal.clause.id], _refusal_message(parent)
        )
    if not route.implemented:
        refused = first_failed("Accepted", *(rule.valid for rule in route.rules))
        assert refused is not None
        return refused
    return Condition("Accepted", "True", "Accepted", "The route is accepted")


def _refusal_message(parent: BoundParent) -> str:
    """Every listener's own blockers, not the first alone."""
    blockers = (reason for attachment in parent.attachments for reason in rejections(attachment.trace))
    return "; ".join(dict.fromkeys(message_of(reason) for reason in blockers))
