"""The compiled index: host by look-up, then path by look-up, then the few entries that are left."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gwsim.addresses import ObjectKey
from gwsim.binding.hostnames import ANY, hits
from gwsim.routing.backends import Taken, answer
from gwsim.routing.decision import Action, Decision
from gwsim.routing.explaining import Arrival, arrive, chosen_listener
from gwsim.routing.matching import Seen, matches_besides_path, matches_regex, prefix_base
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, ListenerTable, RoutingTable


def host_patterns(host: str) -> Iterator[str]:
    """
    Every pattern that stands for a host, the most specific first.

    >>> list(host_patterns("a.b.c"))
    ['a.b.c', '*.b.c', '*.c', '*']
    """
    if host:
        yield host
        dot = host.find(".")
        while dot >= 0:
            yield f"*{host[dot:]}"
            dot = host.find(".", dot + 1)
    yield ANY


class _PathIndex:
    """The entries of one listener and hostname, by path; every list in order of precedence."""

    __slots__ = ("exact", "patterns", "prefixes")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.exact: dict[str, list[Entry]] = {}
        self.prefixes: dict[str, list[Entry]] = {}
        self.patterns: list[Entry] = []
        for entry in entries:
            path = entry.match.path
            match path.type:
                case "Exact":
                    self.exact.setdefault(path.value, []).append(entry)
                case "PathPrefix":
                    self.prefixes.setdefault(prefix_base(path.value), []).append(entry)
                case "RegularExpression":
                    self.patterns.append(entry)

    def candidates(self, path: str) -> Iterator[Entry]:
        """The entries whose path hits, in order of precedence."""
        yield from self.exact.get(path, ())
        for entry in self.patterns:
            if matches_regex(entry.match.path.value, path):
                yield entry
        base = path
        while base.startswith("/"):
            yield from self.prefixes.get(base, ())
            base = base[: base.rfind("/")]
        if path.startswith("/"):
            yield from self.prefixes.get("", ())


class _ListenerIndex:
    """One listener's entries, by hostname."""

    def __init__(self, table: ListenerTable) -> None:
        self.table = table
        groups: dict[str, list[Entry]] = {}
        for entry in table.entries:
            groups.setdefault(entry.hostname, []).append(entry)
        self.hosts = {hostname: _PathIndex(entries) for hostname, entries in groups.items()}

    def knows(self, host: str) -> bool:
        """Whether any attached route has a hostname for the host."""
        return any(pattern in self.hosts for pattern in host_patterns(host))

    def hits(self, seen: Seen) -> Iterator[Entry]:
        """The entries that hit, in order of precedence."""
        for pattern in host_patterns(seen.host):
            index = self.hosts.get(pattern)
            if index is not None:
                for entry in index.candidates(seen.path):
                    if matches_besides_path(entry.match, seen):
                        yield entry


@dataclass(frozen=True)
class CompiledTable:
    """A routing table, indexed; its answers are those of `explain`, without the steps."""

    table: RoutingTable

    @cached_property
    def _ports(self) -> Mapping[tuple[ObjectKey, int, str], Mapping[str, _ListenerIndex]]:
        """Listeners by hostname, for each Gateway, port and protocol."""
        ports: dict[tuple[ObjectKey, int, str], dict[str, _ListenerIndex]] = {}
        for (gateway, port), tables in self.table.listeners.items():
            for table in tables:
                listeners = ports.setdefault((gateway, port, table.listener.spec.protocol), {})
                listeners[table.listener.hostname] = _ListenerIndex(table)
        return ports

    def decide(self, request: Request, *, seed: int = 0) -> Decision:
        """
        Decide one request.

        Raises:
            RequestError: no Gateway, or several, could be meant.
        """
        arrival = arrive(self.table, request, seed)
        if arrival is None:
            return Decision(request.id, Action.REFUSE, "NoListener")
        return self._decide(arrival)

    def _decide(self, arrival: Arrival) -> Decision:
        request, gateway, seen = arrival.request, arrival.gateway.key, Seen(arrival.request)
        listeners = self._ports.get((gateway, request.port, request.protocol))
        if listeners is None:
            some = (gateway, request.port) in self.table.listeners
            return Decision(request.id, Action.REFUSE, "ProtocolMismatch" if some else "NoListener")
        secure = request.protocol == "HTTPS"
        chosen = _best(listeners, (request.opened_for or "") if secure else seen.host)
        if chosen is None:
            if secure:
                return Decision(request.id, Action.REFUSE, "NoListenerForHostname")
            return Decision(request.id, Action.RESPOND, "NoListenerForHostname", status=404)
        if secure:
            misdirected = self._misdirected(request, seen, chosen, listeners)
            if misdirected is not None:
                return misdirected
        return self._route(arrival, seen, chosen, listeners)

    def _misdirected(
        self, request: Request, seen: Seen, chosen: _ListenerIndex, listeners: Mapping[str, _ListenerIndex]
    ) -> Decision | None:
        listener = chosen.table.listener
        if self.table.topology.implementation.detect_misdirected:
            best = _best(listeners, seen.host)
        else:
            best = chosen if hits(listener.hostname, seen.host) else None
        if best is chosen:
            return None
        status, reason = (404, "NoListenerForHostname") if best is None else (421, "MisdirectedRequest")
        return Decision(request.id, Action.RESPOND, reason, status=status, listener=chosen_listener(listener))

    def _route(
        self, arrival: Arrival, seen: Seen, chosen: _ListenerIndex, listeners: Mapping[str, _ListenerIndex]
    ) -> Decision:
        topology = self.table.topology
        open_to = [chosen]
        if not topology.implementation.listener_isolation:
            open_to = [each for name, each in listeners.items() if hits(name, seen.host)]
        found = heapq.merge(*(each.hits(seen) for each in open_to), key=lambda entry: entry.precedence)
        winner = next(found, None)
        if winner is None:
            known = any(each.knows(seen.host) for each in open_to)
            return Decision(
                arrival.request.id,
                Action.RESPOND,
                "NoMatchingRule" if known else "NoRouteMatched",
                status=404,
                listener=chosen_listener(chosen.table.listener),
            )
        owner = next(each for each in open_to if each.table.listener.key == winner.listener)
        taken = Taken(
            winner,
            arrival.request,
            chosen_listener(owner.table.listener),
            arrival.draw,
            topology.snapshot,
            topology.implementation,
        )
        return answer(taken)[0]


def _best(listeners: Mapping[str, _ListenerIndex], name: str) -> _ListenerIndex | None:
    return next((listeners[pattern] for pattern in host_patterns(name) if pattern in listeners), None)
