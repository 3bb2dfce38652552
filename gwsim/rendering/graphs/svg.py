"""Graphs as SVG: text that can be searched and copied, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from rich.cells import cell_len

from gwsim.analysis.graph import Edge, Node, ObjectGraph
from gwsim.rendering.graphs.captions import details, edge_lines, heading, kind_line, namespaces
from gwsim.rendering.graphs.layout import Box, Curve, Group, Layout, Link, Point, Size, lay_out
from gwsim.rendering.graphs.styling import NAME, STYLE
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import why

_LINE = 15.0
_SMALL = 0.82
_COLUMN = 7.3
"""Width of a column of text at the full size; wide characters have two."""
_PADDING = 10.0
_MARGIN = 12.0


def svg(graph: ObjectGraph, *, fit: bool = False) -> str:
    """
    Draw a graph; ends with a line break.

    Args:
        fit: whether it shrinks to the width of the page that it is put into.

    Raises:
        UsageError: pygraphviz, which lays it out, is not installed; or the graph is too large.
    """
    sizes = [_node_size(node) for node in graph.nodes]
    places = {node.id: place for place, node in enumerate(graph.nodes)}
    links = [Link(places[edge.source], places[edge.target], _label_size(edge)) for edge in graph.edges]
    framed = [(name, members) for name, members in namespaces(graph) if name]
    titles = [f"namespace {safe(name)}" for name, _ in framed]
    groups = [
        Group(tuple(place for place, _ in members), _text_size([title], _SMALL))
        for title, (_, members) in zip(titles, framed, strict=True)
    ]
    layout = lay_out(sizes, links, groups)
    root = _page(layout)
    if fit:
        root.set("style", "max-width: 100%; height: auto")
    for title, box in zip(titles, layout.groups, strict=True):
        _draw_group(root, title, box)
    for edge, curve in zip(graph.edges, layout.curves, strict=True):
        _draw_edge(root, edge, curve)
    for node, middle, size in zip(graph.nodes, layout.nodes, sizes, strict=True):
        _draw_node(root, node, middle, size)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _page(layout: Layout) -> ET.Element:
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    root = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{-_MARGIN:g} {-_MARGIN:g} {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
        attrib={"class": NAME},
    )
    ET.SubElement(root, "style").text = STYLE
    _rectangle(root, Box(-_MARGIN, -_MARGIN, width, height), "page")
    return root


def _text_size(lines: Sequence[str], scale: float) -> Size:
    columns = max((cell_len(line) for line in lines), default=0)
    return columns * _COLUMN * scale, len(lines) * _LINE * scale


def _node_size(node: Node) -> Size:
    kind = _text_size([kind_line(node)] if kind_line(node) else [], _SMALL)
    name = _text_size(heading(node), 1)
    more = _text_size(details(node), _SMALL)
    width, height = max(kind[0], name[0], more[0]), kind[1] + name[1] + more[1]
    return max(width, 40) + 2 * _PADDING, height + _PADDING


def _label_size(edge: Edge) -> Size | None:
    lines = edge_lines(edge)
    if not lines:
        return None
    width, height = _text_size(lines, _SMALL)
    return width + 6, height + 4


def _draw_group(root: ET.Element, title: str, box: Box) -> None:
    _rectangle(root, box, "frame", rx="8")
    ET.SubElement(root, "text", {"class": "title"}, x=f"{box.x + 10:g}", y=f"{box.y + 15:g}").text = title


def _draw_edge(root: ET.Element, edge: Edge, curve: Curve) -> None:
    states = {"failed": edge.reason is not None, "aside": edge.aside or edge.idle, "taken": edge.taken}
    names = " ".join(name for name, holds in states.items() if holds)
    group = ET.SubElement(root, "g", {"class": names or "edge"})
    if edge.step is not None:
        ET.SubElement(group, "title").text = why(edge.step)
    start, *others = curve.points
    ET.SubElement(group, "path", {"class": "line"}, d=f"M{_xy(start)} C{' '.join(map(_xy, others))}")
    ET.SubElement(group, "path", {"class": "tip"}, d=_arrow(curve.points[-1], curve.tip))
    if curve.label is not None:
        lines = edge_lines(edge)
        (x, y), (width, height) = curve.label, _text_size(lines, _SMALL)
        _rectangle(group, Box(x - width / 2 - 2, y - height / 2, width + 4, height), "back")
        _lines(group, lines, "label", x, y - height / 2, _SMALL)


def _draw_node(root: ET.Element, node: Node, middle: Point, size: Size) -> None:
    group = ET.SubElement(root, "g", {"class": node.state.name.lower()})
    ET.SubElement(group, "title").text = safe(node.id)
    (x, y), (width, height) = middle, size
    _rectangle(group, Box(x - width / 2, y - height / 2, width, height), None, rx="6")
    top = y - height / 2 + _PADDING / 2
    kind = kind_line(node)
    top = _lines(group, [kind] if kind else [], "kind", x, top, _SMALL)
    top = _lines(group, heading(node), "name", x, top, 1)
    _lines(group, details(node), "note", x, top, _SMALL)


def _lines(parent: ET.Element, lines: Sequence[str], name: str, x: float, top: float, scale: float) -> float:
    """Write lines below one another, and say where the next one goes."""
    for line in lines:
        base = top + 0.75 * _LINE * scale
        ET.SubElement(parent, "text", {"class": name}, x=f"{x:g}", y=f"{base:g}").text = line
        top += _LINE * scale
    return top


def _rectangle(parent: ET.Element, box: Box, name: str | None, **more: str) -> None:
    attributes = {"class": name} if name else {}
    sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ET.SubElement(parent, "rect", attributes, **{side: f"{value:g}" for side, value in sides.items()}, **more)


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _arrow(base: Point, tip: Point) -> str:
    """A triangle from the end of a line to its tip."""
    (x, y), (to_x, to_y) = base, tip
    across = ((to_y - y) * 0.35, (x - to_x) * 0.35)
    left, right = (x + across[0], y + across[1]), (x - across[0], y - across[1])
    return f"M{_xy(left)} L{_xy(tip)} L{_xy(right)} Z"
