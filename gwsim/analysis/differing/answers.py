"""What clients and backends can tell of a decision: not which route made it, nor how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from msgspec import structs

from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.space import PlaceSpace
from gwsim.errors import RequestError
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.routing.request import Request

Answer: TypeAlias = tuple[object, ...]
"""Equal for decisions that nobody can tell apart."""


def answer_of(space: PlaceSpace, claim: Claim, request: Request) -> Answer:
    """
    What becomes of a request that a claim takes: each alternative with its share, whatever the draw.

    Reasons and names of routes and listeners are no part of it; neither is the order of backends.
    """
    try:
        decision = space.decision(claim, structs.replace(request, draw=0.0))
    except RequestError as error:
        return ("refuse", str(error))
    shares: dict[Answer, Fraction] = {}
    for draw, share in _draws(decision):
        drawn = decision if draw == 0 else space.decision(claim, structs.replace(request, draw=draw))
        facts = _facts(drawn)
        shares[facts] = shares.get(facts, Fraction(0)) + share
    return tuple(sorted(shares.items(), key=repr))


def _draws(decision: Decision) -> Iterator[tuple[float, Fraction]]:
    """A draw that falls on each backend, and how often one does."""
    reached = Fraction(0)
    for backend in decision.backends:
        if backend.share:
            yield float(reached + (backend.share / 2 if reached else 0)), backend.share
            reached += backend.share
    if not reached:
        yield 0.0, Fraction(1)


def _facts(decision: Decision) -> Answer:
    chosen, auth = decision.chosen, decision.external_auth
    # What answers in a backend's place is told by the status.
    reached = None if chosen is None or decision.action is not Action.FORWARD else _backend(chosen)
    mirrors = sorted((_backend(each.backend), each.backend.share) for each in decision.mirrors)
    response = decision.response
    return (
        decision.action.value,
        decision.status,
        reached,
        None if response is None else (response.status, response.headers),
        tuple(mirrors) if decision.action is not Action.REFUSE else (),
        decision.timeouts,
        decision.retry,
        decision.session_persistence,
        None if auth is None else (structs.replace(auth, backend=None), _backend(auth.backend)),
        decision.cors is not None and decision.cors.preflight,
    )


def _backend(backend: BackendChoice) -> Answer:
    return (
        backend.kind,
        backend.namespace,
        backend.name,
        backend.port or 0,
        repr(backend.request),
        repr(backend.response_headers),
        repr(backend.tls),
        backend.app_protocol or "",
    )
