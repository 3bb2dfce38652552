"""Rules that do what they say, and perhaps not what is meant."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address, ObjectKey, RuleKey
from gwsim.analysis.linting.noted import Noted, Subject
from gwsim.binding.hostnames import ANY
from gwsim.binding.referring.rules import BoundRule
from gwsim.findings import Severity
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.resources.versions import find_kind
from gwsim.routing.precedence import deciding_field
from gwsim.routing.table import Entry, ListenerTable

_NOT_IDEMPOTENT = ("POST", "PATCH", "CONNECT")
"""Methods that a client must not repeat on its own (RFC 9110, 9.2.2)."""


def retries_unsafe(subject: Subject) -> Iterator[Noted]:
    """Yield rules that repeat requests of which a second one may do harm."""
    for rule in _rules(subject):
        if rule.spec.retry is None:
            continue
        methods = [match.method for match in rule.spec.matches if isinstance(match, HTTPRouteMatch)]
        unsafe = sorted({method for method in methods if method in _NOT_IDEMPOTENT})
        address = rule.address.at("retry")
        if unsafe:
            says = (
                f"expected retries of idempotent methods alone, found {', '.join(unsafe)} among the matches"
            )
            yield Noted(address, says, "give those methods a rule of their own, without retry")
        elif None in methods:
            says = "the rule takes every method: POST and PATCH are repeated as well"
            yield Noted(
                address, says, "match GET in a rule with retry, the rest in one without", Severity.INFO
            )


def persistence_with_split(subject: Subject) -> Iterator[Noted]:
    """Yield rules that split by unequal weights, and keep each client where its first request went."""
    for rule in _rules(subject):
        weights = sorted(weighted.backend.weight for weighted in rule.backends if weighted.backend.weight)
        if rule.spec.session_persistence is None or len(weights) < 2 or weights[0] == weights[-1]:
            continue
        says = (
            f"the weights {' : '.join(map(str, weights))} hold for new sessions alone: "
            "clients that have one stay where they are when the weights change"
        )
        help_ = "set absoluteTimeout, or split without sessionPersistence"
        yield Noted(rule.address.at("sessionPersistence"), says, help_)


def ties(subject: Subject) -> Iterator[Noted]:
    """Yield matches that are those of another route too: the older route has their requests."""
    for loser, winner in tied(subject):
        yield _tie(loser, winner)


def tied(subject: Subject) -> Iterator[tuple[Entry, Entry]]:
    """Yield entries that lose to an equal one of another route, with that one; each pair of matches once."""
    seen: set[tuple[RuleKey, RuleKey]] = set()
    for table in subject.tables:
        first: dict[tuple[str, object], Entry] = {}
        for entry in table.entries:
            winner = first.setdefault((entry.hostname, entry.match), entry)
            pair = (entry.key, winner.key)
            if entry.key.route == winner.key.route or pair in seen:
                continue
            if deciding_field(winner.precedence, entry.precedence) in ("age", "name"):
                seen.add(pair)
                yield entry, winner


def _tie(loser: Entry, winner: Entry) -> Noted:
    undated = winner.precedence.age.unknown or loser.precedence.age.unknown
    decides = "the creation time, which the manifests do not state," if undated else "the creation time"
    says = (
        f"{winner.key} has the same hostname and match: {decides} decides, then the name; "
        f"here {winner.key.route} takes every request"
    )
    return Noted(loser.key.address, says, "remove one of the two, or tell them apart by a hostname or header")


def plain_where_secure(subject: Subject) -> Iterator[Noted]:
    """Yield rules that answer plain HTTP for a hostname which the same Gateway serves by HTTPS."""
    secure: dict[ObjectKey, set[str]] = {}
    for table, entry in subject.entries:
        if table.listener.spec.protocol == "HTTPS":
            secure.setdefault(table.listener.gateway, set()).add(entry.hostname)
    seen: set[Address] = set()
    for table, entry in subject.entries:
        if not _is_plain(table, entry) or entry.rule.address in seen:
            continue
        if entry.hostname in secure.get(table.listener.gateway, ()):
            seen.add(entry.rule.address)
            host = "every host" if entry.hostname == ANY else entry.hostname
            says = (
                f"listener {table.listener.key.name} takes plain HTTP for {host} on port "
                f"{table.listener.spec.port}, which the Gateway serves by HTTPS too"
            )
            help_ = (
                "redirect there to scheme https, and name the HTTPS listener in the parentRef's sectionName"
            )
            yield Noted(entry.rule.address, says, help_, Severity.INFO)


def _is_plain(table: ListenerTable, entry: Entry) -> bool:
    redirects = any(each.spec.type == "RequestRedirect" for each in entry.rule.filters)
    return table.listener.spec.protocol == "HTTP" and not redirects and bool(entry.rule.backends)


def deprecated_versions(subject: Subject) -> Iterator[Noted]:
    """Yield objects of an apiVersion that the API has deprecated."""
    for key, resource in subject.simulation.snapshot.objects.items():
        known = find_kind(resource.api_version, resource.kind)
        version = resource.api_version.rpartition("/")[2]
        if known is not None and version in known.deprecated:
            says = f"expected {known.replacement}, found {resource.api_version}, which is deprecated"
            yield Noted(Address(key, ("apiVersion",)), says, f"write apiVersion: {known.replacement}")


def _rules(subject: Subject) -> Iterator[BoundRule]:
    for route in subject.simulation.topology.routes:
        yield from route.rules
