"""Gateways, ListenerSets, and their listeners of every protocol, which may conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gwsim.resources.gateways import (
    AllowedListeners,
    AllowedRoutes,
    FrontendTLSConfig,
    FrontendTLSValidation,
    Gateway,
    GatewayBackendTLS,
    GatewayInfrastructure,
    GatewaySpec,
    GatewaySpecAddress,
    GatewayTLSConfig,
    Listener,
    ListenerNamespaces,
    ListenerSet,
    ListenerSetSpec,
    ListenerTLSConfig,
    ParentGatewayReference,
    RouteGroupKind,
    RouteNamespaces,
    TLSConfig,
    TLSPortConfig,
)
from gwsim.resources.meta import (
    LabelSelector,
    LabelSelectorRequirement,
    LocalObjectReference,
    ObjectReference,
    SecretObjectReference,
)
from gwsim.testing.drawing.dice import Dice
from gwsim.testing.drawing.names import GATEWAY_NAMES, HOSTNAMES, SECTIONS, SET_NAMES, V1, metadata

CLASS_NAME = "public"
PORTS: Mapping[str, tuple[int, ...]] = {
    "HTTP": (80, 80, 80, 8080, 80, 443),
    "HTTPS": (443, 443, 443, 8443, 443, 80),
    "TLS": (443, 443, 8443, 9000),
    "TCP": (9000, 9000, 9000, 80, 443),
    "UDP": (53, 9000, 443),
    "example.com/own": (80, 7000),
}
_PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "HTTPRoute": ("HTTP", "HTTPS", "HTTP", "HTTPS", "HTTP"),
    "GRPCRoute": ("HTTP", "HTTPS"),
    "TLSRoute": ("TLS", "TLS", "TLS"),
    "TCPRoute": ("TCP", "TCP"),
    "UDPRoute": ("UDP", "UDP"),
}
"""Of listeners, by the kind of routes that wants them, as often as they are to occur."""
_RED = LabelSelector({"team": "red"})
_NOT_RED = LabelSelector({}, (LabelSelectorRequirement("team", "NotIn", ("red",)),))
_KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_ALLOWED_ROUTES = (
    *24 * (AllowedRoutes(RouteNamespaces("All")),),
    AllowedRoutes(),
    *(AllowedRoutes(RouteNamespaces("All"), (RouteGroupKind(kind),)) for kind in _KINDS),
    AllowedRoutes(RouteNamespaces("All"), (RouteGroupKind("HTTPRoute"), RouteGroupKind("TLSRoute"))),
    *(AllowedRoutes(RouteNamespaces("Selector", each)) for each in (_RED, _NOT_RED, None)),
)
_ALLOWED_LISTENERS = (
    *4 * (AllowedListeners(ListenerNamespaces("All")),),
    None,
    *(AllowedListeners(ListenerNamespaces(each)) for each in ("Same", "None")),
    AllowedListeners(ListenerNamespaces("Selector", _RED)),
)
_CERTIFICATE = SecretObjectReference("cert")
_CERTIFICATES = (
    *10 * ((_CERTIFICATE,),),
    (_CERTIFICATE, SecretObjectReference("spare")),
    (SecretObjectReference("spare", namespace="apps"),),
    (SecretObjectReference("cert", kind="ConfigMap"),),
)
_TERMINATE = tuple(ListenerTLSConfig(certificate_refs=each) for each in _CERTIFICATES)
_TLS: Mapping[str, tuple[ListenerTLSConfig | None, ...]] = {
    "HTTPS": (*3 * _TERMINATE, ListenerTLSConfig(options={"example.com/issuer": "own"}), None),
    "TLS": (*8 * (ListenerTLSConfig("Passthrough"),), *_TERMINATE),
}
_ADDRESSES = (
    *20 * ((),),
    (GatewaySpecAddress("Hostname", "edge.test"), GatewaySpecAddress("IPAddress", "203.0.113.7")),
    (GatewaySpecAddress("IPAddress", "0.0.0.0"),),
    (GatewaySpecAddress("NamedAddress", "spare"),),
)
_INFRASTRUCTURES = (
    *25 * (None,),
    GatewayInfrastructure(parameters_ref=LocalObjectReference("", "ConfigMap", "missing")),
)


def _validations() -> tuple[TLSConfig, ...]:
    authority, spare = ObjectReference("", "ConfigMap", "ca"), ObjectReference("", "ConfigMap", "spare-ca")
    return (
        TLSConfig(FrontendTLSValidation((authority,))),
        TLSConfig(FrontendTLSValidation((authority, spare))),
        TLSConfig(FrontendTLSValidation((authority,), "AllowInsecureFallback")),
        TLSConfig(FrontendTLSValidation((ObjectReference("", "ConfigMap", "ca", "apps"),))),
        TLSConfig(FrontendTLSValidation((ObjectReference("", "Secret", "cert"),))),
        TLSConfig(),
    )


def _gateway_tls(dice: Dice) -> GatewayTLSConfig | None:
    """Choose how clients are checked, and what is shown to backends; mostly neither."""
    asks, shows = dice.one(((False, False), (True, False), (False, False), (True, True), (False, True)))
    frontend = backend = None
    if asks:
        per_port = tuple(TLSPortConfig(port, dice.one(_VALIDATIONS)) for port in dice.one(_OWN_PORTS))
        frontend = FrontendTLSConfig(dice.one(_VALIDATIONS), per_port)
    if shows:
        backend = GatewayBackendTLS(SecretObjectReference("cert", namespace=dice.one((None, None, "apps"))))
    return GatewayTLSConfig(backend, frontend) if asks or shows else None


_VALIDATIONS = _validations()
_OWN_PORTS: tuple[tuple[int, ...], ...] = ((), (443,), (8443, 443))


def _listeners(dice: Dice, protocols: Sequence[str]) -> tuple[Listener, ...]:
    """Choose up to three; no two have port, protocol and hostname in common."""
    found: dict[object, Listener] = {}
    for name in SECTIONS[: 1 + dice.number(3)]:
        protocol = dice.one(protocols)
        port = dice.one(PORTS[protocol])
        hostname = None
        if protocol in ("HTTP", "HTTPS", "TLS"):
            hostname = dice.one((None, *HOSTNAMES[:6], None, *HOSTNAMES, None, None))
        tls = dice.one(_TLS.get(protocol, (None,)))
        listener = Listener(name, port, protocol, hostname, tls, dice.one(_ALLOWED_ROUTES))
        found.setdefault((port, protocol, hostname), listener)
    return tuple(found.values())


def gateway_maker(kinds: Iterable[str]) -> Callable[[Dice], Gateway]:
    """Say how a Gateway for some kinds of routes is chosen."""
    protocols = _protocols(kinds)

    def gateway(dice: Dice) -> Gateway:
        names = (*2 * GATEWAY_NAMES[:1], *GATEWAY_NAMES)
        meta = metadata(dice, names, timed=False)
        spec = GatewaySpec(
            gateway_class_name=CLASS_NAME,
            listeners=_listeners(dice, protocols),
            tls=_gateway_tls(dice),
            allowed_listeners=dice.one(_ALLOWED_LISTENERS),
            addresses=dice.one(_ADDRESSES),
            infrastructure=dice.one(_INFRASTRUCTURES),
            default_scope=dice.one((None, "All", None, "None")),
        )
        return Gateway(meta, spec, api_version=V1, kind="Gateway")

    return gateway


def _protocols(kinds: Iterable[str]) -> Sequence[str]:
    return [*(protocol for kind in kinds for protocol in _PROTOCOLS[kind]), "example.com/own"]


_SET_GATEWAYS = (
    *4 * (ParentGatewayReference("edge", namespace="infra"),),
    *2 * (ParentGatewayReference("inner", namespace="apps"),),
    ParentGatewayReference("edge"),
    ParentGatewayReference("missing", namespace="web"),
)


def listener_set_maker(kinds: Iterable[str]) -> Callable[[Dice], ListenerSet]:
    """Say how a ListenerSet for some kinds of routes is chosen; its listeners' names are Gateways', too."""
    protocols = _protocols(kinds)

    def listener_set(dice: Dice) -> ListenerSet:
        meta = metadata(dice, SET_NAMES)
        spec = ListenerSetSpec(dice.one(_SET_GATEWAYS), _listeners(dice, protocols))
        return ListenerSet(meta, spec, api_version=V1, kind="ListenerSet")

    return listener_set
