"""Requests at the boundaries of a configuration: what it names, just beside that, and none of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar
from urllib.parse import quote_plus

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.resources.grpc_routes import GRPCMethodMatch, GRPCRouteMatch
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.answering.backends import shares
from gwsim.routing.answering.filtering import mirror_fraction
from gwsim.routing.reaching.matching import distinct_headers, distinct_query_params
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.asking.landmarks import (
    NO_PATH,
    Landmarks,
    ServiceTarget,
    Target,
    all_filters,
    around_path,
    named,
    near_pairs,
)
from gwsim.testing.drawing.dice import Dice

T = TypeVar("T")
OFF = (
    *8 * ("nothing",),
    *("host", "path", "method", "headers", "query", "port", "sni", "namespace", "everything"),
)
"""What of a request leaves the entry that it aims at."""
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT")
PROTOCOLS = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")
PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
LIKELY = ("1", "/a", "/a/b", "a.B", "Get", "/b", "/", "a")
"""Texts that are tried before one is made for a pattern."""
SIXTEENTHS = tuple(number / 16 for number in range(16))
THROWS = st.binary(min_size=64, max_size=64)


def requests_for(simulation: Simulation) -> SearchStrategy[Request]:
    """
    Draw requests at the boundaries of a configuration.

    Most of them aim at one match of one rule: they hit it, miss it by one part, or by every part. There are
    HTTP requests, gRPC calls, TLS and TCP connections, UDP datagrams; through Gateways and in a mesh; with
    and without a client's certificate. Hosts, paths, headers, parameters, server names, Services and ports
    are those that the configuration names, neighbours of them, or none; draws are the bounds of the shares.
    Each can be answered: where there are several Gateways, it names one.
    """
    return _requests(Landmarks.of(simulation))


@st.composite
def _requests(draw: DrawFn, landmarks: Landmarks) -> Request:
    dice = Dice(draw(THROWS))
    target = _target(dice, landmarks.targets)
    off = "everything" if target is None else dice.one(OFF)
    # Before what takes some bytes or others: a request then gets simpler without another draw.
    chance = dice.one((*bounds(target), *SIXTEENTHS))
    aim = Aim(draw, dice, landmarks, target, off)
    place = aim.place()
    fields: dict[str, object] = {**place, **aim.content(), **aim.connection(str(place["protocol"]))}
    return Request.from_dict({**fields, "draw": chance})


def _target(dice: Dice, targets: Sequence[Target]) -> Target | None:
    """Choose any target alike, however many there are; sometimes none."""
    number = dice.number(len(targets) + 1 + len(targets) // 16)
    return targets[number] if number < len(targets) else None


@dataclass(frozen=True)
class Aim:
    """One request in the making: the parts that hit the entry, and those that leave it."""

    draw: DrawFn
    dice: Dice
    landmarks: Landmarks
    target: Target | None
    off: str

    def aims(self, part: str) -> Target | None:
        """The target, for a part of the request that is to hit it."""
        return None if self.off in (part, "everything") else self.target

    def one(self, *choices: T) -> T:
        """Choose one of a few values, the first being the simplest."""
        return self.dice.one(choices)

    def place(self) -> dict[str, object]:
        """Gateway or Service, port and protocol."""
        marks = self.landmarks
        services = marks.services
        if self.target is not None and self.target.service is not None:
            return self.in_mesh(self.target.service)
        if self.target is None and services and (not marks.gateways or self.dice.number(8) == 7):
            return self.in_mesh(self.one(*services))
        if self.target is None and self.dice.number(64) == 63:
            return {
                "port": 80,
                "protocol": self.one("HTTP", "TCP"),
                "service": None,
                "source": {"namespace": self.dice.one(marks.namespaces)},
            }
        return self.at_gateway()

    def at_gateway(self) -> dict[str, object]:
        """Port and protocol of a listener, and its Gateway where there are several."""
        marks = self.landmarks
        listener = None if self.target is None else self.target.listener
        if listener is None and marks.listeners:
            listener = self.dice.one(marks.listeners)
        if listener is None:
            return {"port": self.one(80, 443), "protocol": self.one("HTTP", "HTTPS")}
        place: dict[str, object] = {"port": listener.spec.port, "protocol": listener.spec.protocol}
        if place["protocol"] not in PROTOCOLS or self.off == "port":
            place["protocol"] = self.one(*PROTOCOLS)
        elif place["protocol"] in ("TLS", "HTTPS"):
            place["protocol"] = self.one(*3 * (place["protocol"],), "TLS", "HTTPS")
        if self.off == "port":
            place["port"] = self.dice.one(marks.ports)
        if len(marks.gateways) > 1 or self.one(False, True):
            place["gateway"] = listener.gateway.namespaced_name
        return place

    def in_mesh(self, target: ServiceTarget) -> dict[str, object]:
        """Service, port and protocol, and the namespace of the client."""
        place: dict[str, object] = {
            "service": target.service,
            "port": target.port if self.off != "port" else self.one(81, 8080, 80),
            "protocol": self.one(*target.protocols, *target.protocols[:1]),
        }
        aimed = self.aims("namespace")
        if aimed is not None:
            place["source"] = {"namespace": aimed.namespace}
        elif self.one(True, False):
            place["source"] = {"namespace": self.dice.one(self.landmarks.namespaces)}
        return place

    def content(self) -> dict[str, object]:
        """Method, host, path and headers, or a gRPC call."""
        found: dict[str, object] = {"host": self.host(), "headers": self.headers()}
        match = None if self.target is None else self.target.match
        if isinstance(match, GRPCRouteMatch) or self.dice.number(16) == 15:
            service, method = self.call(match.method if isinstance(match, GRPCRouteMatch) else None)
            if self.dice.number(8) < 7:
                return {**found, "grpc": {"service": service, "method": method}}
            return {**found, "method": "POST", "path": f"/{service}/{method}"}
        found["method"], found["path"] = self.method(), self.path() + self.query()
        if self.dice.number(16) == 15:
            found["websocket"] = True
        return found

    def method(self) -> str:
        """The method."""
        target = self.aims("method")
        wanted = getattr(target and target.match, "method", None)
        return wanted if isinstance(wanted, str) else self.one(*METHODS)

    def call(self, wanted: GRPCMethodMatch | None) -> tuple[str, str]:
        """Service and method of a gRPC call."""
        if self.aims("path") is None:
            return self.dice.one(self.landmarks.calls)
        if wanted is None:
            return self.dice.one(self.landmarks.calls)
        if wanted.type == "Exact":
            service, method = self.dice.one(self.landmarks.calls)
            return wanted.service or service, wanted.method or method
        texts_of = (self.value(wanted.type, each or "[A-Z]") for each in (wanted.service, wanted.method))
        service, method = (NO_PATH.sub("", each).replace("/", "") or "M" for each in texts_of)
        return service, method

    def host(self) -> str | None:
        """The host, in one spelling or another."""
        target = self.aims("host")
        return self.dice.one(self.landmarks.hosts) if target is None else self.one(*named(target.hostname))

    def path(self) -> str:
        """The path without query."""
        match = None if self.target is None else self.target.match
        wanted = match.path if isinstance(match, HTTPRouteMatch) else None
        if wanted is None or self.aims("path") is None:
            near = () if wanted is None else around_path(wanted.value)
            number = self.dice.number(len(near) + len(self.landmarks.paths))
            return near[number] if number < len(near) else self.landmarks.paths[number - len(near)]
        if wanted.type == "Exact":
            return wanted.value
        if wanted.type == "RegularExpression":
            return f"/{NO_PATH.sub('', self.value(wanted.type, wanted.value)).removeprefix('/')}"
        base = wanted.value.removesuffix("/")
        return self.one(base or "/", f"{base}/gwsim", f"{base}/", f"{base}/a//b", f"{base}/%2Fx/../y")

    def query(self) -> str:
        """The query with its question mark, or nothing."""
        match = None if self.target is None else self.target.match
        extra = self.dice.some(self.landmarks.parameters, most=2)
        wanted: list[tuple[str, str]] = []
        if isinstance(match, HTTPRouteMatch):
            for _, each in distinct_query_params(match):
                if self.aims("query") is not None:
                    wanted.append((each.name, self.value(each.type, each.value)))
                else:
                    wanted.extend(self.one(*near_pairs(each.name, each.value)))
        text = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in (*wanted, *extra))
        return f"?{text}" if text else self.one("", "?")

    def headers(self) -> list[tuple[str, str]]:
        """What the match wants, and some of what it does not speak of."""
        match = None if self.target is None else self.target.match
        hits, taken = self.aims("headers") is not None, set[str]()
        wanted: list[tuple[str, str]] = []
        if match is not None:
            for _, each in distinct_headers(match):
                if hits:
                    taken.add(each.name.lower())
                    wanted.append((self.one(each.name, each.name.upper()), self.value(each.type, each.value)))
                else:
                    wanted.extend(self.one(*near_pairs(each.name, each.value)))
        extra = self.dice.some(self.landmarks.headers, most=3)
        return [*wanted, *(pair for pair in extra if pair[0].lower() not in taken)]

    def value(self, type_: str, value: str) -> str:
        """A value that a condition takes."""
        return value if type_ == "Exact" else self.draw(texts(value))

    def connection(self, protocol: str) -> dict[str, object]:
        """
        Choose the SNI, that of a connection that is used again, and the client's certificate.

        The names are mostly those that the host brings with it.
        """
        if protocol not in ("HTTPS", "TLS"):
            return {}
        found: dict[str, object] = {}
        names = self.landmarks.server_names
        if self.off == "sni" or self.dice.number(8) == 7:
            found["sni"] = self.dice.one(names)
        if self.dice.number(8) == 7:
            found["connectionSNI"] = self.dice.one(names)
        listener = None if self.target is None else self.target.listener
        accepted = self.landmarks.accepted.get(listener.key) if listener is not None else None
        fitting = accepted is not None and self.dice.number(4) < 3
        certificate = self.dice.one(accepted if accepted and fitting else self.landmarks.certificates)
        return found if certificate is None else {**found, "clientCertificate": certificate}


@lru_cache(maxsize=256)
def texts(pattern: str) -> SearchStrategy[str]:
    """Draw texts that a pattern takes, as far as Python reads it as RE2 does."""
    try:
        likely = tuple(text for text in LIKELY if re.fullmatch(pattern, text))
        found = st.from_regex(pattern, fullmatch=True, alphabet=PRINTABLE)
        found.validate()
    except (re.error, InvalidArgument):
        return st.sampled_from(("1", "a"))
    return st.one_of(st.sampled_from(likely), found) if likely else found


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
