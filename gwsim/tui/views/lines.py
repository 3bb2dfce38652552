"""Lines of text with a tone: what a front end colours."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TypeAlias

from gwsim.analysis.outlining.outline import State
from gwsim.trace import Outcome


class Tone(Enum):
    """What a piece of text means to the reader."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    CAREFUL = "careful"
    ACCENT = "accent"


Span: TypeAlias = tuple[str, Tone]
"""A text that is safe to print, without line breaks."""
Line: TypeAlias = tuple[Span, ...]

BLANK: Line = ()
MARKS: dict[Outcome, Span] = {
    Outcome.SELECTED: ("✓", Tone.GOOD),
    Outcome.REJECTED: ("✗", Tone.BAD),
    Outcome.SKIPPED: ("·", Tone.QUIET),
}
STATES: dict[State, Span] = {
    State.ACCEPTED: ("✓", Tone.GOOD),
    State.PARTLY: ("◐", Tone.CAREFUL),
    State.REFUSED: ("✗", Tone.BAD),
    State.UNREACHED: ("·", Tone.QUIET),
}


def line(*parts: str | Span) -> Line:
    """Put a line together; what has no tone is plain."""
    return tuple((part, Tone.PLAIN) if isinstance(part, str) else part for part in parts)


def count(number: int, noun: str) -> str:
    """
    Write a number of things.

    >>> count(1, "route"), count(2, "route")
    ('1 route', '2 routes')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plain(lines: Iterable[Line]) -> str:
    """The text alone."""
    return "\n".join("".join(text for text, _ in each) for each in lines)
