"""Where a field is written in a document that is read a line at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gwsim.addresses import FieldPath
from gwsim.reading.formats.block_lines import Line


class _Collection(NamedTuple):
    """A list or mapping whose items or keys stand in one column."""

    row: int
    """Its first."""
    column: int
    is_list: bool


class LinePlaces:
    """The lines of one document, in which places are found; `nodes.find` gives the same ones."""

    def __init__(self, lines: Sequence[tuple[int, Line]]) -> None:
        """
        Keep the lines; which of them begin the items of a list is counted when it is asked for.

        Args:
            lines: of a document that is not empty, each with the offset at which it starts.
        """
        self._lines = lines
        self._rows: dict[_Collection, Mapping[str | int, int]] = {}

    def find(self, path: FieldPath) -> int:
        """Give the offset at which a field is written, or else its nearest parent that is."""
        within: _Collection | None = self._collection(0)
        offset = self._lines[0][0] + self._lines[0][1].indent
        for part in path:
            if within is None:
                return offset
            rows = self._rows.get(within) or self._rows_of(within)
            row = rows.get(part if within.is_list else str(part))
            if row is None:
                return offset
            offset, within = self._entry(row, within)
        return offset

    def _rows_of(self, within: _Collection) -> Mapping[str | int, int]:
        """The line at which each item or key of a collection begins."""
        first = self._lines[within.row][1].key
        keys: dict[str | int, int] = {}
        if not within.is_list:
            assert first is not None
            keys[first] = within.row
        for row in range(within.row + (not within.is_list), len(self._lines)):
            line = self._lines[row][1]
            if line.indent > within.column:
                continue
            if line.indent < within.column or (within.is_list and not line.dashed):
                break
            if within.is_list:
                keys[len(keys)] = row
            elif line.key is not None and not line.dashed:
                keys[line.key] = row
        self._rows[within] = keys
        return keys

    def _entry(self, row: int, within: _Collection) -> tuple[int, _Collection | None]:
        """The place of an item or key, and the collection that it holds."""
        start, line = self._lines[row]
        if within.is_list and line.key is not None:
            return start + line.column, _Collection(row, line.column, is_list=False)
        below = self._below(row, within)
        if not within.is_list:
            scalar = (
                line.written is not None and line.written.text and not isinstance(line.value, list | dict)
            )
            return start + (line.written.column if line.written and scalar else line.column), below
        if below is not None:
            return self._lines[below.row][0] + below.column, below
        return start + (line.indent + 1 if line.written is None else line.written.column), None

    def _below(self, row: int, within: _Collection) -> _Collection | None:
        """What begins on the line after an item or key that has nothing on its own."""
        if not self._lines[row][1].is_open or row + 1 == len(self._lines):
            return None
        after = self._lines[row + 1][1]
        beside = after.dashed and after.indent == within.column and not within.is_list
        return self._collection(row + 1) if beside or after.indent > within.column else None

    def _collection(self, row: int) -> _Collection:
        line = self._lines[row][1]
        return _Collection(row, line.indent, line.dashed)
