"""
Hypothesis strategies of configurations and of requests to them.

    >>> import gwsim
    >>> from hypothesis import given
    >>> simulation = gwsim.load("scenarios/storefront")
    >>> @given(requests_for(simulation))
    ... def test_nothing_leaves_the_shop(request):
    ...     chosen = simulation.decide(request).chosen
    ...     assert chosen is None or chosen.namespace == "shop"
    >>> test_nothing_leaves_the_shop()

Everything drawn is valid: the API server would take it; `almost_valid` plants one defect in it. Names, hosts,
paths and headers come from small pools, so that they meet, overlap and conflict. `Simulation.of` takes a
snapshot, and `to_yaml` writes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise ImportError(
        "gwsim.testing.strategies: expected the package hypothesis, found none; "
        "install it with: pip install 'gwsim[hypothesis]'"
    ) from error
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.resources.gateways import Gateway, ListenerSet
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.meta import ParentReference
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Resource, Route, Snapshot, key_of
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute
from gwsim.testing.asking.requests import requests_for
from gwsim.testing.drawing.dice import Dice, thrown
from gwsim.testing.drawing.gateways import gateway_maker, listener_set_maker
from gwsim.testing.drawing.http_routes import http_matches
from gwsim.testing.drawing.names import GATEWAY_PARENTS, SERVICE_PARENTS, SET_PARENTS
from gwsim.testing.drawing.other_routes import route_maker
from gwsim.testing.drawing.policies import tls_policy, traffic_policy
from gwsim.testing.drawing.surroundings import UNPLACED, surroundings
from gwsim.testing.drawing.writing import DrawnSnapshot, to_yaml
from gwsim.testing.planting.planted import AlmostValid, Flaw, almost_valid

__all__ = [
    "KINDS",
    "ROUTE_KINDS",
    "AlmostValid",
    "Flaw",
    "almost_valid",
    "gateways",
    "grpc_routes",
    "http_matches",
    "http_routes",
    "listener_sets",
    "requests_for",
    "snapshots",
    "tcp_routes",
    "tls_routes",
    "to_yaml",
    "udp_routes",
    "with_objects",
]

R = TypeVar("R", bound=Resource)
A = TypeVar("A", bound=Route)
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
_ROUTE_THROWS = 336


def gateways(*, kinds: Collection[str] = ROUTE_KINDS) -> SearchStrategy[Gateway]:
    """
    Draw Gateways of one to three listeners.

    Args:
        kinds: of `ROUTE_KINDS`: the routes that the listeners' protocols are for.
    """
    return thrown("gateways", gateway_maker(_route_kinds(kinds)), throws=48)


def listener_sets(*, kinds: Collection[str] = ROUTE_KINDS) -> SearchStrategy[ListenerSet]:
    """
    Draw ListenerSets for the Gateways that `gateways` draws.

    Args:
        kinds: of `ROUTE_KINDS`: the routes that the listeners' protocols are for.
    """
    return thrown("listener_sets", listener_set_maker(_route_kinds(kinds)), throws=20)


def http_routes(*, parent_refs: Sequence[ParentReference] | None = None) -> SearchStrategy[HTTPRoute]:
    """
    Draw HTTPRoutes of one to three rules.

    Args:
        parent_refs: where they attach, to one or two; None: to what `snapshots` may draw.
    """
    return _routes("http_routes", HTTPRoute, parent_refs)


def grpc_routes(*, parent_refs: Sequence[ParentReference] | None = None) -> SearchStrategy[GRPCRoute]:
    """
    Draw GRPCRoutes of up to three rules.

    Args:
        parent_refs: as for `http_routes`.
    """
    return _routes("grpc_routes", GRPCRoute, parent_refs)


def tls_routes(*, parent_refs: Sequence[ParentReference] | None = None) -> SearchStrategy[TLSRoute]:
    """
    Draw TLSRoutes, some of an older version.

    Args:
        parent_refs: as for `http_routes`.
    """
    return _routes("tls_routes", TLSRoute, parent_refs)


def tcp_routes(*, parent_refs: Sequence[ParentReference] | None = None) -> SearchStrategy[TCPRoute]:
    """
    Draw TCPRoutes, some of an older version.

    Args:
        parent_refs: as for `http_routes`.
    """
    return _routes("tcp_routes", TCPRoute, parent_refs)


def udp_routes(*, parent_refs: Sequence[ParentReference] | None = None) -> SearchStrategy[UDPRoute]:
    """
    Draw UDPRoutes, some of an older version.

    Args:
        parent_refs: as for `http_routes`.
    """
    return _routes("udp_routes", UDPRoute, parent_refs)


def _routes(name: str, kind: type[A], parent_refs: Sequence[ParentReference] | None) -> SearchStrategy[A]:
    if parent_refs is not None and not parent_refs:
        raise ValueError("parent_refs: expected one or more, or None, found an empty list")
    pools = _pools(sets=True, mesh=True) if parent_refs is None else (tuple(parent_refs),)
    make = route_maker((kind.__name__,), pools)

    def route(dice: Dice) -> A:
        made = make(dice)
        assert isinstance(made, kind)
        return made

    return thrown(name, route, throws=_ROUTE_THROWS)


def _pools(*, sets: bool, mesh: bool) -> Sequence[Sequence[ParentReference]]:
    return (
        *4 * (GATEWAY_PARENTS,),
        *([SET_PARENTS] if sets else []),
        *([SERVICE_PARENTS] if mesh else []),
    )


def _route_kinds(kinds: Collection[str]) -> tuple[str, ...]:
    found = tuple(kind for kind in ROUTE_KINDS if kind in kinds)
    if not found or len(found) < len(set(kinds)):
        raise ValueError(f"kinds: expected some of {', '.join(ROUTE_KINDS)}, found {kinds}")
    return found


def snapshots(
    *, kinds: Collection[str] = KINDS, mesh: bool = True, max_gateways: int = 2, max_routes: int = 4
) -> SearchStrategy[Snapshot]:
    """
    Draw whole configurations, of one Gateway and one route at least.

    What they refer to is mostly there and in order: Services, XBackends, ServiceImports, Secrets, ConfigMaps,
    ReferenceGrants, a GatewayClass, Namespaces. Sometimes it is missing, broken, or not permitted. A failing
    example is printed as its manifests.

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
        make = route_maker(together, _pools(sets="ListenerSet" in kinds, mesh=mesh))
        return [
            _several(gateways(kinds=together), least=1, most=max_gateways),
            _several(thrown("routes", make, throws=_ROUTE_THROWS), least=1, most=max_routes),
            *([_several(listener_sets(kinds=together), most=2)] if "ListenerSet" in kinds else []),
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
    return DrawnSnapshot.of(
        ((each, UNPLACED) for each in (*own, *around)), others=policies, lenient=draw(_LENIENT)
    )


def with_objects(snapshot: Snapshot, objects: Iterable[Resource]) -> Snapshot:
    """Put objects into a configuration, such as drawn routes into one's own; of two with one name the new."""
    found = {key_of(each): each for each in objects}
    kept = ((each, snapshot.sources[key]) for key, each in snapshot.objects.items() if key not in found)
    added = ((each, UNPLACED) for each in found.values())
    return Snapshot.of((*kept, *added), others=snapshot.others, lenient=snapshot.lenient)
