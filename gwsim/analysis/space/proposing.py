"""Values of one part of a request that meet some conditions and not others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from gwsim.analysis.space import fresh
from gwsim.analysis.space.conditions import (
    STAND_IN,
    Asked,
    CallIs,
    CertificateInvalid,
    CertificateMissing,
    Condition,
    ContentIsGRPC,
    HeaderIs,
    HostIs,
    LeadsElsewhere,
    MethodIs,
    OriginAllowed,
    PathIs,
    PlainCondition,
    QueryIs,
    ReadBy,
    ServerNameIs,
    SlashEscaped,
    plain,
)
from gwsim.binding.hostnames import specificity
from gwsim.binding.referring.certificates import secret_bytes
from gwsim.implementations import Implementation
from gwsim.resources.cluster import Secret
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.paths import prefix_base
from gwsim.routing.request import ClientCertificate, Protocol, Request

_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNFIT_PATH = re.compile(r"[\x00-\x20\x7f#]")
_REWRITTEN: Mapping[str, tuple[str, ...]] = {
    "path": ("path_normalize", "merge_slashes", "escaped_slash", "exact_encoded"),
    "header": ("repeated_header",),
    "query": ("repeated_query", "query_decoding"),
    "host": ("repeated_header",),
    "method": (),
    "name": (),
    "grpc": (),
    "certificate": (),
}
"""Choices by which two implementations see other values in one request."""
_MOST = 96
"""Values that are tried for one part."""
NOT_A_CERTIFICATE = ClientCertificate(pem="(not a certificate)")


class Wanted(NamedTuple):
    """What one part of a request is to be, and not to be."""

    held: tuple[Condition, ...] = ()
    missed: tuple[Condition, ...] = ()

    @property
    def named(self) -> tuple[PlainCondition, ...]:
        """What it is to be, whoever reads it."""
        return tuple(map(plain, self.held))

    @property
    def read_twice(self) -> bool:
        """Whether two implementations have a say."""
        return any(isinstance(each, ReadBy) for each in (*self.held, *self.missed))


class Surrounding(NamedTuple):
    """What values are tried in."""

    protocol: Protocol
    implementation: Implementation
    snapshot: Snapshot

    def asked(self, **parts: object) -> Asked:
        """A request that has these parts alone."""
        request = Request(protocol=self.protocol, **parts)  # type: ignore[arg-type]
        return Asked(request, self.implementation, self.snapshot)


def is_fit(value: str) -> bool:
    """Whether a value can be sent in a header."""
    return not _UNFIT.search(value)


def is_fit_path(value: str) -> bool:
    """Whether a path can be sent."""
    return not _UNFIT_PATH.search(value)


def fits(wanted: Wanted, asked: Asked) -> bool:
    """Whether a request meets what is wanted of one part."""
    return all(each.holds(asked) for each in wanted.held) and not any(
        each.holds(asked) for each in wanted.missed
    )


def is_settled(wanted: Wanted, implementation: Implementation) -> bool:
    """
    Whether there is no value, where none of those that are proposed will do.

    Regular expressions are left to `languages`.
    """
    if any(
        getattr(each.implementation, field) != getattr(implementation, field)
        for each in (*wanted.held, *wanted.missed)
        if isinstance(each, ReadBy)
        for field in _REWRITTEN[each.subject.partition(":")[0]]
    ):
        return False
    for each in wanted.named:
        match each:
            case PathIs() | CallIs() | SlashEscaped():
                plain = (
                    implementation.path_normalize != "decode" and implementation.escaped_slash != "unescape"
                )
                return plain and implementation.exact_encoded == "raw"
            case HeaderIs():
                return len(wanted.named) == 1 or implementation.repeated_header != "any"
            case QueryIs():
                return len(wanted.named) == 1 or implementation.repeated_query != "any"
            case ContentIsGRPC():
                return True
    return True


def propose_host(wanted: Wanted, named: Wanted, around: Surrounding) -> str | None:
    """
    A Host; None where none of those that come to mind will do.

    Args:
        named: what is wanted of the server name, which is mostly the same.
    """
    return next((each for each in _hosts(wanted, named) if fits(wanted, around.asked(host=each))), None)


def _hosts(wanted: Wanted, named: Wanted) -> Iterator[str]:
    headers = [each for each in wanted.named if isinstance(each, HeaderIs)]
    yield from (each.value for each in headers if each.type == "Exact" and not _UNFIT_PATH.search(each.value))
    patterns = [each.pattern for each in wanted.named if isinstance(each, HostIs)]
    for each in wanted.named:
        if isinstance(each, LeadsElsewhere):
            others = sorted(each.patterns - {each.own}, key=specificity)
            for other in others:
                yield from islice(fresh.hosts_of(other), 4)
    if not patterns:
        names = (each.pattern for each in named.named if isinstance(each, ServerNameIs))
        yield from islice(fresh.hosts_of(max(names, key=specificity, default="*")), 4)
    best = max(patterns, key=specificity, default="*")
    for host in islice(fresh.hosts_of(best), _MOST):
        yield host
        if headers or any(isinstance(each, HeaderIs) for each in wanted.missed):
            yield f"{host}:8080"
            yield host.upper()
            yield f"{host}:8081"


def propose_name(wanted: Wanted, host: str, around: Surrounding) -> str | None:
    """A server name, that of the host where it will do; empty for none sent."""
    patterns = [each.pattern for each in wanted.named if isinstance(each, ServerNameIs)]
    best = max(patterns, key=specificity, default="*")
    bare = host.partition(":")[0].lower()
    for name in chain([bare] if bare else [], islice(fresh.hosts_of(best), _MOST), [""]):
        if fits(wanted, around.asked(host=name, sni=name or None)):
            return name
    return None


def propose_path(wanted: Wanted, around: Surrounding, *, call: bool) -> str | None:
    """
    A path without query.

    Args:
        call: whether that of a gRPC call comes to mind first.
    """
    candidates = islice(_paths(wanted, call=call), _MOST)
    return next((each for each in candidates if fits_as("path", each, wanted, around)), None)


def _paths(wanted: Wanted, *, call: bool) -> Iterator[str]:
    paths = [each.path for each in wanted.named if isinstance(each, PathIs)]
    for each in paths:
        if each.type == "Exact":
            yield each.value
            yield quote(each.value, safe="/")
    if any(isinstance(each, SlashEscaped) for each in wanted.named):
        yield "/a%2Fb"
    calls = [each.call for each in wanted.named if isinstance(each, CallIs) and each.call.type == "Exact"]
    if calls or call:
        services = [each.service for each in calls if each.service] or ["example.Service", *fresh.SEGMENTS]
        methods = [each.method for each in calls if each.method] or ["Method", *fresh.SEGMENTS]
        yield from (f"/{service}/{method}" for service in services for method in methods)
    bases = [prefix_base(each.value) for each in paths if each.type == "PathPrefix"]
    base = max(bases, key=len, default="")
    if wanted.read_twice:
        yield from (f"{base}/../other", f"/other/..{base}", f"/{base}/", f"{base}//", f"{base}%2F{base[1:]}")
        yield f"{base[:1]}{quote_all(base[1:])}"
    yield base or "/"
    yield from (f"{base}/{segment}" for segment in fresh.SEGMENTS)
    yield f"{base}/"
    for segment in fresh.segments():
        yield f"{base}/{segment}"
        yield f"{base}/{segment}/{segment}"
        if any(isinstance(each, SlashEscaped) for each in wanted.named):
            yield f"{base}/{segment}%2F{segment}"


def quote_all(text: str) -> str:
    """A text in which its letters are percent-encoded."""
    return "".join(f"%{byte:02X}" if chr(byte) != "/" else "/" for byte in text.encode())


def propose_method(wanted: Wanted, around: Surrounding, *, call: bool) -> str | None:
    """A method, the likeliest first."""
    named = [each.method for each in wanted.named if isinstance(each, MethodIs)]
    methods = named or (["POST"] if call else []) + list(fresh.METHODS)
    return next((each for each in methods if fits(wanted, around.asked(method=each))), None)


def fits_as(subject: str, value: str, wanted: Wanted, around: Surrounding) -> bool:
    """Whether a value of a path, a header or a query parameter can be sent, and is what is wanted."""
    kind, _, name = subject.partition(":")
    match kind:
        case "path":
            return is_fit_path(value) and fits(wanted, around.asked(path=value))
        case "header":
            return is_fit(value) and fits(wanted, around.asked(headers=((name, value),)))
        case "query":
            written = query_text({name: value}, around.implementation)
            return is_fit_path(written) and fits(wanted, around.asked(path=f"/?{written}"))
        case _:
            return False


def propose_header(name: str, wanted: Wanted, around: Surrounding) -> str | None:
    """The value of a header that has to be there."""
    values = _header_values(name, wanted)
    return next((each for each in values if fits_as(f"header:{name}", each, wanted, around)), None)


def _header_values(name: str, wanted: Wanted) -> Iterator[str]:
    for each in wanted.named:
        if isinstance(each, HeaderIs) and each.type == "Exact":
            yield each.value
        elif isinstance(each, OriginAllowed):
            for pattern in each.patterns:
                whole, open_ended = pattern == "*", pattern.endswith("*")
                word = "https://app.example" if whole else "app.example" if open_ended else "app"
                yield pattern.replace("*", word)
    if name == "origin":
        yield from (*fresh.ORIGINS, "null", "other://other")
    if name == "access-control-request-method":
        yield from fresh.METHODS
    yield from fresh.VALUES


def propose_parameter(name: str, wanted: Wanted, around: Surrounding) -> str | None:
    """The value of a query parameter that has to be there."""
    exact = (each.value for each in wanted.named if isinstance(each, QueryIs) and each.type == "Exact")
    values = chain(exact, fresh.VALUES)
    return next((each for each in values if fits_as(f"query:{name}", each, wanted, around)), None)


def query_text(values: Mapping[str, str], implementation: Implementation) -> str:
    """Write query parameters as an implementation reads them."""
    write = quote_plus if implementation.query_decoding == "decoded" else str
    return "&".join(f"{write(name)}={write(value)}" for name, value in values.items())


class Certified(NamedTuple):
    """What a client shows."""

    shown: ClientCertificate | None


def propose_certificate(wanted: Wanted, around: Surrounding) -> Certified | None:
    """What a client has to show, if it can."""
    certificates = _certificates(wanted, around.snapshot)
    fitting = (each for each in certificates if fits(wanted, around.asked(client_certificate=each)))
    return next((Certified(each) for each in fitting), None)


def _certificates(wanted: Wanted, snapshot: Snapshot) -> Iterator[ClientCertificate | None]:
    if not any(isinstance(each, CertificateMissing) for each in wanted.missed):
        yield None
    if any(isinstance(each, CertificateInvalid) for each in wanted.named):
        yield NOT_A_CERTIFICATE
    for key, secret in snapshot.all_of(Secret):
        if secret_bytes(secret, "tls.crt") is not None:
            yield ClientCertificate(secret=key.namespaced_name)
    yield STAND_IN


def propose(subject: str, wanted: Wanted, around: Surrounding) -> str | None:
    """The value of a header or a query parameter."""
    kind, _, name = subject.partition(":")
    offer = propose_header if kind == "header" else propose_parameter
    return offer(name, wanted, around)
