"""Rules that no request reaches, and redirects that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address, RuleKey
from gwsim.analysis.linting.noted import MOST_FACTS, Noted, Subject
from gwsim.analysis.linting.ruling import tied
from gwsim.analysis.space.reaching import Unreachable, unreachable
from gwsim.findings import Severity
from gwsim.routing.request import Request


def never_reached(subject: Subject) -> Iterator[Noted]:
    """Yield matches that no request reaches, with what takes their requests; not those that `ties` has."""
    dead = {each.key: each for each in unreachable(subject.simulation)}
    losers = {loser.key for loser, _ in tied(subject)}
    for key, each in dead.items():
        if key not in losers:
            rule = each.entries[0].rule
            siblings = (RuleKey(key.route, key.rule, match) for match in range(len(rule.spec.matches)))
            whole = all(sibling in dead for sibling in siblings)
            own = bool(each.shadows) and all(shadow[:2] == key[:2] for shadow in each.shadows)
            certain = not each.doubts and (whole or not own)
            says = f"no request reaches this {'rule' if whole else 'match'}: {_takers(each)}"
            help_ = "remove it, or make it more specific than what takes its requests"
            yield Noted(key.address, says, help_, Severity.WARNING if certain else Severity.INFO)


def _takers(dead: Unreachable) -> str:
    if dead.doubts:
        return f"none was found, and it is not certain that there is none ({'; '.join(dead.doubts)})"
    takers = [str(shadow) for shadow in dead.shadows] or [str(listener) for listener in dead.listeners]
    if not takers:
        return "its conditions exclude one another"
    more = f" and {len(takers) - MOST_FACTS} more" if len(takers) > MOST_FACTS else ""
    return f"{', '.join(takers[:MOST_FACTS])}{more} {'takes' if len(takers) == 1 else 'take'} all of them"


def redirect_loops(subject: Subject) -> Iterator[Noted]:
    """Yield rules by which a client is redirected for ever."""
    seen: set[Address] = set()
    for each in subject.redirected:
        if not each.arrives and each.rule.address not in seen:
            seen.add(each.rule.address)
            shown = " → ".join(_url(request) for request in each.hops[:MOST_FACTS])
            says = f"a client that follows the redirects never arrives: {shown}"
            help_ = "redirect to what another rule answers, or match the target before this rule"
            severity = Severity.WARNING if each.named else Severity.INFO
            yield Noted(each.rule.address.at("filters"), says, help_, severity)


def redirects_to_nowhere(subject: Subject) -> Iterator[Noted]:
    """Yield rules that redirect to a host or port that no Gateway of the input serves."""
    seen: set[Address] = set()
    for each in subject.redirected:
        if not each.served and each.rule.address not in seen:
            seen.add(each.rule.address)
            sent, target = _url(each.hops[0]), _url(each.hops[1])
            says = f"{sent} is redirected to {target}, which no Gateway of the input serves"
            help_ = "correct the target; if something else serves it, leave it"
            yield Noted(each.rule.address.at("filters"), says, help_, Severity.INFO)


def _url(request: Request) -> str:
    usual = {"HTTP": 80, "HTTPS": 443}.get(request.protocol)
    port = "" if request.port == usual or ":" in (request.host or "") else f":{request.port}"
    return f"{request.protocol.lower()}://{request.host}{port}{request.path}"
