"""Matches that no request can hit both: their order is of no account."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.binding.hostnames import intersection
from gwsim.binding.referring.patterns import pattern_test
from gwsim.implementations import SPEC
from gwsim.resources.grpc_routes import GRPCRouteMatch
from gwsim.resources.routes import HTTPPathMatch, HTTPRouteMatch
from gwsim.routing.paths import has_prefix
from gwsim.routing.reaching.matching import distinct_headers, distinct_query_params
from gwsim.routing.table import Entry


def apart(first: Entry, second: Entry) -> str | None:
    """
    Say what keeps every request from hitting both entries.

    Returns:
        `hostname`, `path`, `method`, a header's name in lower case, or a query parameter's after `?`; None
        where a request may hit both, and where regular expressions would have to be compared to know.
    """
    if intersection(first.hostname, second.hostname) is None:
        return "hostname"
    match (first.match, second.match):
        case (HTTPRouteMatch() as one, HTTPRouteMatch() as other):
            return "path" if _paths_apart(one.path, other.path) else _values_apart(one, other)
        case (GRPCRouteMatch() as one, GRPCRouteMatch() as other):
            if _calls_apart(one, other):
                return "method"
            return _differing(_exact_headers(one), _exact_headers(other))
        case _:
            return None


def _calls_apart(one: GRPCRouteMatch, other: GRPCRouteMatch) -> bool:
    first, second = one.method, other.method
    if first is None or second is None or "RegularExpression" in (first.type, second.type):
        return False
    pairs = ((first.service, second.service), (first.method, second.method))
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _paths_apart(one: HTTPPathMatch, other: HTTPPathMatch) -> bool:
    first, second = sorted((one, other), key=lambda path: path.type)
    match (first.type, second.type):
        case ("Exact", "Exact"):
            return first.value != second.value
        case ("Exact", "PathPrefix"):
            return not has_prefix(second.value, first.value)
        case ("Exact", "RegularExpression"):
            test = pattern_test(second.value, SPEC)
            return test is None or not test(first.value)
        case ("PathPrefix", "PathPrefix"):
            return not (has_prefix(first.value, second.value) or has_prefix(second.value, first.value))
        case _:
            return False


def _values_apart(one: HTTPRouteMatch, other: HTTPRouteMatch) -> str | None:
    if None not in (one.method, other.method) and one.method != other.method:
        return "method"
    headers = _differing(_exact_headers(one), _exact_headers(other))
    return headers or _differing(_exact_parameters(one), _exact_parameters(other))


def _exact_headers(match: HTTPRouteMatch | GRPCRouteMatch) -> Mapping[str, str]:
    return {each.name.lower(): each.value for _, each in distinct_headers(match) if each.type == "Exact"}


def _exact_parameters(match: HTTPRouteMatch) -> Mapping[str, str]:
    return {f"?{each.name}": each.value for _, each in distinct_query_params(match) if each.type == "Exact"}


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> str | None:
    return next((name for name, value in one.items() if other.get(name, value) != value), None)
