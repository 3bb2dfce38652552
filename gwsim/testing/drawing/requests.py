"""Requests at the boundaries of a configuration: what it names, just beside that, and none of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple, TypeVar
from urllib.parse import quote_plus

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.binding.hostnames import ANY
from gwsim.binding.listeners import BoundListener
from gwsim.binding.rules import BoundFilter, BoundRule
from gwsim.resources.filters import HTTPHeaderFilter
from gwsim.resources.routes import HTTPRouteMatch, HTTPRouteSpec
from gwsim.routing.backends import shares
from gwsim.routing.filtering import mirror_fraction
from gwsim.routing.matching import distinct_headers, distinct_query_params
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.surroundings import parts

T = TypeVar("T")
OFF = (*6 * ("nothing",), "host", "path", "method", "headers", "query", "port", "sni", "everything")
"""What of a request leaves the entry that it aims at."""
RARELY = (*5 * ("as the host",), "host")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT")
ELSEWHERE = ("other.invalid", "", "10.0.0.1", "[::1]:80", None)
PROTOCOLS = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")
PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
NO_PATH = re.compile(r"[\x00-\x20\x7f#?]")


class Target(NamedTuple):
    """What a request can aim at: one match of one rule, on one listener, for one hostname."""

    listener: BoundListener
    hostname: str
    match: HTTPRouteMatch
    rule: BoundRule


@dataclass(frozen=True, repr=False)
class Landmarks:
    """What a configuration names, and requests may name."""

    gateways: tuple[str, ...]
    listeners: tuple[BoundListener, ...]
    targets: tuple[Target, ...]
    """The entries of the table; of HTTPRoutes only."""
    hosts: tuple[str | None, ...]
    paths: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """Of matches, filters and CORS."""
    parameters: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, simulation: Simulation) -> Landmarks:
        """Collect them, in document order."""
        topology = simulation.topology
        listeners = tuple(listener for gateway in topology.gateways for listener in gateway.listeners)
        targets = tuple(
            Target(table.listener, entry.hostname, entry.match, entry.rule)
            for tables in simulation.table.listeners.values()
            for table in tables
            for entry in table.entries
            if isinstance(entry.match, HTTPRouteMatch)
        )
        rules = [rule for route in topology.routes for rule in route.rules]
        matches = [match for route in topology.routes for match in parts(route.resource, HTTPRouteMatch)]
        patterns = [listener.hostname for listener in listeners if listener.hostname != ANY]
        specs = [part for route in topology.routes for part in parts(route.resource, HTTPRouteSpec)]
        patterns += [name for spec in specs for name in spec.hostnames]
        plain = [match.path.value for match in matches if match.path.type != "RegularExpression"]
        pairs = [(each.name, each.value) for match in matches for each in match.headers]
        return cls(
            gateways=tuple(topology.gateway_by_name),
            listeners=listeners,
            targets=targets,
            hosts=_once((*ELSEWHERE, *(host for each in patterns for host in (*named(each), *beside(each))))),
            paths=_once(("/", "/gwsim", *(path for each in plain for path in around_path(each)))),
            headers=_once((*pairs, *(pair for rule in rules for pair in filter_headers(rule)), ("x", "y"))),
            parameters=_once(
                (*((each.name, each.value) for match in matches for each in match.query_params), ("x", "y"))
            ),
        )


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def requests_for(simulation: Simulation) -> SearchStrategy[Request]:
    """
    Draw requests at the boundaries of a configuration.

    Most of them aim at one match of one rule: they hit it, miss it by one part, or by every part. Hosts,
    paths, headers, parameters, server names and ports are those that the configuration names, neighbours of
    them, or none; draws are the bounds of the shares. Each can be answered: where there are several Gateways,
    it names one.
    """
    return _requests(Landmarks.of(simulation))


@st.composite
def _requests(draw: DrawFn, landmarks: Landmarks) -> Request:
    target = draw(st.sampled_from((*landmarks.targets, None)))
    listener = None if target is None else target.listener
    if listener is None and landmarks.listeners:
        listener = draw(st.sampled_from(landmarks.listeners))
    off = "everything" if target is None else draw(st.sampled_from(OFF))
    aim = Aim(draw, landmarks, listener, target, off)
    fields: dict[str, object] = {
        **aim.place(),
        "method": aim.method(),
        "host": aim.host(),
        "path": aim.path() + aim.query(),
        "headers": aim.headers(),
        "draw": draw(st.one_of(st.sampled_from(bounds(target)), st.floats(0, 1, exclude_max=True))),
    }
    return Request.from_dict({**fields, **aim.server_names(secure=fields["protocol"] == "HTTPS")})


@dataclass(frozen=True)
class Aim:
    """One request in the making: the parts that hit the entry, and those that leave it."""

    draw: DrawFn
    landmarks: Landmarks
    listener: BoundListener | None
    target: Target | None
    off: str

    def aims(self, part: str) -> Target | None:
        """The target, for a part of the request that is to hit it."""
        return None if self.off in (part, "everything") else self.target

    def one(self, *choices: T) -> T:
        """Draw one of some values, the first being the simplest."""
        return self.draw(st.sampled_from(choices))

    def place(self) -> dict[str, object]:
        """Gateway, port and protocol."""
        names = self.landmarks.gateways
        listener = self.listener
        if listener is None:
            return {"port": self.one(80, 443), "protocol": self.one("HTTP", "HTTPS")}
        place: dict[str, object] = {"port": listener.spec.port, "protocol": listener.spec.protocol}
        if place["protocol"] not in PROTOCOLS or self.off == "port":
            place["protocol"] = self.one(*PROTOCOLS)
        if self.off == "port":
            ports = (each.spec.port for each in self.landmarks.listeners)
            place["port"] = self.one(80, 443, *(port for each in ports for port in (each, each % 65535 + 1)))
        if len(names) > 1 or self.draw(st.booleans()):
            place["gateway"] = listener.gateway.namespaced_name
        return place

    def method(self) -> str:
        """The method."""
        target = self.aims("method")
        if target is not None and target.match.method is not None:
            return target.match.method
        return self.one(*METHODS)

    def host(self) -> str | None:
        """The host, in one spelling or another."""
        target = self.aims("host")
        return self.one(*self.landmarks.hosts) if target is None else self.one(*named(target.hostname))

    def path(self) -> str:
        """The path without query."""
        target = self.aims("path")
        if target is None:
            near = () if self.target is None else around_path(self.target.match.path.value)
            return self.one(*near, *self.landmarks.paths)
        wanted = target.match.path
        if wanted.type == "Exact":
            return wanted.value
        if wanted.type == "RegularExpression":
            return f"/{NO_PATH.sub('', self.draw(texts(wanted.value))).removeprefix('/')}"
        base = wanted.value.removesuffix("/")
        return self.one(f"{base}/gwsim", f"{base}/", base or "/", f"{base}/a//b")

    def query(self) -> str:
        """The query with its question mark, or nothing."""
        target = self.aims("query")
        extra = self.draw(st.lists(st.sampled_from(self.landmarks.parameters), max_size=2))
        wanted: list[tuple[str, str]] = []
        if target is not None:
            for _, each in distinct_query_params(target.match):
                wanted.append((each.name, self.value(each.type, each.value)))
        elif self.target is not None:
            for _, each in distinct_query_params(self.target.match):
                wanted.extend(self.one(*near_pairs(each.name, each.value)))
        text = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in (*wanted, *extra))
        return f"?{text}" if text else self.one("", "?")

    def headers(self) -> list[tuple[str, str]]:
        """What the match wants, and some of what it does not speak of."""
        target = self.aims("headers")
        wanted: list[tuple[str, str]] = []
        if target is not None:
            for _, each in distinct_headers(target.match):
                wanted.append((self.one(each.name, each.name.upper()), self.value(each.type, each.value)))
        elif self.target is not None:
            for _, each in distinct_headers(self.target.match):
                wanted.extend(self.one(*near_pairs(each.name, each.value)))
        taken = {name.lower() for name, _ in wanted} if target is not None else set()
        extra = self.draw(st.lists(st.sampled_from(self.landmarks.headers), max_size=3))
        return [*wanted, *(pair for pair in extra if pair[0].lower() not in taken)]

    def value(self, type_: str, value: str) -> str:
        """A value that a condition takes."""
        return value if type_ == "Exact" else self.draw(texts(value))

    def server_names(self, *, secure: bool) -> dict[str, object]:
        """The SNI, and that of a connection that is used again; mostly those that the host brings with it."""
        if not secure:
            return {}
        names = tuple(host for host in self.landmarks.hosts if host != "")
        named_here = {"sni": self.one(*names)} if self.one(*RARELY) == "host" else {}
        opened_for = {"connectionSNI": self.one(*names)} if self.one(*RARELY) == "host" else {}
        return {**named_here, **opened_for}


def named(pattern: str) -> tuple[str, ...]:
    """Hosts that a hostname stands for, in several spellings."""
    host = pattern
    if pattern == ANY:
        host = "gwsim.invalid"
    elif pattern.startswith("*."):
        host = f"gwsim{pattern[1:]}"
    deeper = (f"a.b{pattern[1:]}", f"a{pattern[1:]}") if pattern.startswith("*.") else ()
    return (host, host.upper(), f"{host}:8080", f"{host}.", *deeper)


def beside(pattern: str) -> tuple[str, ...]:
    """Hosts that a hostname just does not stand for."""
    name = pattern.removeprefix("*").removeprefix(".")
    return (name, f"gwsim{name}", f"{name}.gwsim", *(() if pattern.startswith("*") else (f"gwsim.{name}",)))


def around_path(path: str) -> tuple[str, ...]:
    """A path, below it, above it, and just beside it."""
    base = path.removesuffix("/")
    parent = base.rpartition("/")[0]
    near = (path, base, f"{base}/", f"{base}/gwsim", f"{base}gwsim", parent, base.upper(), f"/{path}")
    return tuple(dict.fromkeys(f"/{NO_PATH.sub('', each).removeprefix('/')}" for each in near))


def near_pairs(name: str, value: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A header or parameter that is absent, has a value just beside, or occurs twice."""
    return (
        (),
        ((name, f"{value}1"),),
        ((name, value.swapcase()),),
        ((name, ""),),
        ((name, value), (name, value)),
        ((name.swapcase(), value),),
    )


def texts(pattern: str) -> SearchStrategy[str]:
    """Draw texts that a pattern takes, as far as Python reads it as RE2 does."""
    try:
        found = st.from_regex(pattern, fullmatch=True, alphabet=PRINTABLE)
        found.validate()
    except (re.error, InvalidArgument):
        return st.sampled_from(("1", "a"))
    return found


def bounds(target: Target | None) -> Sequence[float]:
    """The draws at which another backend is chosen or a mirror no longer gets a copy, and just below."""
    fractions = {Fraction(0), Fraction(1, 2), Fraction(1)}
    if target is not None:
        rule = target.rule
        fractions |= set(accumulate(shares([each.backend.weight for each in rule.backends])))
        fractions |= {
            mirror_fraction(each.spec.request_mirror)
            for each in all_filters(rule)
            if each.spec.request_mirror is not None
        }
    exact = sorted(float(fraction) for fraction in fractions)
    return tuple(draw for each in exact for draw in (each, math.nextafter(each, 0)) if 0 <= draw < 1)


def all_filters(rule: BoundRule) -> Iterator[BoundFilter]:
    """The filters of a rule and of its backends."""
    yield from rule.filters
    for weighted in rule.backends:
        yield from weighted.filters


def filter_headers(rule: BoundRule) -> Iterator[tuple[str, str]]:
    """Headers that the filters of a rule look at or write."""
    for each in all_filters(rule):
        if each.spec.cors is not None:
            yield "access-control-request-method", "PUT"
            yield "access-control-request-headers", "x-a"
            yield "origin", "null"
            for origin in each.spec.cors.allow_origins:
                yield "origin", origin.replace("*", "gwsim")
        if each.spec.request_header_modifier is not None:
            yield from ((name, "given") for name in modified_names(each.spec.request_header_modifier))


def modified_names(spec: HTTPHeaderFilter) -> Iterator[str]:
    """The headers that a filter sets, adds or removes."""
    yield from (header.name for header in (*spec.set, *spec.add))
    yield from spec.remove
