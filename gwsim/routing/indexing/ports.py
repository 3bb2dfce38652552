"""One port of a Gateway: from a name to the listener, and to what is attached there for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gwsim.addresses import ListenerKey
from gwsim.binding.hostnames import ANY, hits, host_patterns
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.implementations import Implementation
from gwsim.routing.answering.prepared import Rule, Shared
from gwsim.routing.indexing.candidates import Candidate, Place, SamePath
from gwsim.routing.indexing.locations import Locations
from gwsim.routing.indexing.paths import PathIndex
from gwsim.routing.precedence import Precedence
from gwsim.routing.reaching.arriving import LISTENER_PROTOCOLS, chosen_listener, is_passthrough
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.request import Request, bare_host, is_ip_address
from gwsim.routing.table import Entry, ListenerTable


class ListenerIndex:
    """One listener's entries, by hostname; each hostname is indexed when it is first asked for."""

    __slots__ = ("_entries", "_first", "_implementation", "_next", "_paths", "_shared", "place")

    def __init__(
        self, place: Place, entries: Sequence[Entry], implementation: Implementation, shared: Shared
    ) -> None:
        """
        Index entries.

        Args:
            entries: in order of precedence.
        """
        self.place = place
        self._implementation = implementation
        self._shared = shared
        self._entries = entries
        self._first: dict[str, int] = {}
        """By hostname, the place of its first entry."""
        self._next = [-1] * len(entries)
        """For each entry the place of the next of its hostname; no list for each hostname."""
        self._paths: dict[str, PathIndex] = {}
        for rank in reversed(range(len(entries))):
            hostname = entries[rank].hostname
            self._next[rank] = self._first.get(hostname, -1)
            self._first[hostname] = rank

    @property
    def listener(self) -> BoundListener:
        """The listener itself, which a Service's port has not."""
        assert self.place.listener is not None
        return self.place.listener

    @property
    def patterns(self) -> Mapping[str, object]:
        """The hostnames of its entries."""
        return self._first

    def paths(self, pattern: str) -> PathIndex:
        """The entries of one hostname."""
        found = self._paths.get(pattern)
        if found is None:
            choices, shared = self._implementation, self._shared
            made = (
                Candidate(rank, self._entries[rank], self.place, choices, shared)
                for rank in self._ranks(pattern)
            )
            found = self._paths[pattern] = PathIndex(made, choices)
        return found

    def _ranks(self, pattern: str) -> Iterator[int]:
        rank = self._first[pattern]
        while rank >= 0:
            yield rank
            rank = self._next[rank]


def place_of(listener: BoundListener) -> Place:
    """A listener as the place of entries."""
    return Place(listener, chosen_listener(listener), listener.spec.port, is_passthrough(listener))


class Host:
    """What a name leads to: a listener, and the entries of every hostname that stands for the name."""

    __slots__ = ("_falls_back", "_in_turn", "_open", "first", "known", "listener", "name", "open")

    def __init__(
        self,
        listener: ListenerIndex,
        open_to: Sequence[ListenerIndex],
        name: str,
        implementation: Implementation,
    ) -> None:
        """
        Find what is attached for a name.

        Args:
            open_to: the listeners whose routes take part.
        """
        self.listener = listener
        self.name = name
        self.open = False
        """Whether its listener asks for nothing else, and paths are taken as they are sent."""
        patterns = [
            pattern for pattern in host_patterns(name) if any(pattern in each.patterns for each in open_to)
        ]
        self.known = bool(patterns)
        """Whether the name is that of any route."""
        if implementation.hostname_fallback == "off":
            patterns = patterns[:1]
        self._open = tuple(
            tuple(each.paths(pattern) for pattern in dict.fromkeys(patterns) if pattern in each.patterns)
            for each in open_to
        )
        self._falls_back = implementation.path_fallback == "on"
        hosts_first = (implementation.hostname_rank, implementation.hostname_precedence) == (
            "beforePath",
            "effective",
        )
        self._in_turn = self._open[0] if len(open_to) == 1 and hosts_first and self._falls_back else None
        """Where every entry of a more specific hostname comes before those of the others."""
        own = self._in_turn is not None and patterns[:1] == [name] and self._in_turn[0].plain
        self.first = self._in_turn[0] if own and self._in_turn is not None else None
        """The entries of the name itself, where they come first and are of exact paths and prefixes alone."""

    def winner(self, path: str, seen: Seen) -> Candidate | None:
        """
        The first entry that hits.

        Args:
            path: that of `seen`.
        """
        if self._in_turn is not None:
            for paths in self._in_turn:
                found = best_of(paths.hits(path, seen), seen)
                if found is not None:
                    return found
            return None
        of_listeners = [
            sorted((hit for paths in each for hit in paths.hits(path, seen)), key=_first_rank)
            for each in self._open
        ]
        location = None if self._falls_back else _location(of_listeners)
        winners = (best_of(several, seen, location) for several in of_listeners)
        return min((each for each in winners if each is not None), key=_precedence, default=None)


def _first_rank(same: SamePath) -> int:
    return same.first


def _precedence(candidate: Candidate) -> Precedence:
    return candidate.entry.precedence


def _location(of_listeners: Sequence[Sequence[SamePath]]) -> tuple[object, ...] | None:
    """The path of the entry that comes first, whatever its other conditions."""
    first = [several[0] for several in of_listeners if several]
    return min(first, key=lambda same: same.precedence).location if first else None


def best_of(
    found: Sequence[SamePath], seen: Seen, location: tuple[object, ...] | None = None
) -> Candidate | None:
    """
    The first entry of some paths that holds.

    Args:
        found: the one with the first entry first.
        location: the path, as written, that alone counts.
    """
    best: Candidate | None = None
    for same in found:
        limit = None if best is None else best.rank
        if limit is not None and same.first >= limit:
            break
        winner = same.winner(seen, limit) if location is None else same.winner_at(location, seen, limit)
        if winner is not None:
            best = winner
    return best


class PortIndex:
    """The listeners of one Gateway's port that take one protocol."""

    __slots__ = (
        "_hosts",
        "_implementation",
        "_known",
        "_listeners",
        "_protocol",
        "_routed",
        "gateway",
        "locations",
        "secure",
    )

    def __init__(
        self,
        gateway: BoundGateway,
        protocol: str,
        tables: Sequence[ListenerTable],
        implementation: Implementation,
        shared: Shared,
    ) -> None:
        self.gateway = gateway
        self.secure = protocol == "HTTPS"
        self.locations = Locations(implementation)
        """Of the names that are listener's and route's at once, and whose listener asks for nothing else."""
        self._protocol = protocol
        self._implementation = implementation
        self._listeners = {
            (table.listener.spec.protocol, table.listener.hostname): ListenerIndex(
                place_of(table.listener), table.entries, implementation, shared
            )
            for table in tables
            if table.listener.spec.protocol in LISTENER_PROTOCOLS[protocol]
        }
        self._known = {ANY, *(hostname for _, hostname in self._listeners)}
        for each in self._listeners.values():
            self._known.update(each.patterns)
        self._hosts: dict[str, Host | None] = {}
        self._routed: dict[tuple[ListenerKey, str], Host] = {}

    def best(self, protocols: Sequence[str], name: str) -> ListenerIndex | None:
        """The listener with the most specific hostname for a name."""
        keys = ((protocol, pattern) for pattern in host_patterns(name) for protocol in protocols)
        return next((self._listeners[key] for key in keys if key in self._listeners), None)

    def host(self, name: str) -> Host | None:
        """
        What a name leads to, as the listener's and as the routes'; None without a listener.

        Args:
            name: in lower case, without port; empty for none.
        """
        pattern = self._first_known(name)
        if pattern not in self._hosts:
            listener = self.best(LISTENER_PROTOCOLS[self._protocol], pattern)
            self._hosts[pattern] = None if listener is None else self._first_asked(listener, pattern)
        return self._hosts[pattern]

    def _first_asked(self, listener: ListenerIndex, pattern: str) -> Host:
        host = self._host(listener, pattern)
        spec, choices = listener.listener.spec, self._implementation
        asks = spec.protocol != self._protocol or listener.listener.clients is not None
        host.open = not asks and spec.protocol in ("HTTP", "HTTPS") and matches_verbatim(choices)
        if host.open and host.first is not None and not is_ip_address(pattern):
            self.locations.add(pattern, host.first)
        return host

    def find(self, request: Request, path: str) -> Rule | Candidate | None:
        """
        What takes a request of which nothing but host and path decides where it comes to.

        Asked after `locations`, which know most hosts as they are written.

        Args:
            path: without query.

        Returns:
            None where it has to be looked at more closely.
        """
        if request.host is None:
            return None
        name = bare_host(request.host)
        pattern = self._first_known("" if is_ip_address(name) else name)
        if pattern != request.host:
            found = self.locations.find(pattern, path, request)
            if found is not None:
                return found
        host = self._hosts.get(pattern)
        if host is None or not host.open:
            return None
        return host.winner(path, Seen(request, self._implementation))

    def routed(self, listener: ListenerIndex, name: str) -> Host:
        """What a name leads to on a listener that another name has chosen."""
        pattern = self._first_known(name)
        at = (listener.listener.key, pattern)
        found = self._routed.get(at)
        if found is None:
            found = self._routed[at] = self._host(listener, pattern)
        return found

    def _first_known(self, name: str) -> str:
        """The most specific hostname that stands for a name: all names with the same one are alike here."""
        known = self._known
        if name in known:
            return name
        return next((pattern for pattern in host_patterns(name) if pattern in known), ANY)

    def _host(self, listener: ListenerIndex, pattern: str) -> Host:
        return Host(listener, tuple(self._open_to(listener, pattern)), pattern, self._implementation)

    def _open_to(self, chosen: ListenerIndex, name: str) -> Iterator[ListenerIndex]:
        protocol = chosen.listener.spec.protocol
        if self._implementation.listener_isolation == "on" or protocol not in ("HTTP", "HTTPS"):
            yield chosen
            return
        for (its, own), each in self._listeners.items():
            if its == protocol and hits(own, name):
                yield each


def matches_verbatim(implementation: Implementation) -> bool:
    """Whether paths are compared, and passed on, as they are sent."""
    return (
        implementation.path_normalize == "none"
        and implementation.merge_slashes == "off"
        and implementation.escaped_slash == "keep"
        and implementation.exact_encoded == "raw"
    )
