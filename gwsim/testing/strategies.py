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

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.resources.gateways import Gateway
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Resource, Snapshot, key_of
from gwsim.testing.drawing.gateways import gateways, listeners
from gwsim.testing.drawing.http_routes import (
    backend_references,
    http_matches,
    http_route_filters,
    http_routes,
    http_rules,
    parent_references,
)
from gwsim.testing.drawing.names import hostnames, paths
from gwsim.testing.drawing.requests import requests_for
from gwsim.testing.drawing.surroundings import UNPLACED, surroundings

__all__ = [
    "backend_references",
    "gateways",
    "hostnames",
    "http_matches",
    "http_route_filters",
    "http_routes",
    "http_rules",
    "listeners",
    "parent_references",
    "paths",
    "requests_for",
    "snapshots",
]


_ANY_GATEWAYS = gateways()
_ANY_ROUTES = http_routes()


def snapshots(
    *,
    gateways: SearchStrategy[Gateway] = _ANY_GATEWAYS,
    routes: SearchStrategy[HTTPRoute] = _ANY_ROUTES,
    max_gateways: int = 2,
    max_routes: int = 4,
) -> SearchStrategy[Snapshot]:
    """
    Draw whole configurations, of one Gateway and one route at least.

    What they refer to is mostly there and in order: Services, Secrets, ReferenceGrants, a GatewayClass,
    Namespaces. Sometimes it is missing, broken, or not permitted.
    """
    return _snapshots(
        st.lists(gateways, min_size=1, max_size=max_gateways, unique_by=key_of),
        st.lists(routes, min_size=1, max_size=max_routes, unique_by=key_of),
    )


@st.composite
def _snapshots(
    draw: DrawFn, gateways: SearchStrategy[list[Gateway]], routes: SearchStrategy[list[HTTPRoute]]
) -> Snapshot:
    own: list[Resource] = [*draw(gateways), *draw(routes)]
    around, policies = draw(surroundings(own))
    return Snapshot.of(
        ((each, UNPLACED) for each in (*own, *around)), others=policies, lenient=draw(st.booleans())
    )
