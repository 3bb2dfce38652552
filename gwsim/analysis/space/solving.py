"""Find a request that meets some conditions and that no earlier claim takes, or see that there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import UNSET

from gwsim.analysis.patterns.searching import Search
from gwsim.analysis.space.claims import Claim, Place
from gwsim.analysis.space.conditions import (
    Asked,
    CallIs,
    CertificateInvalid,
    Condition,
    ContentIsGRPC,
    HeaderIs,
    HostIs,
    MethodIs,
    PathIs,
    ServerNameIs,
    has_pattern,
    plain,
)
from gwsim.analysis.space.fresh import hosts_of
from gwsim.analysis.space.implying import is_implied
from gwsim.analysis.space.languages import settle
from gwsim.analysis.space.proposing import (
    Surrounding,
    Wanted,
    fits_as,
    is_fit,
    is_fit_path,
    is_settled,
    propose,
    propose_certificate,
    propose_host,
    propose_method,
    propose_name,
    propose_path,
    query_text,
)
from gwsim.implementations import Implementation
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.paths import prefix_base
from gwsim.routing.request import ClientCertificate, GRPCCall, Request

BUDGET = 400
"""Requests that are tried for one class before it is given up."""
_NOTHING = Wanted()
_ORDER = ("header", "query", "method", "path", "host", "name", "grpc", "certificate")
"""In which part a request is changed first, so that an earlier claim does not take it."""


class Setting(msgspec.Struct, frozen=True):
    """Where requests are sent, and what they are read by."""

    place: Place
    gateway: str | None
    """To be named in a request; None where the port tells it."""
    implementation: Implementation
    snapshot: Snapshot


class Solution(msgspec.Struct, frozen=True):
    """A request, or why there is none."""

    request: Request | None
    blockers: tuple[Claim, ...]
    """The claims that took what was tried; where there is no request, they take everything between them."""
    doubts: tuple[str, ...] = ()
    """Why there might be a request all the same; empty where there is one, or certainly none."""


def solve(
    setting: Setting,
    conditions: Sequence[Condition],
    blocker: Callable[[Asked], Claim | None],
    *,
    missed: Sequence[Condition] = (),
    call: bool = False,
    budget: int = BUDGET,
) -> Solution:
    """
    Find a request, minimal and readable, that meets conditions and that nothing earlier takes.

    A request is made for the conditions alone. Where an earlier claim takes it, one of that claim's
    conditions has to be missed: each is tried in turn. No claim is looked at that does not get in the way.

    Args:
        blocker: the claim that is in the way of a request, if there is one.
        missed: conditions that the request must not meet, not one of them.
        call: whether a gRPC call comes to mind first.
        budget: how many requests are tried.
    """
    wanted: dict[str, Wanted] = {}
    for condition in conditions:
        held, unwanted = wanted.get(condition.subject, _NOTHING)
        wanted[condition.subject] = Wanted((*held, condition), unwanted)
    for condition in missed:
        held, unwanted = wanted.get(condition.subject, _NOTHING)
        wanted[condition.subject] = Wanted(held, (*unwanted, condition))
    search = _Search(setting, conditions, blocker, budget, call=call)
    request = search.find(wanted)
    doubts = () if request is not None else tuple(dict.fromkeys(search.doubts))
    return Solution(request, tuple(search.blockers.values()), doubts)


def solve_plain(
    setting: Setting, conditions: Sequence[Condition], blocker: Callable[[Asked], Claim | None]
) -> Solution | None:
    """
    Find what `solve` finds where the first request that comes to mind settles it; None where it does not.

    It does for most claims: nothing earlier takes that request, or what takes it takes all that the claim
    asks for.
    """
    request = _first_thought(setting, conditions)
    if request is None:
        return None
    asked = Asked(request, setting.implementation, setting.snapshot)
    if not all(condition.holds(asked) for condition in conditions):
        return None
    claim = blocker(asked)
    if claim is None:
        return Solution(request, ())
    whole = setting.implementation.exact_encoded == "raw"
    if whole and all(is_implied(condition, conditions) for condition in claim.conditions):
        return Solution(None, (claim,))
    return None


def _first_thought(setting: Setting, conditions: Sequence[Condition]) -> Request | None:
    """The request that `solve` tries first, for conditions on different parts of plain requests."""
    if setting.place.protocol not in ("HTTP", "HTTPS"):
        return None
    host = name = path = method = None
    headers: dict[str, str] = {}
    for condition in conditions:
        match condition:
            case HostIs() if host is None:
                host = next(hosts_of(condition.pattern))
            case ServerNameIs() if name is None:
                name = condition.pattern
            case PathIs(path=wanted) if path is None and wanted.type != "RegularExpression":
                path = wanted.value if wanted.type == "Exact" else prefix_base(wanted.value) or "/"
            case MethodIs() if method is None:
                method = condition.method
            case HeaderIs(type="Exact") if condition.name not in ("host", *headers):
                headers[condition.name] = condition.value
            case _:
                return None
    if host is None or not (is_fit_path(path or "/") and all(map(is_fit, headers.values()))):
        return None
    return Request(
        protocol=setting.place.protocol,
        gateway=setting.gateway,
        port=setting.place.port,
        method=method or "GET",
        host=host,
        path=path or "/",
        headers=tuple(headers.items()),
    )


class _Search:
    def __init__(
        self,
        setting: Setting,
        conditions: Sequence[Condition],
        blocker: Callable[[Asked], Claim | None],
        budget: int,
        *,
        call: bool,
    ) -> None:
        self.setting = setting
        self.conditions = conditions
        self.blocker = blocker
        self.left = budget
        self.call = call
        self.around = Surrounding(setting.place.protocol, setting.implementation, setting.snapshot)
        self.blockers: dict[int, Claim] = {}
        self.doubts: list[str] = []

    def find(self, wanted: Mapping[str, Wanted]) -> Request | None:
        if self.left == 0:
            self.doubts.append("more requests would have to be tried than the budget allows")
            return None
        self.left -= 1
        request = self.assemble(wanted)
        if request is None:
            return None
        asked = Asked(request, self.setting.implementation, self.setting.snapshot)
        if not all(condition.holds(asked) for condition in self.conditions):
            self.doubts.append("two parts of the request hang together")
            return None
        claim = self.blocker(asked)
        if claim is None:
            return request
        self.blockers[claim.rank] = claim
        for condition in sorted(claim.conditions, key=lambda each: _ORDER.index(_kind(each.subject))):
            held, missed = wanted.get(condition.subject, _NOTHING)
            if condition not in missed and not self.cannot_be_missed(condition, held):
                changed = {**wanted, condition.subject: Wanted(held, (*missed, condition))}
                found = self.find(changed)
                if found is not None:
                    return found
        return None

    def cannot_be_missed(self, condition: Condition, held: Sequence[Condition]) -> bool:
        """Whether every request that is as wanted meets a condition, as far as that is plain to see."""
        raw = self.setting.implementation.exact_encoded == "raw"
        return condition in held or (raw and is_implied(condition, held))

    def assemble(self, wanted: Mapping[str, Wanted]) -> Request | None:
        """A request with a value for each part, or None where some part can have none."""
        calls = any(isinstance(each, ContentIsGRPC) for each in wanted.get("grpc", _NOTHING).named)
        paths = wanted.get("path", _NOTHING).named
        call = self.call or calls or any(isinstance(each, CallIs) for each in paths)
        parts: dict[str, str] = {}
        for subject in (*self.always, *(key for key in wanted if ":" in key and wanted[key].held)):
            value = self.propose(subject, wanted, parts, call=call)
            if value is None:
                return None
            parts[subject] = value
        certificates = wanted.get("certificate", _NOTHING)
        certified = propose_certificate(certificates, self.around)
        if certified is None:
            one, other = (map(plain, each) for each in certificates)
            if any(isinstance(each, CertificateInvalid) for each in one) and any(
                isinstance(each, CertificateInvalid) for each in other
            ):
                self.doubts.append("no certificate of the input tells the CAs of two listeners apart")
            return None
        grpc = calls or (self.call and not wanted.get("grpc", _NOTHING).missed)
        return self.compose(parts, certified.shown, grpc=grpc)

    @property
    def always(self) -> tuple[str, ...]:
        """The parts that every request has."""
        match self.setting.place.protocol:
            case "HTTP":
                return ("path", "method", "host")
            case "HTTPS" | "TLS":
                return ("path", "method", "host", "name")
            case "TCP" | "UDP":
                return ("path", "method")

    def propose(
        self, subject: str, all_wanted: Mapping[str, Wanted], parts: Mapping[str, str], *, call: bool
    ) -> str | None:
        around, wanted = self.around, all_wanted.get(subject, _NOTHING)
        match subject:
            case "path":
                value = propose_path(wanted, around, call=call)
            case "method":
                value = propose_method(wanted, around, call=call)
            case "host":
                value = propose_host(wanted, all_wanted.get("name", _NOTHING), around)
            case "name":
                value = propose_name(wanted, parts["host"], around)
            case _:
                value = propose(subject, wanted, around)
        return value if value is not None else self.settle(subject, wanted)

    def settle(self, subject: str, wanted: Wanted) -> str | None:
        """A value where none of those that come to mind will do."""
        implementation = self.setting.implementation
        patterns = any(has_pattern(each) for each in (*wanted.held, *wanted.missed))
        found = Search(None, True)
        if patterns:
            found = settle(subject, wanted.held, wanted.missed, implementation)
            if found.text is not None and fits_as(subject, found.text, wanted, self.around):
                return found.text
            if found.text is not None or not found.settled:
                self.doubts.append("regular expressions that could not be settled")
        if not is_settled(wanted, implementation):
            self.doubts.append("paths that are rewritten, or values that are split, before they are matched")
        return None

    def compose(
        self, parts: Mapping[str, str], certificate: ClientCertificate | None, *, grpc: bool
    ) -> Request:
        place, path, host, name = self.setting.place, parts["path"], parts.get("host"), parts.get("name")
        if place.protocol == "TLS" and name:
            host = name
        parameters = {key.removeprefix("query:"): parts[key] for key in parts if key.startswith("query:")}
        query = query_text(parameters, self.setting.implementation)
        service, _, rest = path[1:].partition("/")
        is_call = grpc and service != "" and rest != "" and "/" not in rest and not query
        implied = name is None or name == (host or "").partition(":")[0].lower()
        return Request(
            protocol=place.protocol,
            gateway=self.setting.gateway,
            port=place.port,
            method=parts["method"],
            host=host,
            path=f"{path}?{query}" if query else path,
            headers=tuple(
                (key.removeprefix("header:"), parts[key]) for key in parts if key.startswith("header:")
            ),
            sni=UNSET if implied else name or None,
            client_certificate=certificate,
            grpc=GRPCCall(service, rest) if is_call else None,
        )


def _kind(subject: str) -> str:
    return subject.partition(":")[0]
