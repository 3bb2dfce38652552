"""The status of GatewayClasses, Gateways, ListenerSets and their listeners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gwsim.addresses import GATEWAY_GROUP, Address
from gwsim.binding import clauses, policy_clauses
from gwsim.binding.listening.gateways import BoundClass, BoundGateway
from gwsim.binding.listening.listener_sets import BoundListenerSet
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.reporting.conditions import Condition, failed, first_failed
from gwsim.binding.reporting.writing import waiting, written
from gwsim.binding.topology import Topology
from gwsim.resources.meta import ObjectMeta
from gwsim.trace import check


def class_status(each: BoundClass) -> Mapping[str, object]:
    """
    The status of a GatewayClass.

    Source:
        GatewayClassConditionType (core).
    """
    if not each.ours.selected:
        return {"conditions": waiting("Accepted")}
    accepted = failed("Accepted", each.parameters) or Condition("Accepted", "True", "Accepted", "Served")
    version = Condition("SupportedVersion", "True", "SupportedVersion", "The CRDs' version is supported")
    return {"conditions": written([accepted, version], each.resource.metadata)}


def gateway_status(gateway: BoundGateway, topology: Topology) -> Mapping[str, object]:
    """
    The status of a Gateway and of each of its own listeners.

    Source:
        GatewayConditionType, ListenerConditionType (core).
    """
    if not gateway.served:
        return {"conditions": waiting("Accepted", "Programmed")}
    metadata = gateway.resource.metadata
    sets = topology.sets_of.get(gateway.key, ())
    attached = sum(1 for each in sets if _set_accepted(each, gateway, topology).status == "True")
    return {
        "addresses": [{"type": type_, "value": value} for type_, value in gateway.assigned],
        "attachedListenerSets": attached,
        "conditions": written(list(gateway_conditions(gateway)), metadata),
        "listeners": _listener_statuses(gateway.listeners, gateway, topology, metadata),
    }


def gateway_conditions(gateway: BoundGateway) -> Iterator[Condition]:
    """Yield the conditions of a Gateway that is served."""
    yield _gateway_accepted(gateway)
    yield _gateway_programmed(gateway)
    yield _gateway_resolved(gateway)
    insecure = [listener for listener in gateway.listeners if listener.clients and listener.clients.insecure]
    if insecure or _configured_insecure(gateway):
        message = "Clients without a valid certificate are let in (AllowInsecureFallback)"
        yield Condition("InsecureFrontendValidationMode", "True", "ConfigurationChanged", message)
    if gateway.resource.spec.default_scope == "All":
        message = "Routes with useDefaultGateways: All attach to this Gateway"
        yield Condition("DefaultGateway", "True", "DefaultGateway", message)


def _configured_insecure(gateway: BoundGateway) -> bool:
    tls = gateway.resource.spec.tls
    if tls is None or tls.frontend is None:
        return False
    configs = (tls.frontend.default, *(each.tls for each in tls.frontend.per_port))
    return any(each.validation and each.validation.mode == "AllowInsecureFallback" for each in configs)


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
    own = failed("ResolvedRefs", gateway.client_certificate)
    if own is not None:
        return own
    unresolved = [each.key.name for each in gateway.listeners if listener_resolved(each).status == "False"]
    if unresolved:
        message = f"Unresolved: {', '.join(unresolved)}"
        return Condition("ResolvedRefs", "False", "ListenersNotResolved", message)
    return Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")


def listener_set_status(each: BoundListenerSet, topology: Topology) -> Mapping[str, object]:
    """
    The status of a ListenerSet and of each of its listeners.

    Source:
        ListenerSetConditionType (GEP-1713; extended).
    """
    if not each.served.selected:
        return {"conditions": waiting("Accepted", "Programmed")}
    gateway = topology.gateway_by_name[each.gateway.namespaced_name]
    metadata = each.resource.metadata
    conditions = [_set_accepted(each, gateway, topology), _set_programmed(each, gateway, topology)]
    theirs = topology.listeners.get(each.key, ())
    return {
        "conditions": written(conditions, metadata),
        "listeners": _listener_statuses(theirs, gateway, topology, metadata),
    }


def _valid_entries(each: BoundListenerSet, topology: Topology) -> list[bool]:
    return [
        listener.accepted and listener_resolved(listener).status == "True"
        for listener in topology.listeners.get(each.key, ())
    ]


def _set_accepted(each: BoundListenerSet, gateway: BoundGateway, topology: Topology) -> Condition:
    return _set_refused("Accepted", each, gateway, topology) or (
        Condition("Accepted", "True", "Accepted", "The ListenerSet is accepted")
        if all(_valid_entries(each, topology))
        else Condition("Accepted", "True", "ListenersNotValid", "Some listeners are not valid")
    )


def _set_programmed(each: BoundListenerSet, gateway: BoundGateway, topology: Topology) -> Condition:
    refused = _set_refused("Programmed", each, gateway, topology)
    if refused is not None:
        return refused
    if _gateway_programmed(gateway).status == "False":
        return Condition("Programmed", "False", "ParentNotProgrammed", "The Gateway is not programmed")
    return Condition("Programmed", "True", "Programmed", "The ListenerSet serves")


def _set_refused(
    condition: str, each: BoundListenerSet, gateway: BoundGateway, topology: Topology
) -> Condition | None:
    listeners = Address(each.key, ("spec", "listeners"))
    accepted = check(
        policy_clauses.SET_GATEWAY_ACCEPTED,
        Address(each.key, ("spec", "parentRef")),
        gateway.accepted,
        expected="accepted",
        actual=str(gateway.key),
    )
    valid = check(
        policy_clauses.SET_LISTENERS, listeners, any(_valid_entries(each, topology)), expected="one"
    )
    return first_failed(condition, each.allowed, accepted, valid)


def _listener_statuses(
    listeners: Sequence[BoundListener], gateway: BoundGateway, topology: Topology, metadata: ObjectMeta
) -> list[Mapping[str, object]]:
    return [
        {
            "name": listener.key.name,
            "supportedKinds": [{"group": GATEWAY_GROUP, "kind": kind} for kind in listener.supported_kinds],
            "attachedRoutes": len(topology.attachments.get(listener.key, ())),
            "conditions": written(list(_listener_conditions(listener, gateway)), metadata),
        }
        for listener in listeners
    ]


def _listener_conditions(listener: BoundListener, gateway: BoundGateway) -> Iterator[Condition]:
    yield _listener_accepted(listener) or Condition(
        "Accepted", "True", "Accepted", "The listener is accepted"
    )
    programmed = Condition("Programmed", "True", "Programmed", "The listener serves")
    yield _listener_unprogrammed(listener, gateway) or programmed
    yield listener_resolved(listener)
    if listener.conflict is None:
        yield Condition("Conflicted", "False", "NoConflicts", "No other listener conflicts")
    else:
        lost = failed("Accepted", listener.conflict)
        assert lost is not None
        yield lost._replace(type="Conflicted", status="True")
    if listener.overlaps:
        message = f"{clauses.CERTIFICATES_OVERLAP.says}; this one is {listener.hostname}"
        yield Condition("OverlappingTLSConfig", "True", "OverlappingHostnames", message)


def _listener_accepted(listener: BoundListener) -> Condition | None:
    own = first_failed("Accepted", listener.protocol, listener.conflict)
    own = own or failed("Accepted", listener.clients.step if listener.clients else None)
    if own is None and not listener.accepted:
        return Condition("Accepted", "False", "Invalid", "No certificate can be used")
    return own


def _listener_unprogrammed(listener: BoundListener, gateway: BoundGateway) -> Condition | None:
    certificates = () if listener.has_certificate else listener.certificates
    own = first_failed("Programmed", listener.parent, listener.protocol, listener.conflict, *certificates)
    own = own or failed("Programmed", listener.clients.step if listener.clients else None)
    if own is None and not gateway.accepted:
        return Condition("Programmed", "False", "Invalid", "The Gateway is not accepted")
    return own


def listener_resolved(listener: BoundListener) -> Condition:
    """Whether the certificates, the CAs and the kinds of routes that a listener names are there."""
    clients = listener.clients.references if listener.clients else ()
    bad = first_failed("ResolvedRefs", listener.route_kinds, *listener.certificates, *clients)
    return bad or Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")
