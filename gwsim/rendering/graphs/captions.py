"""What nodes and edges say, the same in every form of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len, chop_cells

from gwsim.analysis.graph import Edge, Node, ObjectGraph, Relation, State
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import why

_WIDEST = 36
"""Columns, after which a line goes on below."""
_BREAKS = " /.-_,:;?&=|"
MARKS: Mapping[State, str] = {
    State.ACCEPTED: "",
    State.UNREACHED: "○",
    State.PARTIAL: "◐",
    State.REFUSED: "✗",
    State.MISSING: "?",
}
"""What shows a state where there are no colours."""


def heading(node: Node) -> list[str]:
    """What a node is called, made safe, a line or more."""
    return _wrapped(node.name)


def details(node: Node) -> list[str]:
    """What else there is to say of a node, made safe: its notes, and what is wrong with it."""
    lines = [line for note in node.notes for line in _wrapped(note)]
    if node.state is not State.ACCEPTED:
        what = "" if node.kind == "answer" else node.state.value
        words = ": ".join(filter(None, [what, node.reason]))
        lines += _wrapped(f"{MARKS[node.state]} {words}")
    return lines


def kind_line(node: Node) -> str:
    """The kind of a node, made safe; empty for a group, whose name has it."""
    return "" if node.count > 1 else safe(node.kind)


def edge_lines(edge: Edge) -> list[str]:
    """What an edge says, made safe, a line each."""
    word = edge.relation.value if edge.aside and edge.relation is not Relation.MISS else ""
    count = f"{edge.count}x" if edge.count > 1 else ""
    lines = [" ".join(part for part in (count, word, edge.label) if part)]
    if edge.relation is Relation.MISS and edge.step is not None:
        lines.append(f"✗ {why(edge.step)}")
    elif edge.reason is not None:
        lines.append(f"✗ {edge.reason}")
    return [part for line in lines if line for part in _wrapped(line)]


def _wrapped(text: str) -> list[str]:
    """Break a text, made safe, into lines: after a mark where there is one, else at any place."""
    rest, lines = safe(text), list[str]()
    while cell_len(rest) > _WIDEST:
        piece = chop_cells(rest, _WIDEST)[0]
        end = max(piece.rfind(mark) for mark in _BREAKS) + 1
        piece = piece[:end] if end > len(piece) // 2 else piece
        lines.append(piece)
        rest = rest[len(piece) :]
    return [*lines, rest]


def namespaces(graph: ObjectGraph) -> Iterator[tuple[str, Sequence[tuple[int, Node]]]]:
    """
    Group nodes by the namespace that is drawn around them, each with its place in the graph.

    Yields:
        The empty name for nodes without one, and for all of them where there is one namespace alone.
    """
    rows = list(enumerate(graph.nodes))
    if len({node.namespace for node in graph.nodes if node.namespace}) < 2:
        yield "", rows
        return
    in_order = sorted(rows, key=lambda row: row[1].namespace)
    for name, members in groupby(in_order, key=lambda row: row[1].namespace):
        yield name, list(members)
