"""What a correct controller would write: the status of every object, in the API's own shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP, ObjectKey
from gwsim.binding.reporting.gateway_status import class_status, gateway_status, listener_set_status
from gwsim.binding.reporting.route_status import backend_status, mesh_status, policy_status, route_status
from gwsim.binding.reporting.writing import plain
from gwsim.binding.topology import Topology
from gwsim.resources.policies import XBackend, XMesh


def statuses(topology: Topology) -> Iterator[Mapping[str, object]]:
    """Yield every Gateway API object with its defaults and its status, in canonical order."""
    found = dict(_statuses(topology))
    for key, resource in topology.snapshot.objects.items():
        if key.group in (GATEWAY_GROUP, EXPERIMENTAL_GROUP):
            status = found.get(key)
            yield plain(resource) if status is None else {**plain(resource), "status": status}


def _statuses(topology: Topology) -> Iterator[tuple[ObjectKey, Mapping[str, object] | None]]:
    for each in topology.classes:
        yield each.key, class_status(each)
    for gateway in topology.gateways:
        yield gateway.key, gateway_status(gateway, topology)
    for listener_set in topology.listener_sets:
        yield listener_set.key, listener_set_status(listener_set, topology)
    for route in topology.routes:
        yield route.key, route_status(route, topology)
    for policy in (*topology.policies.tls, *topology.policies.traffic):
        yield policy.key, policy_status(policy, topology)
    for key, _ in topology.snapshot.all_of(XBackend):
        yield key, backend_status(key, topology)
    for key, mesh in topology.snapshot.all_of(XMesh):
        yield key, mesh_status(key, mesh, topology)
