"""What depends on an object, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address, ObjectKey
from gwsim.analysis.differing.impact import Impact
from gwsim.rendering.sanitize import safe


def impact_lines(impact: Impact) -> Iterator[str]:
    """Say what goes with an object, and what depends on it."""
    others = len(impact.vanished) - 1
    if others:
        yield f"{safe(str(impact.key))} holds {'1 object' if others == 1 else f'{others} objects'}"
    if not impact.dependants:
        yield f"nothing refers to {safe(str(impact.key))}"
        return
    yield f"{safe(str(impact.key))} is referred to by"
    for key in impact.dependants:
        source = _source(impact, key)
        yield f"  {safe(str(key))}{'' if source is None else f'  {safe(source)}'}"


def impact_data(impact: Impact) -> dict[str, object]:
    """The same as JSON has it."""
    return {
        "object": str(impact.key),
        "vanished": [str(key) for key in impact.vanished],
        "dependants": [{"object": str(key), "source": _source(impact, key)} for key in impact.dependants],
    }


def _source(impact: Impact, key: ObjectKey) -> str | None:
    location = impact.pair.before.snapshot.locate(Address(key))
    return None if location is None else f"{location.file}:{location.line}"
