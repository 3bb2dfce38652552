"""Matches that no request reaches, and what takes their requests."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gwsim.addresses import ListenerKey, RuleKey
from gwsim.analysis.space.solving import Solution
from gwsim.analysis.space.space import Space
from gwsim.routing.table import Entry
from gwsim.simulation import Simulation


class Unreachable(msgspec.Struct, frozen=True):
    """A match of a rule that no request reaches on any listener that its route is attached to."""

    key: RuleKey
    entries: tuple[Entry, ...]
    """It has one for each listener and hostname."""
    shadows: tuple[RuleKey, ...]
    """The matches that take its requests, in order of precedence; empty where none is to blame alone."""
    listeners: tuple[ListenerKey, ...]
    """Listeners that come before its own for all of its hosts."""
    doubts: tuple[str, ...] = ()
    """Why it may be reached all the same; empty where it certainly is not."""


def unreachable(simulation: Simulation) -> Iterator[Unreachable]:
    """
    Find the matches that no request reaches, and what shadows them.

    Rules that cannot be implemented, and routes that are attached nowhere, have no entries and are not among
    them. With doubts where it was not settled.
    """
    fates: dict[RuleKey, list[tuple[Entry, Solution]]] = {}
    reached: set[RuleKey] = set()
    for space in Space.of(simulation).places:
        for claim in space.claims:
            if claim.entry is not None and claim.entry.key not in reached:
                solution = space.solution(claim)
                if solution.request is not None:
                    reached.add(claim.entry.key)
                else:
                    fates.setdefault(claim.entry.key, []).append((claim.entry, solution))
    for key in sorted(fates.keys() - reached):
        blockers = [blocker for _, solution in fates[key] for blocker in solution.blockers]
        doubts = (doubt for _, solution in fates[key] for doubt in solution.doubts)
        keys = (blocker.entry.key for blocker in blockers if blocker.entry is not None)
        own = {entry.listener for entry, _ in fates[key]}
        takers = (each.listener for each in blockers if each.entry is None and each.listener is not None)
        yield Unreachable(
            key,
            tuple({(entry.listener, entry.hostname): entry for entry, _ in fates[key]}.values()),
            tuple(each for each in dict.fromkeys(keys) if each != key),
            tuple(each for each in dict.fromkeys(taker.key for taker in takers) if each not in own),
            tuple(dict.fromkeys(doubts)),
        )
