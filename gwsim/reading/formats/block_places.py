"""Where a field is written in a document that is read a line at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gwsim.addresses import FieldPath
from gwsim.reading.formats.block_lines import Line


class _Collection(NamedTuple):
    """A list or mapping whose items or keys stand in one column."""

    row: int
    """Its first."""
    column: int
    is_list: bool


def find_line(lines: Sequence[tuple[int, Line]], path: FieldPath) -> int:
    """
    Give the offset that `nodes.find` gives for the same text; nothing but lines is looked at.

    Args:
        lines: of a whole document that is not empty, each with the offset at which it starts.
    """
    start, first = lines[0]
    offset = start + first.indent
    within: _Collection | None = _collection(lines, 0)
    for part in path:
        row = None if within is None else _row(lines, within, part)
        if within is None or row is None:
            return offset
        start, line = lines[row]
        below = _below(lines, row, within)
        if within.is_list:
            if line.key is not None:
                below = _Collection(row, line.column, is_list=False)
                offset = start + line.column
            elif below is not None:
                offset = lines[below.row][0] + below.column
            else:
                offset = start + (line.indent + 1 if line.written is None else line.written.column)
        else:
            has_text = line.written is not None and line.written.text and not _is_collection(line)
            offset = start + (line.written.column if line.written and has_text else line.column)
        within = below
    return offset


def _row(lines: Sequence[tuple[int, Line]], within: _Collection, part: str | int) -> int | None:
    """The line at which an item or key begins."""
    if within.is_list:
        return _item_row(lines, within, part) if isinstance(part, int) else None
    name = str(part)
    if lines[within.row][1].key == name:
        return within.row
    for row in range(within.row + 1, len(lines)):
        line = lines[row][1]
        if line.indent < within.column:
            return None
        if line.indent == within.column and line.key == name and not line.dashed:
            return row
    return None


def _item_row(lines: Sequence[tuple[int, Line]], within: _Collection, index: int) -> int | None:
    for row in range(within.row, len(lines)):
        line = lines[row][1]
        if line.indent < within.column or (line.indent == within.column and not line.dashed):
            return None
        if line.indent == within.column:
            if index == 0:
                return row
            index -= 1
    return None


def _below(lines: Sequence[tuple[int, Line]], row: int, within: _Collection) -> _Collection | None:
    """What begins on the line after an item or key that has nothing on its own."""
    if not lines[row][1].is_open or row + 1 == len(lines):
        return None
    after = lines[row + 1][1]
    beside = after.dashed and after.indent == within.column and not within.is_list
    return _collection(lines, row + 1) if beside or after.indent > within.column else None


def _collection(lines: Sequence[tuple[int, Line]], row: int) -> _Collection:
    line = lines[row][1]
    return _Collection(row, line.indent, line.dashed)


def _is_collection(line: Line) -> bool:
    return isinstance(line.value, list | dict)
