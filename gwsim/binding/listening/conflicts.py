"""Listeners of one Gateway and of its ListenerSets that cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gwsim.addresses import ListenerKey
from gwsim.binding import clauses
from gwsim.binding.hostnames import ANY, wider_patterns
from gwsim.implementations import Implementation
from gwsim.resources.gateways import Listener
from gwsim.trace import Clause, Step, check

if TYPE_CHECKING:
    from gwsim.binding.listening.listeners import Claim


def shares_no_port(protocol: str, implementation: Implementation) -> frozenset[str]:
    """
    Protocols that cannot share a port with one, whatever the hostnames.

    Source:
        Gateway.spec.listeners; GEP-2643, GEP-2644, GEP-2645.
    """
    apart = {
        "HTTP": {"TLS", "TCP"},
        "HTTPS": {"TCP"},
        "TLS": {"HTTP", "TCP"},
        "TCP": {"HTTP", "HTTPS", "TLS", "TCP"},
        "UDP": {"UDP"},
    }[protocol]
    pairs = (
        (implementation.http_https_same_port, {"HTTP", "HTTPS"}),
        (implementation.https_tls_same_port, {"HTTPS", "TLS"}),
        (implementation.tcp_udp_same_port, {"TCP", "UDP"}),
    )
    for choice, pair in pairs:
        if choice == "conflict" and protocol in pair:
            apart |= pair - {protocol}
    return frozenset(apart)


SAME_NAMES: Mapping[str, frozenset[str]] = {
    "HTTP": frozenset({"HTTP"}),
    "HTTPS": frozenset({"HTTPS", "TLS"}),
    "TLS": frozenset({"HTTPS", "TLS"}),
}
"""Protocols that can share a port only with another hostname: one name cannot choose between them."""


class _Port:
    """Who holds what of one port."""

    __slots__ = ("_by_mode", "_by_name", "_by_protocol", "_implementation")

    def __init__(self, claims: Iterable[Claim], implementation: Implementation) -> None:
        self._implementation = implementation
        self._by_protocol: dict[str, list[ListenerKey]] = {}
        self._by_mode: dict[str, list[ListenerKey]] = {}
        self._by_name: dict[tuple[str, str | None], list[ListenerKey]] = {}
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Let a listener hold its part."""
        key, listener = claim
        self._by_protocol.setdefault(listener.protocol, []).append(key)
        self._by_name.setdefault((listener.protocol, listener.hostname), []).append(key)
        if listener.protocol == "TLS":
            self._by_mode.setdefault(_mode(listener), []).append(key)

    def blocker(self, claim: Claim) -> tuple[Clause, ListenerKey] | None:
        """The first other holder that a listener conflicts with, and by which rule."""
        key, listener = claim
        for protocol in sorted(shares_no_port(listener.protocol, self._implementation)):
            for other in self._by_protocol.get(protocol, ())[:2]:
                if other != key:
                    return clauses.LISTENER_DISTINCT_PROTOCOL, other
        for protocol in sorted(SAME_NAMES.get(listener.protocol, ())):
            for other in self._by_name.get((protocol, listener.hostname), ())[:2]:
                if other != key:
                    return clauses.LISTENER_DISTINCT_HOSTNAME, other
        if listener.protocol == "TLS" and self._implementation.tls_mode_mixed == "off":
            other_mode = "Terminate" if _mode(listener) == "Passthrough" else "Passthrough"
            for other in self._by_mode.get(other_mode, ())[:1]:
                return clauses.LISTENER_DISTINCT_PROTOCOL, other
        return None


def _mode(listener: Listener) -> str:
    return "Terminate" if listener.tls is None else listener.tls.mode


def conflicts(
    own: Sequence[Claim], sets: Sequence[Sequence[Claim]], implementation: Implementation
) -> dict[ListenerKey, Step]:
    """
    Find the listeners that lose to others of their port.

    Within one object nobody wins; a Gateway's listeners come before those of its ListenerSets, and an older
    set before a younger. A loser of a ListenerSet frees its place.

    Args:
        own: of the Gateway, those whose protocol is supported.
        sets: of each attached ListenerSet, in order of precedence.

    Source:
        Gateway.spec.listeners (core): no winner may be picked among conflicting listeners; GEP-1713.
    """
    lost: dict[ListenerKey, Step] = {}
    blockers: dict[int, _Port] = {}
    for position, claims in enumerate((own, *sets)):
        choice = (
            implementation.gateway_conflict
            if position == 0
            else implementation.listener_set_internal_conflict
        )
        candidates = []
        for claim in claims:
            port = blockers.get(claim.listener.port)
            blocker = None if port is None else port.blocker(claim)
            if blocker is None:
                candidates.append(claim)
            else:
                lost[claim.key] = _lost(claim, *blocker)
        if choice == "firstWins":
            winners = _first_wins(candidates, lost, implementation)
        else:
            winners = _none_wins(candidates, lost, implementation)
        # A Gateway's own conflicting listeners keep their port blocked; those of a set free it.
        for claim in candidates if position == 0 else winners:
            blockers.setdefault(claim.listener.port, _Port((), implementation)).add(claim)
    return lost


def _none_wins(
    candidates: Sequence[Claim], lost: dict[ListenerKey, Step], implementation: Implementation
) -> list[Claim]:
    ports: dict[int, list[Claim]] = {}
    for claim in candidates:
        ports.setdefault(claim.listener.port, []).append(claim)
    for sharing in ports.values():
        port = _Port(sharing, implementation)
        for claim in sharing:
            blocker = port.blocker(claim)
            if blocker is not None:
                lost[claim.key] = _lost(claim, *blocker)
    return [claim for claim in candidates if claim.key not in lost]


def _first_wins(
    candidates: Sequence[Claim], lost: dict[ListenerKey, Step], implementation: Implementation
) -> list[Claim]:
    ports: dict[int, _Port] = {}
    for claim in candidates:
        port = ports.setdefault(claim.listener.port, _Port((), implementation))
        blocker = port.blocker(claim)
        if blocker is None:
            port.add(claim)
        else:
            lost[claim.key] = _lost(claim, *blocker)
    return [claim for claim in candidates if claim.key not in lost]


def _lost(claim: Claim, clause: Clause, other: ListenerKey) -> Step:
    listener = claim.listener
    return check(
        clause,
        claim.key.address,
        False,
        expected=(
            f"nothing else for {listener.protocol} {listener.hostname or 'any host'} on port {listener.port}"
        ),
        actual=str(other),
    )


def overlapping(claims: Sequence[Claim]) -> frozenset[ListenerKey]:
    """
    Find the TLS listeners whose hostname overlaps with another one's on the same port.

    Args:
        claims: those that terminate TLS, of one Gateway and its ListenerSets.
    """
    ports: dict[int, dict[str, list[ListenerKey]]] = {}
    for claim in claims:
        ports.setdefault(claim.listener.port, {}).setdefault(claim.listener.hostname or ANY, []).append(
            claim.key
        )
    found: set[ListenerKey] = set()
    for names in ports.values():
        for name, keys in names.items():
            wider = [pattern for pattern in wider_patterns(name) if pattern in names]
            if len(keys) > 1 or wider:
                found.update(keys)
            for pattern in wider:
                found.update(names[pattern])
    return frozenset(found)
