"""The entries of one listener and hostname, by path."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import unquote

from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCMethodMatch, GRPCRouteMatch
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.indexing.candidates import Candidate, SamePath
from gwsim.routing.indexing.expressions import PatternIndex
from gwsim.routing.paths import prefix_base
from gwsim.routing.reaching.matching import Seen, takes_call

K = TypeVar("K", bound=Hashable)


class PathIndex:
    """The entries of one listener and hostname; those of one path are one `SamePath`."""

    __slots__ = (
        "_any",
        "_calls",
        "_decoded",
        "_expressions",
        "_longest",
        "exact",
        "plain",
        "prefixes",
    )

    def __init__(self, candidates: Iterable[Candidate], implementation: Implementation) -> None:
        """Index entries, which come in order of precedence."""
        exact: list[tuple[str, Candidate]] = []
        prefixes: list[tuple[str, Candidate]] = []
        patterns: list[tuple[str, Candidate]] = []
        calls: list[Candidate] = []
        rest: list[tuple[None, Candidate]] = []
        for each in candidates:
            match = each.entry.match
            if isinstance(match, HTTPRouteMatch):
                path = match.path
                if path.type == "Exact":
                    exact.append((path.value, each))
                elif path.type == "PathPrefix":
                    prefixes.append((prefix_base(path.value), each))
                else:
                    patterns.append((path.value, each))
            elif isinstance(match, GRPCRouteMatch):
                calls.append(each)
            else:
                rest.append((None, each))
        whole = implementation.path_fallback == "off"
        self.exact = _grouped(exact, whole=whole)
        self.prefixes = _grouped(prefixes, whole=whole)
        """By the prefix without its last slash."""
        self._longest = max(map(len, self.prefixes), default=-1)
        expressions = _grouped(patterns, whole=whole)
        self._expressions = PatternIndex(expressions, implementation) if expressions else None
        self._calls = _CallIndex(calls, implementation) if calls else None
        self._any = tuple(_grouped(rest, whole=whole).values())
        self._decoded = implementation.exact_encoded == "decoded"
        self.plain = not (expressions or calls or rest)
        """Whether there are exact paths and prefixes alone."""

    def hits(self, path: str, seen: Seen) -> list[SamePath]:
        """
        The paths that hit, the one with the first entry first.

        Args:
            path: that of `seen`.
        """
        found: list[SamePath] = []
        exact = self.exact.get(unquote(path) if self._decoded else path)
        if exact is not None:
            found.append(exact)
        if self.prefixes:
            found += self._prefix_hits(path)
        if self.plain and len(found) < 2:
            return found
        if self._expressions is not None:
            found += self._expressions.taking(path)
        if self._calls is not None:
            found += self._calls.hits(seen)
        found += self._any
        if len(found) > 1:
            found.sort(key=_first_rank)
        return found

    def _prefix_hits(self, path: str) -> Iterator[SamePath]:
        """A prefix is the path, or ends before one of its slashes."""
        prefixes = self.prefixes
        end = len(path)
        if end <= self._longest and path:
            same = prefixes.get(path)
            if same is not None:
                yield same
        end = path.rfind("/", 0, min(end, self._longest + 1))
        while end >= 0:
            below = prefixes.get(path[:end])
            if below is not None:
                yield below
            end = path.rfind("/", 0, end)


def _first_rank(same: SamePath) -> int:
    return same.first


def _grouped(rows: Sequence[tuple[K, Candidate]], *, whole: bool) -> dict[K, SamePath]:
    """
    Put entries of one path together.

    Args:
        whole: keep what comes after an entry without conditions, too.
    """
    groups: dict[K, list[Candidate]] = {}
    for key, candidate in rows:
        group = groups.setdefault(key, [])
        if whole or not group or group[-1].conditions:
            group.append(candidate)
    return {key: SamePath(group) for key, group in groups.items()}


class _CallIndex:
    """The entries of GRPCRoutes, by service and method."""

    __slots__ = ("_asks_content_type", "_expressions", "_named")

    def __init__(self, candidates: Sequence[Candidate], implementation: Implementation) -> None:
        self._asks_content_type = implementation.grpc_content_type_check == "on"
        whole = implementation.path_fallback == "off"
        named = [(_named(each), each) for each in candidates]
        self._named = _grouped([(key, each) for key, each in named if key is not None], whole=whole)
        others = [(_method(each), each) for key, each in named if key is None]
        self._expressions = tuple(_grouped(others, whole=whole).items())

    def hits(self, seen: Seen) -> Iterator[SamePath]:
        """The services and methods that a call hits; a request of another form hits those of no name."""
        if self._asks_content_type and not seen.is_grpc:
            return
        service, method = seen.call or ("", "")
        for key in dict.fromkeys(((service, method), (service, ""), ("", method), ("", ""))):
            found = self._named.get(key)
            if found is not None:
                yield found
        for expression, same in self._expressions:
            if takes_call(expression, seen):
                yield same


def _method(candidate: Candidate) -> GRPCMethodMatch:
    match = candidate.entry.match
    method = match.method if isinstance(match, GRPCRouteMatch) else None
    return method or GRPCMethodMatch()


def _named(candidate: Candidate) -> tuple[str, str] | None:
    """Service and method, empty for any; None for regular expressions."""
    method = _method(candidate)
    named = method.type == "Exact" or not (method.service or method.method)
    return (method.service or "", method.method or "") if named else None
