"""The explanation as a tree that folds: each step a line, its own steps below it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import basis, fact, stage, why
from gwsim.trace import Outcome, Step, rejections
from gwsim.tui.views.lines import MARKS, Line, Tone, line


def step_line(step: Step) -> Line:
    """Write a step on a line."""
    mark, tone = MARKS[step.outcome]
    return line((f"{mark} ", tone), (_label(step), Tone.QUIET if tone is Tone.QUIET else Tone.PLAIN))


def _label(step: Step) -> str:
    """The short form of what a step says; steps that gather others are named by what they gather."""
    match step.clause.id:
        case "request.listener":
            return f"listener: {fact(step.actual)}" if step.selected else "no listener takes it"
        case "request.listener.fits":
            return f"listener {fact(step.actual)}"
        case "match" if any(child.clause.id == "match" for child in step.children):
            return f"rules tried here: {len(step.children)}"
        case "match":
            return safe(str(step.address))
    if stage(step.clause) == "precedence" and step.children:
        return f"comes before {safe(str(step.children[0].address))}"
    return why(step)


def step_detail(step: Step) -> Iterator[Line]:
    """Write all of a step: what it asked, by which clause, and what to change where it failed."""
    mark, tone = MARKS[step.outcome]
    yield line((f"{mark} ", tone), why(step))
    says = "" if why(step).startswith(step.clause.says) else f"{step.clause.says} "
    yield line((f"  {says}[{basis(step.clause)}]", Tone.QUIET))
    if step.outcome is Outcome.REJECTED and step.clause.remedy:
        yield line((f"  → {step.clause.remedy}", Tone.ACCENT))


def arranged(step: Step) -> Step:
    """
    Put what was tried in the order in which a person looks at it.

    What was selected comes first, then the nearest misses. With ten thousand rules this takes its time.
    """
    if step.clause.id not in ("match", "request.listener"):
        return step
    return structs.replace(step, children=tuple(sorted(step.children, key=_nearness)))


def _nearness(step: Step) -> tuple[int, int]:
    order = (Outcome.SELECTED, Outcome.SKIPPED, Outcome.REJECTED)
    if step.outcome is not Outcome.REJECTED:
        return order.index(step.outcome), 0
    return order.index(step.outcome), sum(1 for _ in rejections(step))


def opens(step: Step) -> bool:
    """Whether a step is unfolded at first: what took the request, and what refused it."""
    if step.clause.id == "match":
        return step.selected or any(child.clause.id == "match" for child in step.children)
    return step.clause.id == "request.listener" or (
        step.clause.id == "request.listener.fits" and step.selected
    )
