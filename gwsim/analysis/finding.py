"""The reverse of a trace: which requests have an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.conditions import Condition, HostIs, PathIs
from gwsim.analysis.space.space import PlaceSpace, Region, RequestClass, Space, Unsolved
from gwsim.binding.hostnames import intersection
from gwsim.resources.routes import HTTPPathMatch
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.simulation import Simulation

SERVED = (Action.FORWARD, Action.REDIRECT, Action.RESPOND)
"""What is looked for unless something else is asked for: connections that are refused are no answer."""


class Sought(msgspec.Struct, frozen=True):
    """
    What to look for: of several values of one field, any will do.

    Names are `namespace/name`, or `Kind/namespace/name`.
    """

    backends: tuple[str, ...] = ()
    """Forwarded to, or mirrored to."""
    routes: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    """Sent by the gateway itself."""
    actions: tuple[Action, ...] = SERVED
    gateways: tuple[str, ...] = ()
    host: str | None = None
    """A host, or a hostname with a wildcard."""
    path_prefix: str | None = None
    not_backends: tuple[str, ...] = ()
    not_routes: tuple[str, ...] = ()
    not_statuses: tuple[int, ...] = ()
    not_gateways: tuple[str, ...] = ()
    not_hosts: tuple[str, ...] = ()
    not_path_prefixes: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A class of requests with the outcome."""

    requests: RequestClass
    share: Fraction
    """How many of them have it: the backends' weights decide."""


class Alternative(msgspec.Struct, frozen=True):
    """One thing that may become of a request, by the draw."""

    action: Action
    share: Fraction
    backend: BackendChoice | None = None
    status: int | None = None


def find(simulation: Simulation, sought: Sought) -> Iterator[Found | Unsolved]:
    """Find every class of requests of which some have an outcome; and those of which it is not known."""
    held: list[Condition] = [HostIs(host.lower()) for host in (sought.host,) if host]
    held += [_below(prefix) for prefix in (sought.path_prefix,) if prefix]
    missed: list[Condition] = [HostIs(host.lower()) for host in sought.not_hosts]
    missed += [_below(prefix) for prefix in sought.not_path_prefixes]
    region = Region(tuple(held), tuple(missed))

    def wanted(space: PlaceSpace, claim: Claim) -> bool:
        return _may_be_meant(sought, space, claim)

    for each in Space.of(simulation).solved(wanted, region):
        if isinstance(each, Unsolved):
            yield each
        elif _takes_all(sought, each.space, each.claim):
            yield Found(each, Fraction(1))
        else:
            share = sum((one.share for one in alternatives(each.decision) if _fits(sought, one)), Fraction(0))
            if share:
                yield Found(each, min(share, Fraction(1)))


def alternatives(decision: Decision) -> Iterator[Alternative]:
    """Everything that may become of a request, by the draw; a copy for a mirror among it."""
    for backend in decision.backends:
        if backend.share:
            action = Action.FORWARD if backend.status is None else Action.RESPOND
            yield Alternative(action, backend.share, backend, backend.status)
    if not any(backend.share for backend in decision.backends):
        yield Alternative(decision.action, Fraction(1), None, decision.status)
    for mirror in decision.mirrors:
        if mirror.backend.share:
            yield Alternative(Action.FORWARD, mirror.backend.share, mirror.backend)


def is_named(key: ObjectKey, names: tuple[str, ...]) -> bool:
    """Whether some names, with or without a kind, stand for an object."""
    return key.namespaced_name in names or str(key) in names


def unknown_names(simulation: Simulation, sought: Sought) -> Iterator[str]:
    """The names in a question that stand for no object of the input: most likely misspelt."""
    keys = list(simulation.snapshot.objects)
    targets = (
        weighted.backend.target
        for route in simulation.topology.routes
        for rule in route.rules
        for weighted in rule.backends
    )
    known = {name for key in (*keys, *targets) for name in (key.namespaced_name, str(key))}
    named = (sought.backends, sought.routes, sought.gateways)
    unwanted = (sought.not_backends, sought.not_routes, sought.not_gateways)
    yield from (name for names in (*named, *unwanted) for name in names if name not in known)


def _below(prefix: str) -> PathIs:
    return PathIs(HTTPPathMatch(type="PathPrefix", value=prefix))


def _may_be_meant(sought: Sought, space: PlaceSpace, claim: Claim) -> bool:
    """Whether it is worth while to make a request."""
    gateway = None if space.place.gateway is None else space.place.gateway.key
    if gateway is not None and is_named(gateway, sought.not_gateways):
        return False
    if sought.gateways and (gateway is None or not is_named(gateway, sought.gateways)):
        return False
    if sought.host and not _may_be_for(sought.host.lower(), claim):
        return False
    if claim.entry is None:
        ending = claim.ending
        named = sought.backends or sought.routes
        return not named and ending is not None and ending.action in sought.actions
    route, rule = claim.entry.key.route, claim.entry.rule
    if is_named(route, sought.not_routes) or (sought.routes and not is_named(route, sought.routes)):
        return False
    filters = (*rule.filters, *(each for weighted in rule.backends for each in weighted.filters))
    targets = [weighted.backend.target for weighted in rule.backends]
    targets += [each.backend.target for each in filters if each.backend is not None]
    return not sought.backends or any(is_named(target, sought.backends) for target in targets)


def _may_be_for(host: str, claim: Claim) -> bool:
    """Whether the hosts that a claim asks for have one in common with a hostname."""
    patterns = (each.pattern for each in claim.conditions if isinstance(each, HostIs))
    return all(intersection(pattern, host) is not None for pattern in patterns)


def _takes_all(sought: Sought, space: PlaceSpace, claim: Claim) -> bool:
    """Whether any decision about what a claim takes is one that is looked for: none has to be made then."""
    if sought.backends or sought.not_backends or sought.statuses or sought.not_statuses:
        return False
    if claim.entry is None:
        return claim.ending is not None and claim.ending.action in sought.actions
    # Connections alone are refused where no backend gets them.
    return space.place.protocol in ("HTTP", "HTTPS") and set(SERVED) <= set(sought.actions)


def _fits(sought: Sought, one: Alternative) -> bool:
    if one.action not in sought.actions or one.status in sought.not_statuses:
        return False
    if sought.statuses and one.status not in sought.statuses:
        return False
    reached = one.backend if one.status is None else None
    if sought.backends:
        return reached is not None and _is_backend(reached, sought.backends)
    return reached is None or not _is_backend(reached, sought.not_backends)


def _is_backend(backend: BackendChoice, names: tuple[str, ...]) -> bool:
    plain = f"{backend.namespace}/{backend.name}"
    return plain in names or f"{backend.kind}/{plain}" in names
