"""How much of a sample of traffic two configurations answer differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gwsim.analysis.differing.comparing import Comparison, Difference
from gwsim.analysis.differing.narrowing import narrowed
from gwsim.analysis.space.claims import PlaceKey
from gwsim.analysis.space.space import Space
from gwsim.errors import RequestError
from gwsim.routing.request import Request


class Traffic(msgspec.Struct, frozen=True):
    """A sample, counted."""

    requests: int
    """That can be sent to either side."""
    touched: Mapping[int, int]
    """Requests of each difference, by its `id()`."""
    unread: int
    """Lines that are none, or that do not say which Gateway is meant."""


def count_traffic(comparison: Comparison, requests: Iterable[Request | None]) -> Traffic:
    """
    Count the requests of each difference.

    Args:
        requests: None for a line that is none.
    """
    pair = comparison.pair
    spaces = [Space(*each) for each in zip((pair.before, pair.after), narrowed(pair), strict=True)]
    by_claims = {
        (each.sides.place_key, each.before.rank, each.after.rank): each for each in comparison.differences
    }
    touched: dict[int, int] = {}
    count = unread = 0
    for request in requests:
        ranks = None if request is None else _ranks(spaces, request)
        if ranks is None or request is None:
            unread += 1
            continue
        count += 1
        difference = by_claims.get(ranks)
        if difference is not None and _differs(difference, request):
            touched[id(difference)] = touched.get(id(difference), 0) + 1
    return Traffic(count, touched, unread)


def _ranks(spaces: list[Space], request: Request) -> tuple[PlaceKey, int, int] | None:
    """The place of a request, and the claims that take it."""
    ranks: list[int] = []
    key: PlaceKey | None = None
    for space in spaces:
        try:
            at = space.place_of(request)
        except RequestError:
            return None
        if at is None:
            return None
        place, arrived = at
        claim = place.claim_of(arrived)
        if claim is None:
            return None
        ranks.append(claim.rank)
        key = place.place.key if place.place.listens or key is None else key
    assert key is not None
    return key, ranks[0], ranks[1]


def _differs(difference: Difference, request: Request) -> bool:
    return difference.sides.differs(difference.before, difference.after, request)
