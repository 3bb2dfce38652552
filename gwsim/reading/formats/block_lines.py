"""YAML a line at a time: for the block style that most manifests are written in, and nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from gwsim.reading.formats.nodes import MAX_DEPTH, MappingNode, Node, ScalarNode, SequenceNode
from gwsim.reading.formats.scalars import PlainScalars, Scalar, Unusual

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
    r"(?:\"(?P<double>[ !#-\[\]-~]*+)\"|'(?P<single>[ -&(-~]*+)'"
    r"|(?P<plain>(?:[A-Za-z0-9_/.$^(+~\\=;<]|-(?=[!-~]))[ -~]*+))?"
    r" *+(?:(?<= )#[ -~]*+)?\r?"
)


class _Line(NamedTuple):
    """What one line says."""

    indent: int
    """Column of the first character; negative where there is no content."""
    dashed: bool = False
    """Whether it begins an item of a list."""
    key: str | None = None
    column: int = 0
    """Of the key."""
    value: Scalar = None
    is_open: bool = False
    """Whether the value may stand on the lines below."""
    written: _Written | None = None
    """How the value is written; None where it is not."""


class _Written(NamedTuple):
    """A scalar of one line."""

    column: int
    text: str
    """Without quotes."""
    plain: bool


_SKIPPED, _START = _Line(-1), _Line(-2)


class LineReader:
    """
    Reads documents of lists, mappings and scalars of one line; each different line is taken apart once.

    It takes a part of YAML in which lines bear on one another by their indentation alone: simple keys,
    scalars without escapes, comments. libyaml reads the same value; a property test holds the two equal.
    """

    def __init__(self, plain: PlainScalars) -> None:
        self._plain = plain
        self._lines: dict[str, _Line] = {}

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
            if len(stack) > MAX_DEPTH - 2:
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

    def compose(self, text: str, start: int) -> Node:
        """
        Read a document that `read` takes with the places of what is in it.

        Args:
            start: offset of the text in its file.

        Raises:
            Unusual: for a text that is not such a document.
        """
        values = self.read(text)
        if not values or values[0] is None:
            raise Unusual
        return _node(values[0], self._entries(text, start))

    def _entries(self, text: str, start: int) -> Iterator[_Entry]:
        """Yield the items and keys of a text that can be read, in its order."""
        for row in _rows(text):
            line = self._lines.get(row) or self._take_apart(row)
            if line.indent >= 0:
                if line.dashed:
                    yield _Entry(start + line.indent, start, line)
                if line.key is not None:
                    yield _Entry(start + line.column, start, line)
            start += len(row) + 1

    def _take_apart(self, text: str) -> _Line:
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

    def _content(self, match: re.Match[str]) -> _Line:
        key, dashed = match["key"], match["dash"] is not None
        if key is not None:
            if not isinstance(self._plain[key], str):
                raise Unusual
            key = sys.intern(key)
        elif not dashed:
            raise Unusual
        written = _written(match)
        if written is None:
            value: Scalar = None
        else:
            value = self._plain[written.text] if written.plain else written.text
        column = max(match.start("key"), 0)
        return _Line(match.end("indent"), dashed, key, column, value, written is None, written)


def _written(match: re.Match[str]) -> _Written | None:
    for name in ("double", "single"):
        if match[name] is not None:
            return _Written(match.start(name) - 1, match[name], plain=False)
    if match["plain"] is None:
        return None
    text = match["plain"].partition(" #")[0].rstrip(" ")
    if ": " in text or text.endswith(":"):
        raise Unusual
    return _Written(match.start("plain"), text, plain=True)


class _Entry(NamedTuple):
    """An item of a list, or a key of a mapping."""

    offset: int
    line_start: int
    line: _Line


def _node(value: object, entries: Iterator[_Entry]) -> SequenceNode | MappingNode:
    """Find the places of a list or mapping whose entries come next."""
    if isinstance(value, dict):
        pairs: list[tuple[Node, Node]] = []
        for key, child in value.items():
            entry = next(entries)
            name = ScalarNode(entry.offset, key, plain=True)
            pairs.append((name, _child(child, entry, entry.offset + len(key) + 1, entries)))
        return MappingNode(pairs[0][0].start, tuple(pairs))
    assert isinstance(value, list)
    start, items = 0, list[Node]()
    for child in value:
        entry = next(entries)
        start = start if items else entry.offset
        items.append(_child(child, entry, entry.offset + 1, entries))
    return SequenceNode(start, tuple(items))


def _child(value: object, entry: _Entry, end: int, entries: Iterator[_Entry]) -> Node:
    if isinstance(value, dict | list):
        return _node(value, entries)
    written = entry.line.written
    if written is None:
        return ScalarNode(end, "", plain=True)
    return ScalarNode(entry.line_start + written.column, written.text, written.plain)


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
