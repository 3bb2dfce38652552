"""
Tables of requests: a row for each, in columns that say what is sent and what is expected.

A column is named by a field of a request or of an answer, with dots for what is inside: `headers.x-canary`,
`route.rule`. What follows `headers.` is one header's name, dots and all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from gwsim.addresses import FieldPath
from gwsim.analysis.expecting.judging import ANSWER_FIELDS

NOT_STATED = "_"
"""A cell that says nothing: nothing is sent, nothing is expected."""
REQUEST_FIELDS = (
    "url",
    "method",
    "host",
    "path",
    "headers",
    "protocol",
    "port",
    "gateway",
    "service",
    "source",
    "sni",
    "connectionSNI",
    "clientCertificate",
    "grpc",
    "websocket",
    "draw",
    "id",
)
_NAME = "name"


class Column(NamedTuple):
    """One column."""

    path: tuple[str, ...]
    sent: bool
    """Whether it says what is sent; else what is expected."""


class Row(NamedTuple):
    """One request of a table."""

    position: int
    """Zero-based."""
    name: str
    request: Mapping[str, object]
    expect: Mapping[str, object]
    places: tuple[tuple[FieldPath, int], ...]
    """Of each part of `expect`, the cell that it stands in."""


class TableProblem(NamedTuple):
    """What is wrong with a table, and where in it."""

    path: FieldPath
    message: str


def read_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], common: Mapping[str, object]
) -> Iterator[Row | TableProblem]:
    """
    Read the rows of a table.

    Args:
        common: what all requests have, where a row does not say otherwise.
    """
    problems = list(_column_problems(columns))
    if problems:
        yield from problems
        return
    kinds = [None if name == _NAME else _column(name) for name in columns]
    for index, row in enumerate(rows):
        if len(row) > len(columns):
            message = f"expected {len(columns)} cells at most, as there are columns, found {len(row)}"
            yield TableProblem(("rows", index), message)
        else:
            yield _row(index, kinds, row, common)


def _column(name: str) -> Column:
    first, *rest = _parts(name)
    return Column((first, *rest), first in REQUEST_FIELDS)


def _parts(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    if "headers" in parts:
        at = parts.index("headers") + 1
        rest = ".".join(parts[at:])
        return (*parts[:at], rest) if rest else tuple(parts)
    return tuple(parts)


def _column_problems(columns: Sequence[str]) -> Iterator[TableProblem]:
    for name, count in Counter(columns).items():
        if count > 1:
            yield TableProblem(("columns",), f"expected each column once, found {count} of {name!r}")
    for name in columns:
        for inner in columns:
            if inner.startswith(f"{name}."):
                yield TableProblem(("columns",), f"expected {name!r} or {inner!r}, found both")
    known = (_NAME, *REQUEST_FIELDS, *ANSWER_FIELDS)
    for index, name in enumerate(columns):
        first, *rest = _parts(name)
        if first not in known or (first == _NAME and rest) or "" in rest:
            meant = get_close_matches(first, known, n=1)
            advice = f"; perhaps {meant[0]!r} is meant" if meant and first not in known else ""
            message = f"expected a field of a request or of an answer, found {name!r}{advice}"
            yield TableProblem(("columns", index), message)


def _row(
    index: int, columns: Sequence[Column | None], row: Sequence[object], common: Mapping[str, object]
) -> Row:
    request: dict[str, object] = dict(common)
    expect: dict[str, object] = {}
    places: list[tuple[FieldPath, int]] = []
    name = ""
    sent: list[str] = []
    for at, (column, cell) in enumerate(zip(columns, row, strict=False)):
        if cell == NOT_STATED:
            continue
        if column is None:
            name = str(cell)
        elif column.sent:
            _put(request, column.path, cell)
            sent.append(_said(column.path, cell))
        else:
            _put(expect, column.path, cell)
            places.append((column.path, at))
    return Row(index, name or _derived_name(request, sent), request, expect, tuple(places))


def _put(fields: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Set a field inside of mappings; of what all requests have, a mapping is kept and all else gives way."""
    inner = fields
    for part in path[:-1]:
        below = inner.get(part)
        inner[part] = below = dict(below) if isinstance(below, dict) else {}
        inner = below
    inner[path[-1]] = value


def _said(path: tuple[str, ...], cell: object) -> str:
    if path in (("url",), ("method",)):
        return ""
    name = path[-1] if path[0] == "headers" and len(path) > 1 else ".".join(path)
    if isinstance(cell, dict):
        return ", ".join(f"{key}: {_word(value)}" for key, value in cell.items())
    return f"{name}: {_word(cell)}"


def _word(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _derived_name(request: Mapping[str, object], sent: Sequence[str]) -> str:
    """Name a request by what is sent: the method and URL, and the cells of the row that say more."""
    line = [str(request[field]) for field in ("method", "url") if field in request]
    if "method" not in request and "url" in request:
        line.insert(0, "GET")
    return ", ".join(part for part in (" ".join(line), *sent) if part)
