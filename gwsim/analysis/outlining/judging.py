"""Of each item of the tree: its state, and the checks that failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gwsim.addresses import RuleKey
from gwsim.analysis.outlining.outline import Outline, Place, RulePlace, State
from gwsim.binding.attaching.attachment import BoundParent
from gwsim.binding.listening.gateways import BoundClass, BoundGateway
from gwsim.binding.listening.listener_sets import BoundListenerSet
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.rules import BoundFilter, WeightedBackend
from gwsim.trace import Step, rejections


class Verdict(NamedTuple):
    """A state, and why it is not ACCEPTED."""

    state: State
    failures: tuple[Step, ...] = ()


def judge_class(bound: BoundClass, *, used: bool) -> Verdict:
    """Judge a GatewayClass; one that nothing uses, or that is another controller's, is never reached."""
    if not bound.parameters.selected:
        return Verdict(State.REFUSED, _failed([bound.parameters]))
    if not bound.ours.selected:
        return Verdict(State.UNREACHED, _failed([bound.ours]))
    return Verdict(State.ACCEPTED if used else State.UNREACHED)


def judge_gateway(gateway: BoundGateway) -> Verdict:
    """Judge a Gateway by its class, its own fields and its listeners."""
    if not gateway.served:
        return Verdict(State.REFUSED, _failed([gateway.class_step]))
    own = (
        gateway.parameters,
        *(step for pair in gateway.addresses for step in pair),
        *([gateway.client_certificate] if gateway.client_certificate else []),
    )
    failures = _failed([*own, *(each.trace for each in gateway.all_listeners)])
    if not gateway.accepted:
        return Verdict(State.REFUSED, failures or _failed([gateway.listeners_step]))
    return Verdict(State.PARTLY if failures else State.ACCEPTED, failures)


def judge_listener_set(bound: BoundListenerSet) -> Verdict:
    """Judge a ListenerSet that no Gateway takes up."""
    return Verdict(State.REFUSED, _failed([bound.served, *([bound.allowed] if bound.allowed else [])]))


def judge_listener(gateway: BoundGateway, listener: BoundListener) -> Verdict:
    """Judge a listener; one of a Gateway that does not serve is never reached, whatever it is like."""
    failures = _failed([listener.trace])
    if not listener.serving:
        return Verdict(State.REFUSED, failures)
    if not (gateway.served and gateway.accepted):
        return Verdict(State.UNREACHED, failures)
    return Verdict(State.PARTLY if failures else State.ACCEPTED, failures)


def judge_route(outline: Outline, place: Place) -> Verdict:
    """
    Judge a route where it stands in the tree.

    What is wrong with it elsewhere counts as well: a route that one of two parents refuses is partly invalid.
    """
    route = place.route
    parents = (*route.parents, *route.mesh_parents)
    refusals = tuple(step for parent in parents for step in _refusals(parent))
    rules = [judge_rule(outline, RulePlace(place, index)) for index in range(len(place.rules))]
    failures = tuple(dict.fromkeys((*refusals, *(step for rule in rules for step in rule.failures))))
    if place.listener is None:
        refused = bool(refusals) or not route.implements(place.rules)
        return Verdict(State.REFUSED if refused else State.UNREACHED, failures)
    states = {rule.state for rule in rules}
    if not states & {State.ACCEPTED, State.PARTLY}:
        return Verdict(State.UNREACHED, failures)
    broken = refusals or states & {State.PARTLY, State.REFUSED}
    return Verdict(State.PARTLY if broken else State.ACCEPTED, failures)


def judge_rule(outline: Outline, subject: RulePlace) -> Verdict:
    """Judge a rule; where equal matches of others take all its requests, it is never reached."""
    rule = subject.rule
    invalid = tuple(rejections(rule.valid))
    if invalid:
        return Verdict(State.REFUSED, invalid)
    encrypted = outline.passes_through(subject.place)
    backends = [judge_backend(weighted, encrypted=encrypted) for weighted in rule.backends]
    failures = (*_failed(rule.references), *(step for each in backends for step in each.failures))
    failures = tuple(dict.fromkeys(failures))
    if not _is_reached(outline, subject):
        return Verdict(State.UNREACHED, failures)
    redirects = any(each.spec.type == "RequestRedirect" for each in rule.filters)
    idle = not redirects and all(weighted.backend.weight == 0 for weighted in rule.backends)
    broken = failures or idle or any(each.state is State.REFUSED for each in backends)
    return Verdict(State.PARTLY if broken else State.ACCEPTED, failures)


def _is_reached(outline: Outline, subject: RulePlace) -> bool:
    place, listener = subject.place, subject.place.listener
    if listener is None or place.in_mesh:
        return listener is not None
    hidden = outline.hidden.get(listener)
    if hidden is None:
        return False
    matches = range(len(subject.rule.spec.matches))
    return any(RuleKey(place.route.key, subject.index, match) not in hidden for match in matches)


def judge_filter(bound: BoundFilter) -> Verdict:
    """Judge a filter by what it refers to."""
    reference = None if bound.backend is None else bound.backend.trace
    failures = _failed(step for step in (bound.extension, reference) if step is not None)
    return Verdict(State.REFUSED if failures else State.ACCEPTED, failures)


def judge_backend(weighted: WeightedBackend, *, encrypted: bool) -> Verdict:
    """
    Judge a backend: whether it can be used, and whether it ever gets a request.

    Args:
        encrypted: whether what it gets is the client's own TLS, so that policies about TLS have no bearing.
    """
    backend = weighted.backend
    failures = (*_failed([backend.trace]), *(() if encrypted else _insecure(weighted)))
    if failures or not backend.has_ready_endpoint:
        return Verdict(State.REFUSED, failures)
    return Verdict(State.ACCEPTED if backend.weight else State.UNREACHED)


def _insecure(weighted: WeightedBackend) -> tuple[Step, ...]:
    """What keeps TLS from being spoken to a backend."""
    security = weighted.backend.security
    if security is None or security.can_be_met:
        return ()
    return _failed(step for step in (security.trust and security.trust.step, security.client_step) if step)


def _refusals(parent: BoundParent) -> Iterator[Step]:
    if not parent.served:
        yield from rejections(parent.trace)
    for step in parent.refusals:
        yield from rejections(step)


def _failed(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(dict.fromkeys(reason for step in steps for reason in rejections(step)))
