"""Conditions, classes and outcomes in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, assert_never

from gwsim.analysis.space.claims import PREFLIGHT, Claim, Place
from gwsim.analysis.space.conditions import (
    STAND_IN,
    CallIs,
    CertificateInvalid,
    CertificateMissing,
    Condition,
    ContentIsGRPC,
    HeaderGiven,
    HeaderIs,
    HostIs,
    LeadsElsewhere,
    MethodIs,
    OriginAllowed,
    PathIs,
    PlainCondition,
    QueryIs,
    ServerNameIs,
    SlashEscaped,
    plain,
)
from gwsim.analysis.space.implying import is_implied
from gwsim.analysis.space.space import RequestClass
from gwsim.binding.hostnames import ANY
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import request_line
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.routing.request import Request

SHOWN = 6
"""Exceptions of a class that are written out."""
_LOOKED_AT = 200


class ClassWords(NamedTuple):
    """A class in words, in parts that can be put together with those of another class."""

    methods: tuple[str, ...]
    """Empty for any."""
    place: str
    """To which host, under which path, with what."""
    unless: tuple[str, ...]
    """The exceptions, most specific first."""
    more: int
    """Exceptions that are not written out."""

    def __str__(self) -> str:
        who = " or ".join(self.methods) or "any request"
        text = f"{who} {self.place}" if self.place else who
        if not self.unless:
            return text
        rules = "another rule takes it" if self.more == 1 else f"one of {self.more} other rules takes it"
        more = f", or {rules}" if self.more else ""
        return f"{text}, unless {', or '.join(self.unless)}{more}"


def class_words(requests: RequestClass) -> ClassWords:
    """Say which requests a class holds."""

    def meets(claim: Claim) -> bool:
        return requests.space.meet(requests.claim, claim)

    return region_words(requests.space.place, requests.conditions, requests.exclusions, meets)


def region_words(
    place: Place, conditions: Sequence[Condition], earlier: Iterable[Claim], meets: Callable[[Claim], bool]
) -> ClassWords:
    """
    Say which requests meet conditions, and are not taken by what comes earlier.

    Args:
        meets: whether a claim may take some of them.
    """
    told = simplified(conditions)
    unless, more = _exceptions(told, earlier, meets)
    methods, rest = _own(place, told)
    return ClassWords(methods, rest, unless, more)


def simplified(conditions: Sequence[Condition]) -> tuple[PlainCondition, ...]:
    """Conditions without those that others imply."""
    left = list(dict.fromkeys(map(plain, conditions)))
    for condition in tuple(left):
        others = [each for each in left if each != condition]
        rivals = [each for each in others if type(each) is type(condition)] if _names(condition) else others
        if rivals and is_implied(condition, rivals):
            left = others
    return tuple(left)


def _names(condition: PlainCondition) -> bool:
    """Whether a condition is about hosts: some is told, even if it is any."""
    return isinstance(condition, HostIs | ServerNameIs) or (
        isinstance(condition, PathIs) and condition.path.value == "/"
    )


def _own(place: Place, conditions: Sequence[Condition]) -> tuple[tuple[str, ...], str]:
    if place.protocol in ("TCP", "UDP"):
        kind = "TCP connection" if place.protocol == "TCP" else "UDP datagram"
        return (f"any {kind}",), f"to port {place.port}" if place.listens else "to any other port"
    preflight = all(each in conditions for each in PREFLIGHT)
    methods = tuple(each.method for each in conditions if isinstance(each, MethodIs))
    left = [each for each in conditions if not isinstance(each, MethodIs)]
    if preflight:
        methods = ("a CORS preflight",)
        left = [each for each in left if each not in PREFLIGHT]
    hosts = [each.pattern for each in conditions if isinstance(each, HostIs)]
    names = [each.pattern for each in conditions if isinstance(each, ServerNameIs)]
    parts = [f"to {_host(hosts[-1])}" if hosts else "to any host" if not names else ""]
    if place.protocol == "TLS" or (names and not hosts):
        parts = [f"with server name {_host(names[-1])}" if names else "with any server name"]
        methods = methods or (f"any {'TLS connection' if place.protocol == 'TLS' else 'HTTPS request'}",)
    if not place.listens:
        parts.append("on any other port")
    rest = [each for each in left if not isinstance(each, HostIs | ServerNameIs)]
    paths = [each for each in rest if isinstance(each, PathIs)]
    parts += map(_path, paths[:1])
    details = [words(each) for each in rest if each not in paths[:1]]
    text = " ".join(part for part in parts if part)
    return methods, f"{text} where {' and '.join(details)}" if details else text


def _host(pattern: str) -> str:
    return "any host" if pattern == ANY else safe(pattern)


def _path(condition: PathIs) -> str:
    path = condition.path
    match path.type:
        case "Exact":
            return f"with path {safe(path.value)}"
        case "PathPrefix":
            return "" if path.value == "/" else f"under {safe(path.value)}"
        case "RegularExpression":
            return f"with a path that matches {safe(path.value)}"


def words(condition: Condition) -> str:
    """Say what a condition asks."""
    match plain(condition):
        case HostIs(pattern=pattern):
            return f"the host is {_host(pattern)}"
        case ServerNameIs(pattern=pattern):
            return f"the server name is {_host(pattern)}"
        case LeadsElsewhere():
            return "the host leads to another listener"
        case PathIs(path=path):
            verb = {"Exact": "is", "PathPrefix": "is under", "RegularExpression": "matches"}[path.type]
            return f"the path {verb} {safe(path.value)}"
        case CallIs(call=call):
            verb = "matches" if call.type == "RegularExpression" else "is"
            return f"the call {verb} {safe(call.service or '*')}/{safe(call.method or '*')}"
        case SlashEscaped():
            return "the path holds %2F"
        case ContentIsGRPC():
            return "the content type is that of gRPC"
        case MethodIs(method=method):
            return f"the method is {safe(method)}"
        case HeaderIs() as header:
            return f"header {safe(header.name)} {_value(header)}"
        case HeaderGiven(name=name):
            return f"header {safe(name)} is there"
        case OriginAllowed():
            return "the origin is allowed"
        case QueryIs() as parameter:
            return f"query parameter {safe(parameter.name)} {_value(parameter)}"
        case CertificateMissing():
            return "the client shows no certificate"
        case CertificateInvalid():
            return "no CA of the listener has signed the client's certificate"
        case other:
            assert_never(other)


def _value(condition: HeaderIs | QueryIs) -> str:
    verb = "matches" if condition.type == "RegularExpression" else "is"
    return f"{verb} {safe(condition.value) or '(empty)'}"


def _exceptions(
    own: Sequence[Condition], earlier: Iterable[Claim], meets: Callable[[Claim], bool]
) -> tuple[tuple[str, ...], int]:
    """What the claims that come first ask for beyond what the class does."""
    kept, more = list[list[Condition]](), 0
    for number, claim in enumerate(earlier):
        if number >= _LOOKED_AT:
            more += 1
            continue
        beyond = [each for each in map(plain, claim.conditions) if not is_implied(each, own)]
        if beyond and not any(_covers(other, beyond) for other in kept) and meets(claim):
            asked = list[Condition](beyond)
            kept = [*(other for other in kept if not _covers(asked, other)), asked]
    found = list(dict.fromkeys(" and ".join(_joined(each)) for each in kept))
    return tuple(found[:SHOWN]), more + len(found[SHOWN:])


def _covers(wider: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether all that meets some conditions meets others, as far as that is plain to see."""
    return all(is_implied(condition, other) for condition in wider)


def _joined(conditions: Iterable[Condition]) -> Iterator[str]:
    conditions = list(conditions)
    if all(each in conditions for each in PREFLIGHT):
        yield "it is a CORS preflight"
        conditions = [each for each in conditions if each not in PREFLIGHT]
    yield from map(words, conditions)


def outcome_words(decision: Decision) -> str:
    """Say what becomes of the requests of a class, whatever the draw."""
    shared = [backend for backend in decision.backends if backend.share]
    mirrors = "".join(f", copied to {safe(str(each.backend))}" for each in decision.mirrors)
    if shared:
        return ", ".join(map(_share, shared)) + mirrors
    match decision.action:
        case Action.FORWARD:
            return "forwarded"
        case Action.REDIRECT:
            found = decision.response.headers if decision.response is not None else ()
            url = next((value for name, value in found if name.lower() == "location"), None)
            return f"redirected with {decision.status}" + (f" to {safe(url)}" if url is not None else "")
        case Action.RESPOND:
            return f"{decision.status} from the gateway ({decision.reason})"
        case Action.REFUSE:
            return f"refused ({decision.reason})"


def _share(backend: BackendChoice) -> str:
    part = "" if backend.share == 1 else f" ({backend.share})"
    if backend.status is not None:
        return f"{backend.status} from the gateway in place of {safe(str(backend))} ({backend.reason}){part}"
    return f"forwarded to {safe(str(backend))}{part}"


def witness_words(request: Request) -> str:
    """A request as the arguments that `gwsim trace` takes, but for quoting."""
    parts = [request_line(request)]
    parts += [f"-H '{safe(name)}: {safe(value)}'" for name, value in request.headers]
    if request.grpc is not None:
        parts.append(f"(gRPC {safe(request.grpc.service)}/{safe(request.grpc.method)})")
    if isinstance(request.sni, str):
        parts.append(f"--sni {safe(request.sni)}")
    elif request.sni is None:
        parts.append("--sni ''")
    if request.gateway is not None:
        parts.append(f"--gateway {safe(request.gateway)}")
    certificate = request.client_certificate
    if certificate is not None and certificate.secret is not None:
        parts.append(f"--client-certificate {safe(certificate.secret)}")
    elif certificate is not None:
        trusted = "that the listener's CA signed" if certificate == STAND_IN else "of no CA"
        parts.append(f"with a certificate {trusted}")
    return " ".join(parts)
