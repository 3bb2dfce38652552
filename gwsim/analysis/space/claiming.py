"""What claims requests at one place: listeners, the routes' matches, and what is left."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from gwsim.analysis.space.claims import Claim, Ending, Place, conditions_of, doubts_of, variants
from gwsim.analysis.space.conditions import (
    CertificateInvalid,
    CertificateMissing,
    Condition,
    HostIs,
    LeadsElsewhere,
    PathIs,
    ServerNameIs,
    SlashEscaped,
)
from gwsim.binding.hostnames import ANY, intersection, specificity
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.certificates import load_certificates
from gwsim.implementations import Implementation
from gwsim.resources.cluster import ConfigMap
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Action
from gwsim.routing.reaching.arriving import LISTENER_PROTOCOLS, without_listener
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.reaching.trying import path_key
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, ListenerTable, RoutingTable

_WEB = ("HTTP", "HTTPS")


def claims_at(table: RoutingTable, place: Place) -> tuple[Claim, ...]:
    """Every claim of a place, in order: the first whose conditions hold takes the request."""
    return tuple(_ranked(_Claiming(table, place).all()))


def _ranked(drafts: Iterable[Claim]) -> Iterator[Claim]:
    for rank, draft in enumerate(drafts):
        yield Claim(rank, draft.conditions, draft.entry, draft.listener, draft.ending, draft.doubts)


def _ends(
    conditions: Sequence[Condition],
    action: Action,
    reason: str,
    status: int | None = None,
    listener: BoundListener | None = None,
) -> Claim:
    return Claim(0, tuple(conditions), listener=listener, ending=Ending(action, reason, status))


class _Claiming:
    def __init__(self, table: RoutingTable, place: Place) -> None:
        self.place = place
        self.snapshot: Snapshot = table.topology.snapshot
        self.implementation: Implementation = table.topology.implementation
        key = None if place.gateway is None else place.gateway.key
        self.tables = () if key is None else table.listeners.get((key, place.port), ())
        self.listeners = {each.listener.key: each.listener for each in self.tables}

    def all(self) -> Iterator[Claim]:
        protocols = LISTENER_PROTOCOLS[self.place.protocol]
        fitting = [each for each in self.tables if each.listener.spec.protocol in protocols]
        fitting.sort(key=lambda each: protocols.index(each.listener.spec.protocol))
        fitting.sort(key=lambda each: specificity(each.listener.hostname), reverse=True)
        if self.place.protocol == "HTTP":
            yield from self.of_plain(fitting)
        else:
            for each in fitting:
                yield from self.of_named(each)
        seen = Seen(Request(protocol=self.place.protocol, port=self.place.port))
        decision = without_listener(seen, [each.listener for each in self.tables])
        yield _ends((), decision.action, decision.reason, decision.status)

    def of_plain(self, tables: Sequence[ListenerTable]) -> Iterator[Claim]:
        """HTTP in plain text: the host leads to the listener."""
        if self.implementation.listener_isolation == "off":
            for each in tables:
                yield from self.escaped(each, (HostIs(each.listener.hostname),))
            yield from self.routed(tables, (), by_host=True)
            return
        for each in tables:
            yield from self.escaped(each, (HostIs(each.listener.hostname),))
            yield from self.routed([each], (), by_host=True)

    def of_named(self, table: ListenerTable) -> Iterator[Claim]:
        """TLS: the server name leads to the listener. TCP and UDP: the port does."""
        listener = table.listener
        match listener.spec.protocol:
            case "HTTPS":
                yield from self.of_https(table)
            case "TLS":
                yield from self.routed([table], (), by_host=False)
            case _:
                yield from self.entries(table.entries, _Way((), None))
                yield _ends((), Action.REFUSE, "NoRouteMatched", None, listener)

    def of_https(self, table: ListenerTable) -> Iterator[Claim]:
        listener, named = table.listener, (ServerNameIs(table.listener.hostname),)
        if self.place.protocol == "TLS":
            yield _ends(named, Action.REFUSE, "ProtocolMismatch", None, listener)
            return
        yield from self.unknown_clients(listener, named)
        others = [each for each in self.tables if each.listener.spec.protocol == "HTTPS"]
        if self.implementation.detect_misdirected == "on":
            elsewhere = LeadsElsewhere(
                listener.hostname, frozenset(each.listener.hostname for each in others)
            )
            yield _ends((*named, elsewhere), Action.RESPOND, "MisdirectedRequest", 421, listener)
        yield from self.escaped(table, (*named, HostIs(listener.hostname)))
        isolated = self.implementation.listener_isolation == "on"
        yield from self.routed([table] if isolated else others, named, by_host=True, within=listener)
        yield _ends(named, Action.RESPOND, "NoListenerForHostname", 404, listener)

    def unknown_clients(self, listener: BoundListener, named: tuple[Condition, ...]) -> Iterator[Claim]:
        """The connections of clients whose certificate the listener does not take."""
        clients = listener.clients
        if clients is None or clients.insecure:
            return
        maps = (
            self.snapshot.get(ConfigMap, namespace, name)
            for namespace, name in clients.authorities(listener.gateway.namespace)
        )
        bundles = (each.data["ca.crt"] for each in maps if each is not None)
        missing, invalid = CertificateMissing(), CertificateInvalid(_authorities(bundles))
        yield _ends((*named, missing), Action.REFUSE, "ClientCertificateRequired", None, listener)
        yield _ends((*named, invalid), Action.REFUSE, "ClientCertificateInvalid", None, listener)

    def escaped(self, table: ListenerTable, reached: tuple[Condition, ...]) -> Iterator[Claim]:
        """What some implementations do about `%2F` themselves."""
        conditions = (*reached, SlashEscaped())
        match self.implementation.escaped_slash:
            case "reject":
                yield _ends(conditions, Action.RESPOND, "EscapedSlash", 400, table.listener)
            case "redirect":
                yield _ends(conditions, Action.REDIRECT, "EscapedSlash", 307, table.listener)

    def routed(
        self,
        tables: Sequence[ListenerTable],
        reached: tuple[Condition, ...],
        *,
        by_host: bool,
        within: BoundListener | None = None,
    ) -> Iterator[Claim]:
        """
        The routes of one listener, or of all where listeners are not isolated, and what they leave.

        Args:
            within: the listener that the connection was opened to; other hosts are none of its business.
        """
        entries = list(heapq.merge(*(each.entries for each in tables), key=lambda entry: entry.precedence))
        way = _Way(reached, HostIs if by_host else ServerNameIs, ANY if within is None else within.hostname)
        hostnames = sorted({entry.hostname for entry in entries}, key=specificity, reverse=True)
        chosen = [each.listener for each in tables] if within is None else [within]
        if self.implementation.hostname_fallback == "off":
            groups: dict[str, list[Entry]] = {hostname: [] for hostname in hostnames}
            for entry in entries:
                groups[entry.hostname].append(entry)
            for hostname, group in groups.items():
                yield from self.located(group, way, chosen)
                yield from self.unmatched(way, chosen, [hostname])
        else:
            yield from self.located(entries, way, chosen)
            yield from self.unmatched(way, chosen, hostnames)
        for listener in chosen:
            if listener.hostname not in hostnames:
                yield self.left(way.to(listener.hostname), "NoRouteMatched", listener)

    def unmatched(
        self, way: _Way, chosen: Sequence[BoundListener], hostnames: Sequence[str]
    ) -> Iterator[Claim]:
        """Requests to hostnames of routes that none of their rules takes, listener by listener."""
        for listener in chosen:
            for hostname in hostnames:
                common = intersection(hostname, listener.hostname)
                if common is not None:
                    yield self.left(way.to(common), "NoMatchingRule", listener)

    def left(self, conditions: tuple[Condition, ...], reason: str, listener: BoundListener) -> Claim:
        """Requests that a listener takes and none of its rules."""
        if listener.spec.protocol in _WEB:
            return _ends(conditions, Action.RESPOND, reason, 404, listener)
        return _ends(conditions, Action.REFUSE, "NoRouteMatched", None, listener)

    def located(
        self, entries: Sequence[Entry], way: _Way, chosen: Sequence[BoundListener]
    ) -> Iterator[Claim]:
        """Entries in the order in which they are tried."""
        if self.implementation.path_fallback == "on":
            yield from self.entries(entries, way)
            return
        locations: dict[tuple[object, ...], list[Entry]] = {}
        for entry in entries:
            locations.setdefault(path_key(entry), []).append(entry)
        for location in locations.values():
            yield from self.entries(location, way)
            match = location[0].match
            if isinstance(match, HTTPRouteMatch):
                for left in self.unmatched(way, chosen, [location[0].hostname]):
                    yield structs.replace(left, conditions=(*left.conditions, PathIs(match.path)))

    def entries(self, entries: Sequence[Entry], way: _Way) -> Iterator[Claim]:
        grouped = self.implementation.path_fallback == "off"
        for entry in entries:
            if way.leads_to(entry.hostname):
                conditions = (*way.to(entry.hostname), *conditions_of(entry.match, self.implementation))
                listener, doubts = self.listeners[entry.listener], doubts_of(entry.rule)
                if grouped and entry.key.route.kind == "GRPCRoute":
                    doubts = (*doubts, "the paths of gRPC calls where pathFallback is off")
                for variant in variants(entry.rule, self.implementation):
                    yield Claim(0, (*conditions, *variant), entry, listener, doubts=doubts)


def _authorities(bundles: Iterable[str]) -> tuple[str, ...]:
    """CAs, one by one and in order, so that those which are written differently are equal."""
    from cryptography.hazmat.primitives.serialization import Encoding

    found = (each for bundle in bundles for each in load_certificates(bundle.encode()))
    return tuple(sorted({each.public_bytes(Encoding.PEM).decode() for each in found}))


class _Way(NamedTuple):
    """How requests come to the routes of a listener."""

    reached: tuple[Condition, ...]
    """What they have met already."""
    named: type[HostIs] | type[ServerNameIs] | None
    """What routes' hostnames are compared with; None where there are none."""
    within: str = ANY
    """The hostname of the listener that was chosen by server name."""

    def leads_to(self, hostname: str) -> bool:
        """Whether a hostname's requests come this way."""
        return intersection(hostname, self.within) is not None

    def to(self, hostname: str) -> tuple[Condition, ...]:
        """The conditions of a request to a hostname."""
        if self.named is None:
            return self.reached
        return (*self.reached, self.named(intersection(hostname, self.within) or hostname))
