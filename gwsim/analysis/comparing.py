"""Two configurations, by what becomes of the same requests, and by which objects they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.analysis.hinging.alternatives import differing_fields
from gwsim.errors import RequestError
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

Answer: TypeAlias = Decision | RequestError
"""What becomes of a request; an error where it does not say which Gateway is meant."""


class Reply(msgspec.Struct, frozen=True):
    """One request, and its answers by two configurations."""

    request: Request
    before: Answer
    after: Answer
    differs: tuple[str, ...]
    """The fields of the decision that are not the same, as JSON names them; empty where nothing changed."""

    @property
    def changed(self) -> bool:
        """Whether the two answers are not the same."""
        return bool(self.differs)


class Change(Enum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class ObjectChange(msgspec.Struct, frozen=True):
    """An object that only one configuration has, or that is not the same in both."""

    key: ObjectKey
    change: Change


def answer(simulation: Simulation, request: Request) -> Answer:
    """Decide a request, and give the error of one that cannot be sent."""
    try:
        return simulation.decide(request)
    except RequestError as error:
        return error


def compare_answers(before: Sequence[tuple[Request, Answer]], simulation: Simulation) -> tuple[Reply, ...]:
    """
    Ask requests again, of another configuration.

    Args:
        before: each with the answer that it had.

    Returns:
        As many, in the same order.
    """
    return tuple(_reply(request, old, answer(simulation, request)) for request, old in before)


def _reply(request: Request, before: Answer, after: Answer) -> Reply:
    match before, after:
        case Decision(), Decision():
            differs = differing_fields(before, after)
        case RequestError(), RequestError():
            differs = () if str(before) == str(after) else ("error",)
        case _:
            differs = ("error",)
    return Reply(request, before, after, differs)


def compare_objects(before: Snapshot, after: Snapshot) -> tuple[ObjectChange, ...]:
    """
    List the objects that differ, in order of their keys.

    Defaults count as written, and where an object stands in the files has no effect. Of objects of kinds that
    gwsim does not know, only whether they are there and what they target is compared.
    """
    first, second = _objects(before), _objects(after)
    return tuple(_changes(first, second))


def _objects(snapshot: Snapshot) -> Mapping[ObjectKey, Resource | tuple[ObjectKey, ...]]:
    return {**snapshot.objects, **snapshot.others}


def _changes(before: Mapping[ObjectKey, object], after: Mapping[ObjectKey, object]) -> Iterator[ObjectChange]:
    for key in sorted({**before, **after}):
        if key not in after:
            yield ObjectChange(key, Change.REMOVED)
        elif key not in before:
            yield ObjectChange(key, Change.ADDED)
        elif before[key] != after[key]:
            yield ObjectChange(key, Change.CHANGED)
