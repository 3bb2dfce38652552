"""What a configuration names, and values just beside that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from gwsim.addresses import ListenerKey
from gwsim.binding.attaching.attachment import hostnames_of
from gwsim.binding.hostnames import ANY
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.certificates import secret_bytes
from gwsim.binding.referring.rules import BoundFilter, BoundRule, Match
from gwsim.binding.topology import Topology
from gwsim.resources.cluster import Secret, Service
from gwsim.resources.filters import HTTPHeaderFilter
from gwsim.resources.grpc_routes import GRPCRouteMatch
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.reaching.presenting import client_certificate_step
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.certificates import CLIENT_PEM, OTHER_PEM

T = TypeVar("T")
ELSEWHERE = ("other.invalid", "", "10.0.0.1", "[::1]:80", None)
ODD_PATHS = ("/gwsim", "/a//b", "/a%2Fb", "/b/../a", "/a/./b", "/%61", "/a%2fb/")
NO_PATH = re.compile(r"[\x00-\x20\x7f#?]")
TRANSPORTS = {
    "HTTPRoute": ("HTTP",),
    "GRPCRoute": ("HTTP",),
    "TLSRoute": ("TLS", "HTTPS"),
    "TCPRoute": ("TCP", "TLS", "HTTPS", "HTTP"),
    "UDPRoute": ("UDP",),
}
"""In a mesh: what routes of a kind take."""


class ServiceTarget(NamedTuple):
    """A port of a Service, for a client of a mesh."""

    service: str
    """`namespace/name`."""
    port: int
    protocols: tuple[str, ...]


class Target(NamedTuple):
    """What a request can aim at: one match of one rule, on one listener or Service, for one hostname."""

    listener: BoundListener | None
    service: ServiceTarget | None
    hostname: str
    match: Match
    rule: BoundRule
    namespace: str
    """The route's."""


@dataclass(frozen=True, repr=False)
class Landmarks:
    """What a configuration names, and requests may name."""

    snapshot: Snapshot
    gateways: tuple[str, ...]
    listeners: tuple[BoundListener, ...]
    services: tuple[ServiceTarget, ...]
    targets: tuple[Target, ...]
    """The entries of the tables."""
    hosts: tuple[str | None, ...]
    paths: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]
    """Service and method of gRPC."""
    headers: tuple[tuple[str, str], ...]
    """Of matches, filters and CORS."""
    parameters: tuple[tuple[str, str], ...]
    certificates: tuple[Mapping[str, str] | None, ...]
    """What a client may present, usable or not: none at all, a Secret of the input, another certificate."""
    ports: tuple[int, ...]
    """Of the listeners, and the next ones."""
    server_names: tuple[str | None, ...]
    """The hosts that a TLS hello may name."""
    namespaces: tuple[str, ...]

    @classmethod
    def of(cls, simulation: Simulation) -> Landmarks:
        """Collect them, in document order."""
        topology, snapshot = simulation.topology, simulation.snapshot
        listeners = tuple(listener for gateway in topology.gateways for listener in gateway.all_listeners)
        rules = [rule for route in topology.routes for rule in route.rules]
        matches = [match for rule in rules for match in rule.spec.matches]
        plain, patterns = list(_plain_paths(matches)), list(_host_patterns(topology, listeners))
        conditions = [match for match in matches if match is not None]
        pairs = ((each.name, each.value) for match in conditions for each in match.headers)
        hosts = once((*ELSEWHERE, *(host for each in patterns for host in (*named(each), *beside(each)))))
        ports = (listener.spec.port for listener in listeners)
        return cls(
            snapshot=snapshot,
            gateways=tuple(topology.gateway_by_name),
            listeners=listeners,
            services=tuple(_services(simulation)),
            targets=(*_gateway_targets(simulation), *_mesh_targets(topology)),
            hosts=hosts,
            paths=once(("/", *ODD_PATHS, *(path for each in plain for path in around_path(each)))),
            calls=once((*_calls(matches), ("gwsim.S", "M"))),
            headers=once(
                (
                    *pairs,
                    *(pair for rule in rules for pair in filter_headers(rule)),
                    *(("x", "y"), ("content-type", "application/grpc")),
                )
            ),
            parameters=once((*_parameters(matches), ("x", "y"))),
            certificates=(
                *(None, {"pem": CLIENT_PEM}, None),
                *(
                    {"secret": key.namespaced_name}
                    for key, secret in snapshot.all_of(Secret)
                    if secret_bytes(secret, "tls.crt") is not None
                ),
                *({"pem": OTHER_PEM}, {"pem": "no"}),
            ),
            ports=once((80, 443, *(port for each in ports for port in (each, each % 65535 + 1)))),
            server_names=tuple(host for host in hosts if host != ""),
            namespaces=once((*(route.key.namespace for route in topology.routes), "elsewhere")),
        )

    @cached_property
    def accepted(self) -> Mapping[ListenerKey, tuple[Mapping[str, str] | None, ...]]:
        """Of the listeners that check their clients: what they let in, if anything."""
        return {
            listener.key: found
            for listener in self.listeners
            if listener.clients is not None
            for found in [tuple(each for each in self.certificates if self._lets_in(listener, each))]
            if found
        }

    def _lets_in(self, listener: BoundListener, certificate: Mapping[str, str] | None) -> bool:
        request = Request.from_dict({"protocol": "HTTPS", "clientCertificate": certificate})
        step = client_certificate_step(listener, request, self.snapshot)
        return step is None or step.selected


def once(values: Iterable[T]) -> tuple[T, ...]:
    """Leave out what comes again."""
    return tuple(dict.fromkeys(values))


def _gateway_targets(simulation: Simulation) -> Iterator[Target]:
    for tables in simulation.table.listeners.values():
        for table in tables:
            for entry in table.entries:
                namespace = entry.key.route.namespace
                yield Target(table.listener, None, entry.hostname, entry.match, entry.rule, namespace)


def _mesh_targets(topology: Topology) -> Iterator[Target]:
    for key, attached in topology.attachments.items():
        if key.parent.kind == "Service":
            for route, _ in attached:
                service = _service_target(key, route.key.kind)
                for rule in route.mesh_rules:
                    for match in rule.spec.matches:
                        yield Target(None, service, ANY, match, rule, route.key.namespace)


def _service_target(key: ListenerKey, kind: str) -> ServiceTarget:
    return ServiceTarget(key.parent.namespaced_name, int(key.name), TRANSPORTS[kind])


def _services(simulation: Simulation) -> Iterator[ServiceTarget]:
    for key, service in simulation.snapshot.all_of(Service):
        for port in service.spec.ports:
            yield ServiceTarget(key.namespaced_name, port.port, ("HTTP", "UDP", "TLS", "TCP", "HTTPS"))


def _host_patterns(topology: Topology, listeners: Iterable[BoundListener]) -> Iterator[str]:
    yield from (listener.hostname for listener in listeners if listener.hostname != ANY)
    for route in topology.routes:
        yield from hostnames_of(route.resource)


def _plain_paths(matches: Iterable[Match]) -> Iterator[str]:
    for match in matches:
        if isinstance(match, HTTPRouteMatch) and match.path.type != "RegularExpression":
            yield match.path.value
    for service, method in _calls(matches):
        yield f"/{service}/{method}"


def _calls(matches: Iterable[Match]) -> Iterator[tuple[str, str]]:
    for match in matches:
        if isinstance(match, GRPCRouteMatch) and match.method is not None and match.method.type == "Exact":
            yield match.method.service or "gwsim.S", match.method.method or "M"


def _parameters(matches: Iterable[Match]) -> Iterator[tuple[str, str]]:
    for match in matches:
        if isinstance(match, HTTPRouteMatch):
            yield from ((each.name, each.value) for each in match.query_params)


def named(pattern: str) -> tuple[str, ...]:
    """Hosts that a hostname stands for, in several spellings."""
    host = pattern
    if pattern == ANY:
        host = "gwsim.invalid"
    elif pattern.startswith("*."):
        host = f"gwsim{pattern[1:]}"
    deeper = (f"a.b{pattern[1:]}", f"a{pattern[1:]}") if pattern.startswith("*.") else ()
    return (host, host.upper(), f"{host}:8080", f"{host}.", *deeper)


def beside(pattern: str) -> tuple[str, ...]:
    """Hosts that a hostname just does not stand for."""
    name = pattern.removeprefix("*").removeprefix(".")
    return (name, f"gwsim{name}", f"{name}.gwsim", *(() if pattern.startswith("*") else (f"gwsim.{name}",)))


def around_path(path: str) -> tuple[str, ...]:
    """A path, below it, above it, and just beside it."""
    base = path.removesuffix("/")
    parent = base.rpartition("/")[0]
    near = (path, base, f"{base}/", f"{base}/gwsim", f"{base}gwsim", parent, base.upper(), f"/{path}")
    return once(f"/{NO_PATH.sub('', each).removeprefix('/')}" for each in near)


def near_pairs(name: str, value: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A header or parameter that is absent, has a value just beside, or occurs twice."""
    return (
        (),
        ((name, f"{value}1"),),
        ((name, value.swapcase()),),
        ((name, ""),),
        ((name, value), (name, value)),
        ((name.swapcase(), value),),
    )


def all_filters(rule: BoundRule) -> Iterator[BoundFilter]:
    """The filters of a rule and of its backends."""
    yield from rule.filters
    for weighted in rule.backends:
        yield from weighted.filters


def filter_headers(rule: BoundRule) -> Iterator[tuple[str, str]]:
    """Headers that the filters of a rule look at or write."""
    for each in all_filters(rule):
        if each.spec.cors is not None:
            yield "access-control-request-method", "PUT"
            yield "access-control-request-headers", "x-a"
            yield "origin", "null"
            for origin in each.spec.cors.allow_origins:
                yield "origin", origin.replace("*", "gwsim")
        if each.spec.request_header_modifier is not None:
            yield from ((name, "given") for name in modified_names(each.spec.request_header_modifier))


def modified_names(spec: HTTPHeaderFilter) -> Iterator[str]:
    """The headers that a filter sets, adds or removes."""
    yield from (header.name for header in (*spec.set, *spec.add))
    yield from spec.remove
