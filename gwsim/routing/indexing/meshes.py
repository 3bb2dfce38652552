"""The Services of a mesh: routes by port, protocol and the namespace whose routes apply."""

from __future__ import annotations

from gwsim.addresses import ListenerKey
from gwsim.binding.attaching.attachment import Attachment
from gwsim.binding.attaching.mesh import port_key
from gwsim.binding.topology import BoundRoute
from gwsim.resources.cluster import ServicePort
from gwsim.routing.answering.prepared import Shared
from gwsim.routing.indexing.candidates import Candidate, Place
from gwsim.routing.indexing.paths import PathIndex
from gwsim.routing.reaching.meshing import Called, bindable, mesh_entries
from gwsim.routing.request import Protocol
from gwsim.routing.table import RoutingTable


class MeshIndex:
    """What is bound to the Services; each port is indexed when it is first asked for."""

    __slots__ = ("_bound", "_paths", "_shared", "_table")

    def __init__(self, table: RoutingTable, shared: Shared) -> None:
        self._table = table
        self._shared = shared
        self._bound: dict[tuple[ListenerKey, Protocol], dict[str, list[tuple[BoundRoute, Attachment]]]] = {}
        self._paths: dict[tuple[ListenerKey, Protocol, str], PathIndex] = {}

    def paths(self, call: Called, port: ServicePort) -> PathIndex | None:
        """The entries that apply to a client: of its own namespace, else of the Service's; None for none."""
        request, key = call.seen.request, port_key(call.key, port.port)
        bound = self._bound.get((key, request.protocol))
        if bound is None:
            bound = self._bound[key, request.protocol] = self._by_namespace(key, request.protocol)
        client = request.source.namespace if request.source else None
        namespace = client if client is not None and client in bound else call.key.namespace
        if namespace not in bound:
            return None
        at = (key, request.protocol, namespace)
        found = self._paths.get(at)
        if found is None:
            found = self._paths[at] = self._indexed(bound[namespace], call, port)
        return found

    def _by_namespace(
        self, key: ListenerKey, protocol: Protocol
    ) -> dict[str, list[tuple[BoundRoute, Attachment]]]:
        found: dict[str, list[tuple[BoundRoute, Attachment]]] = {}
        for row in bindable(self._table, protocol, key):
            found.setdefault(row[0].key.namespace, []).append(row)
        return found

    def _indexed(
        self, bound: list[tuple[BoundRoute, Attachment]], call: Called, port: ServicePort
    ) -> PathIndex:
        choices = self._table.topology.implementation
        place = Place(None, None, port.port, call.passthrough)
        entries = sorted(mesh_entries(self._table, bound), key=lambda entry: entry.precedence)
        return PathIndex(
            (Candidate(rank, entry, place, choices, self._shared) for rank, entry in enumerate(entries)),
            choices,
        )
