"""One request against one match: the conditions, each a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_plus

from gwsim.addresses import Address
from gwsim.implementations import compile_regex
from gwsim.resources.routes import HTTPHeaderMatch, HTTPPathMatch, HTTPQueryParamMatch, HTTPRouteMatch
from gwsim.routing import clauses
from gwsim.routing.request import Request, bare_host, is_ip_address
from gwsim.trace import Clause, Step, check


@dataclass(frozen=True)
class Seen:
    """A request as matching looks at it: parsed once, each part when first asked for."""

    request: Request

    @cached_property
    def host(self) -> str:
        """Lower case, without port; empty for an IP literal, which hits no hostname."""
        host = bare_host(self.request.host or "")
        return "" if is_ip_address(host) else host

    @cached_property
    def path(self) -> str:
        """Without query."""
        return self.request.path.partition("?")[0]

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """By lower-case name; repeated values joined as RFC 9110 has it; `host` among them."""
        joined: dict[str, str] = {} if self.request.host is None else {"host": self.request.host}
        for name, value in self.request.headers:
            lowered = name.lower()
            joined[lowered] = (
                f"{joined[lowered]},{value}" if lowered in joined and lowered != "host" else value
            )
        return joined

    @cached_property
    def query(self) -> Mapping[str, str]:
        """Decoded; of a repeated parameter the first."""
        parameters: dict[str, str] = {}
        for part in self.request.path.partition("?")[2].split("&"):
            name, _, value = part.partition("=")
            parameters.setdefault(unquote_plus(name), unquote_plus(value))
        return parameters


def prefix_base(prefix: str) -> str:
    """A prefix without its trailing slash: `/cart/` and `/cart` are one prefix."""
    return prefix.removesuffix("/")


def has_prefix(prefix: str, path: str) -> bool:
    """
    Whether a path is a prefix, or lies below it, segment by segment.

    >>> has_prefix("/cart", "/cart/7"), has_prefix("/cart", "/carts")
    (True, False)
    """
    base = prefix_base(prefix)
    return path.startswith(base) and (path[len(base) : len(base) + 1] == "/" or (path == base and base != ""))


def match_path(match: HTTPPathMatch, seen: Seen, address: Address) -> Step:
    """Check the path."""
    holds: bool
    match match.type:
        case "Exact":
            clause, holds = clauses.PATH_EXACT, seen.path == match.value
        case "PathPrefix":
            clause, holds = clauses.PATH_PREFIX, has_prefix(match.value, seen.path)
        case "RegularExpression":
            clause, holds = clauses.PATH_REGEX, matches_regex(match.value, seen.path)
    return check(clause, address.at("path"), holds, expected=match.value, actual=seen.path)


def matches_regex(pattern: str, text: str) -> bool:
    """Whether a pattern takes the whole of a text; a pattern that does not compile takes nothing."""
    test: Callable[[str], bool] | None = compile_regex(pattern)
    return test is not None and test(text)


def distinct_headers(match: HTTPRouteMatch) -> Iterator[tuple[int, HTTPHeaderMatch]]:
    """The header conditions that count: of equivalent names only the first (HTTPHeaderMatch.name, core)."""
    names: set[str] = set()
    for index, header in enumerate(match.headers):
        if header.name.lower() not in names:
            names.add(header.name.lower())
            yield index, header


def distinct_query_params(match: HTTPRouteMatch) -> Iterator[tuple[int, HTTPQueryParamMatch]]:
    """The query conditions that count: of equal names only the first (HTTPQueryParamMatch.name)."""
    names: set[str] = set()
    for index, parameter in enumerate(match.query_params):
        if parameter.name not in names:
            names.add(parameter.name)
            yield index, parameter


def match_steps(match: HTTPRouteMatch, seen: Seen, address: Address) -> Iterator[Step]:
    """
    Check every condition of a match.

    The hostname is settled before this.

    Source:
        HTTPRouteMatch (core; methods and query parameters extended).
    """
    yield match_path(match.path, seen, address)
    if match.method is not None:
        yield check(
            clauses.METHOD,
            address.at("method"),
            seen.request.method == match.method,
            expected=match.method,
            actual=seen.request.method,
        )
    for index, header in distinct_headers(match):
        yield _match_value(
            (clauses.HEADER_EXACT, clauses.HEADER_REGEX),
            header,
            seen.headers.get(header.name.lower()),
            address.at("headers", index),
        )
    for index, parameter in distinct_query_params(match):
        yield _match_value(
            (clauses.QUERY_EXACT, clauses.QUERY_REGEX),
            parameter,
            seen.query.get(parameter.name),
            address.at("queryParams", index),
        )


def _match_value(
    pair: tuple[Clause, Clause],
    wanted: HTTPHeaderMatch | HTTPQueryParamMatch,
    actual: str | None,
    address: Address,
) -> Step:
    exact = wanted.type == "Exact"
    holds = actual is not None and (actual == wanted.value if exact else matches_regex(wanted.value, actual))
    return check(
        pair[0] if exact else pair[1],
        address,
        holds,
        expected=f"{wanted.name}: {wanted.value}",
        actual=None if actual is None else f"{wanted.name}: {actual}",
    )


def matches(match: HTTPRouteMatch, seen: Seen) -> bool:
    """Whether every condition of a match holds; the booleans of `match_steps`."""
    path = match.path
    if not (
        (path.type == "Exact" and seen.path == path.value)
        or (path.type == "PathPrefix" and has_prefix(path.value, seen.path))
        or (path.type == "RegularExpression" and matches_regex(path.value, seen.path))
    ):
        return False
    return matches_besides_path(match, seen)


def matches_besides_path(match: HTTPRouteMatch, seen: Seen) -> bool:
    """Whether method, headers and query parameters hold."""
    if match.method is not None and match.method != seen.request.method:
        return False
    for _, header in distinct_headers(match):
        if not _takes(header, seen.headers.get(header.name.lower())):
            return False
    return all(
        _takes(parameter, seen.query.get(parameter.name)) for _, parameter in distinct_query_params(match)
    )


def _takes(wanted: HTTPHeaderMatch | HTTPQueryParamMatch, actual: str | None) -> bool:
    if actual is None:
        return False
    return actual == wanted.value if wanted.type == "Exact" else matches_regex(wanted.value, actual)
