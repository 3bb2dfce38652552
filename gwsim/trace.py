"""Explanations as values: each check is a `Step` that cites the `Clause` it applies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TypeAlias

import msgspec

from gwsim.addresses import Address


class Support(Enum):
    """How binding a rule is for an implementation of the API."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    EXTENDED = "extended"
    IMPLEMENTATION = "implementation-specific"
    UNSPECIFIED = "not specified"
    """No source says; gwsim has to pick an answer."""


class Clause(msgspec.Struct, frozen=True):
    """One rule of the specification, in our words."""

    id: str
    """Stable, dotted: stage, subject, detail."""
    says: str
    """The rule as a sentence without a full stop."""
    support: Support
    source: str
    """API type and field, or GEP."""
    remedy: str = ""
    """What a person can change when the check fails."""


class Outcome(Enum):
    """What a check came to."""

    SELECTED = "selected"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    """Never asked: something before it had decided."""


Fact: TypeAlias = str | int | None | tuple[str, ...]


class Step(msgspec.Struct, frozen=True, gc=False):
    """
    One check: what it asked, of what, and what came of it.

    Facts only; sentences are made in `rendering`. Steps form trees, as all that is bound does: the garbage
    collector need not look at them.
    """

    clause: Clause
    outcome: Outcome
    address: Address
    """What was checked: the listener, rule, match, filter or reference."""
    expected: Fact = None
    """What the manifest asks for."""
    actual: Fact = None
    """What the request, or the other object, has."""
    children: tuple[Step, ...] = ()

    @property
    def selected(self) -> bool:
        """Whether the check holds."""
        return self.outcome is Outcome.SELECTED


def check(
    clause: Clause,
    address: Address,
    holds: bool,
    *,
    expected: Fact = None,
    actual: Fact = None,
    children: tuple[Step, ...] = (),
) -> Step:
    """Make the step of a check that was made."""
    outcome = Outcome.SELECTED if holds else Outcome.REJECTED
    return Step(clause, outcome, address, expected, actual, children)


def all_of(
    clause: Clause, address: Address, children: Iterable[Step], *, expected: Fact = None, actual: Fact = None
) -> Step:
    """
    Join checks that must all hold.

    Every child is run, so that a near miss shows all its misses.
    """
    steps = tuple(children)
    missed = [step for step in steps if step.outcome is not Outcome.SELECTED]
    return check(
        clause,
        address,
        not missed,
        expected=expected,
        actual=actual,
        children=steps,
    )


def until_rejected(steps: Iterable[Step]) -> Iterator[Step]:
    """Make checks that build on one another, up to the first that fails."""
    for step in steps:
        yield step
        if not step.selected:
            return


def walk(step: Step) -> Iterator[Step]:
    """Yield a step and everything below it, parents first."""
    yield step
    for child in step.children:
        yield from walk(child)


def rejections(step: Step) -> Iterator[Step]:
    """Yield the innermost checks that failed: the reasons, without what they brought down."""
    if step.outcome is not Outcome.REJECTED:
        return
    below = [reason for child in step.children for reason in rejections(child)]
    yield from below or [step]
