"""The history of requests, and which of its answers a change of the files has changed."""

from __future__ import annotations

import msgspec

from gwsim.analysis.comparing import Answer, compare_answers
from gwsim.errors import RequestError
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import outcome, request_line
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.tui.views.asking import Fields
from gwsim.tui.views.lines import Line, Tone, line

LONGEST = 500
"""Entries; the oldest are forgotten first."""


class Entry(msgspec.Struct, frozen=True):
    """One request that was asked."""

    fields: Fields
    """As they stood in the bar."""
    request: Request
    answer: Answer
    """By the present files."""
    before: Answer | None = None
    """By the files before the last change, where that was another; None where it was the same."""
    differs: tuple[str, ...] = ()
    """In which fields of the decision."""


class History(msgspec.Struct, frozen=True):
    """The requests that were kept, the newest first, each once."""

    entries: tuple[Entry, ...] = ()

    def kept(self, fields: Fields, request: Request, answer: Answer) -> History:
        """With one more request; one that is there already comes to the top."""
        others = tuple(each for each in self.entries if each.request != request)
        return History((Entry(fields, request, answer), *others)[:LONGEST])

    def replayed(self, simulation: Simulation) -> History:
        """The same requests, answered by other files."""
        replies = compare_answers([(each.request, each.answer) for each in self.entries], simulation)
        return History(
            tuple(
                Entry(entry.fields, entry.request, reply.after, reply.before, reply.differs)
                if reply.changed
                else Entry(entry.fields, entry.request, reply.after)
                for entry, reply in zip(self.entries, replies, strict=True)
            )
        )

    @property
    def changed(self) -> int:
        """How many answers the last change of the files has changed."""
        return sum(1 for each in self.entries if each.differs)


def entry_lines(entry: Entry) -> tuple[Line, Line]:
    """Write a request, and its answer beside the one before where that was another."""
    request = line(request_line(entry.request))
    return request, change_line(entry.before, entry.answer, entry.differs)


def change_line(before: Answer | None, after: Answer, differs: tuple[str, ...]) -> Line:
    """Write an answer; one that changed with what it was, and where that reads the same, with its fields."""
    new = short(after)
    if before is None or not differs:
        return line(new)
    old = short(before)
    if old == new:
        return line(("changed ", Tone.CAREFUL), new, (f"  (other {', '.join(differs)})", Tone.CAREFUL))
    return line(("changed ", Tone.CAREFUL), (f"{old} ", Tone.QUIET), ("→ ", Tone.CAREFUL), new)


def short(answer: Answer) -> str:
    """Say in a few words what becomes of a request."""
    return safe(str(answer)) if isinstance(answer, RequestError) else outcome(answer)
