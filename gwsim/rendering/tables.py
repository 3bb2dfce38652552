"""
Tables for a terminal: objects with their status as kubectl prints them, and the routing table.

Nothing is cut off or wrapped, whatever the terminal's width. There is no column AGE: gwsim reads no clock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from rich.cells import cell_len

from gwsim.addresses import Address, Location
from gwsim.analysis.listing import Order, Row, RowBackend
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.reporting.conditions import message_of
from gwsim.rendering.sanitize import safe
from gwsim.trace import Step, rejections

Object: TypeAlias = Mapping[str, object]
"""A Gateway API object as JSON, with its status."""
Cell: TypeAlias = tuple[str, str]
"""A text, made safe, and a style."""

_GAP = "   "
_STYLES: Mapping[str, str] = {"bold": "1", "red": "31", "green": "32", "yellow": "33"}
"""Codes of SGR."""
_NARROW: Mapping[str, tuple[str, ...]] = {
    "GatewayClass": ("CONTROLLER", "ACCEPTED"),
    "Gateway": ("CLASS", "ADDRESS", "PROGRAMMED"),
    "HTTPRoute": ("HOSTNAMES",),
    "GRPCRoute": ("HOSTNAMES",),
    "ListenerSet": ("ACCEPTED", "PROGRAMMED"),
}
"""Columns of each kind after its name, as the CRDs' additionalPrinterColumns have them."""
_WIDE: Mapping[str, tuple[str, ...]] = {"GatewayClass": ("DESCRIPTION",)}
"""What `-o wide` adds."""
_UNWELCOME = frozenset({"Conflicted", "OverlappingTLSConfig", "PartiallyInvalid"})
"""Condition types that are as they should be when False."""
_WARNINGS = frozenset({"OverlappingTLSConfig"})
"""Condition types that, True, leave everything working."""

TIE_BREAKS: Mapping[str, str] = {
    "precedence.host-precise": "hostname less specific",
    "precedence.host-length": "hostname shorter",
    "precedence.service": "service shorter",
    "precedence.grpc-method": "method shorter",
    "precedence.path-type": "path type ranks lower",
    "precedence.path-length": "path shorter",
    "precedence.method": "no method",
    "precedence.headers": "fewer headers",
    "precedence.query-params": "fewer query parameters",
    "precedence.age": "younger route",
    "precedence.name": "name sorts later",
    "precedence.rule": "later rule",
    "precedence.match": "later match",
}
"""Why a row comes after the one before it, by the clause that decides."""


def status_tables(objects: Sequence[Object], *, wide: bool, color: bool) -> str:
    """
    Print objects as `kubectl get -A` does, a table for each kind, and below it what is wrong with them.

    That is the conditions that are not as they should be, of objects for which one has failed, and the
    parentRefs that get no status at all; with `wide`, also warnings, and objects that wait for a controller.

    Args:
        objects: by kind, each with its status.
    """
    groups = [(kind, list(group)) for kind, group in groupby(objects, key=lambda each: str(each["kind"]))]
    blocks: list[str] = []
    for kind, group in groups:
        lines = _grid(_status_grid(kind, group, wide=wide, several=len(groups) > 1), color=color)
        blocks.append("".join(lines))
        wrong = [line for each in group for line in _complaints(each, wide=wide)]
        if wrong:
            blocks.append("".join(f"{line}\n" for line in wrong))
    return "\n".join(blocks) or "No Gateway API objects found.\n"


def _status_grid(kind: str, group: Sequence[Object], *, wide: bool, several: bool) -> list[list[Cell]]:
    """The cells of one kind's table; with `several` tables, names are written as kubectl does then."""
    own = (*_NARROW.get(kind, ()), *(_WIDE.get(kind, ()) if wide else ()))
    namespaced = any("namespace" in _mapping(each, "metadata") for each in group)
    columns = ((("NAMESPACE",) if namespaced else ()), ("NAME",), own)
    names = [name for part in columns for name in part]
    prefix = f"{kind.lower()}.gateway.networking.k8s.io/" if several else ""
    return [
        [(name, "bold") for name in names],
        *([_status_cell(each, name, prefix) for name in names] for each in group),
    ]


def _status_cell(each: Object, column: str, prefix: str) -> Cell:
    spec, metadata, status = (_mapping(each, part) for part in ("spec", "metadata", "status"))
    match column:
        case "NAMESPACE" | "NAME":
            text = str(metadata.get(column.lower(), ""))
            return safe(f"{prefix if column == 'NAME' else ''}{text}"), ""
        case "CONTROLLER":
            return safe(str(spec.get("controllerName", ""))), ""
        case "CLASS":
            return safe(str(spec.get("gatewayClassName", ""))), ""
        case "DESCRIPTION":
            return safe(str(spec.get("description", ""))), ""
        case "ADDRESS":
            return safe(",".join(str(address["value"]) for address in _mappings(status, "addresses"))), ""
        case "HOSTNAMES":
            listed = spec.get("hostnames")
            return safe(json.dumps(listed, separators=(",", ":"), ensure_ascii=False)) if listed else "", ""
        case _:
            found = (item for item in _mappings(status, "conditions") if item["type"] == column.capitalize())
            value = next((str(item["status"]) for item in found), "")
            return value, {"True": "green", "False": "red"}.get(value, "yellow")


def _complaints(each: Object, *, wide: bool) -> Iterator[str]:
    """What is wrong with one object, a line each."""
    metadata, status = _mapping(each, "metadata"), _mapping(each, "status")
    name = "/".join(str(part) for part in (each["kind"], metadata.get("namespace"), metadata["name"]) if part)
    listeners, parents = _mappings(status, "listeners"), _mappings(status, "parents")
    owners = [
        (name, status),
        *((f"{name} listener {item['name']}", item) for item in listeners),
        *((f"{name} parentRef {_parent_text(item['parentRef'], metadata)}", item) for item in parents),
    ]
    found = [
        (owner, item) for owner, part in owners for item in _mappings(part, "conditions") if _deviates(item)
    ]
    if wide or any(_is_failure(item) for _, item in found):
        for (owner, why), items in groupby(found, key=lambda each: (each[0], _reason_text(each[1]))):
            states = " ".join(f"{item['type']}={item['status']}" for _, item in items)
            yield safe(f"{owner}: {states} {why}")
    judged = [item["parentRef"] for item in parents]
    for ref in _mappings(_mapping(each, "spec"), "parentRefs"):
        if ref not in judged:
            yield safe(
                f"{name} parentRef {_parent_text(ref, metadata)}: no status: "
                "it names no Gateway of the input that a controller serves"
            )


def _deviates(condition: Object) -> bool:
    healthy = "False" if condition["type"] in _UNWELCOME else "True"
    return condition["status"] != healthy or condition["reason"] == "ListenersNotValid"


def _is_failure(condition: Object) -> bool:
    return condition["status"] != "Unknown" and condition["type"] not in _WARNINGS


def _reason_text(condition: Object) -> str:
    return f"{condition['reason']}: {condition['message']}"


def _parent_text(ref: object, metadata: Object) -> str:
    """A parentRef as `Kind/namespace/name`, with its section and port."""
    assert isinstance(ref, dict)
    namespace = ref.get("namespace", metadata.get("namespace"))
    section = f"#listeners[{ref['sectionName']}]" if "sectionName" in ref else ""
    port = f" port {ref['port']}" if "port" in ref else ""
    return f"{ref['kind']}/{namespace}/{ref['name']}{section}{port}"


def _mapping(value: Object, name: str) -> Object:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _mappings(value: Object, name: str) -> Sequence[Object]:
    part = value.get(name)
    return [each for each in part if isinstance(each, dict)] if isinstance(part, list) else []


def routes_table(
    rows: Sequence[Row],
    *,
    color: bool,
    locate: Callable[[Address], Location | None],
    idle: Sequence[tuple[BoundListener, Step | None]] = (),
) -> str:
    """
    Print the routing table, a table for each listener, in the order in which it is tried.

    Args:
        locate: finds a place in the files.
        idle: the listeners without rows, each with what keeps it from serving; None where it has no routes.
    """
    blocks: list[str] = []
    for _, group in groupby(rows, key=lambda row: row.listener.key):
        members = list(group)
        header = ["HOSTNAME", "MATCH", "ROUTE", "FILTERS", "BACKENDS", "AFTER THE ROW ABOVE", "SOURCE"]
        grid: list[list[Cell]] = [[(name, "bold") for name in header]]
        grid += [_route_cells(row, locate) for row in members]
        heading = _heading(members[0].listener)
        blocks.append(
            "".join([_painted(heading, "bold") if color else heading, "\n", *_grid(grid, color=color)])
        )
    blocks += [f"{_heading(listener)}\n{_idle_text(step)}\n" for listener, step in idle]
    return "\n".join(blocks) or "Nothing is matched.\n"


def _heading(listener: BoundListener) -> str:
    spec = listener.spec
    hostname = spec.hostname or "any host"
    return safe(f"{listener.key}: {spec.protocol} on port {spec.port}, {hostname}")


def _idle_text(step: Step | None) -> str:
    if step is None:
        return "No route is attached."
    return f"Does not serve: {safe('; '.join(map(message_of, rejections(step))))}"


def _route_cells(row: Row, locate: Callable[[Address], Location | None]) -> list[Cell]:
    place = locate(row.address)
    texts = (
        row.hostname or "*",
        ", ".join(row.match),
        str(row.key),
        ", ".join(map(str, row.filters)),
        ", ".join(_backend_text(backend, row) for backend in row.backends) or _without_backends(row),
        "" if row.why is None else _order_text(row.why),
        "" if place is None else f"{place.file}:{place.line}",
    )
    return [(safe(text), "") for text in texts]


def _backend_text(backend: RowBackend, row: Row) -> str:
    target = backend.target
    kind = "" if target.kind == "Service" else f"{target.kind}/"
    namespace = "" if target.namespace == row.key.route.namespace else f"{target.namespace}/"
    words = [f"{kind}{namespace}{target.name}" + ("" if backend.port is None else f":{backend.port}")]
    if len(row.backends) > 1 or backend.share != 1:
        words.append(str(backend.share))
    notes = [*map(str, backend.filters), *([backend.reason] if backend.reason else [])]
    return " ".join([*words, *(f"({note})" for note in notes)])


def _without_backends(row: Row) -> str:
    answers = any(each.type == "RequestRedirect" or each.reason == "InvalidFilter" for each in row.filters)
    return "" if answers else "(NoBackends)"


def _order_text(order: Order) -> str:
    words = [] if order.tie_break is None else [TIE_BREAKS[order.tie_break.id]]
    if order.undated:
        words.append("no creationTimestamp: in a cluster the older route is first")
    if order.apart is not None:
        words.append(f"no request hits both: {order.apart}")
    return "; ".join(words)


def _grid(rows: Sequence[Sequence[Cell]], *, color: bool) -> Iterator[str]:
    """
    Set cells in columns as wide as they need; every line without spaces at its end.

    A table of rich comes to the same, and takes thirty times as long: it looks for places to wrap.
    """
    widths = [max(_width(text) for text, _ in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            (_painted(text, style) if color else text) + " " * (width - _width(text))
            for (text, style), width in zip(row, widths, strict=True)
        )
        yield f"{_GAP.join(cells).rstrip()}\n"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes that is safe to print."""
    return len(text) if text.isascii() else cell_len(text)


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text and style else text
