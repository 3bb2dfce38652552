"""The status of routes, policies, XBackends and XMeshes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from gwsim.addresses import GATEWAY_GROUP, Address, ObjectKey
from gwsim.binding import policy_clauses
from gwsim.binding.attaching.attachment import BoundParent
from gwsim.binding.listening.gateways import BoundGateway, check_parameters
from gwsim.binding.referring.policies import BoundPolicy
from gwsim.binding.referring.rules import BoundRule
from gwsim.binding.reporting.conditions import (
    POLICY_CA_KIND,
    ROUTE_OF_REFUSED_SET,
    Condition,
    first_failed,
    message_of,
    reason_for,
)
from gwsim.binding.reporting.writing import present, written
from gwsim.binding.topology import BoundRoute, Topology
from gwsim.resources.meta import ParentReference
from gwsim.resources.policies import XMesh
from gwsim.resources.snapshot import Route
from gwsim.trace import Step, rejections

UNKNOWN_CONTROLLER = "gwsim.invalid/controller"
"""controllerName where the input has no GatewayClass to take it from."""
MOST_ANCESTORS = 16
_OF_SETS = frozenset({policy_clauses.SET_ALLOWED.id, policy_clauses.SET_GATEWAY_ACCEPTED.id})


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
            "parentRef": present(_written(parent, route, topology)),
            "controllerName": _controller_of(parent.parent, topology),
            "conditions": written(list(route_conditions(route, parent, rules)), route.resource.metadata),
        }
        for parents, rules in ((route.parents, route.rules), (route.mesh_parents, route.mesh_rules))
        for parent in parents
        if parent.served
    ]
    return {"parents": entries} if entries else None


def _written(parent: BoundParent, route: BoundRoute, topology: Topology) -> ParentReference:
    """A parentRef as the manifest has it: an implementation may see less of it."""
    match parent.address.path:
        case ("spec", "parentRefs", int(index)):
            resource = topology.snapshot.objects[route.key]
            assert isinstance(resource, Route)
            return resource.spec.parent_refs[index]
        case _:
            return parent.ref


def _controller_of(parent: ObjectKey, topology: Topology) -> str:
    """The controller that writes: of the Gateway's class; for a Service of the mesh, or of the only class."""
    listeners = topology.listeners.get(parent, ())
    gateway = listeners[0].gateway if listeners else None
    if gateway is not None:
        bound = topology.gateway_by_name[gateway.namespaced_name]
        return controller_of_gateway(bound, topology)
    return UNKNOWN_CONTROLLER if topology.mesh_controller is None else topology.mesh_controller


def controller_of_gateway(gateway: BoundGateway, topology: Topology) -> str:
    """The controllerName of a Gateway's class."""
    return topology.controllers_by_class.get(gateway.resource.spec.gateway_class_name, UNKNOWN_CONTROLLER)


def route_conditions(
    route: BoundRoute, parent: BoundParent, rules: Sequence[BoundRule]
) -> Iterator[Condition]:
    """Yield the conditions of a route for a served parent; `rules` are those for parents of its kind."""
    yield _route_accepted(route, parent, rules)
    broken = [reason for rule in rules for step in rule.references for reason in rejections(step)]
    first = first_failed("ResolvedRefs", *broken)
    if first is None:
        yield Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")
    else:
        yield first._replace(message="; ".join(dict.fromkeys(message_of(step) for step in broken)))
    dropped = [rule.valid for rule in rules if not rule.valid.selected]
    if dropped and (route.implements(rules) or route.falls_back):
        reasons = "; ".join(message_of(reason) for step in dropped for reason in rejections(step))
        what = "Fall Back" if route.falls_back else "Dropped Rule"
        yield Condition("PartiallyInvalid", "True", "UnsupportedValue", f"{what}: {reasons}")


def _route_accepted(route: BoundRoute, parent: BoundParent, rules: Sequence[BoundRule]) -> Condition:
    refusals = parent.refusals
    if refusals:
        first = refusals[0].clause
        reason = ROUTE_OF_REFUSED_SET if first.id in _OF_SETS else reason_for(first, "Accepted")
        assert reason is not None
        message = "; ".join(dict.fromkeys(map(message_of, refusals)))
        return Condition("Accepted", "False", reason, message)
    if not (route.implements(rules) or route.falls_back):
        refused = first_failed("Accepted", *(rule.valid for rule in rules))
        assert refused is not None
        return refused
    return Condition("Accepted", "True", "Accepted", "The route is accepted")


def policy_status(policy: BoundPolicy, topology: Topology) -> Mapping[str, object] | None:
    """
    The status of a policy, an entry for each Gateway that routes to one of its targets.

    Returns:
        None for a policy whose targets no Gateway routes to.

    Source:
        PolicyStatus.ancestors (GEP-713); at most 16.
    """
    gateways = {
        gateway.key: gateway
        for ref in policy.resource.spec.target_refs
        for gateway in topology.routing_to.get((policy.key.namespace, ref.name), ())[:MOST_ANCESTORS]
    }
    entries = [
        {
            "ancestorRef": {
                "group": GATEWAY_GROUP,
                "kind": "Gateway",
                "namespace": gateway.key.namespace,
                "name": gateway.key.name,
            },
            "controllerName": controller_of_gateway(gateway, topology),
            "conditions": written(list(policy_conditions(policy)), policy.resource.metadata),
        }
        for _, gateway in sorted(gateways.items(), key=itemgetter(0))[:MOST_ANCESTORS]
    ]
    return {"ancestors": entries} if entries else None


def policy_conditions(policy: BoundPolicy) -> Iterator[Condition]:
    """Yield the conditions of a policy, the same for each of its ancestors."""
    trust: Step | None = policy.trust.step if policy.trust else None
    refused = first_failed("Accepted", policy.conflicted, *policy.targets, trust)
    if refused is None and trust is not None and not trust.selected:
        reason = reason_for(trust.clause, "Accepted")
        assert reason is not None
        refused = Condition("Accepted", "False", reason, message_of(trust))
    yield refused or Condition("Accepted", "True", "Accepted", "The policy is accepted")
    if policy.trust is not None:
        unresolved = first_failed("ResolvedRefs", *policy.trust.references)
        if unresolved is not None and unresolved.reason == "InvalidCACertificateKind":
            unresolved = unresolved._replace(reason=POLICY_CA_KIND)
        yield unresolved or Condition("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved")


def backend_status(key: ObjectKey, topology: Topology) -> Mapping[str, object] | None:
    """The status of an XBackend, an entry for each Gateway that routes to it (GEP-4894)."""
    metadata = topology.snapshot.objects[key].metadata
    entries = [
        {
            "parentRef": {
                "group": GATEWAY_GROUP,
                "kind": "Gateway",
                "namespace": gateway.key.namespace,
                "name": gateway.key.name,
            },
            "controllerName": controller_of_gateway(gateway, topology),
            "conditions": written([Condition("Accepted", "True", "Accepted", "In use")], metadata),
        }
        for gateway in topology.routing_to.get((key.namespace, key.name), ())
    ]
    return {"parents": entries} if entries else None


def mesh_status(key: ObjectKey, mesh: XMesh, topology: Topology) -> Mapping[str, object]:
    """The status of an XMesh."""
    ref = mesh.spec.parameters_ref
    step = check_parameters(Address(key, ("spec", "parametersRef")), ref, topology.snapshot)
    accepted = first_failed("Accepted", step) or Condition("Accepted", "True", "Accepted", "Served")
    return {"conditions": written([accepted], mesh.metadata)}
