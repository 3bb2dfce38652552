"""The way of one request as a graph."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.analysis.graph import Edge, Node, ObjectGraph, Relation, State
from gwsim.analysis.near_misses import NearMiss, near_misses
from gwsim.analysis.picturing.linking import object_graph
from gwsim.analysis.picturing.naming import object_id, object_node, part_id
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

REQUEST, ANSWER = "request", "answer"


def request_graph(simulation: Simulation, request: Request, decision: Decision, *, line: str) -> ObjectGraph:
    """
    Draw up the way of a request: what took it, what it could have been sent to, and what comes back.

    For a request that no rule took, the rules that came nearest are in it, each with the first check that it
    failed.

    Args:
        line: the request in words.
    """
    whole = object_graph(simulation.topology)
    return ObjectGraph.of(_parts(simulation, request, decision, whole, line))


def _parts(
    simulation: Simulation, request: Request, decision: Decision, whole: ObjectGraph, line: str
) -> Iterator[Node | Edge]:
    headers = tuple(f"{name}: {value}" for name, value in request.headers)
    yield Node(REQUEST, "request", "", line, State.ACCEPTED, notes=headers)
    last = REQUEST
    way = [each for each in _way(request, decision) if each in whole.by_id]
    for each in way:
        yield whole.by_id[each]
        relation = _relation(last, each, whole)
        yield Edge(last, each, relation, taken=True)
        last = each
    for backend in decision.backends:
        chosen = backend is decision.chosen and decision.action is Action.FORWARD
        yield from _backend(last, backend, Relation.BACKEND, whole, taken=chosen)
    for mirror in decision.mirrors:
        yield from _backend(last, mirror.backend, Relation.MIRROR, whole, taken=mirror.chosen)
    if decision.external_auth is not None:
        yield from _backend(last, decision.external_auth.backend, Relation.AUTH, whole, taken=True)
    yield from _answer(last, decision)
    if decision.route is None:
        for miss in near_misses(simulation.table, request):
            yield from _miss(last, miss, whole)


def _miss(last: str, miss: NearMiss, whole: ObjectGraph) -> Iterator[Node | Edge]:
    """A rule that came near, with the first check that failed: at the route, or at the rule."""
    route, rule = object_id(miss.rule.route), part_id(miss.rule.rule_address)
    yield whole.by_id[route]
    yield whole.by_id[rule]
    step = miss.blockers[0] if miss.blockers else None
    below = step is not None and step.address.path[:2] == ("spec", "rules")
    yield Edge(last, route, Relation.MISS, step=None if below else step)
    yield Edge(route, rule, Relation.MISS, step=step if below else None)


def _way(request: Request, decision: Decision) -> Iterator[str]:
    """The ids of what a request goes through, in order."""
    listener = decision.listener
    if listener is not None:
        namespace, _, name = listener.gateway.partition("/")
        gateway = ObjectKey(GATEWAY_GROUP, "Gateway", namespace, name)
        yield object_id(gateway)
        if listener.key.parent != gateway:
            yield object_id(listener.key.parent)
        yield part_id(listener.key.address)
    elif request.service is not None:
        yield f"Service/{request.service}"
    elif request.gateway is not None:
        yield f"Gateway/{request.gateway}"
    if decision.route is not None:
        yield object_id(decision.route.key.route)
        yield part_id(decision.route.key.rule_address)


def _relation(source: str, target: str, whole: ObjectGraph) -> Relation:
    found = (edge.relation for edge in whole.edges if edge.source == source and edge.target == target)
    return next(found, Relation.REQUEST)


def _backend(
    last: str, backend: BackendChoice, relation: Relation, whole: ObjectGraph, *, taken: bool
) -> Iterator[Node | Edge]:
    """A backend with its part of the requests; the reference tells which object is meant."""
    targets = [
        whole.by_id[edge.target] for edge in whole.edges if edge.source == last and edge.relation is relation
    ]
    named = (backend.kind, backend.namespace, backend.name)
    meant = [node for node in targets if node.key is not None and node.key[1:] == named]
    key = ObjectKey("", backend.kind, backend.namespace, backend.name)
    node = meant[0] if meant else object_node(key, State.ACCEPTED)
    yield node
    port = "" if backend.port is None else f":{backend.port}"
    share = "" if backend.share == 1 else f" {backend.share}"
    status = "" if backend.status is None else f" {backend.status}"
    yield Edge(
        last,
        node.id,
        relation,
        f"{port}{share}".strip(),
        None if backend.reason is None else f"{backend.reason}{status}",
        idle=backend.share == 0,
        taken=taken,
    )


def _answer(last: str, decision: Decision) -> Iterator[Node | Edge]:
    """What the gateway itself answers, in place of a backend."""
    if decision.action is Action.FORWARD:
        return
    good = decision.action is Action.REDIRECT or decision.reason == "CORSPreflight"
    match decision.action:
        case Action.REFUSE:
            name = "connection refused"
        case Action.REDIRECT:
            headers = decision.response.headers if decision.response else ()
            places = [value for header, value in headers if header.lower() == "location"]
            name = f"redirect {decision.status} {' '.join(places)}"
        case _:
            name = str(decision.status)
    state, reason = (State.ACCEPTED, None) if good else (State.REFUSED, decision.reason)
    yield Node(ANSWER, "answer", "", name, state, reason)
    yield Edge(last, ANSWER, Relation.REQUEST, taken=True)
