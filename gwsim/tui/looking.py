"""What is worked out in a thread: why an answer is as it is, and what there is to see of what is selected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec
from textual.content import Content

from gwsim.addresses import Address, Location
from gwsim.analysis.near_misses import near_misses, why_not
from gwsim.analysis.outlining.outline import Item
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.trace import Step, rejections
from gwsim.tui.painting import drawn
from gwsim.tui.views.answering import taken_by
from gwsim.tui.views.depicting import NOTHING, Picture, picture_at, picture_of
from gwsim.tui.views.explaining import arranged
from gwsim.tui.views.lines import BLANK, Line, Tone, line
from gwsim.tui.views.telling import failure_lines, item_lines, miss_lines, why_not_lines

Selected: TypeAlias = Item | Step | None


class Asked(msgspec.Struct, frozen=True):
    """A request that was decided, and is to be explained."""

    simulation: Simulation
    request: Request


class Explained(msgspec.Struct, frozen=True):
    """Why a request was decided as it was."""

    decision: Decision
    """With its trace."""
    places: Mapping[Address, Location | None]
    """Where what took the request is written."""
    steps: tuple[Step, ...]
    """The trace, arranged for reading."""
    advice: tuple[Line, ...]
    """What came nearest, or what to change; empty for a request that is forwarded."""


def explain(asked: Asked) -> Explained:
    """Trace a request, and find what a person would ask next."""
    simulation, request = asked.simulation, asked.request
    decision = simulation.trace(request)
    places = {address: simulation.snapshot.locate(address) for _, _, address in taken_by(decision)}
    steps = tuple(map(arranged, decision.trace))
    return Explained(decision, places, steps, tuple(_advice(simulation, request, decision)))


def _advice(simulation: Simulation, request: Request, decision: Decision) -> Iterator[Line]:
    if decision.route is None:
        misses = near_misses(simulation.table, request)
        if misses:
            yield BLANK
            yield line(("Nearest misses", Tone.STRONG))
            yield from miss_lines(simulation, misses)
    elif decision.action not in (Action.FORWARD, Action.REDIRECT):
        failed = [reason for step in decision.trace[1:] for reason in rejections(step)]
        remedies = dict.fromkeys(step.clause.remedy for step in failed if step.clause.remedy)
        if remedies:
            yield BLANK
            yield line(("What to change", Tone.STRONG))
            yield from (line((f"  → {remedy}", Tone.ACCENT)) for remedy in remedies)


class Look(msgspec.Struct, frozen=True):
    """Something that was selected, and the request that is asked meanwhile."""

    simulation: Simulation
    selected: Selected
    request: Request | None
    decision: Decision | None


class Seen(msgspec.Struct, frozen=True):
    """What there is to see of it."""

    lines: tuple[Line, ...]
    """Its state, and why it did not take the request; empty for a step."""
    title: str
    """Of the manifest."""
    drawing: Content
    row: int
    """Of the marked line in the drawing."""


def look(asked: Look) -> Seen:
    """Look at what was selected: say how it fares, and draw its manifest."""
    simulation, selected = asked.simulation, asked.selected
    lines: tuple[Line, ...] = ()
    if isinstance(selected, Item):
        lines = tuple(_fate(asked, selected))
    picture = _picture(simulation, selected)
    return Seen(lines, picture.title, *drawn(picture))


def _fate(asked: Look, item: Item) -> Iterator[Line]:
    simulation, request, decision = asked.simulation, asked.request, asked.decision
    yield from item_lines(item)
    said: list[Step] = []
    if request is not None and decision is not None and item.rule is not None:
        answer = why_not(simulation.table, request, decision, *item.rule)
        said = [step for miss in answer.misses for step in miss.blockers]
        yield from why_not_lines(simulation, request, answer)
    yield from failure_lines(simulation, item, said=said)


def _picture(simulation: Simulation, selected: Selected) -> Picture:
    match selected:
        case Item(location=Location() as location, detail=detail):
            return picture_at(location, detail)
        case Item(address=Address() as address, failures=failures):
            return picture_of(simulation.snapshot, address, failures)
        case Step():
            return picture_of(simulation.snapshot, selected.address, () if selected.selected else (selected,))
        case _:
            return NOTHING
