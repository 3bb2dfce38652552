"""Conditions on requests: the atoms that the space of all requests is divided by."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, TypeAlias

import msgspec

from gwsim.binding.hostnames import hits, host_patterns
from gwsim.binding.referring.certificates import client_certificate_problem
from gwsim.binding.referring.patterns import pattern_test
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCMethodMatch
from gwsim.resources.routes import HTTPPathMatch
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.answering.cors import header, origin_matches
from gwsim.routing.paths import has_escaped_slash, has_prefix
from gwsim.routing.reaching.arriving import name_for_listener
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.reaching.presenting import presented_certificate
from gwsim.routing.request import ClientCertificate, Request

STAND_IN = ClientCertificate(pem="(a certificate that the listener's CA has signed)")
"""Where the input holds no certificate that a listener takes: nobody but its CA can make one."""


class Asked(msgspec.Struct, frozen=True, dict=True):
    """A request, as conditions look at it."""

    request: Request
    implementation: Implementation
    snapshot: Snapshot

    @cached_property
    def seen(self) -> Seen:
        """The request, parsed."""
        return Seen(self.request, self.implementation)

    @cached_property
    def name(self) -> str:
        """What listeners are chosen by: the server name of TLS, else the host."""
        return name_for_listener(self.seen)


class HostIs(msgspec.Struct, frozen=True):
    """The host is one that a hostname stands for."""

    pattern: str
    subject: ClassVar[str] = "host"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return hits(self.pattern, asked.seen.host)


class ServerNameIs(msgspec.Struct, frozen=True):
    """The server name in the TLS hello is one that a hostname stands for."""

    pattern: str
    subject: ClassVar[str] = "name"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return hits(self.pattern, asked.name)


class LeadsElsewhere(msgspec.Struct, frozen=True):
    """The host leads to another listener than the one with a hostname."""

    own: str
    patterns: frozenset[str]
    """The hostnames of all HTTPS listeners of the port."""
    subject: ClassVar[str] = "host"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        found = (pattern for pattern in host_patterns(asked.seen.host) if pattern in self.patterns)
        return next(found, self.own) != self.own


class PathIs(msgspec.Struct, frozen=True):
    """The path is one that a match of an HTTPRoute takes."""

    path: HTTPPathMatch
    subject: ClassVar[str] = "path"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        seen, path = asked.seen, self.path
        match path.type:
            case "Exact":
                return seen.is_path(path.value)
            case "PathPrefix":
                return has_prefix(path.value, seen.path)
            case "RegularExpression":
                return seen.matches_regex(path.value, seen.path)


class CallIs(msgspec.Struct, frozen=True):
    """The path is that of a gRPC call that a match takes."""

    call: GRPCMethodMatch
    subject: ClassVar[str] = "path"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        seen, wanted = asked.seen, (self.call.service, self.call.method)
        if seen.call is None:
            return False
        pairs = zip(wanted, seen.call, strict=True)
        if self.call.type == "Exact":
            return all(not value or value == actual for value, actual in pairs)
        return all(not value or seen.matches_regex(value, actual) for value, actual in pairs)


class SlashEscaped(msgspec.Struct, frozen=True):
    """The path as sent holds `%2F`."""

    subject: ClassVar[str] = "path"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return has_escaped_slash(asked.request.path.partition("?")[0])


class ContentIsGRPC(msgspec.Struct, frozen=True):
    """The request says that it is a gRPC call."""

    subject: ClassVar[str] = "grpc"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return asked.seen.is_grpc


class MethodIs(msgspec.Struct, frozen=True):
    """The method is a certain one."""

    method: str
    subject: ClassVar[str] = "method"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return asked.request.method == self.method


class HeaderIs(msgspec.Struct, frozen=True):
    """A header has a value, or one that a pattern takes."""

    name: str
    """In lower case."""
    type: str
    value: str

    @property
    def subject(self) -> str:
        """The header; `Host` is the host."""
        return "host" if self.name == "host" else f"header:{self.name}"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return _takes(self.type, self.value, asked.seen.headers.get(self.name, ()), asked.seen)


class HeaderGiven(msgspec.Struct, frozen=True):
    """A header is there."""

    name: str
    """In lower case."""

    @property
    def subject(self) -> str:
        """The header."""
        return f"header:{self.name}"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return header(asked.request.headers, self.name) is not None


class OriginAllowed(msgspec.Struct, frozen=True):
    """The origin is one of those that CORS allows."""

    patterns: tuple[str, ...]
    subject: ClassVar[str] = "header:origin"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        origin = header(asked.request.headers, "origin")
        return origin is not None and any(origin_matches(pattern, origin) for pattern in self.patterns)


class QueryIs(msgspec.Struct, frozen=True):
    """A query parameter has a value, or one that a pattern takes."""

    name: str
    type: str
    value: str

    @property
    def subject(self) -> str:
        """The parameter."""
        return f"query:{self.name}"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return _takes(self.type, self.value, asked.seen.query.get(self.name, ()), asked.seen)


class CertificateMissing(msgspec.Struct, frozen=True):
    """The client shows no certificate."""

    subject: ClassVar[str] = "certificate"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return asked.request.client_certificate is None


class CertificateInvalid(msgspec.Struct, frozen=True):
    """The client shows a certificate that none of some CAs has signed."""

    bundles: tuple[str, ...]
    """PEM of the CAs, each once and in order."""
    subject: ClassVar[str] = "certificate"

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        if asked.request.client_certificate in (None, STAND_IN):
            return False
        presented = presented_certificate(asked.request, asked.snapshot)
        return presented is None or client_certificate_problem(presented, list(self.bundles)) is not None


class ReadBy(msgspec.Struct, frozen=True):
    """A condition as another implementation reads it than the one that the request is made for."""

    condition: PlainCondition
    implementation: Implementation

    @property
    def subject(self) -> str:
        """The part of the request."""
        return self.condition.subject

    def holds(self, asked: Asked) -> bool:
        """Whether a request is such."""
        return self.condition.holds(Asked(asked.request, self.implementation, asked.snapshot))


PlainCondition: TypeAlias = (
    HostIs
    | ServerNameIs
    | LeadsElsewhere
    | PathIs
    | CallIs
    | SlashEscaped
    | ContentIsGRPC
    | MethodIs
    | HeaderIs
    | HeaderGiven
    | OriginAllowed
    | QueryIs
    | CertificateMissing
    | CertificateInvalid
)
"""One thing that is asked of a request."""
Condition: TypeAlias = PlainCondition | ReadBy


def plain(condition: Condition) -> PlainCondition:
    """A condition, whoever reads it."""
    return condition.condition if isinstance(condition, ReadBy) else condition


def has_pattern(condition: Condition) -> bool:
    """Whether a regular expression decides about a condition."""
    match plain(condition):
        case PathIs(path=path):
            return path.type == "RegularExpression"
        case CallIs(call=call):
            return call.type == "RegularExpression"
        case HeaderIs(type=type_) | QueryIs(type=type_):
            return type_ == "RegularExpression"
        case _:
            return False


def _takes(type_: str, value: str, values: tuple[str, ...], seen: Seen) -> bool:
    if type_ == "Exact":
        return value in values
    test = pattern_test(value, seen.implementation)
    return test is not None and any(test(each) for each in values)
