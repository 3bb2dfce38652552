"""Graphs in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gwsim.analysis.graph import Edge, Node, ObjectGraph, State
from gwsim.rendering.graphs.captions import details, edge_lines, heading, kind_line, namespaces
from gwsim.rendering.sanitize import safe

_DASHED = 'style="filled,rounded,dashed"'
_STYLES: Mapping[State, str] = {
    State.ACCEPTED: 'fillcolor="#e6f4ea", color="#1e7e34"',
    State.UNREACHED: f'fillcolor="#f1f3f4", color="#80868b", fontcolor="#3c4043", {_DASHED}',
    State.PARTIAL: 'fillcolor="#fef7e0", color="#b06000"',
    State.REFUSED: 'fillcolor="#fce8e6", color="#c5221f"',
    State.MISSING: f'fillcolor="#ffffff", color="#c5221f", fontcolor="#c5221f", {_DASHED}',
}
_HEAD = (
    'digraph "gwsim" {',
    '  graph [rankdir=LR, ranksep=0.6, nodesep=0.2, fontname="Helvetica,Arial,sans-serif", fontsize=11]',
    '  node [shape=box, style="filled,rounded", fontname="Helvetica,Arial,sans-serif", fontsize=11]',
    '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, color="#5f6368"]',
)


def dot(graph: ObjectGraph) -> str:
    """Write a graph in DOT; ends with a line break."""
    return "\n".join([*_HEAD, *_nodes(graph), *_edges(graph), "}"]) + "\n"


def _nodes(graph: ObjectGraph) -> Iterator[str]:
    for index, (namespace, members) in enumerate(namespaces(graph)):
        indent = "    " if namespace else "  "
        if namespace:
            yield f"  subgraph cluster_{index} {{"
            title = _text("namespace " + safe(namespace))
            yield f'    graph [label="{title}", color="#bdc1c6", style=rounded]'
        for place, node in members:
            yield f'{indent}n{place} [label="{_label(node)}", {_STYLES[node.state]}]'
        if namespace:
            yield "  }"


def _label(node: Node) -> str:
    lines = [*filter(None, [kind_line(node)]), *heading(node), *details(node)]
    return "\\n".join(map(_text, lines))


def _edges(graph: ObjectGraph) -> Iterator[str]:
    places = {node.id: place for place, node in enumerate(graph.nodes)}
    for edge in graph.edges:
        attributes = [*_attributes(edge)]
        written = f" [{', '.join(attributes)}]" if attributes else ""
        yield f"  n{places[edge.source]} -> n{places[edge.target]}{written}"


def _attributes(edge: Edge) -> Iterator[str]:
    lines = edge_lines(edge)
    if lines:
        words = "\\n".join(map(_text, lines))
        yield f'label="{words}"'
    if edge.reason is not None:
        yield 'color="#c5221f", fontcolor="#c5221f", style=dashed'
    elif edge.idle or edge.aside:
        yield "style=dashed"
    if edge.taken:
        yield 'penwidth=2.5, color="#1a73e8"'


def _text(line: str) -> str:
    r"""
    Write a line so that Graphviz shows it as it is: it reads escapes and HTML's entities.

    >>> print(_text('a\\N "b" &lt;'))
    a\\N \"b\" &amp;lt;
    """
    return line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
