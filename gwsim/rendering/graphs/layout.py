"""
Where the parts of a picture go, as Graphviz lays them out.

Graphviz gets sizes and numbers alone, no text: it need not know fonts, which differ from machine to machine,
and nothing that a manifest says reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

import msgspec

from gwsim.errors import UsageError

Size: TypeAlias = tuple[float, float]
"""Width and height, in points."""
Point: TypeAlias = tuple[float, float]
"""From the left and from the top, in points."""
MOST_NODES = 1500
"""Beyond, a layout takes minutes, and nobody can read it."""
_POINTS = 72
"""Points of an inch, in which Graphviz takes sizes."""


class Link(msgspec.Struct, frozen=True):
    """An edge to lay out, by the places of its nodes."""

    source: int
    target: int
    label: Size | None


class Group(msgspec.Struct, frozen=True):
    """Nodes to be kept together, with room for a title."""

    nodes: tuple[int, ...]
    title: Size


class Curve(msgspec.Struct, frozen=True):
    """An edge laid out."""

    points: tuple[Point, ...]
    """Of cubic Bézier curves: the first, then three for each."""
    tip: Point
    """Where its arrow ends."""
    label: Point | None
    """The middle of its label."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Layout(msgspec.Struct, frozen=True):
    """Where everything goes, in the order in which it was asked for."""

    width: float
    height: float
    nodes: tuple[Point, ...]
    """The middle of each."""
    curves: tuple[Curve, ...]
    groups: tuple[Box, ...]


class _Attributes(Protocol):
    def __getitem__(self, name: str) -> str | None: ...


def lay_out(nodes: Sequence[Size], links: Sequence[Link], groups: Sequence[Group]) -> Layout:
    """
    Lay out a graph from left to right.

    Raises:
        UsageError: pygraphviz is not installed, or the graph is too large.
    """
    if len(nodes) > MOST_NODES:
        raise UsageError(
            f"-o svg: expected {MOST_NODES} nodes or fewer, found {len(nodes)}: "
            "draw less by --detail or --around, or take -o dot"
        )
    try:
        from pygraphviz import AGraph
    except ImportError:
        raise UsageError(
            "-o svg: needs pygraphviz: pip install 'gwsim[svg]'; or take -o dot, and Graphviz's own dot -Tsvg"
        ) from None
    drawn = AGraph(directed=True, strict=False)
    drawn.graph_attr.update(rankdir="LR", nodesep="0.2", ranksep="0.5", remincross="true")
    drawn.node_attr.update(shape="box", fixedsize="true", label="")
    for place, (width, height) in enumerate(nodes):
        drawn.add_node(place, width=width / _POINTS, height=height / _POINTS)
    for place, link in enumerate(links):
        label = {} if link.label is None else {"label": _blank(link.label)}
        drawn.add_edge(link.source, link.target, key=str(place), **label)
    for place, group in enumerate(groups):
        drawn.add_subgraph(list(group.nodes), name=f"cluster_{place}", label=_blank(group.title), margin="10")
    drawn.layout(prog="dot")
    _, _, width, height = _numbers(drawn.graph_attr["bb"])
    return Layout(
        width=width,
        height=height,
        nodes=tuple(_point(str(drawn.get_node(place).attr["pos"]), height) for place in range(len(nodes))),
        curves=tuple(
            _curve(drawn.get_edge(link.source, link.target, str(place)).attr, height)
            for place, link in enumerate(links)
        ),
        groups=tuple(
            _box(drawn.get_subgraph(f"cluster_{place}").graph_attr["bb"], height)
            for place in range(len(groups))
        ),
    )


def _blank(size: Size) -> str:
    """A label of a size that no font has a say in."""
    width, height = (round(each) for each in size)
    cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"></TD>'
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>{cell}</TR></TABLE>>'


def _numbers(text: str | None) -> Iterator[float]:
    return map(float, (text or "").split(","))


def _point(text: str, height: float) -> Point:
    """A point, turned over: Graphviz counts from below."""
    x, y = _numbers(text)
    return x, height - y


def _curve(attributes: _Attributes, height: float) -> Curve:
    tip: Point | None = None
    points: list[Point] = []
    for word in (attributes["pos"] or "").split():
        if word.startswith("e,"):
            tip = _point(word[2:], height)
        else:
            points.append(_point(word, height))
    label = attributes["lp"]
    return Curve(tuple(points), tip or points[-1], _point(label, height) if label else None)


def _box(text: str | None, height: float) -> Box:
    left, bottom, right, top = _numbers(text)
    return Box(left, height - top, right - left, top - bottom)
