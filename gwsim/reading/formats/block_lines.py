"""YAML a line at a time: for the block style that most manifests are written in, and nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias

import msgspec

from gwsim.reading.formats.scalars import PlainScalars, Scalar, Unusual
from gwsim.reading.formats.texts import MAX_DEPTH

Value: TypeAlias = Scalar | list[object] | dict[str, object]
"""What stands on one line; a list or mapping is empty, and shared by all that are written alike."""

MAX_LINES = 200_000
"""Lines that a `LineReader` remembers."""
_PIECE = 2**16
"""Characters that are split into lines at a time."""

# ASCII alone: other characters end lines in YAML or may not stand there, and are left to libyaml.
_NO_CONTENT = re.compile(r" *+(?:#[ -~]*+)?\r?")
_DOCUMENT_START = re.compile(r"--- *+(?:(?<= )#[ -~]*+)?\r?")
_CONTENT = re.compile(
    r"(?P<indent> *+)"
    r"(?P<dash>-(?: ++|(?=\r?\Z)))?"
    r"(?:(?P<key>[A-Za-z_][-A-Za-z0-9_./]{0,99}):(?: ++|(?=\r?\Z)))?"
    r"(?:(?P<empty>\{\}|\[\])|\"(?P<double>[ !#-\[\]-~]*+)\"|'(?P<single>[ -&(-~]*+)'"
    r"|(?P<plain>(?:[A-Za-z0-9_/.$^(+~\\=;<]|-(?=[!-~]))[ -~]*+))?"
    r" *+(?:(?<= )#[ -~]*+)?\r?"
)


class Line(NamedTuple):
    """What one line says."""

    indent: int
    """Column of the first character; negative where there is no content."""
    dashed: bool = False
    """Whether it begins an item of a list."""
    key: str | None = None
    column: int = 0
    """Of the key."""
    value: Value = None
    is_open: bool = False
    """Whether the value may stand on the lines below."""
    written: Written | None = None
    """How the value is written; None where it is not."""


class Written(msgspec.Struct, frozen=True, gc=False):
    """A scalar of one line, or an empty list or mapping."""

    column: int
    text: str
    """Without quotes."""
    plain: bool


_SKIPPED, _START = Line(-1), Line(-2)


class LineReader:
    """
    Reads documents of lists, mappings and scalars of one line; each different line is taken apart once.

    It takes a part of YAML in which lines bear on one another by their indentation alone: simple keys,
    scalars without escapes, `{}` and `[]`, comments. libyaml reads the same value; a property test holds the
    two equal.
    """

    def __init__(self, plain: PlainScalars) -> None:
        self._plain = plain
        self._lines: dict[str, Line] = {}

    def read(self, text: str) -> list[object]:
        """
        Read the document of one part of a file, None where it is empty; nothing where none is.

        Raises:
            Unusual: for everything else, be it YAML or not.
        """
        known, started, waiting = self._lines, False, True
        root: list[object] = [None]
        # The innermost collection: its column, whether it is a list, and it; around it those of the stack.
        column, in_list, items, fields, last = -1, True, root, dict[str, object](), ""
        stack: list[tuple[int, bool, list[object], dict[str, object]]] = []
        for row in _rows(text):
            indent, dashed, key, key_column, value, is_open, _ = known.get(row) or self._take_apart(row)
            if indent < 0:
                if indent == _START.indent:
                    if started or root[0] is not None:
                        raise Unusual
                    started = True
                continue
            if len(stack) > MAX_DEPTH - 3:  # a line opens three at most: `- a: {}`
                raise Unusual
            if waiting and (indent > column or (dashed and indent == column and not in_list)):
                stack.append((column, in_list, items, fields))
                below: list[object] | dict[str, object] = [] if dashed else {}
                if in_list:
                    items[-1] = below
                else:
                    fields[last] = below
                column, in_list = indent, dashed
                if isinstance(below, list):
                    items = below
                else:
                    fields = below
            else:
                while indent < column:
                    column, in_list, items, fields = stack.pop()
                if in_list and not dashed and indent == column:
                    # A list may stand in the column of the keys around it, and ends at the next key.
                    column, in_list, items, fields = stack.pop()
                if indent != column or dashed is not in_list:
                    raise Unusual
            if key is None:
                items.append(value)
            elif dashed:
                stack.append((column, in_list, items, fields))
                fields = {key: value}
                items.append(fields)
                column, in_list, last = key_column, False, key
            elif key in fields:
                raise Unusual
            else:
                fields[key] = value
                last = key
            waiting = is_open
        return [] if root[0] is None and not started else root

    def lines(self, text: str, start: int) -> list[tuple[int, Line]]:
        """
        Take a document that `read` takes apart, to find places in it.

        Args:
            start: offset of the text in its file.

        Returns:
            Each line with content, and the offset at which it starts.
        """
        found = []
        for row in _rows(text):
            line = self._lines.get(row) or self._take_apart(row)
            if line.indent >= 0:
                found.append((start, line))
            start += len(row) + 1
        return found

    def _take_apart(self, text: str) -> Line:
        """Read a line that was not met before."""
        if _NO_CONTENT.fullmatch(text):
            line = _SKIPPED
        elif _DOCUMENT_START.fullmatch(text):
            line = _START
        elif match := _CONTENT.fullmatch(text):
            line = self._content(match)
        else:
            raise Unusual
        if len(self._lines) < MAX_LINES and len(text) < 200:
            self._lines[text] = line
        return line

    def _content(self, match: re.Match[str]) -> Line:
        key, dashed = match["key"], match["dash"] is not None
        if key is not None:
            if not isinstance(self._plain[key], str):
                raise Unusual
            key = sys.intern(key)
        elif not dashed:
            raise Unusual
        written = _written(match)
        value: Value
        if written is None:
            value = None
        elif match["empty"] is not None:
            value = {} if written.text == "{}" else []
        else:
            value = self._plain[written.text] if written.plain else written.text
        column = max(match.start("key"), 0)
        return Line(match.end("indent"), dashed, key, column, value, written is None, written)


def _written(match: re.Match[str]) -> Written | None:
    if match["empty"] is not None:
        return Written(match.start("empty"), match["empty"], plain=False)
    for name in ("double", "single"):
        if match[name] is not None:
            return Written(match.start(name) - 1, match[name], plain=False)
    if match["plain"] is None:
        return None
    text = match["plain"].partition(" #")[0].rstrip(" ")
    if ": " in text or text.endswith(":"):
        raise Unusual
    return Written(match.start("plain"), text, plain=True)


def _rows(text: str) -> Iterator[str]:
    return chain.from_iterable(piece.split("\n") for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Cut at line breaks, so that not all lines are held at once."""
    start = 0
    while len(text) - start > _PIECE:
        end = text.find("\n", start + _PIECE)
        if end < 0:
            break
        yield text[start:end]
        start = end + 1
    yield text[start:]
