"""The text of one object, as its file has it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from gwsim.addresses import Address, Location
from gwsim.findings import Finding
from gwsim.reading.formats.texts import FileText, decode, parts
from gwsim.reading.manifests import TextSource
from gwsim.resources.snapshot import Snapshot

_SECRET = re.compile(r"""\bkind["']?\s*:\s*["']?Secret\b""")
_INDENT = " \t-"
"""What may be on a line before an object of a YAML list."""
_BREAK = re.compile(r"\r\n?|\n")
_SEPARATOR = re.compile(r"(?:\r\n?|\n)---(?=\s|$)")


class Excerpt(msgspec.Struct, frozen=True):
    """Lines of a file, one of them marked."""

    marked: Location
    first_line: int
    """The number of the first of `lines` in the file, from 1."""
    lines: tuple[str, ...]
    """As written; empty where they are not to be shown."""
    confidential: bool = False
    """Whether the lines are withheld, since they may hold what is in a Secret."""


def excerpt(snapshot: Snapshot, address: Address) -> Excerpt | None:
    """
    Find the text of an object, with the line of a field of it; None for what no file holds.

    Nothing of other objects in the file is part of it. The text is what was read when the snapshot was made.
    """
    source = snapshot.sources.get(address.key)
    if not isinstance(source, TextSource):
        return None
    marked = source.locate(address.path)
    if address.key.kind == "Secret":
        return Excerpt(marked, marked.line, (), confidential=True)
    start, end = _extent(source)
    if not source.prefix and _SEPARATOR.search(source.file.text.rstrip(), start + 3, end):
        return Excerpt(marked, marked.line, (), confidential=True)
    return _cut(source.file, start, end, marked)


def excerpt_at(location: Location) -> Excerpt | None:
    """
    Read the document that is at a place in a file now; None where the file cannot be read.

    For what could not be read as an object. A document that may hold a Secret is withheld.
    """
    try:
        file = decode(location.file, Path(location.file).read_bytes())
    except (OSError, ValueError):
        return None
    if isinstance(file, Finding):
        return None
    for start, end in parts(file.text):
        if file.place(start).line <= location.line <= file.place(max(start, end - 1)).line:
            if _SECRET.search(file.text, start, end):
                return Excerpt(location, location.line, (), confidential=True)
            return _cut(file, start, end, location)
    return None


def _extent(source: TextSource) -> tuple[int, int]:
    """The offsets of an object: its document, or what is its own of a `kind: List`."""
    if not source.prefix:
        return source.start, source.end
    start = source.offset(())
    last = source.prefix[-1]
    end = source.end
    if isinstance(last, int):
        following = msgspec.structs.replace(source, prefix=(*source.prefix[:-1], last + 1)).offset(())
        end = following if following > start else end
    return start, end


def _cut(file: FileText, start: int, end: int, marked: Location) -> Excerpt:
    """Take whole lines, without the separator before and the blank lines around them."""
    text = file.text
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not text[line_start:start].strip(_INDENT):
        start = line_start
    lines = _BREAK.split(text[start:end])
    if len(lines) > 1 and not lines[-1].strip(_INDENT):
        lines.pop()
    first = file.place(start).line
    while lines and lines[0].partition("#")[0].strip() in ("", "---") and first < marked.line:
        lines.pop(0)
        first += 1
    while lines and not lines[-1].strip() and first + len(lines) - 1 > marked.line:
        lines.pop()
    return Excerpt(marked, first, tuple(lines))
