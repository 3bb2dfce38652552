"""The answer to a request as it is read on one screen: what becomes of it, the split, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gwsim.addresses import Address, Location
from gwsim.analysis.comparing import Answer
from gwsim.errors import RequestError
from gwsim.rendering.effects import effects
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import outcome
from gwsim.routing.decision import Action, BackendChoice, Decision, ForwardedRequest
from gwsim.routing.request import Request
from gwsim.tui.views.lines import BLANK, Line, Tone, line

Places = Mapping[Address, Location | None]
BAR = 10
"""Cells of a share of 1."""


class Sides(NamedTuple):
    """The request before and after the filters, in lines that stand opposite one another."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]


def headline(answer: Answer) -> Line:
    """What becomes of the request, on a line."""
    if isinstance(answer, RequestError):
        return line(("! ", Tone.BAD), (safe(str(answer)), Tone.BAD))
    good = answer.action in (Action.FORWARD, Action.REDIRECT) or answer.reason == "CORSPreflight"
    return line((f"→ {outcome(answer)}", Tone.GOOD if good else Tone.BAD))


def taken_by(decision: Decision) -> tuple[tuple[str, str, Address], ...]:
    """What took the request, from the outside in: what it is, its name, where it is written."""
    found: list[tuple[str, str, Address]] = []
    listener, rule, chosen = decision.listener, decision.route, decision.chosen
    if listener is not None:
        where = f"{listener.protocol} {listener.port}, {listener.hostname or 'any hostname'}"
        name = f"{listener.key.parent} {listener.key.name} ({where})"
        found.append(("listener", name, listener.key.address))
    if rule is not None:
        named = f" ({rule.rule_name})" if rule.rule_name else ""
        name = f"{rule.key.route} rule {rule.key.rule}{named}, match {rule.key.match}"
        found.append(("route", name, rule.key.address))
    if chosen is not None:
        found.append(("backend", str(chosen), chosen.address))
    return tuple(found)


def answer_lines(decision: Decision, places: Places) -> Iterator[Line]:
    """Write what took the request, the split as bars, and what else takes effect."""
    for what, name, address in taken_by(decision):
        yield line((f"{what:<9}", Tone.QUIET), safe(name))
        place = places.get(address)
        if place is not None:
            yield line((f"  {safe(str(place))}", Tone.QUIET))
    yield from _split(decision)
    yield from _response(decision)
    notes = effects(decision)
    if notes:
        yield BLANK
        yield line(("Also", Tone.STRONG))
        yield from (line(f"  {note}") for note in notes)


def _split(decision: Decision) -> Iterator[Line]:
    unusable = any(backend.status is not None for backend in decision.backends)
    if len(decision.backends) < 2 and not unusable:
        return
    yield BLANK
    yield line(("Split", Tone.STRONG))
    width = max(len(str(backend.share)) for backend in decision.backends)
    for index, backend in enumerate(decision.backends):
        tone = Tone.ACCENT if backend.status is None else Tone.BAD
        full = round(BAR * float(backend.share))
        drawn = ("  ← drawn", Tone.STRONG) if index == decision.chosen_index else ("", Tone.PLAIN)
        yield line(
            f"  {backend.share!s:>{width}} ",
            ("█" * full, tone),
            ("░" * (BAR - full), Tone.QUIET),
            " ",
            safe(str(backend)),
            (_failure(backend), Tone.BAD),
            drawn,
        )


def _failure(backend: BackendChoice) -> str:
    return "" if backend.status is None else f" ({backend.status} {safe(str(backend.reason))})"


def _response(decision: Decision) -> Iterator[Line]:
    if decision.response is not None:
        yield BLANK
        yield line(("Response of the gateway", Tone.STRONG))
        yield line(f"  {decision.response.status}")
        yield from (line(safe(f"  {name}: {value}")) for name, value in decision.response.headers)
    chosen = decision.chosen
    if chosen is None or decision.action is not Action.FORWARD:
        return
    edits = chosen.response_headers
    texts = (
        *(f"set {name}: {value}" for name, value in edits.set),
        *(f"add {name}: {value}" for name, value in edits.add),
        *(f"remove {name}" for name in edits.remove),
    )
    if texts:
        yield BLANK
        yield line(("Response on its way back", Tone.STRONG))
        yield from (line(safe(f"  {text}")) for text in texts)


def not_modelled(decision: Decision) -> Iterator[Line]:
    """Write what bears on the answer and was left out of it."""
    if decision.not_modelled:
        yield BLANK
        yield line(("Not modelled", Tone.STRONG))
        yield from (line((safe(f"  {note}"), Tone.QUIET)) for note in decision.not_modelled)


def sides(request: Request, decision: Decision) -> Sides | None:
    """
    Set the request as it was sent against the request as the backend receives it.

    Lines that the two have in common stand opposite; None where no backend gets it.
    """
    chosen = decision.chosen
    if decision.action is not Action.FORWARD or chosen is None or chosen.request is None:
        return None
    before, after = list(_sent(request, chosen.request)), list(_received(chosen.request))
    left: list[Line] = []
    right: list[Line] = []
    for old, new in _opposite(before, after):
        left.append(_side(old, "- " if old != new else "  ", Tone.BAD))
        right.append(_side(new, "+ " if old != new else "  ", Tone.GOOD))
    return Sides(tuple(left), tuple(right))


def _side(text: str | None, mark: str, tone: Tone) -> Line:
    if text is None:
        return BLANK
    return line((f"{mark}{safe(text)}", Tone.PLAIN if mark == "  " else tone))


def _sent(request: Request, received: ForwardedRequest) -> Iterator[str]:
    yield f"{request.method} {request.path}"
    yield f"host: {request.host if request.host is not None else received.host}"
    yield from (f"{name}: {value}" for name, value in request.headers)


def _received(request: ForwardedRequest) -> Iterator[str]:
    yield f"{request.method} {request.path}"
    yield f"host: {request.host}"
    yield from (f"{name}: {value}" for name, value in request.headers)


def _opposite(before: list[str], after: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Pair the request lines, the hosts, and headers of one name; what has no counterpart stands alone."""
    yield before[0], after[0]
    yield before[1], after[1]
    rest = after[2:]
    for old in before[2:]:
        name = old.partition(":")[0].lower()
        new = next(
            (each for each in rest if each == old),
            next((each for each in rest if each.partition(":")[0].lower() == name), None),
        )
        if new is not None:
            rest.remove(new)
        yield old, new
    yield from ((None, new) for new in rest)
