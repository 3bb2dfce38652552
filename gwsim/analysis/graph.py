"""Objects and what leads from one to another, as a graph; the one module that needs networkx."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from functools import cached_property

import msgspec
import networkx as nx
from msgspec import structs

from gwsim.addresses import ObjectKey
from gwsim.trace import Step


class State(Enum):
    """What a controller made of an object, at a glance; the worst last."""

    ACCEPTED = "accepted"
    UNREACHED = "never reached"
    """In order, as far as anybody looks at it, and no traffic comes to it."""
    PARTIAL = "partly invalid"
    REFUSED = "refused"
    MISSING = "missing"
    """Something refers to it, and it is not in the input."""


class Relation(Enum):
    """By what one node leads to another."""

    CLASS = "gatewayClassName"
    LISTENERS = "listeners"
    PARENT = "parentRef"
    RULES = "rules"
    BACKEND = "backendRef"
    MIRROR = "mirror"
    AUTH = "externalAuth"
    EXTENSION = "extensionRef"
    CERTIFICATE = "certificateRef"
    AUTHORITY = "caCertificateRef"
    TARGET = "targetRef"
    GRANT = "grant"
    REQUEST = "request"
    """What sends a request: into a Gateway, or to the answer."""
    MISS = "near miss"


TRAFFIC = frozenset(
    {
        Relation.LISTENERS,
        Relation.PARENT,
        Relation.RULES,
        Relation.BACKEND,
        Relation.MIRROR,
        Relation.AUTH,
        Relation.REQUEST,
    }
)
"""Relations along which requests travel, where nothing is wrong."""
_ASIDE = frozenset(
    {
        Relation.MIRROR,
        Relation.AUTH,
        Relation.EXTENSION,
        Relation.CERTIFICATE,
        Relation.AUTHORITY,
        Relation.TARGET,
        Relation.GRANT,
        Relation.MISS,
    }
)


class Node(msgspec.Struct, frozen=True):
    """An object, a part of one (a listener, a rule), or several that are drawn as one."""

    id: str
    """Unique in a graph: the address of what it stands for."""
    kind: str
    """Of the object; `listener`, `rule`, `request` or `answer` for what is no object."""
    namespace: str
    """Empty for what is in none."""
    name: str
    state: State
    reason: str | None = None
    """The code of what is wrong; None where nothing is."""
    notes: tuple[str, ...] = ()
    """What tells it from others: port, hostnames, conditions."""
    count: int = 1
    """How many it stands for."""
    key: ObjectKey | None = None
    """The object that it is or belongs to; None for what belongs to none."""


class Edge(msgspec.Struct, frozen=True):
    """One node leads to another."""

    source: str
    target: str
    relation: Relation
    label: str = ""
    reason: str | None = None
    """The code of what keeps it from working; None where it works."""
    step: Step | None = None
    """The check that failed."""
    idle: bool = False
    """Whether nothing travels along it although nothing is wrong: a weight of 0."""
    taken: bool = False
    """Whether a request that the graph is about travels along it."""
    count: int = 1
    """How many it stands for."""

    @property
    def aside(self) -> bool:
        """Whether it is no part of the way from a Gateway to a backend."""
        return self.relation in _ASIDE


class ObjectGraph(msgspec.Struct, frozen=True, dict=True):
    """Nodes and edges, each in the order in which it was found; every edge's ends are nodes."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, parts: Iterable[Node | Edge]) -> ObjectGraph:
        """Collect parts; of several nodes with one id the first counts, and edges of one kind are one."""
        nodes: dict[str, Node] = {}
        edges: list[Edge] = []
        for part in parts:
            if isinstance(part, Node):
                nodes.setdefault(part.id, part)
            else:
                edges.append(part)
        known = [edge for edge in edges if edge.source in nodes and edge.target in nodes]
        return cls(tuple(nodes.values()), tuple(_merged(known)))

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by their id."""
        return {node.id: node for node in self.nodes}

    def digraph(self) -> nx.MultiDiGraph[str]:
        """
        The graph for networkx: ids as nodes, with their `node`; edges with their `edge`.

        Every call makes a new one, which is the caller's to change.
        """
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self.nodes:
            graph.add_node(node.id, node=node)
        for edge in self.edges:
            graph.add_edge(edge.source, edge.target, edge=edge)
        return graph

    def around(self, ids: Collection[str]) -> ObjectGraph:
        """Keep some nodes, what leads to them, and what they lead to."""
        graph = self.digraph()
        kept = set(ids)
        for each in ids:
            kept |= nx.ancestors(graph, each) | nx.descendants(graph, each)
        # Certificates, policies and grants of what is kept say why it is as it is, and lead nowhere else.
        beside = {edge.source for edge in self.edges if edge.target in kept and edge.relation not in TRAFFIC}
        return self._only(kept | beside)

    def _only(self, ids: Collection[str]) -> ObjectGraph:
        return ObjectGraph(
            tuple(node for node in self.nodes if node.id in ids),
            tuple(edge for edge in self.edges if edge.source in ids and edge.target in ids),
        )

    def reached_from(self, sources: Collection[str]) -> frozenset[str]:
        """Find the nodes that traffic reaches from some others, these among them."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(sources)
        graph.add_edges_from(
            (edge.source, edge.target)
            for edge in self.edges
            if edge.relation in TRAFFIC and edge.reason is None and not edge.idle
        )
        return frozenset(sources).union(*(layer for layer in nx.bfs_layers(graph, list(sources))))

    def regrouped(self, groups: Mapping[str, Node]) -> ObjectGraph:
        """
        Draw several nodes as one.

        Args:
            groups: by id the node in whose place another stands; the rest stays as it is. What leads from a
                group to itself is left out.
        """

        def parts() -> Iterable[Node | Edge]:
            for node in self.nodes:
                yield groups.get(node.id, node)
            for edge in self.edges:
                ends = [groups[end].id if end in groups else end for end in (edge.source, edge.target)]
                if ends[0] != ends[1]:
                    yield structs.replace(edge, source=ends[0], target=ends[1])

        return ObjectGraph.of(parts())


def _merged(edges: Iterable[Edge]) -> Iterable[Edge]:
    """Make one of all edges with the same ends and the same to say, and count them."""
    found: dict[tuple[object, ...], list[Edge]] = {}
    for edge in edges:
        at = (edge.source, edge.target, edge.relation, edge.reason, edge.idle, edge.taken)
        found.setdefault(at, []).append(edge)
    for same in found.values():
        labels = list(dict.fromkeys(edge.label for edge in same if edge.label))
        label = labels[0] if len(labels) == 1 else ", ".join(labels) if len(labels) <= 2 else ""
        yield structs.replace(same[0], label=label, count=sum(edge.count for edge in same))
