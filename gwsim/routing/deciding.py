"""The compiled index: host by look-up, then path by look-up, then the few entries that are left."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import structs

from gwsim.addresses import ObjectKey
from gwsim.binding.hostnames import hits, host_patterns
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCRouteMatch
from gwsim.resources.routes import HTTPPathMatch, HTTPRouteMatch
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.decision import Action, Decision
from gwsim.routing.paths import prefix_base
from gwsim.routing.reaching.arriving import (
    LISTENER_PROTOCOLS,
    Arrival,
    arrive,
    chosen_listener,
    client_certificate_step,
    ends,
    escaped_slash,
    is_passthrough,
    misdirected,
    name_for_listener,
    routed_name,
    with_grpc_status,
    without_listener,
    without_rule,
)
from gwsim.routing.reaching.matching import Seen, matches_besides_path, matches_path
from gwsim.routing.reaching.meshing import explain_mesh, goes_straight
from gwsim.routing.reaching.trying import path_key
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, ListenerTable, RoutingTable


class _PathIndex:
    """The entries of one listener and hostname, by path; every list in order of precedence."""

    __slots__ = ("_exact", "_indexed", "_others", "_prefixes")

    def __init__(self, entries: Sequence[Entry], implementation: Implementation) -> None:
        self._exact: dict[str, list[Entry]] = {}
        self._prefixes: dict[str, list[Entry]] = {}
        self._others: list[Entry] = []
        decoded = implementation.exact_encoded == "decoded"
        by_content_type = implementation.grpc_content_type_check == "on"
        self._indexed = not decoded
        for entry in entries:
            path = _path_of(entry)
            if path is None or decoded or (by_content_type and isinstance(entry.match, GRPCRouteMatch)):
                self._others.append(entry)
            elif path.type == "Exact":
                self._exact.setdefault(path.value, []).append(entry)
            else:
                self._prefixes.setdefault(prefix_base(path.value), []).append(entry)

    def candidates(self, seen: Seen) -> Iterator[Entry]:
        """The entries whose path hits, in order of precedence."""
        found: list[Entry] = [*self._exact.get(seen.path, ())] if self._indexed else []
        base = seen.path
        while base.startswith("/"):
            found += self._prefixes.get(base, ())
            base = base[: base.rfind("/")]
        if seen.path.startswith("/"):
            found += self._prefixes.get("", ())
        found += [entry for entry in self._others if matches_path(entry.match, seen)]
        return iter(sorted(found, key=lambda entry: entry.precedence))


def _path_of(entry: Entry) -> HTTPPathMatch | None:
    """The path by which an entry can be looked up; None for patterns and for other kinds of matches."""
    match = entry.match
    if isinstance(match, HTTPRouteMatch) and match.path.type != "RegularExpression":
        return match.path
    if isinstance(match, GRPCRouteMatch) and match.method is not None and match.method.type == "Exact":
        service, method = match.method.service, match.method.method
        if service and method:
            return HTTPPathMatch(type="Exact", value=f"/{service}/{method}")
    return None


class _ListenerIndex:
    """One listener's entries, by hostname."""

    def __init__(self, table: ListenerTable, implementation: Implementation) -> None:
        self.table = table
        self._implementation = implementation
        groups: dict[str, list[Entry]] = {}
        for entry in table.entries:
            groups.setdefault(entry.hostname, []).append(entry)
        self._hosts = {hostname: _PathIndex(entries, implementation) for hostname, entries in groups.items()}

    def patterns(self, name: str) -> Iterator[str]:
        """The hostnames of attached routes that stand for a name, the most specific first."""
        return (pattern for pattern in host_patterns(name) if pattern in self._hosts)

    def path_hits(self, seen: Seen, patterns: Iterable[str]) -> Iterator[Entry]:
        """The entries whose hostname and path hit, in order of precedence."""
        found = [self._hosts[pattern].candidates(seen) for pattern in patterns if pattern in self._hosts]
        return heapq.merge(*found, key=lambda entry: entry.precedence)


class CompiledTable(msgspec.Struct, frozen=True, dict=True):
    """A routing table, indexed; its answers are those of `explain`, without the steps."""

    table: RoutingTable

    @cached_property
    def _ports(self) -> Mapping[tuple[ObjectKey, int], Mapping[tuple[str, str], _ListenerIndex]]:
        """Listeners by protocol and hostname, for each Gateway and port."""
        implementation = self.table.topology.implementation
        return {
            at: {
                (table.listener.spec.protocol, table.listener.hostname): _ListenerIndex(table, implementation)
                for table in tables
            }
            for at, tables in self.table.listeners.items()
        }

    def decide(self, request: Request, *, seed: int = 0) -> Decision:
        """
        Decide one request.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        if request.straight:
            return goes_straight(request)
        if request.service is not None:
            return structs.replace(explain_mesh(self.table, request, seed), trace=())
        arrival = arrive(self.table, request, seed)
        if arrival is None:
            return Decision(request.id, Action.REFUSE, "NoListener")
        return with_grpc_status(arrival.seen, self._decide(arrival))

    def _decide(self, arrival: Arrival) -> Decision:
        seen = arrival.seen
        listeners = self._ports.get((arrival.gateway.key, seen.request.port), {})
        chosen = _best(listeners, LISTENER_PROTOCOLS[seen.request.protocol], name_for_listener(seen))
        if chosen is None:
            return without_listener(seen, (each.table.listener for each in listeners.values()))
        listener = chosen.table.listener
        if listener.spec.protocol == "HTTPS":
            refused = self._refused(seen, chosen, listeners)
            if refused is not None:
                return refused
        if listener.spec.protocol in ("HTTP", "HTTPS"):
            escaped = escaped_slash(seen, listener)
            if escaped is not None:
                return escaped
        return self._route(arrival, chosen, listeners)

    def _refused(
        self, seen: Seen, chosen: _ListenerIndex, listeners: Mapping[tuple[str, str], _ListenerIndex]
    ) -> Decision | None:
        """What an HTTPS listener refuses: other TLS, clients' certificates, misdirected requests."""
        listener, topology = chosen.table.listener, self.table.topology
        if seen.request.protocol == "TLS":
            return ends(seen, Action.REFUSE, "ProtocolMismatch", listener=listener)
        step = client_certificate_step(listener, seen.request, topology.snapshot)
        if step is not None and not step.selected:
            shown = seen.request.client_certificate is not None
            reason = "ClientCertificateInvalid" if shown else "ClientCertificateRequired"
            return ends(seen, Action.REFUSE, reason, listener=listener)
        if topology.implementation.detect_misdirected == "on":
            found = _best(listeners, ("HTTPS",), seen.host)
            best = None if found is None else found.table.listener
        else:
            best = listener if hits(listener.hostname, seen.host) else None
        return misdirected(seen, listener, best)

    def _route(
        self, arrival: Arrival, chosen: _ListenerIndex, listeners: Mapping[tuple[str, str], _ListenerIndex]
    ) -> Decision:
        seen, topology, listener = arrival.seen, self.table.topology, chosen.table.listener
        name = routed_name(seen, listener)
        open_to = [chosen]
        protocol = listener.spec.protocol
        if topology.implementation.listener_isolation == "off" and protocol in ("HTTP", "HTTPS"):
            open_to = [each for (its, own), each in listeners.items() if its == protocol and hits(own, name)]
        winner = self._winner(seen, open_to, name)
        if winner is None:
            known = any(True for each in open_to for _ in each.patterns(name))
            return without_rule(seen, listener, known_host=known)
        owner = next(each for each in open_to if each.table.listener.key == winner.listener).table.listener
        taken = Taken(
            entry=winner,
            seen=seen,
            listener=chosen_listener(owner),
            port=owner.spec.port,
            gateway=arrival.gateway,
            passthrough=is_passthrough(owner),
            draw=arrival.draw,
            topology=topology,
        )
        return answer(taken)[0]

    def _winner(self, seen: Seen, open_to: Sequence[_ListenerIndex], name: str) -> Entry | None:
        implementation = self.table.topology.implementation
        patterns = tuple(host_patterns(name))
        if implementation.hostname_fallback == "off":
            known = {pattern for each in open_to for pattern in each.patterns(name)}
            patterns = tuple(pattern for pattern in patterns if pattern in known)[:1]
        found = heapq.merge(
            *(each.path_hits(seen, patterns) for each in open_to), key=lambda entry: entry.precedence
        )
        location: tuple[object, ...] | None = None
        for entry in found:
            if implementation.path_fallback == "off":
                location = location or path_key(entry)
                if path_key(entry) != location:
                    continue
            if matches_besides_path(entry.match, seen):
                return entry
        return None


def _best(
    listeners: Mapping[tuple[str, str], _ListenerIndex], protocols: Sequence[str], name: str
) -> _ListenerIndex | None:
    """The listener with the most specific hostname for a name."""
    keys = ((protocol, pattern) for pattern in host_patterns(name) for protocol in protocols)
    return next((listeners[key] for key in keys if key in listeners), None)
