"""What a check of `gwsim lint` is given, and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

import msgspec

from gwsim.addresses import Address
from gwsim.analysis.linting.redirecting import Redirected, redirected
from gwsim.findings import Severity
from gwsim.routing.table import Entry, ListenerTable
from gwsim.simulation import Simulation
from gwsim.trace import Fact, Step

MOST_FACTS = 5
"""So many of a list are shown in a message."""


class Noted(NamedTuple):
    """One thing that a check found."""

    address: Address
    message: str
    """What was expected and what was found."""
    help: str
    """What to do about it."""
    severity: Severity = Severity.WARNING
    """A warning is a mistake by what the input holds; an info may be one, or may be meant."""


class Subject(msgspec.Struct, frozen=True, dict=True):
    """A configuration, and what of it more than one check looks at."""

    simulation: Simulation
    on: date | None = None
    """The day on which certificates have to be valid; None: their dates are not looked at."""

    @cached_property
    def given_kinds(self) -> frozenset[tuple[str, str]]:
        """Group and kind of every object of the input."""
        snapshot = self.simulation.snapshot
        return frozenset(
            (key.group, key.kind) for keys in (snapshot.objects, snapshot.others) for key in keys
        )

    @cached_property
    def redirected(self) -> tuple[Redirected, ...]:
        """Where the redirects lead."""
        return tuple(redirected(self.simulation))

    @property
    def tables(self) -> Iterator[ListenerTable]:
        """Every listener that serves, with its entries; Gateways and ports in order."""
        for tables in self.simulation.table.listeners.values():
            yield from tables

    @property
    def entries(self) -> Iterator[tuple[ListenerTable, Entry]]:
        """Every entry of the routing table with its listener."""
        for table in self.tables:
            for entry in table.entries:
                yield table, entry


Check: TypeAlias = Callable[[Subject], Iterator[Noted]]


def fact_text(fact: Fact, absent: str = "none") -> str:
    """
    Write what a check wanted or met.

    >>> fact_text(("a", "b")), fact_text(None)
    ('a, b', 'none')
    """
    if isinstance(fact, tuple):
        return ", ".join(fact) or absent
    return absent if fact is None else "any" if fact == "*" else str(fact)


def step_text(step: Step) -> str:
    """A failed check in words: the rule, what it wanted, what it met."""
    return f"{step.clause.says}: expected {fact_text(step.expected)}, found {fact_text(step.actual)}"


def steps_text(steps: Sequence[Step]) -> str:
    """Failed checks in words, those of one rule together."""
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.clause.says, []).append(step)
    return "; ".join(
        f"{says}: expected {_joined(each.expected for each in group)}, "
        f"found {_joined(each.actual for each in group)}"
        for says, group in groups.items()
    )


def _joined(facts: Iterable[Fact]) -> str:
    """Facts without repetition; of many, the first few."""
    texts = list(dict.fromkeys(map(fact_text, facts)))
    more = len(texts) - MOST_FACTS
    return " or ".join(texts[:MOST_FACTS]) + (f" or {more} more" if more > 0 else "")
