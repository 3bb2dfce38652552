"""
Hypothesis strategies of configurations and of requests to them.

    SIMULATION = gwsim.load("manifests/")

    @given(requests_for(SIMULATION))
    def test_admin_stays_inside(request):
        chosen = SIMULATION.decide(request).chosen
        assert not request.path.startswith("/admin") or chosen is None or chosen.namespace == "admin"

Everything drawn is valid: the API server would take it. Names, hosts, paths and headers come from small
pools, so that they meet, overlap and conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.resources.snapshot import Resource, Snapshot, key_of
from gwsim.testing.asking.requests import requests_for
from gwsim.testing.drawing.dice import Dice, thrown
from gwsim.testing.drawing.gateways import gateway_maker, listener_set_maker
from gwsim.testing.drawing.http_routes import http_matches
from gwsim.testing.drawing.other_routes import route_maker
from gwsim.testing.drawing.policies import tls_policy, traffic_policy
from gwsim.testing.drawing.surroundings import UNPLACED, surroundings

__all__ = ["KINDS", "ROUTE_KINDS", "http_matches", "requests_for", "snapshots"]

R = TypeVar("R", bound=Resource)
ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
KINDS = (*ROUTE_KINDS, "ListenerSet", "BackendTLSPolicy", "XBackendTrafficPolicy")
"""What `snapshots` draws besides Gateways and what all of these refer to."""
TOGETHER = (
    ("HTTPRoute",),
    ROUTE_KINDS,
    ("HTTPRoute", "GRPCRoute"),
    ("TLSRoute",),
    ("TCPRoute", "UDPRoute"),
    ("HTTPRoute", "TLSRoute"),
)
"""Kinds of routes of one configuration: of few kinds more attach to one listener, and compete."""


def snapshots(
    *, kinds: Collection[str] = KINDS, mesh: bool = True, max_gateways: int = 2, max_routes: int = 4
) -> SearchStrategy[Snapshot]:
    """
    Draw whole configurations, of one Gateway and one route at least.

    What they refer to is mostly there and in order: Services, XBackends, ServiceImports, Secrets, ConfigMaps,
    ReferenceGrants, a GatewayClass, Namespaces. Sometimes it is missing, broken, or not permitted.

    Args:
        kinds: of `KINDS`, one kind of route at least.
        mesh: whether some routes are bound to Services.
    """
    unknown = set(kinds) - set(KINDS)
    routes = [kind for kind in ROUTE_KINDS if kind in kinds]
    if unknown or not routes:
        raise ValueError(f"kinds: expected some of {', '.join(KINDS)}, a route among them, found {kinds}")
    policies: list[SearchStrategy[list[Resource]]] = []
    if "BackendTLSPolicy" in kinds:
        policies.append(_several(thrown("tls_policies", tls_policy, throws=4), most=2))
    if "XBackendTrafficPolicy" in kinds:
        policies.append(_several(thrown("traffic_policies", traffic_policy, throws=5), most=1))

    def parts(together: Sequence[str]) -> list[SearchStrategy[list[Resource]]]:
        make = route_maker(together, sets="ListenerSet" in kinds, mesh=mesh)
        gateways = thrown("gateways", gateway_maker(together), throws=48)
        sets = thrown("listener_sets", listener_set_maker(together), throws=20)
        return [
            _several(gateways, least=1, most=max_gateways),
            _several(thrown("routes", make, throws=160), least=1, most=max_routes),
            *([_several(sets, most=2)] if "ListenerSet" in kinds else []),
            *policies,
        ]

    found = (tuple(kind for kind in together if kind in routes) for together in TOGETHER)
    return _snapshots([parts(together) for together in dict.fromkeys(found) if together])


def _several(resources: SearchStrategy[R], *, most: int, least: int = 0) -> SearchStrategy[list[Resource]]:
    return st.lists(resources, min_size=least, max_size=most, unique_by=key_of)


_LENIENT = st.booleans()
_AROUND = st.binary(min_size=64, max_size=64)


@st.composite
def _snapshots(draw: DrawFn, variants: list[list[SearchStrategy[list[Resource]]]]) -> Snapshot:
    own = [each for part in draw(st.sampled_from(variants)) for each in draw(part)]
    around, policies = surroundings(Dice(draw(_AROUND)), own)
    return Snapshot.of(
        ((each, UNPLACED) for each in (*own, *around)), others=policies, lenient=draw(_LENIENT)
    )
