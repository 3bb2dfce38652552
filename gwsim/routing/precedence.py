"""Which of several matches that hit comes first: the specification's tie-breaks, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gwsim.addresses import RuleKey
from gwsim.binding.hostnames import specificity
from gwsim.binding.topology import Age
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing import clauses
from gwsim.routing.matching import distinct_headers, distinct_query_params
from gwsim.trace import Clause

PATH_TYPES: Mapping[str, int] = {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2}
"""Rank of a path type; where regular expressions stand is implementation-specific."""


class Precedence(NamedTuple):
    """
    The place of a match among all that hit: the smaller comes first.

    One field for each tie-break; where more is better the field is negative.

    Source:
        HTTPRoute.hostnames, HTTPRouteRule.matches (core).
    """

    host_precise: int
    """Minus the characters of a precise hostname, 0 for a wildcard."""
    host_length: int
    """Minus the characters of the hostname."""
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
    "path_type": clauses.PRECEDENCE_PATH_TYPE,
    "path_length": clauses.PRECEDENCE_PATH_LENGTH,
    "method": clauses.PRECEDENCE_METHOD,
    "headers": clauses.PRECEDENCE_HEADERS,
    "query_params": clauses.PRECEDENCE_QUERY,
    "age": clauses.PRECEDENCE_AGE,
    "name": clauses.PRECEDENCE_NAME,
    "rule": clauses.PRECEDENCE_RULE,
    "match": clauses.PRECEDENCE_MATCH,
}
"""The clause of each field, in order."""


def precedence_of(key: RuleKey, match: HTTPRouteMatch, hostname: str, age: Age) -> Precedence:
    """
    Rank a match.

    Args:
        hostname: the effective one: what listener and route have in common.
    """
    host = specificity(hostname)
    exact = match.path.type == "Exact"
    return Precedence(
        host_precise=-host.precise_characters,
        host_length=-host.characters,
        path_type=PATH_TYPES[match.path.type],
        path_length=0 if exact else -len(match.path.value),
        method=-(match.method is not None),
        headers=-sum(1 for _ in distinct_headers(match)),
        query_params=-sum(1 for _ in distinct_query_params(match)),
        age=age,
        name=key.route.namespaced_name,
        rule=key.rule,
        match=key.match,
    )


def deciding_field(first: Precedence, second: Precedence) -> str | None:
    """
    The tie-break by which one match comes before another; None for the same match of the same rule.

    Age decides nothing when neither route has a time.
    """
    return next(
        (field for field in Precedence._fields if getattr(first, field) != getattr(second, field)), None
    )
