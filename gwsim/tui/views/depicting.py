"""The manifest of what is selected: its lines, which of them are marked, and what is written below those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gwsim.addresses import Address, Location
from gwsim.reading.excerpts import Excerpt, excerpt, excerpt_at
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import why
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step

REACH = 400
"""Lines that are shown before and after the marked one."""
WIDEST = 1000
"""Characters of a line that are shown."""


class Picture(msgspec.Struct, frozen=True):
    """Lines of a manifest, ready to be coloured."""

    title: str
    """The place, or why there is none."""
    first_line: int
    """The number of the first line in its file."""
    lines: tuple[str, ...]
    """Fit for a terminal."""
    marked: int | None
    """The number of the line that is meant."""
    faults: Mapping[int, tuple[str, ...]]
    """By line number, what failed there."""


NOTHING = Picture("Nothing is selected.", 1, (), None, {})


def picture_of(snapshot: Snapshot, address: Address, failures: Sequence[Step] = ()) -> Picture:
    """
    Show an object with the line of a field, and the checks that failed.

    Args:
        failures: each is written at its field; that of a field of another object at the marked line, with its
            place.
    """
    found = excerpt(snapshot, address)
    if found is None:
        return Picture(f"{safe(str(address.key))} is not in the input.", 1, (), None, {})
    faults: dict[int, list[str]] = {}
    for step in failures:
        place = snapshot.locate(step.address)
        elsewhere = step.address.key != address.key
        number = found.marked.line if place is None or elsewhere else place.line
        text = (
            f"{why(step)} ({safe(place.file)}:{place.line})" if place is not None and elsewhere else why(step)
        )
        if text not in faults.setdefault(number, []):
            faults[number].append(text)
    return _picture(found, {line: tuple(texts) for line, texts in faults.items()})


def picture_at(location: Location, message: str) -> Picture:
    """Show the document at a place of a file as it is now, with a message there."""
    found = excerpt_at(location)
    if found is None:
        return Picture(safe(str(location)), 1, (), None, {})
    return _picture(found, {location.line: (safe(message),)})


def _picture(found: Excerpt, faults: Mapping[int, tuple[str, ...]]) -> Picture:
    title = safe(str(found.marked))
    if found.confidential:
        return Picture(f"{title} (what a Secret holds is not shown)", 1, (), None, {})
    skipped = max(0, found.marked.line - found.first_line - REACH)
    lines = found.lines[skipped : found.marked.line - found.first_line + REACH]
    shown = tuple(safe(each[:WIDEST].replace("\t", "    ")) for each in lines)
    return Picture(title, found.first_line + skipped, shown, found.marked.line, faults)
