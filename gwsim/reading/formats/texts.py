"""The text of one file: its bytes decoded, its lines counted, its documents told apart."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

import msgspec

from gwsim.addresses import FieldPath, Location
from gwsim.findings import Finding, Severity

MAX_QUOTED = 40
"""Characters of the input that a message repeats."""
MAX_DIRECTIVES = 100
MAX_DEPTH = 100
"""Lists and mappings inside each other; the deepest Gateway API object has 12."""

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_BAD_BYTE = re.compile(r"[\udc80-\udcff]")
_AFTER_MARKER = "\n\r \t\x85\u2028\u2029"


def printable(text: str, *, at_most: int = MAX_QUOTED) -> str:
    r"""
    Write text from the input so that no terminal acts on it, and no more of it than a message bears.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    shown = text if len(text) <= at_most else text[: at_most - 1] + "…"
    if shown.isprintable():
        return shown
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown
    )


class FileText(msgspec.Struct, frozen=True, eq=False, dict=True):
    """
    One file as text; two are equal only when they are the same object.

    Every offset in `reading` counts characters of `text`, from 0.
    """

    name: str
    """As given; it may hold any character."""
    text: str
    """Without byte order mark. A byte that is not UTF-8 is a lone surrogate, U+DC80 to U+DCFF."""
    has_bad_bytes: bool = False

    @cached_property
    def _line_starts(self) -> array[int]:
        return array("Q", (0, *(match.end() for match in _LINE_BREAK.finditer(self.text))))

    def place(self, offset: int) -> Location:
        """Give the line and column of a character, or of the end of the text."""
        line = bisect_right(self._line_starts, offset)
        return Location(self.name, line, offset - self._line_starts[line - 1] + 1)

    def finding(
        self, code: str, offset: int, message: str, advice: str = "", path: FieldPath = ()
    ) -> Finding:
        """Make the error about the character at `offset`."""
        return Finding(code, Severity.ERROR, self.place(offset), message, advice, path=path)


def decode(name: str, data: bytes) -> FileText | Finding:
    """
    Read the bytes of a file as text: UTF-8, or UTF-16 that says so with a byte order mark.

    A stray byte spoils only the document that it is in, see `bad_byte`.
    """
    if data.startswith(_UTF32):
        return _not_utf8(name, "UTF-32")
    if encoding := _UTF16.get(data[:2]):
        try:
            return FileText(name, data[2:].decode(encoding))
        except UnicodeDecodeError:
            return _not_utf8(name, "UTF-16 that is broken")
    try:
        return FileText(name, data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        return FileText(name, text.removeprefix("\ufeff"), has_bad_bytes=True)


def _not_utf8(name: str, found: str) -> Finding:
    advice = "save the file as UTF-8"
    return Finding("Encoding", Severity.ERROR, Location(name, 1, 1), f"expected UTF-8, found {found}", advice)


def bad_byte(file: FileText, start: int, end: int) -> Finding | None:
    """Find the first byte of a document that is not UTF-8."""
    match = _BAD_BYTE.search(file.text, start, end) if file.has_bad_bytes else None
    if match is None:
        return None
    byte = ord(match.group()) - 0xDC00
    message = f"expected UTF-8, found the byte 0x{byte:02x}"
    return file.finding("Encoding", match.start(), message, "save the file as UTF-8")


def too_many_directives(file: FileText, start: int, end: int) -> Finding | None:
    """Refuse what libyaml would spend minutes on: it compares each directive with all others."""
    found = file.text.count("\n%", start, end)
    if found <= MAX_DIRECTIVES:
        return None
    message = f"expected at most {MAX_DIRECTIVES} lines that start with '%', found {found}"
    return file.finding("YAMLSyntax", start, message, "remove them")


def parts(text: str) -> Iterator[tuple[int, int]]:
    """
    Split at the lines that start with `---`, with the directives that belong to them.

    Such a line starts a document wherever it stands: in YAML neither a block scalar, nor quotes, nor brackets
    can hold one, so a document that is broken cannot swallow the next.

    Returns:
        Start and end offset of each part; together they are the whole text. A part holds one document, or
        several where the line breaks are of another kind.
    """
    has_directives = text.startswith("%") or "\n%" in text
    start = at = 0
    while (at := text.find("\n---", at)) >= 0:
        at += 1
        if text[at + 3 : at + 4] not in _AFTER_MARKER:
            continue
        end = _before_directives(text, start, at) if has_directives else at
        if end > start:
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def _before_directives(text: str, start: int, marker: int) -> int:
    """Step back from a `---` over the `%` lines, blank lines and comments that lead up to it."""
    first = line_end = marker
    while line_end > start:
        line_start = text.rfind("\n", start, line_end - 1) + 1 or start
        line = text[line_start:line_end].strip()
        if line.startswith("%"):
            first = line_start
        elif line and not line.startswith("#"):
            break
        line_end = line_start
    return first
