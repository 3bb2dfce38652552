"""Two configurations side by side: what they answer differently, and which objects are not the same."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import msgspec

from gwsim.addresses import Address, ObjectKey
from gwsim.analysis.comparing import Change, ObjectChange, Reply, compare_answers, compare_objects
from gwsim.reading.excerpts import excerpt
from gwsim.rendering.sanitize import safe
from gwsim.resources.snapshot import Snapshot
from gwsim.simulation import Simulation
from gwsim.tui.views.lines import Line, Tone, line
from gwsim.tui.views.remembering import Entry

MARKS = {
    Change.ADDED: ("+ ", Tone.GOOD),
    Change.REMOVED: ("- ", Tone.BAD),
    Change.CHANGED: ("~ ", Tone.CAREFUL),
}


class Contrast(msgspec.Struct, frozen=True):
    """What is not the same."""

    here: Simulation
    there: Simulation
    replies: tuple[Reply, ...]
    """Of all requests that were asked, changed or not."""
    objects: tuple[ObjectChange, ...]

    @property
    def changed(self) -> tuple[Reply, ...]:
        """The requests that are answered differently."""
        return tuple(each for each in self.replies if each.changed)


def contrast(here: Simulation, there: Simulation, entries: Sequence[Entry]) -> Contrast:
    """Compare two simulations, by the answers of a history and by their objects."""
    replies = compare_answers([(each.request, each.answer) for each in entries], there)
    return Contrast(here, there, replies, compare_objects(here.snapshot, there.snapshot))


def object_line(change: ObjectChange) -> Line:
    """Write what became of an object."""
    return line(MARKS[change.change], safe(str(change.key)))


def place_line(contrast: Contrast, key: ObjectKey) -> Line:
    """Write where an object is written, here and there."""
    places = (each.snapshot.locate(Address(key)) for each in (contrast.here, contrast.there))
    here, there = ("not there" if place is None else f"{place.file}:{place.line}" for place in places)
    return line((f"{safe(here)} → {safe(there)}", Tone.QUIET))


def text_difference(contrast: Contrast, key: ObjectKey) -> Iterator[Line]:
    """Write how the text of an object differs, with the lines around."""
    before, after = _text(contrast.here.snapshot, key), _text(contrast.there.snapshot, key)
    if before is None or after is None:
        yield line(("The text of one of them cannot be shown.", Tone.QUIET))
        return
    tones = {"+": Tone.GOOD, "-": Tone.BAD, "@": Tone.QUIET}
    for number, text in enumerate(difflib.unified_diff(before, after, n=3, lineterm="")):
        if number > 1:
            yield line((safe(text.replace("\t", "    ")), tones.get(text[:1], Tone.PLAIN)))


def _text(snapshot: Snapshot, key: ObjectKey) -> Sequence[str] | None:
    """The lines of an object; none where there is no object, None where they are not to be shown."""
    if not snapshot.has(key):
        return ()
    found = excerpt(snapshot, Address(key))
    return None if found is None or found.confidential else found.lines
