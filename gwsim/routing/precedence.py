"""Which of several matches that hit comes first: the specification's tie-breaks, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gwsim.addresses import RuleKey
from gwsim.binding.ages import Age
from gwsim.binding.attaching.attachment import EffectiveHostname
from gwsim.binding.hostnames import specificity
from gwsim.binding.referring.rules import Match
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCMethodMatch, GRPCRouteMatch
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing import clauses
from gwsim.routing.reaching.matching import distinct_headers, distinct_query_params
from gwsim.trace import Clause

PATH_RANKS: Mapping[str, Mapping[str, int]] = {
    "exact>regex>prefix": {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2},
    "exact>prefix>regex": {"Exact": 0, "PathPrefix": 1, "RegularExpression": 2},
    "byLength": {"Exact": 0, "PathPrefix": 1, "RegularExpression": 1},
}
"""Rank of a path type, by where an implementation puts regular expressions."""


class Precedence(NamedTuple):
    """
    The place of a match among all that hit: the smaller comes first.

    One field for each tie-break; where more is better the field is negative, and 0 where it plays no part.

    Source:
        HTTPRoute.hostnames, HTTPRouteRule.matches, GRPCRouteRule.matches (core).
    """

    host_precise: int
    """Minus the characters of a precise hostname, 0 for a wildcard."""
    host_length: int
    """Minus the characters of the hostname."""
    service: int
    """gRPC: minus the characters of the service."""
    grpc_method: int
    """gRPC: minus the characters of the method."""
    path_type: int
    """Rank of the path's type."""
    path_length: int
    """Minus the characters of the path's value; 0 for Exact, whose hits are all of one length."""
    method: int
    """Minus 1 where a method is named."""
    headers: int
    """Minus the number of distinct header conditions."""
    query_params: int
    """Minus the number of distinct query conditions."""
    late_host_precise: int
    """`host_precise`, for implementations that look at hostnames last."""
    late_host_length: int
    """`host_length`, for implementations that look at hostnames last."""
    age: Age
    """Creation time of the route."""
    name: str
    """`namespace/name` of the route."""
    rule: int
    """Zero-based."""
    match: int
    """Zero-based."""


CLAUSES: Mapping[str, Clause] = {
    "host_precise": clauses.PRECEDENCE_HOST_PRECISE,
    "host_length": clauses.PRECEDENCE_HOST_LENGTH,
    "service": clauses.PRECEDENCE_SERVICE,
    "grpc_method": clauses.PRECEDENCE_GRPC_METHOD,
    "path_type": clauses.PRECEDENCE_PATH_TYPE,
    "path_length": clauses.PRECEDENCE_PATH_LENGTH,
    "method": clauses.PRECEDENCE_METHOD,
    "headers": clauses.PRECEDENCE_HEADERS,
    "query_params": clauses.PRECEDENCE_QUERY,
    "late_host_precise": clauses.PRECEDENCE_HOST_PRECISE,
    "late_host_length": clauses.PRECEDENCE_HOST_LENGTH,
    "age": clauses.PRECEDENCE_AGE,
    "name": clauses.PRECEDENCE_NAME,
    "rule": clauses.PRECEDENCE_RULE,
    "match": clauses.PRECEDENCE_MATCH,
}
"""The clause of each field, in order."""


class _Conditions(NamedTuple):
    service: int = 0
    grpc_method: int = 0
    path_type: int = 0
    path_length: int = 0
    method: int = 0
    headers: int = 0
    query_params: int = 0


def precedence_of(
    key: RuleKey, match: Match, hostname: EffectiveHostname, age: Age, implementation: Implementation
) -> Precedence:
    """Rank a match."""
    literal = implementation.hostname_precedence == "literal"
    host = specificity(hostname.own if literal else hostname.pattern)
    measured = (-host.precise_characters, -host.characters)
    late = implementation.hostname_rank == "afterPath"
    early_host, late_host = ((0, 0), measured) if late else (measured, (0, 0))
    conditions = _conditions(match, implementation)
    return Precedence._make(
        (*early_host, *conditions, *late_host, age, key.route.namespaced_name, key.rule, key.match)
    )


def _conditions(match: Match, implementation: Implementation) -> _Conditions:
    match match:
        case HTTPRouteMatch():
            method = int(match.method is not None)
            headers = sum(1 for _ in distinct_headers(match)) if match.headers else 0
            if implementation.method_rank == "asHeader":
                headers, method = headers + method, 0
            exact = match.path.type == "Exact"
            parameters = sum(1 for _ in distinct_query_params(match)) if match.query_params else 0
            return _Conditions(
                0,
                0,
                PATH_RANKS[implementation.regex_rank][match.path.type],
                0 if exact else -len(match.path.value),
                -method,
                -headers,
                -parameters,
            )
        case GRPCRouteMatch():
            return _grpc_conditions(match, implementation)
        case None:
            return _Conditions()


def _grpc_conditions(match: GRPCRouteMatch, implementation: Implementation) -> _Conditions:
    method, headers = match.method or GRPCMethodMatch(), sum(1 for _ in distinct_headers(match))
    service, own = len(method.service or ""), len(method.method or "")
    if implementation.grpc_http_coexistence == "rejectYounger":
        return _Conditions(service=-service, grpc_method=-own, headers=-headers)
    ranks = PATH_RANKS[implementation.regex_rank]
    if method.type == "RegularExpression":
        path_type, length = ranks["RegularExpression"], service + own + 2
    elif service and own:
        path_type, length = ranks["Exact"], 0
    else:
        path_type, length = ranks["PathPrefix"], service + 2 if service else 1
    return _Conditions(path_type=path_type, path_length=-length, headers=-headers)


def deciding_field(first: Precedence, second: Precedence) -> str | None:
    """
    The tie-break by which one match comes before another; None for the same match of the same rule.

    Age decides nothing when neither route has a time.
    """
    pairs = zip(Precedence._fields, first, second, strict=True)
    return next((field for field, one, other in pairs if one != other), None)
