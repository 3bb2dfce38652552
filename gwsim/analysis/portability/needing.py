"""The features of the Gateway API that a configuration needs, with each place that needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from gwsim.addresses import Address
from gwsim.binding.hostnames import intersection
from gwsim.binding.listening.listeners import BoundListener, terminates_tls
from gwsim.binding.referring.references import H2C, WEBSOCKET
from gwsim.binding.topology import Topology
from gwsim.resources.features.using import uses_of

_APP_PROTOCOLS = {H2C: "HTTPRouteBackendProtocolH2C", WEBSOCKET: "HTTPRouteBackendProtocolWebSocket"}


class Need(msgspec.Struct, frozen=True):
    """One place that needs a feature."""

    feature: str
    address: Address


def needs(topology: Topology) -> tuple[Need, ...]:
    """Find every place that needs a feature, by object and then by field; each is named once."""
    found = [
        Need(use.feature, Address(key, use.path))
        for key, resource in topology.snapshot.objects.items()
        for use in uses_of(resource)
    ]
    found += _listener_needs(topology)
    found += _protocol_needs(topology)
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _order(need: Need) -> tuple[object, ...]:
    places = tuple((isinstance(part, str), part) for part in need.address.path)
    return (need.address.key, places, need.feature)


def _listener_needs(topology: Topology) -> Iterator[Need]:
    """What listeners of one port need together, those of ListenerSets among them."""
    for gateway in topology.gateways:
        listeners = sorted(gateway.all_listeners, key=lambda each: each.spec.port)
        for _, group in groupby(listeners, key=lambda each: each.spec.port):
            yield from _port_needs(tuple(group))


def _port_needs(listeners: Sequence[BoundListener]) -> Iterator[Need]:
    plain = [each for each in listeners if each.spec.protocol == "HTTP"]
    secure = [each for each in listeners if each.spec.protocol == "HTTPS"]
    passing = [each for each in listeners if each.spec.protocol == "TLS" and not terminates_tls(each.spec)]
    ending = [
        each
        for each in listeners
        if each.spec.protocol == "TLS"
        and (terminates_tls(each.spec) or not each.spec.tls)
        and _takes_tls(each)
    ]
    for each in plain:
        if any(_overlap(each, other) for other in plain):
            yield Need("GatewayHTTPListenerIsolation", each.key.address)
    if len(secure) > 1:
        for each in secure:
            yield Need("GatewayHTTPSListenerDetectMisdirectedRequests", each.key.address)
    for each in ending:
        yield Need("TLSRouteModeTerminate", each.key.address)
    if passing and ending:
        for each in (*passing, *ending):
            yield Need("TLSRouteModeMixed", each.key.address)


def _takes_tls(listener: BoundListener) -> bool:
    kinds = listener.spec.allowed_routes.kinds
    return not kinds or any(each.kind == "TLSRoute" for each in kinds)


def _overlap(one: BoundListener, other: BoundListener) -> bool:
    return one.hostname != other.hostname and intersection(one.hostname, other.hostname) is not None


def _protocol_needs(topology: Topology) -> Iterator[Need]:
    """What the appProtocol of the Services that HTTPRoutes send to needs."""
    for route in topology.routes:
        if route.key.kind == "HTTPRoute" and route.parents:
            for rule in route.rules:
                for weighted in rule.backends:
                    feature = _APP_PROTOCOLS.get(weighted.backend.app_protocol or "")
                    if feature is not None:
                        yield Need(feature, weighted.backend.address)
