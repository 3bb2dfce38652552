"""
Graphs for Mermaid, as GitHub, GitLab and JupyterLab draw them.

Mermaid reads labels as Markdown and HTML; whatever it could take for either is written as an entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gwsim.analysis.graph import Edge, Node, ObjectGraph, State
from gwsim.rendering.graphs.captions import details, edge_lines, heading, kind_line, namespaces
from gwsim.rendering.sanitize import safe

MOST_EDGES = 500
"""How many Mermaid draws unless its own configuration says otherwise."""
_STYLES: Mapping[State, str] = {
    State.ACCEPTED: "fill:#e6f4ea,stroke:#1e7e34,color:#1b1b1b",
    State.UNREACHED: "fill:#f1f3f4,stroke:#80868b,color:#3c4043,stroke-dasharray:4",
    State.PARTIAL: "fill:#fef7e0,stroke:#b06000,color:#1b1b1b",
    State.REFUSED: "fill:#fce8e6,stroke:#c5221f,color:#1b1b1b",
    State.MISSING: "fill:#ffffff,stroke:#c5221f,color:#c5221f,stroke-dasharray:4",
}
_FRAME = "fill:none,stroke:#9aa0a6"
_FAILED = "stroke:#c5221f,color:#c5221f"
_MARKUP = re.compile(
    r"""
    (?![A-Za-z0-9\ /,.=+?:-]) [\x00-\x7f]   # what HTML, Markdown and Mermaid itself read
    | : (?!\d|\ |$)                          # a link, or the name of an icon
    | (?<=www) \.
    | \u2060
    | ^ (?: \ + | [-+=] | \d+\. )            # code, a list, a heading
    """,
    re.VERBOSE | re.IGNORECASE,
)
_APART = re.compile(r"\$(?=\$)|\\(?=n)|:(?=fa-)")
"""
After these goes a character that is not seen: Mermaid takes them, with what follows, for a formula, a line
break or an icon, even where they are written as entities.
"""


def mermaid(graph: ObjectGraph) -> str:
    """Write a graph as a Mermaid flowchart; ends with a line break."""
    lines = ["flowchart LR", *_nodes(graph), *_edges(graph), *_classes(graph)]
    return "\n".join(lines) + "\n"


def _nodes(graph: ObjectGraph) -> Iterator[str]:
    for index, (namespace, members) in enumerate(namespaces(graph)):
        indent = "    " if namespace else "  "
        if namespace:
            yield f'  subgraph ns{index}["{_text("namespace " + safe(namespace))}"]'
        for place, node in members:
            yield f'{indent}n{place}["{_label(node)}"]:::{node.state.name.lower()}'
        if namespace:
            yield "  end"


def _label(node: Node) -> str:
    lines = [*filter(None, [kind_line(node)]), *heading(node), *details(node)]
    return "<br/>".join(map(_text, lines))


def _edges(graph: ObjectGraph) -> Iterator[str]:
    places = {node.id: place for place, node in enumerate(graph.nodes)}
    failed: list[int] = []
    for index, edge in enumerate(graph.edges):
        words = "<br/>".join(map(_text, edge_lines(edge)))
        label = f'|"{words}"|' if words else ""
        yield f"  n{places[edge.source]} {_arrow(edge)}{label} n{places[edge.target]}"
        if edge.reason is not None:
            failed.append(index)
    if failed:
        yield f"  linkStyle {','.join(map(str, failed))} {_FAILED}"


def _arrow(edge: Edge) -> str:
    if edge.taken:
        return "==>"
    return "-->" if edge.reason is None and not edge.idle and not edge.aside else "-.->"


def _classes(graph: ObjectGraph) -> Iterator[str]:
    used = {node.state for node in graph.nodes}
    framed = [f"ns{index}" for index, (namespace, _) in enumerate(namespaces(graph)) if namespace]
    if framed:
        yield f"  classDef frame {_FRAME}"
        yield f"  class {','.join(framed)} frame"
    for state, style in _STYLES.items():
        if state in used:
            yield f"  classDef {state.name.lower()} {style}"


def _text(line: str) -> str:
    """
    Write a line so that Mermaid shows it as it is.

    >>> _text('a<b> "c" #1; *d*')
    'a#60;b#62; #34;c#34; #35;1#59; #42;d#42;'
    >>> _text("http://www.example.com:80")
    'http#58;//www#46;example.com:80'
    """
    line = _APART.sub("\\g<0>\u2060", line)
    special = {place for found in _MARKUP.finditer(line) for place in range(*found.span())}
    return "".join(
        f"#{ord(character)};" if place in special else character for place, character in enumerate(line)
    )
