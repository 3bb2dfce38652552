"""Large graphs made readable: several objects of one kind, namespace and state drawn as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum

from gwsim.analysis.graph import Node, ObjectGraph, State
from gwsim.analysis.picturing.naming import object_id

_NAMED = 3
_FEW = 8
"""Of a kind of which there are no more, every object is drawn for itself: Gateways, most often."""


class Detail(Enum):
    """How much is drawn, the most first."""

    RULES = "rules"
    """Every rule of a route for itself."""
    OBJECTS = "objects"
    """Rules as part of their route."""
    NAMESPACES = "namespaces"
    """What is of one kind, namespace and state as one."""
    KINDS = "kinds"
    """What is of one kind and state as one."""


MOST_NODES: Mapping[Detail, int] = {Detail.RULES: 40, Detail.OBJECTS: 80, Detail.NAMESPACES: 120}
"""How many nodes a picture may have before less is drawn; the last detail takes any number."""


def collapse(graph: ObjectGraph, detail: Detail | None) -> ObjectGraph:
    """
    Draw a graph in less detail.

    Args:
        detail: None: the most with which it stays readable.
    """
    if detail is not None:
        return _COLLAPSING[detail](graph)
    for each, most in MOST_NODES.items():
        smaller = _COLLAPSING[each](graph)
        if len(smaller.nodes) <= most:
            return smaller
    return _by_kind(graph)


def _as_it_is(graph: ObjectGraph) -> ObjectGraph:
    return graph


def _without_rules(graph: ObjectGraph) -> ObjectGraph:
    routes = {node.id: node for node in graph.nodes}
    return graph.regrouped(
        {
            node.id: routes[object_id(node.key)]
            for node in graph.nodes
            if node.kind == "rule" and node.key is not None and object_id(node.key) in routes
        }
    )


def _by_namespace(graph: ObjectGraph) -> ObjectGraph:
    return _grouped(_without_rules(graph), lambda node: node.namespace)


def _by_kind(graph: ObjectGraph) -> ObjectGraph:
    return _grouped(_without_rules(graph), lambda _: "")


_COLLAPSING: Mapping[Detail, Callable[[ObjectGraph], ObjectGraph]] = {
    Detail.RULES: _as_it_is,
    Detail.OBJECTS: _without_rules,
    Detail.NAMESPACES: _by_namespace,
    Detail.KINDS: _by_kind,
}


def _grouped(graph: ObjectGraph, place: Callable[[Node], str]) -> ObjectGraph:
    groups: dict[tuple[str, str, State], list[Node]] = {}
    kinds = Counter(node.kind for node in graph.nodes)
    for node in graph.nodes:
        if kinds[node.kind] > _FEW:
            groups.setdefault((place(node), node.kind, node.state), []).append(node)
    drawn = {at: _group(at[0], members) for at, members in groups.items() if len(members) > 1}
    return graph.regrouped({node.id: one for at, one in drawn.items() for node in groups[at]})


def _group(namespace: str, members: Sequence[Node]) -> Node:
    first = members[0]
    count = sum(node.count for node in members)
    kind, state = first.kind, first.state
    return Node(
        id=f"{kind}s/{namespace}/{state.value}",
        kind=kind,
        namespace=namespace,
        name=f"{count} {kind}s",
        state=state,
        reason=_shared(node.reason for node in members),
        notes=() if state is State.ACCEPTED else _names(members, within=bool(namespace)),
        count=count,
    )


def _shared(reasons: Iterable[str | None]) -> str | None:
    found = [reason for reason in dict.fromkeys(reasons) if reason is not None]
    return ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "") if found else None


def _names(members: Sequence[Node], *, within: bool) -> tuple[str, ...]:
    """The first names of a group, so that what is wrong can be found."""
    names = [
        node.name if within or not node.namespace else f"{node.namespace}/{node.name}" for node in members
    ]
    more = len(names) - _NAMED
    return (*names[:_NAMED], *([f"and {more} more"] if more > 0 else []))
