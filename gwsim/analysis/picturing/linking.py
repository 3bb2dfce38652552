"""The graph of a whole configuration."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from gwsim.analysis.graph import Edge, Node, ObjectGraph, Relation, State
from gwsim.analysis.picturing.attaching import attaching_parts
from gwsim.analysis.picturing.permitting import grant_parts, policy_parts
from gwsim.analysis.picturing.serving import listener_ids, serving_parts
from gwsim.binding.topology import Topology

_TOWARDS_BACKENDS = frozenset(
    {Relation.PARENT, Relation.RULES, Relation.BACKEND, Relation.MIRROR, Relation.AUTH}
)


def object_graph(topology: Topology) -> ObjectGraph:
    """
    Draw up everything that takes part in routing, and by what one thing leads to another.

    Services, Secrets and ConfigMaps are in it where something refers to them, ReferenceGrants where a
    reference needs them.
    """
    found = ObjectGraph.of(_parts(topology))
    granted = ObjectGraph.of((*found.nodes, *found.edges, *grant_parts(topology, found)))
    reached = granted.reached_from(listener_ids(topology))
    wanting = {edge.target for edge in granted.edges if edge.relation in _TOWARDS_BACKENDS} - reached
    return structs.replace(
        granted,
        nodes=tuple(
            structs.replace(node, state=State.UNREACHED)
            if node.id in wanting and node.state is State.ACCEPTED
            else node
            for node in granted.nodes
        ),
    )


def _parts(topology: Topology) -> Iterator[Node | Edge]:
    yield from serving_parts(topology)
    yield from attaching_parts(topology)
    yield from policy_parts(topology)
