"""One request against one match: the conditions, each a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from gwsim.addresses import Address
from gwsim.binding.referring.rules import Match
from gwsim.implementations import SPEC, Implementation
from gwsim.resources.grpc_routes import GRPCHeaderMatch, GRPCMethodMatch, GRPCRouteMatch
from gwsim.resources.routes import HTTPHeaderMatch, HTTPPathMatch, HTTPQueryParamMatch, HTTPRouteMatch
from gwsim.routing import clauses
from gwsim.routing.paths import has_prefix, normalize
from gwsim.routing.request import Request, bare_host, is_ip_address
from gwsim.trace import Clause, Step, check

HeaderMatch = HTTPHeaderMatch | GRPCHeaderMatch
ValueMatch = HTTPHeaderMatch | GRPCHeaderMatch | HTTPQueryParamMatch


class Seen(msgspec.Struct, frozen=True, dict=True):
    """A request as matching looks at it: parsed once, each part when first asked for."""

    request: Request
    implementation: Implementation = SPEC

    @cached_property
    def host(self) -> str:
        """Lower case, without port; empty for an IP literal, which hits no hostname."""
        host = bare_host(self.request.host or "")
        return "" if is_ip_address(host) else host

    @cached_property
    def path(self) -> str:
        """Without query, normalised as the implementation does."""
        return normalize(self.request.path.partition("?")[0], self.implementation)

    @property
    def passed_on(self) -> str:
        """The path with query, as a gateway passes it on: normalised as the implementation does."""
        path, mark, query = self.request.path.partition("?")
        return self.request.path if self.path == path else f"{self.path}{mark}{query}"

    @cached_property
    def headers(self) -> Mapping[str, tuple[str, ...]]:
        """By lower-case name: the values that a condition looks at; `host` among them."""
        host = self.request.host
        values: dict[str, tuple[str, ...]] = {} if host is None else {"host": (host,)}
        for sent, value in self.request.headers:
            name = sent.lower()
            if name != "host" or host is None:
                values[name] = (*values[name], value) if name in values else (value,)
        choice = self.implementation.repeated_header
        if choice == "any":
            split = {name: ",".join(several).split(",") for name, several in values.items()}
            return {name: tuple(part.strip() for part in parts) for name, parts in split.items()}
        if len(values) < len(self.request.headers) + (host is not None):
            for name, several in values.items():
                values[name] = (",".join(several) if choice == "joined" else several[0],)
        return values

    @cached_property
    def query(self) -> Mapping[str, tuple[str, ...]]:
        """By name: the values that a condition looks at."""
        from urllib.parse import unquote_plus

        decode = unquote_plus if self.implementation.query_decoding == "decoded" else str
        values: dict[str, list[str]] = {}
        for part in self.request.path.partition("?")[2].split("&"):
            name, _, value = part.partition("=")
            values.setdefault(decode(name), []).append(decode(value))
        kept = {"first": slice(0, 1), "last": slice(-1, None), "any": slice(None)}
        chosen = kept[self.implementation.repeated_query]
        return {name: tuple(several[chosen]) for name, several in values.items()}

    @cached_property
    def call(self) -> tuple[str, str] | None:
        """Service and method of a gRPC call, as its path has them; None for a path of another form."""
        empty, _, rest = self.path.partition("/")
        service, mark, method = rest.partition("/")
        if empty or not mark or not service or not method or "/" in method:
            return None
        return service, method

    @property
    def is_grpc(self) -> bool:
        """Whether the request is a gRPC call, by its content type."""
        types = self.headers.get("content-type", ())
        return self.request.grpc is not None or any(each.startswith("application/grpc") for each in types)

    def matches_regex(self, pattern: str, text: str) -> bool:
        """Whether a pattern takes a text; one that does not compile takes nothing."""
        from gwsim.binding.referring.patterns import pattern_test

        test = pattern_test(pattern, self.implementation)
        return test is not None and test(text)

    def is_path(self, value: str) -> bool:
        """Whether the path is an Exact one."""
        if self.implementation.exact_encoded != "decoded":
            return self.path == value
        from urllib.parse import unquote

        return unquote(self.path) == value


def match_path(match: HTTPPathMatch, seen: Seen, address: Address) -> Step:
    """Check the path."""
    holds: bool
    match match.type:
        case "Exact":
            clause, holds = clauses.PATH_EXACT, seen.is_path(match.value)
        case "PathPrefix":
            clause, holds = clauses.PATH_PREFIX, has_prefix(match.value, seen.path)
        case "RegularExpression":
            clause, holds = clauses.PATH_REGEX, seen.matches_regex(match.value, seen.path)
    return check(clause, address.at("path"), holds, expected=match.value, actual=seen.path)


def prefix_of(match: Match) -> str | None:
    """The prefix that a match asks for; None for another kind of match."""
    if isinstance(match, HTTPRouteMatch) and match.path.type == "PathPrefix":
        return match.path.value
    return None


def takes_call(match: GRPCMethodMatch | None, seen: Seen) -> bool:
    """
    Whether service and method of a call are those named; absent or empty means any.

    Source:
        GRPCMethodMatch (core; RegularExpression implementation-specific).
    """
    if seen.implementation.grpc_content_type_check == "on" and not seen.is_grpc:
        return False
    if match is None or not (match.service or match.method):
        return True
    if seen.call is None:
        return False
    pairs = zip((match.service, match.method), seen.call, strict=True)
    if match.type == "Exact":
        return all(not wanted or wanted == actual for wanted, actual in pairs)
    return all(not wanted or seen.matches_regex(wanted, actual) for wanted, actual in pairs)


def distinct_headers(match: HTTPRouteMatch | GRPCRouteMatch) -> Iterator[tuple[int, HeaderMatch]]:
    """The header conditions that count: of equivalent names only the first (HTTPHeaderMatch.name, core)."""
    names: set[str] = set()
    headers: Sequence[HeaderMatch] = match.headers
    for index, header in enumerate(headers):
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


def match_steps(match: Match, seen: Seen, address: Address) -> Iterator[Step]:
    """
    Check every condition of a match.

    The hostname is settled before this.

    Source:
        HTTPRouteMatch, GRPCRouteMatch (core; methods and query parameters of HTTP extended).
    """
    match match:
        case HTTPRouteMatch():
            yield match_path(match.path, seen, address)
            if match.method is not None:
                holds, sent = seen.request.method == match.method, seen.request.method
                yield check(clauses.METHOD, address.at("method"), holds, expected=match.method, actual=sent)
            yield from _match_headers(match, seen, address)
            for index, parameter in distinct_query_params(match):
                clause = clauses.QUERY_EXACT if parameter.type == "Exact" else clauses.QUERY_REGEX
                values = seen.query.get(parameter.name, ())
                yield _match_value(clause, parameter, values, seen, address.at("queryParams", index))
        case GRPCRouteMatch():
            yield _match_call(match.method, seen, address)
            yield from _match_headers(match, seen, address)
        case None:
            return


def _match_call(match: GRPCMethodMatch | None, seen: Seen, address: Address) -> Step:
    exact = match is None or match.type == "Exact"
    return check(
        clauses.GRPC_EXACT if exact else clauses.GRPC_REGEX,
        address.at("method"),
        takes_call(match, seen),
        expected="any" if match is None else f"{match.service or 'any'}/{match.method or 'any'}",
        actual=seen.path if seen.call is None else "/".join(seen.call),
    )


def _match_headers(match: HTTPRouteMatch | GRPCRouteMatch, seen: Seen, address: Address) -> Iterator[Step]:
    for index, header in distinct_headers(match):
        clause = clauses.HEADER_EXACT if header.type == "Exact" else clauses.HEADER_REGEX
        values = seen.headers.get(header.name.lower(), ())
        yield _match_value(clause, header, values, seen, address.at("headers", index))


def _match_value(
    clause: Clause, wanted: ValueMatch, values: tuple[str, ...], seen: Seen, address: Address
) -> Step:
    return check(
        clause,
        address,
        _takes(wanted, values, seen),
        expected=f"{wanted.name}: {wanted.value}",
        actual=tuple(f"{wanted.name}: {value}" for value in values) or None,
    )


def _takes(wanted: ValueMatch, values: tuple[str, ...], seen: Seen) -> bool:
    if wanted.type == "Exact":
        return wanted.value in values
    return any(seen.matches_regex(wanted.value, value) for value in values)


def matches_path(match: Match, seen: Seen) -> bool:
    """Whether the path, or the service and method, hold; the booleans of `match_steps`."""
    match match:
        case HTTPRouteMatch():
            path = match.path
            return (
                (path.type == "Exact" and seen.is_path(path.value))
                or (path.type == "PathPrefix" and has_prefix(path.value, seen.path))
                or (path.type == "RegularExpression" and seen.matches_regex(path.value, seen.path))
            )
        case GRPCRouteMatch():
            return takes_call(match.method, seen)
        case None:
            return True


def matches_besides_path(match: Match, seen: Seen) -> bool:
    """Whether method, headers and query parameters hold."""
    if match is None:
        return True
    if isinstance(match, HTTPRouteMatch):
        if match.method is not None and match.method != seen.request.method:
            return False
        for _, parameter in distinct_query_params(match):
            if not _takes(parameter, seen.query.get(parameter.name, ()), seen):
                return False
    headers = seen.headers
    return all(
        _takes(header, headers.get(header.name.lower(), ()), seen) for _, header in distinct_headers(match)
    )
