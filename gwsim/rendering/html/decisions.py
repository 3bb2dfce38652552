"""A decision as HTML: the answer first, then why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from xml.etree import ElementTree as ET

from gwsim.addresses import Address
from gwsim.analysis.near_misses import near_misses
from gwsim.rendering.html.markup import add, code_cell, page, table, written
from gwsim.rendering.sentences import basis, fact, outcome, request_line, stage, why
from gwsim.routing.decision import Action, BackendChoice, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.trace import Outcome, Step

_MARKS = {Outcome.SELECTED: ("✓", "good"), Outcome.REJECTED: ("✗", "bad"), Outcome.SKIPPED: ("·", "dim")}
_MOST_STEPS = 25
"""How many checks below one check are written; a large table makes thousands."""


def decision_html(
    decision: Decision, *, request: Request | None = None, simulation: Simulation | None = None
) -> str:
    """
    Write a decision and its reasons.

    Args:
        request: what was asked; None: not known, and nothing is said of it.
        simulation: what it was asked of: knows files and lines, and with the request the nearest misses.
    """
    root = page()
    if request is not None:
        add(add(root, "div", "", "head"), "code", request_line(request))
        for name, value in request.headers:
            add(add(root, "div", "", "dim"), "code", f"{name}: {value}")
    good = decision.action in (Action.FORWARD, Action.REDIRECT) or decision.reason == "CORSPreflight"
    add(root, "div", f"→ {outcome(decision)}", f"head {'good' if good else 'bad'}")
    _add_places(root, decision, simulation)
    if decision.backends:
        _add_backends(root, "backend", decision.backends, decision.chosen_index)
    if decision.mirrors:
        chosen = [mirror.backend for mirror in decision.mirrors]
        _add_backends(root, "mirror", chosen, None)
    _add_request(root, decision, request)
    if simulation is not None and request is not None and decision.route is None:
        _add_misses(root, simulation, request)
    if decision.trace:
        details = ET.SubElement(root, "details")
        add(details, "summary", "Why")
        _add_steps(details, decision.trace, simulation)
    for note in decision.not_modelled:
        add(root, "div", f"not modelled: {note}", "dim")
    return written(root)


def _place(address: Address, simulation: Simulation | None) -> str:
    location = None if simulation is None else simulation.snapshot.locate(address)
    return "" if location is None else str(location)


def _add_places(root: ET.Element, decision: Decision, simulation: Simulation | None) -> None:
    rows: list[tuple[str, str, Address]] = []
    if decision.listener is not None:
        listener = decision.listener
        where = f"{listener.protocol} {listener.port}, {listener.hostname or 'any hostname'}"
        text = f"{listener.key.parent} {listener.key.name} ({where})"
        rows.append(("listener", text, listener.key.address))
    if decision.route is not None:
        name = f" ({decision.route.rule_name})" if decision.route.rule_name else ""
        key = decision.route.key
        rows.append(("route", f"{key.route} rule {key.rule}{name}, match {key.match}", key.address))
    if not rows:
        return
    body = ET.SubElement(ET.SubElement(root, "table"), "tbody")
    for word, text, address in rows:
        row = ET.SubElement(body, "tr")
        add(row, "th", word)
        code_cell(row, [text])
        code_cell(row, [_place(address, simulation)], "dim")


def _add_backends(root: ET.Element, word: str, backends: Sequence[BackendChoice], chosen: int | None) -> None:
    body = table(root, (word, "share", "", ""))
    for place, backend in enumerate(backends):
        row = ET.SubElement(body, "tr")
        code_cell(row, [str(backend)])
        add(row, "td", str(backend.share))
        width = f"{round(float(backend.share) * 120)}px"
        add(add(row, "td"), "span", "", "bar", style=f"width: {width}")
        failed = "" if backend.reason is None else f"{backend.status or ''} {backend.reason}".strip()
        add(row, "td", failed or ("← drawn" if place == chosen else ""), "bad" if failed else "")


def _add_request(root: ET.Element, decision: Decision, request: Request | None) -> None:
    """The request as it was sent and as the backend receives it, side by side, where filters changed it."""
    after = None if decision.chosen is None else decision.chosen.request
    if after is None or decision.action is not Action.FORWARD:
        return
    received = [f"{after.method} {after.path}", f"host: {after.host}"]
    received += [f"{name}: {value}" for name, value in after.headers]
    if request is None:
        sent = []
    else:
        host = after.host if request.host is None else request.host
        sent = [f"{request.method} {request.path}", f"host: {host}"]
        sent += [f"{name}: {value}" for name, value in request.headers]
    if sent == received:
        return
    body = table(root, ("sent", "received by the backend") if request else ("received by the backend",))
    columns: Iterable[tuple[str, str]] = zip_longest(sent, received, fillvalue="")
    for before, now in columns:
        row = ET.SubElement(body, "tr")
        if request is not None:
            code_cell(row, [before], "" if before in received else "bad")
        code_cell(row, [now], "" if request is None or now in sent else "good")


def _add_misses(root: ET.Element, simulation: Simulation, request: Request) -> None:
    misses = near_misses(simulation.table, request)
    if not misses:
        return
    body = table(root, ("nearest miss", "what failed", "what helps", ""))
    for miss in misses:
        row = ET.SubElement(body, "tr")
        code_cell(row, [str(miss.rule)])
        code_cell(row, [why(step) for step in miss.blockers], "bad")
        code_cell(row, dict.fromkeys(step.clause.remedy for step in miss.blockers))
        code_cell(row, [_place(miss.rule.address, simulation)], "dim")


def _add_steps(parent: ET.Element, steps: Sequence[Step], simulation: Simulation | None) -> None:
    """The checks, each with those below it folded."""
    shown = steps
    if len(steps) > _MOST_STEPS:
        shown = sorted(steps, key=lambda step: not step.selected)[:_MOST_STEPS]
    for step in shown:
        holder = ET.SubElement(parent, "details") if step.children else add(parent, "div", "", "leaf")
        line = ET.SubElement(holder, "summary") if step.children else holder
        mark, tone = _MARKS[step.outcome]
        add(line, "span", f"{mark} ", tone)
        add(line, "code", _says(step))
        add(line, "span", f" [{basis(step.clause)}] {_place(step.address, simulation)}", "dim")
        if step.children:
            _add_steps(holder, step.children, simulation)
    if len(shown) < len(steps):
        add(parent, "div", f"and {len(steps) - len(shown)} more", "leaf dim")


def _says(step: Step) -> str:
    """What a check is about: of a match or a listener, which one."""
    if step.clause.id == "request.listener.fits":
        return f"listener {fact(step.actual)}"
    if stage(step.clause) == "match" and step.children and step.address.path[-2:-1] == ("matches",):
        return str(step.address)
    return why(step)
