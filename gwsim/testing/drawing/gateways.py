"""Gateways and their listeners."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gwsim.resources.gateways import (
    AllowedRoutes,
    Gateway,
    GatewayInfrastructure,
    GatewaySpec,
    GatewaySpecAddress,
    Listener,
    ListenerTLSConfig,
    RouteGroupKind,
    RouteNamespaces,
)
from gwsim.resources.meta import (
    LabelSelector,
    LabelSelectorRequirement,
    LocalObjectReference,
    SecretObjectReference,
)
from gwsim.testing.drawing.names import ANY_HOSTNAMES, GATEWAY_NAMES, V1, metadata, short

PORTS = (80, 80, 8080, 443)
SECURE_PORTS = (443, 443, 443, 8443, 80)
_SECTIONS = ("one", "two", "three")
_ALLOWED_NAMESPACES = (
    *8 * (RouteNamespaces("All"),),
    RouteNamespaces("Same"),
    RouteNamespaces("Selector", LabelSelector({"team": "red"})),
    RouteNamespaces("Selector", LabelSelector({}, (LabelSelectorRequirement("team", "NotIn", ("red",)),))),
    RouteNamespaces("Selector"),
)
_ALLOWED_KINDS = (*9 * ((),), (RouteGroupKind("HTTPRoute"),), (RouteGroupKind("GRPCRoute"),))
_ADDRESSES = (
    *20 * ((),),
    (GatewaySpecAddress("Hostname", "edge.test"), GatewaySpecAddress("IPAddress", "203.0.113.7")),
    (GatewaySpecAddress("IPAddress", "0.0.0.0"),),
    (GatewaySpecAddress("NamedAddress", "spare"),),
)


def listeners(
    *,
    hostnames: SearchStrategy[str] = ANY_HOSTNAMES,
    ports: Sequence[int] = PORTS,
    secure_ports: Sequence[int] = SECURE_PORTS,
) -> SearchStrategy[Listener]:
    """Draw listeners: most of HTTP and HTTPS, some of other protocols."""
    certificates = st.lists(
        st.builds(
            SecretObjectReference,
            st.sampled_from(("cert", "spare")),
            namespace=st.sampled_from((None, None, None, "apps")),
        ),
        min_size=1,
        max_size=2,
    )
    tls = st.builds(ListenerTLSConfig, certificate_refs=certificates.map(tuple))
    any_host = st.one_of(st.none(), st.none(), hostnames)
    allowed = st.builds(AllowedRoutes, st.sampled_from(_ALLOWED_NAMESPACES), st.sampled_from(_ALLOWED_KINDS))

    def of(protocol: str, **fields: SearchStrategy[object]) -> SearchStrategy[Listener]:
        return st.builds(
            Listener,
            name=st.sampled_from(_SECTIONS),
            port=st.sampled_from(secure_ports if protocol == "HTTPS" else ports),
            protocol=st.just(protocol),
            allowed_routes=allowed,
            **fields,
        )

    http, https = of("HTTP", hostname=any_host), of("HTTPS", hostname=any_host, tls=tls)
    others = st.one_of(of("TLS", hostname=any_host, tls=tls), of("TCP"), of("example.com/own"))
    return short("listeners", st.one_of(*8 * (http,), *8 * (https,), others))


_ANY_LISTENERS = listeners()


def gateways(
    *,
    names: Sequence[tuple[str, str]] = (*2 * GATEWAY_NAMES[:1], *GATEWAY_NAMES),
    listeners: SearchStrategy[Listener] = _ANY_LISTENERS,
    class_name: str = "public",
) -> SearchStrategy[Gateway]:
    """
    Draw Gateways, whose listeners may conflict.

    Args:
        names: namespace and name.
    """
    own = LocalObjectReference("", "ConfigMap", "missing")
    spec = st.builds(
        GatewaySpec,
        gateway_class_name=st.just(class_name),
        listeners=st.lists(
            listeners,
            min_size=1,
            max_size=3,
            unique_by=(lambda each: each.name, lambda each: (each.port, each.protocol, each.hostname)),
        ).map(tuple),
        addresses=st.sampled_from(_ADDRESSES),
        infrastructure=st.sampled_from((*25 * (None,), GatewayInfrastructure(parameters_ref=own))),
    )
    drawn = st.builds(
        Gateway, metadata(names, timed=False), spec=spec, api_version=st.just(V1), kind=st.just("Gateway")
    )
    return short("gateways", drawn)
