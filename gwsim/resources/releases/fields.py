"""Which fields are not in all releases or channels; a field that is not here is as old as its kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.gateways import GatewaySpec, ListenerTLSConfig
from gwsim.resources.grpc_routes import GRPCRouteRule, GRPCRouteSpec
from gwsim.resources.meta import Part
from gwsim.resources.releases.release import V1_3, V1_5, V1_6, Presence, Release, presence
from gwsim.resources.routes import HTTPRouteRule, HTTPRouteSpec, SessionPersistence
from gwsim.resources.stream_routes import StreamRouteSpec, TLSRouteSpec

FIELDS: Mapping[tuple[type[Part], str], Presence] = MappingProxyType(
    {
        (GatewaySpec, "allowedListeners"): presence("1.3", "1.5"),
        (GatewaySpec, "backendTLS"): presence("1.3", None, until=V1_3),
        (GatewaySpec, "defaultScope"): presence("1.4", None),
        (GatewaySpec, "tls"): presence("1.4", "1.5"),
        (ListenerTLSConfig, "frontendValidation"): presence("1.1", None, until=V1_3),
        (HTTPRouteSpec, "useDefaultGateways"): presence("1.4", None),
        (HTTPRouteRule, "name"): presence("1.2", "1.4"),
        (HTTPRouteRule, "retry"): presence("1.2", None),
        (HTTPRouteRule, "sessionPersistence"): presence("1.1", None),
        (HTTPRouteFilter, "cors"): presence("1.3", "1.5"),
        (HTTPRouteFilter, "externalAuth"): presence("1.4", None),
        (GRPCRouteSpec, "useDefaultGateways"): presence("1.4", None),
        (GRPCRouteRule, "name"): presence("1.2", "1.4"),
        (GRPCRouteRule, "sessionPersistence"): presence("1.1", None),
        (StreamRouteSpec, "useDefaultGateways"): presence("1.4", None),
        (TLSRouteSpec, "useDefaultGateways"): presence("1.4", None),
        (SessionPersistence, "cookie"): presence("main", None),
        (SessionPersistence, "cookieConfig"): presence("1.1", None, until=V1_6),
        (SessionPersistence, "header"): presence("main", None),
        (SessionPersistence, "idleTimeout"): presence("1.1", None, until=V1_5),
        (SessionPersistence, "sessionName"): presence("1.1", None, until=V1_6),
    }
)
"""By type and field, as the API spells it."""


def presence_of(part: type, name: str) -> Presence | None:
    """Find since when a field exists; None for one that is always there, or never was."""
    for base in part.__mro__:
        if found := FIELDS.get((base, name)):
            return found
    return None


def is_absent(part: type, name: str, release: Release) -> bool:
    """Whether a field of a type is missing from a release."""
    found = presence_of(part, name)
    return found is not None and not found.covers(release)
