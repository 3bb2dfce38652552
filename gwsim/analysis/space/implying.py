"""Conditions that others imply, as far as that is plain to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from gwsim.analysis.space.conditions import (
    Condition,
    HeaderIs,
    HostIs,
    MethodIs,
    PathIs,
    QueryIs,
    ServerNameIs,
)
from gwsim.binding.hostnames import ANY, intersection
from gwsim.implementations import Implementation
from gwsim.resources.routes import HTTPPathMatch
from gwsim.routing.indexing.segments import spelled_segments
from gwsim.routing.paths import has_prefix, prefix_base


def is_implied(condition: Condition, own: Sequence[Condition]) -> bool:
    """
    Whether all requests that meet some conditions meet another, as far as that is plain to see.

    Every path begins with a slash, and every host is one.
    """
    if condition in own:
        return True
    match condition:
        case HostIs(pattern=pattern):
            hosts = (each.pattern for each in own if isinstance(each, HostIs))
            return pattern == ANY or any(_within(host, pattern) for host in hosts)
        case ServerNameIs(pattern=pattern):
            names = (each.pattern for each in own if isinstance(each, ServerNameIs))
            return pattern == ANY or any(_within(name, pattern) for name in names)
        case PathIs(path=path) if path.type == "PathPrefix":
            paths = (each.path for each in own if isinstance(each, PathIs))
            return path.value == "/" or any(
                other.type != "RegularExpression" and has_prefix(path.value, other.value) for other in paths
            )
        case _:
            return False


def _within(inner: str, outer: str) -> bool:
    return intersection(inner, outer) == inner


def are_apart(one: Sequence[Condition], other: Sequence[Condition], implementation: Implementation) -> bool:
    """Whether no request meets the conditions of both of two claims, as far as that is plain to see."""
    single = {
        HeaderIs: implementation.repeated_header != "any",
        QueryIs: implementation.repeated_query != "any",
    }
    values = {_asked(each): each for each in one if _asked(each) is not None}
    for each in other:
        mine = values.get(_asked(each))
        if mine is not None and mine != each and single.get(type(each), True):
            return True
    if implementation.regex_anchor != "full":
        return False
    paths = [_segments(each.path) for each in one if isinstance(each, PathIs)]
    others = [_segments(each.path) for each in other if isinstance(each, PathIs)]
    return any(_differ(mine, theirs) for mine in paths for theirs in others)


@lru_cache(maxsize=1 << 14)
def _segments(path: HTTPPathMatch) -> Mapping[int, str]:
    """The texts between slashes that every path has which a match takes, by their place."""
    if path.type == "RegularExpression":
        return {each.place: each.text for each in spelled_segments(path.value)}
    return dict(enumerate(prefix_base(path.value).split("/") if path.type == "PathPrefix" else ()))


def _differ(one: Mapping[int, str], other: Mapping[int, str]) -> bool:
    return any(place in other and other[place] != text for place, text in one.items())


def _asked(condition: Condition) -> tuple[str, ...] | None:
    """What a condition asks one exact value of; None for conditions of other forms."""
    match condition:
        case MethodIs():
            return ("method",)
        case HeaderIs(type="Exact", name=name):
            return ("header", name)
        case QueryIs(type="Exact", name=name):
            return ("query", name)
        case _:
            return None
