"""Conditions besides the path, laid out to be asked many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from gwsim.binding.referring.patterns import Test, pattern_test
from gwsim.binding.referring.rules import Match
from gwsim.implementations import Implementation
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.reaching.matching import Seen, distinct_headers, distinct_query_params

METHOD, HEADER, QUERY = range(3)
Key: TypeAlias = tuple[int, str]
"""What a condition looks at: its sort, and the name."""


class Condition(NamedTuple):
    """One condition besides the path."""

    sort: int
    name: str
    """Of a header in lower case; empty for the method."""
    value: str
    test: Test | None
    """Of a regular expression; None where the value itself is wanted."""


def hold(conditions: Sequence[Condition], seen: Seen) -> bool:
    """Whether every condition does."""
    for sort, name, value, test in conditions:
        values = values_of(seen, sort, name)
        if test is None:
            if value not in values:
                return False
        elif not any(map(test, values)):
            return False
    return True


def values_of(seen: Seen, sort: int, name: str) -> Sequence[str]:
    """What a condition looks at."""
    if sort == HEADER:
        return seen.headers.get(name, ())
    if sort == QUERY:
        return seen.query.get(name, ())
    return (seen.request.method,)


def conditions_of(match: Match, implementation: Implementation) -> Iterator[Condition]:
    """Yield what a match asks for besides its path."""
    if match is None:
        return
    if isinstance(match, HTTPRouteMatch):
        if match.method is not None:
            yield Condition(METHOD, "", match.method, None)
        for _, parameter in distinct_query_params(match):
            test = None if parameter.type == "Exact" else _test(parameter.value, implementation)
            yield Condition(QUERY, parameter.name, parameter.value, test)
    for _, header in distinct_headers(match):
        test = None if header.type == "Exact" else _test(header.value, implementation)
        yield Condition(HEADER, header.name.lower(), header.value, test)


def _test(pattern: str, implementation: Implementation) -> Test:
    return pattern_test(pattern, implementation) or _takes_nothing


def _takes_nothing(_: str) -> bool:
    return False
