"""The routing table as rows to read: what is tried, in which order, and why in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from gwsim.addresses import Address, ObjectKey, RuleKey
from gwsim.analysis.apartness import apart
from gwsim.binding.hostnames import hits
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.rules import BoundFilter, Match, WeightedBackend
from gwsim.binding.reporting.conditions import reason_for
from gwsim.errors import UsageError
from gwsim.resources.grpc_routes import GRPCHeaderMatch, GRPCRouteMatch
from gwsim.resources.routes import HTTPHeaderMatch, HTTPQueryParamMatch, HTTPRouteMatch
from gwsim.routing.answering.backends import shares
from gwsim.routing.precedence import deciding_field
from gwsim.routing.reaching.matching import distinct_headers, distinct_query_params
from gwsim.routing.reaching.trying import precedence_step
from gwsim.routing.request import bare_host, is_ip_address
from gwsim.routing.table import Entry, ListenerTable, RoutingTable, shown_hostname
from gwsim.trace import Clause, Fact, Step


class RowFilter(msgspec.Struct, frozen=True):
    """One filter of a rule or of a backendRef."""

    type: str
    reason: str | None
    """Why it does not do its work; None where it does."""

    def __str__(self) -> str:
        return self.type if self.reason is None else f"{self.type} ({self.reason})"

    def to_dict(self) -> dict[str, object]:
        """The JSON form, keys in a fixed order."""
        return {"type": self.type, "reason": self.reason}


class RowBackend(msgspec.Struct, frozen=True):
    """One backend that a rule could pick."""

    target: ObjectKey
    port: int | None
    weight: int
    share: Fraction
    reason: str | None
    """Why its share gets an error; None where it can be used."""
    filters: tuple[RowFilter, ...]

    def to_dict(self) -> dict[str, object]:
        """The JSON form, in the words of a decision's backends, keys in a fixed order."""
        return {
            "kind": self.target.kind,
            "namespace": self.target.namespace,
            "name": self.target.name,
            "port": self.port,
            "weight": self.weight,
            "share": str(self.share),
            "reason": self.reason,
            "filters": [each.to_dict() for each in self.filters],
        }


class Order(msgspec.Struct, frozen=True):
    """Why a row comes after the one before it on its listener."""

    tie_break: Clause | None
    """None for one match under two hostnames of one rank, which no request hits both."""
    before: Fact
    """What the row before has to show for the tie-break."""
    here: Fact
    """What this row has to show for it."""
    apart: str | None
    """What keeps every request from hitting both rows, so that their order is of no account: `hostname`."""
    undated: bool
    """Whether the older route would come first, and the manifests do not say which that is."""

    def to_dict(self) -> dict[str, object]:
        """The JSON form, keys in a fixed order."""
        return {
            "clause": None if self.tie_break is None else self.tie_break.id,
            "says": None if self.tie_break is None else self.tie_break.says,
            "before": self.before,
            "here": self.here,
            "apart": self.apart,
            "undated": self.undated,
        }


class Row(msgspec.Struct, frozen=True):
    """One match of one rule, on one listener, for one hostname."""

    listener: BoundListener
    hostname: str | None
    """What the listener and the route have in common; None for any."""
    match: tuple[str, ...]
    """Its conditions in words, the path first."""
    key: RuleKey
    rule_name: str | None
    filters: tuple[RowFilter, ...]
    backends: tuple[RowBackend, ...]
    why: Order | None
    """None for the first row of a listener."""

    @property
    def gateway(self) -> str:
        """`namespace/name`."""
        return self.listener.gateway.namespaced_name

    @property
    def address(self) -> Address:
        """Where the match is written."""
        return self.key.address

    def to_dict(self) -> dict[str, object]:
        """The JSON form, listener and route in the words of a decision, keys in a fixed order."""
        spec, route = self.listener.spec, self.key.route
        return {
            "listener": {
                "parent": str(self.listener.key.parent),
                "gateway": self.gateway,
                "name": spec.name,
                "port": spec.port,
                "protocol": spec.protocol,
                "hostname": spec.hostname,
            },
            "hostname": self.hostname,
            "match": list(self.match),
            "route": {
                "kind": route.kind,
                "namespace": route.namespace,
                "name": route.name,
                "rule": self.key.rule,
                "ruleName": self.rule_name,
                "match": self.key.match,
            },
            "filters": [each.to_dict() for each in self.filters],
            "backends": [each.to_dict() for each in self.backends],
            "why": None if self.why is None else self.why.to_dict(),
        }


def table_rows(
    table: RoutingTable, *, gateway: str | None, listener: str | None, host: str | None
) -> tuple[Row, ...]:
    """
    List the routing table in the order in which it is tried.

    It goes by Gateway and port, the most specific listener first, then by precedence. Listeners that do
    not serve have no rows.

    Args:
        gateway: only this one, `namespace/name`; None for all.
        listener: only listeners of this name; None for all.
        host: only what a request for this host is matched against, a port in it passed over; None for all.

    Raises:
        UsageError: there is no Gateway or no listener of that name.
    """
    _check_names(table, gateway, listener)
    return tuple(
        row
        for tables in _tables(table, gateway)
        for each in _taking(tables, host, isolated=table.topology.implementation.listener_isolation == "on")
        if listener in (None, each.listener.key.name)
        for row in _rows(each, host)
    )


def idle_listeners(
    table: RoutingTable, *, gateway: str | None, listener: str | None
) -> tuple[tuple[BoundListener, Step | None], ...]:
    """
    List the listeners that have no rows, each with the check that keeps it from serving.

    Returns:
        None in place of the check for a listener that serves, and has no routes.
    """
    full = {each.listener.key for tables in _tables(table, gateway) for each in tables if each.entries}
    return tuple(
        (each, _blocker(owner, each))
        for owner in table.topology.gateways
        for each in owner.all_listeners
        if gateway in (None, owner.key.namespaced_name)
        and listener in (None, each.key.name)
        and each.key not in full
    )


def _blocker(gateway: BoundGateway, listener: BoundListener) -> Step | None:
    if not gateway.served:
        return gateway.class_step
    if not listener.serving:
        return next(step for step in listener.trace.children if not step.selected)
    if not gateway.accepted:
        checks = (gateway.parameters, *(kind for kind, _ in gateway.addresses), gateway.listeners_step)
        return next(step for step in checks if not step.selected)
    return None


def _check_names(table: RoutingTable, gateway: str | None, listener: str | None) -> None:
    known = table.topology.gateway_by_name
    if gateway is not None and gateway not in known:
        raise UsageError(f"--gateway: expected one of {', '.join(known) or '(none given)'}, found {gateway}")
    names = {
        each.key.name: None
        for name, owner in known.items()
        for each in owner.all_listeners
        if gateway in (None, name)
    }
    if listener is not None and listener not in names:
        raise UsageError(
            f"--listener: expected one of {', '.join(names) or '(none given)'}, found {listener}"
        )


def _tables(table: RoutingTable, gateway: str | None) -> Iterator[tuple[ListenerTable, ...]]:
    """The listeners of each Gateway and port."""
    for (key, _), tables in sorted(table.listeners.items(), key=lambda item: item[0]):
        if gateway in (None, key.namespaced_name):
            yield tables


def _taking(tables: Sequence[ListenerTable], host: str | None, *, isolated: bool) -> Sequence[ListenerTable]:
    """The listeners of one port that a host is matched against: the most specific one of each protocol."""
    if host is None:
        return tables
    hit = [each for each in tables if hits(each.listener.hostname, _compared(host))]
    if not isolated:
        return hit
    first = {each.listener.spec.protocol: each for each in reversed(hit)}
    return [each for each in hit if first[each.listener.spec.protocol] is each]


def _compared(host: str) -> str:
    """A host as matching looks at it; empty for an IP address, which hits no hostname."""
    bare = bare_host(host)
    return "" if is_ip_address(bare) else bare


def _rows(table: ListenerTable, host: str | None) -> Iterator[Row]:
    entries = [entry for entry in table.entries if host is None or hits(entry.hostname, _compared(host))]
    orders = [None, *(_order(first, second) for first, second in pairwise(entries))]
    for entry, order in zip(entries, orders, strict=False):
        rule = entry.rule
        fractions = shares([weighted.backend.weight for weighted in rule.backends])
        yield Row(
            listener=table.listener,
            hostname=shown_hostname(entry.hostname),
            match=tuple(conditions(entry.match)),
            key=entry.key,
            rule_name=rule.spec.name,
            filters=_filters(rule.filters),
            backends=tuple(map(_backend, rule.backends, fractions)),
            why=order,
        )


def _order(first: Entry, second: Entry) -> Order:
    field = deciding_field(first.precedence, second.precedence)
    step = precedence_step(first, second)
    same_route = first.key.route == second.key.route
    undated = first.precedence.age.unknown or second.precedence.age.unknown
    separated = apart(first, second)
    return Order(
        tie_break=None if field is None else step.clause,
        before=None if field is None else step.actual,
        here=None if field is None else step.children[0].actual,
        apart=separated,
        undated=field in ("age", "name") and undated and not same_route and separated is None,
    )


def conditions(match: Match) -> Iterator[str]:
    """
    Write the conditions of a match in words; those that repeat a name and so do not count are left out.

    >>> list(conditions(HTTPRouteMatch(method="GET", query_params=(HTTPQueryParamMatch("v", "2"),))))
    ['PathPrefix /', 'GET', '?v=2']
    """
    if match is None:
        yield "everything"
        return
    if isinstance(match, GRPCRouteMatch):
        yield _call(match)
    else:
        yield f"{match.path.type} {match.path.value}"
        if match.method is not None:
            yield match.method
    for _, header in distinct_headers(match):
        yield f"{header.name}: {_value(header, '')}"
    if isinstance(match, HTTPRouteMatch):
        for _, parameter in distinct_query_params(match):
            yield f"?{parameter.name}{_value(parameter, '=')}"


def _call(match: GRPCRouteMatch) -> str:
    if match.method is None:
        return "every call"
    mark = "~" if match.method.type == "RegularExpression" else ""
    return f"{mark}{match.method.service or '*'}/{match.method.method or '*'}"


def _value(wanted: HTTPHeaderMatch | GRPCHeaderMatch | HTTPQueryParamMatch, mark: str) -> str:
    return f"{mark}{wanted.value}" if wanted.type == "Exact" else f"~{wanted.value}"


def _filters(filters: Sequence[BoundFilter]) -> tuple[RowFilter, ...]:
    return tuple(RowFilter(each.spec.type, _filter_reason(each)) for each in filters)


def _filter_reason(each: BoundFilter) -> str | None:
    if each.backend is not None and each.backend.failure is not None:
        return reason_for(each.backend.failure.clause, "ResolvedRefs")
    return None if each.extension is None or each.extension.selected else "InvalidFilter"


def _backend(weighted: WeightedBackend, share: Fraction) -> RowBackend:
    backend = weighted.backend
    reason = None if backend.has_ready_endpoint else "NoEndpoints"
    if backend.failure is not None:
        reason = reason_for(backend.failure.clause, "ResolvedRefs")
    return RowBackend(backend.target, backend.port, backend.weight, share, reason, _filters(weighted.filters))
