"""HTTPRoutes and GRPCRoutes on one listener: with a hostname in common, only one of them is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gwsim.addresses import Address, ListenerKey, ObjectKey
from gwsim.binding import policy_clauses as clauses
from gwsim.binding.ages import Age
from gwsim.binding.attaching.attachment import Attachment
from gwsim.binding.hostnames import wider_patterns
from gwsim.trace import Step, check


class Candidate(NamedTuple):
    """A route that attaches to a listener but for routes of the other kind."""

    age: Age
    name: str
    """`namespace/name`."""
    route: ObjectKey
    attachment: Attachment


def rivals(candidates: Iterable[Candidate]) -> dict[tuple[ObjectKey, ListenerKey], Step]:
    """
    Find the routes that lose to an older one of the other kind.

    Args:
        candidates: HTTPRoutes and GRPCRoutes.

    Source:
        GRPCRoute.spec.hostnames (core): exactly one is accepted, the older, then the first by name.
    """
    by_listener: dict[ListenerKey, list[Candidate]] = {}
    for candidate in candidates:
        by_listener.setdefault(candidate.attachment.listener, []).append(candidate)
    lost: dict[tuple[ObjectKey, ListenerKey], Step] = {}
    for listener, sharing in by_listener.items():
        if len({candidate.route.kind for candidate in sharing}) > 1:
            for candidate, rival in _losers(sharing):
                lost[candidate.route, listener] = check(
                    clauses.COEXISTENCE,
                    Address(candidate.route, ("spec", "hostnames")),
                    False,
                    expected=f"no {rival.kind} for the same hostnames on {listener}",
                    actual=str(rival),
                )
    return lost


def _losers(sharing: Sequence[Candidate]) -> Iterable[tuple[Candidate, ObjectKey]]:
    taken: dict[str, _Names] = {}
    for candidate in sorted(sharing, key=lambda each: (each.age, each.name, each.route.kind)):
        kind = candidate.route.kind
        other = taken.get("GRPCRoute" if kind == "HTTPRoute" else "HTTPRoute")
        patterns = [hostname.pattern for hostname in candidate.attachment.hostnames]
        rival = next((found for found in map(other.meets, patterns) if found), None) if other else None
        if rival is not None:
            yield candidate, rival
        else:
            names = taken.setdefault(kind, _Names())
            for pattern in patterns:
                names.add(pattern, candidate.route)


class _Names:
    """Hostnames that are taken, so that an intersection is found by look-up."""

    def __init__(self) -> None:
        self._exact: dict[str, ObjectKey] = {}
        self._below: dict[str, ObjectKey] = {}

    def add(self, pattern: str, route: ObjectKey) -> None:
        self._exact.setdefault(pattern, route)
        for wider in wider_patterns(pattern):
            self._below.setdefault(wider, route)

    def meets(self, pattern: str) -> ObjectKey | None:
        """The route of a hostname that intersects with one."""
        found = self._exact.get(pattern) or self._below.get(pattern)
        return found or next(
            (self._exact[each] for each in wider_patterns(pattern) if each in self._exact), None
        )
