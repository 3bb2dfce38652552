"""Redirects, followed through the same configuration to the end or to the loop."""

from __future__ import annotations

from enum import Enum

import msgspec

from gwsim.errors import RequestError
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request, bare_host
from gwsim.simulation import Simulation

MOST_HOPS = 20
"""What browsers follow before they give up."""
_CREDENTIALS = frozenset({"authorization", "cookie"})


class Ending(Enum):
    """Why following stopped."""

    ANSWERED = "answered"
    LOOP = "loop"
    LEFT = "left the configuration"
    TOO_MANY = "too many redirects"


class Journey(msgspec.Struct, frozen=True):
    """Every request that a client makes, with its answer, and how it ends."""

    hops: tuple[tuple[Request, Decision], ...]
    ending: Ending


def follow(simulation: Simulation, request: Request) -> Journey:
    """
    Follow redirects as a client does.

    Raises:
        RequestError: the first request does not say which Gateway is meant.
    """
    hops: list[tuple[Request, Decision]] = []
    seen: set[tuple[object, ...]] = set()
    while True:
        seen.add(_identity(request))
        try:
            decision = simulation.trace(request)
        except RequestError:
            if not hops:
                raise
            return Journey(tuple(hops), Ending.LEFT)
        hops.append((request, decision))
        try:
            following = next_request(request, decision)
        except RequestError:
            return Journey(tuple(hops), Ending.LEFT)
        if following is None:
            return Journey(tuple(hops), Ending.ANSWERED)
        if _identity(following) in seen:
            return Journey(tuple(hops), Ending.LOOP)
        if len(hops) == MOST_HOPS:
            return Journey(tuple(hops), Ending.TOO_MANY)
        request = following


def _identity(request: Request) -> tuple[object, ...]:
    return request.method, request.protocol, request.host, request.port, request.path


def next_request(request: Request, decision: Decision) -> Request | None:
    """
    The request that a client makes next; None where the answer is no redirect.

    301, 302 and 303 turn what is not GET or HEAD into GET; credentials do not go to another host (RFC 9110).
    What is not ASCII is sent percent-encoded, as browsers do.
    """
    if decision.action is not Action.REDIRECT or decision.response is None:
        return None
    from urllib.parse import quote

    location = next(value for name, value in decision.response.headers if name.lower() == "location")
    url = "".join(each if each.isascii() else quote(each) for each in location)
    keeps = request.method in ("GET", "HEAD") or decision.status in (307, 308)
    target = Request.from_url(request.method if keeps else "GET", url)
    same_host = bare_host(target.host or "") == bare_host(request.host or "")
    headers = tuple(pair for pair in request.headers if same_host or pair[0].lower() not in _CREDENTIALS)
    return Request(
        id=request.id,
        protocol=target.protocol,
        gateway=request.gateway,
        port=target.port,
        method=target.method,
        host=target.host,
        path=target.path,
        headers=headers,
        client_certificate=request.client_certificate,
        source=request.source,
        draw=request.draw,
    )
