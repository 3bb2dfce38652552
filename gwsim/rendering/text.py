"""A decision as a person reads it: the answer first, then why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import structs

from gwsim.addresses import Address
from gwsim.analysis.hinging.alternatives import alternatives
from gwsim.rendering.effects import effects
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import basis, fact, outcome, request_line, stage, why
from gwsim.routing.decision import Action, BackendChoice, Decision, ForwardedRequest
from gwsim.routing.request import Headers, Request
from gwsim.simulation import Simulation
from gwsim.trace import Outcome, Step, rejections

if TYPE_CHECKING:
    pass

MARKS = {Outcome.SELECTED: ("✓", "green"), Outcome.REJECTED: ("✗", "red"), Outcome.SKIPPED: ("·", None)}
_TELLING_WHEN_SELECTED = frozenset(
    {"filter.redirect.port", "filter.cors.preflight", "filter.rewrite", "filter.mirror"}
)
"""Checks that say something only when they hold: nothing is wrong where they do not."""
_TELLING_WHEN_REJECTED = frozenset({"backends.given", "backends.endpoints"})
"""Checks that say something only when they fail."""


class Page(msgspec.Struct, frozen=True):
    """What is needed to write about a simulation: places and colours."""

    simulation: Simulation
    color: bool

    def paint(self, text: str, color: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        """Colour a text that is safe already."""
        return click.style(text, fg=color, bold=bold or None, dim=dim or None) if self.color else text

    def place(self, address: Address) -> str:
        """Where something is written, dimmed; empty for what no file holds."""
        location = self.simulation.snapshot.locate(address)
        return "" if location is None else self.paint(f"  {safe(str(location))}", dim=True)

    def step(self, step: Step, indent: int) -> str:
        """A step on a line."""
        mark, color = MARKS[step.outcome]
        says = f"{why(step)}  {self.paint(f'[{basis(step.clause)}]', dim=True)}"
        return f"{' ' * indent}{self.paint(mark, color)} {says}"


def decision_text(simulation: Simulation, request: Request, decision: Decision, *, color: bool) -> str:
    """Write a decision and its reasons; ends with a line break."""
    page = Page(simulation, color)
    lines = [
        *_headline(page, request, decision),
        *_reasons(page, decision),
        *_nearest(page, request, decision),
        *_remedies(page, decision),
        *_at_the_backend(page, request, decision),
        *_split(page, decision),
        *_also(page, decision),
        *_hanging(page, request, decision),
    ]
    return "\n".join(lines) + "\n"


def _headline(page: Page, request: Request, decision: Decision) -> Iterator[str]:
    good = decision.action in (Action.FORWARD, Action.REDIRECT) or decision.reason == "CORSPreflight"
    yield page.paint(request_line(request), bold=True)
    for name, value in request.headers:
        yield page.paint(safe(f"  {name}: {value}"), dim=True)
    yield page.paint(f"→ {outcome(decision)}", "green" if good else "red", bold=True)
    listener, rule = decision.listener, decision.route
    if listener is not None or rule is not None or decision.chosen is not None:
        yield ""
    if listener is not None:
        host = listener.hostname or "any hostname"
        place = page.place(listener.key.address)
        where = f"{listener.protocol} {listener.port}, {host}"
        yield f"  listener  {safe(f'{listener.key.parent} listener {listener.key.name} ({where})')}{place}"
    if rule is not None:
        name = f" ({rule.rule_name})" if rule.rule_name else ""
        text = f"{rule.key.route} rule {rule.key.rule}{name}, match {rule.key.match}"
        yield f"  route     {safe(text)}{page.place(rule.key.address)}"
    if decision.chosen is not None:
        chosen = decision.chosen
        failed = f", {chosen.status} {chosen.reason}" if chosen.status is not None else ""
        yield f"  backend   {safe(str(chosen))}{failed}{page.place(chosen.address)}"


def _reasons(page: Page, decision: Decision) -> Iterator[str]:
    if not decision.trace and decision.reason != "NoListener":
        return
    yield ""
    yield page.paint("Why", bold=True)
    if not decision.trace:
        mark, color = MARKS[Outcome.REJECTED]
        yield f"  {page.paint(mark, color)} the input has no Gateway"
    for step in decision.trace:
        kind = stage(step.clause)
        if kind == "precedence":
            yield from precedence_lines(page, step)
        elif kind == "match":
            yield from _tries(page, step)
        elif step.clause.id == "request.listener":
            yield from _listeners(page, step)
        elif _tells(step):
            yield page.step(step, 2)
            for reason in rejections(step):
                if reason is not step:
                    yield page.step(reason, 6)


def _tells(step: Step) -> bool:
    """Whether a person learns something from a step; a split among one backend is none."""
    if step.selected:
        alone = step.clause.id == "backends.weights" and step.actual == ("1",)
        return step.clause.id not in _TELLING_WHEN_REJECTED and not alone
    return step.clause.id not in _TELLING_WHEN_SELECTED


def _listeners(page: Page, step: Step) -> Iterator[str]:
    """The listener that takes the request; where none does, what keeps each from it."""
    unfit = 0
    for child in step.children:
        if child.clause.id != "request.listener.fits":
            if not child.selected:
                yield page.step(child, 2)
            continue
        if step.selected and child.outcome is Outcome.REJECTED:
            unfit += 1
            continue
        mark, color = MARKS[child.outcome]
        yield f"  {page.paint(mark, color)} listener {fact(child.actual)}{page.place(child.address)}"
        if child.outcome is Outcome.SKIPPED:
            yield "      fits as well, but is less specific"
        for inner in child.children if child.selected else rejections(child):
            yield page.step(structs.replace(inner, children=()), 6)
    if unfit:
        yield page.paint(
            f"  · {unfit} other {plural(unfit, 'listener does', 'listeners do')} not fit", dim=True
        )


def _tries(page: Page, step: Step) -> Iterator[str]:
    """What was tried: the match that won, and of the others how many."""
    missed = [child for child in step.children if child.outcome is Outcome.REJECTED]
    for child in step.children:
        if child.selected:
            yield f"  {page.paint('✓', 'green')} {safe(str(child.address))}{page.place(child.address)}"
            yield from (page.step(inner, 6) for inner in child.children)
    if not step.selected:
        count = len(missed)
        tried = f"none of {count} {plural(count, 'match', 'matches')} on this listener hits"
        yield f"  {page.paint('✗', 'red')} {tried}"
    elif missed:
        count = len(missed)
        yield page.paint(
            f"  · {count} {plural(count, 'match', 'matches')} before or after it did not hit", dim=True
        )


def plural(count: int, one: str, many: str) -> str:
    """The word that goes with a count."""
    return one if count == 1 else many


def precedence_lines(page: Page, step: Step) -> Iterator[str]:
    """What came second, and by which tie-break."""
    loser = step.children[0]
    second = f"{safe(str(loser.address))}{page.place(loser.address)}"
    yield f"  {page.paint('✓', 'green')} it comes before {second}"
    difference = f"{fact(step.actual)} against {fact(loser.actual)}"
    yield f"      {step.clause.says}: {difference}  {page.paint(f'[{basis(step.clause)}]', dim=True)}"
    if step.clause.id in ("precedence.age", "precedence.name") and _undecided(page, step, loser):
        yield page.paint(
            "      These manifests cannot decide this: a route here has no creationTimestamp. "
            "In a cluster the older one wins.",
            "yellow",
        )


def _undecided(page: Page, first: Step, second: Step) -> bool:
    routes = {route.key: route for route in page.simulation.topology.routes}
    return any(routes[step.address.key].age.unknown for step in (first, second))


def _nearest(page: Page, request: Request, decision: Decision) -> Iterator[str]:
    """For a request that no rule took: what nearly did."""
    if decision.route is not None:
        return
    from gwsim.analysis.near_misses import near_misses

    misses = near_misses(page.simulation.table, request)
    if misses:
        yield ""
        yield page.paint("Nearest misses", bold=True)
        from gwsim.rendering.misses import miss_lines

        yield from miss_lines(page, misses)


def _remedies(page: Page, decision: Decision) -> Iterator[str]:
    """For a rule whose answer is an error: what to change."""
    if decision.route is None or decision.action in (Action.FORWARD, Action.REDIRECT):
        return
    failed = [reason for step in decision.trace[1:] for reason in rejections(step)]
    mendable = [step for step in failed if step.clause.remedy and stage(step.clause) in ("backend", "filter")]
    if mendable:
        yield ""
        yield page.paint("What to change", bold=True)
        for step in mendable:
            yield f"  → {step.clause.remedy}{page.place(step.address)}"


def _at_the_backend(page: Page, request: Request, decision: Decision) -> Iterator[str]:
    chosen = decision.chosen
    if decision.action is not Action.FORWARD or chosen is None or chosen.request is None:
        return
    yield ""
    yield page.paint("Request at the backend", bold=True)
    yield from _changes(page, request, chosen.request)
    edits = chosen.response_headers
    edited = (
        *(f"set {name}: {value}" for name, value in edits.set),
        *(f"add {name}: {value}" for name, value in edits.add),
        *(f"remove {name}" for name in edits.remove),
    )
    if edited:
        yield page.paint("Response on its way back", bold=True)
        yield from (f"  {safe(line)}" for line in edited)


def _changes(page: Page, request: Request, after: ForwardedRequest) -> Iterator[str]:
    """The request line and headers, with what filters changed marked by - and +."""
    before_line, after_line = f"{request.method} {request.path}", f"{after.method} {after.path}"
    yield from _change(page, before_line, after_line)
    host = request.host if request.host is not None else after.host
    yield from _change(page, f"host: {host}", f"host: {after.host}")
    old, new = _lines(request.headers), _lines(after.headers)
    for line in old:
        yield f"    {safe(line)}" if line in new else page.paint(f"  - {safe(line)}", "red")
    yield from (page.paint(f"  + {safe(line)}", "green") for line in new if line not in old)


def _change(page: Page, before: str, after: str) -> Iterator[str]:
    if before == after:
        yield f"    {safe(after)}"
        return
    yield page.paint(f"  - {safe(before)}", "red")
    yield page.paint(f"  + {safe(after)}", "green")


def _lines(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]


def _split(page: Page, decision: Decision) -> Iterator[str]:
    if len(decision.backends) < 2:
        return
    yield ""
    yield page.paint("Split", bold=True)
    width = max(len(str(backend.share)) for backend in decision.backends)
    for index, backend in enumerate(decision.backends):
        bar = "█" * round(20 * float(backend.share))
        drawn = "  ← drawn" if index == decision.chosen_index else ""
        yield f"  {backend.share!s:>{width}} {bar:<20} {_labelled(backend)}{drawn}"


def _labelled(backend: BackendChoice) -> str:
    failed = f" ({backend.status} {backend.reason})" if backend.status is not None else ""
    return f"{safe(str(backend))}{failed}"


def _also(page: Page, decision: Decision) -> Iterator[str]:
    """Everything else that takes effect, and what the answer leaves out."""
    notes = effects(decision)
    if notes:
        yield ""
        yield page.paint("Also", bold=True)
        yield from (f"  {note}" for note in notes)
    response = decision.response
    if response is not None:
        yield ""
        yield page.paint("Response", bold=True)
        yield f"  {response.status}"
        yield from (f"  {safe(line)}" for line in _lines(response.headers))
    if decision.not_modelled:
        yield ""
        yield page.paint("Not modelled", bold=True)
        yield from (f"  {safe(note)}" for note in decision.not_modelled)


def _hanging(page: Page, request: Request, decision: Decision) -> Iterator[str]:
    """The choices by which the answer would be another."""
    found = alternatives(page.simulation, request, decision)
    if found:
        yield ""
        yield page.paint("Hangs on a choice", bold=True)
    own = outcome(decision)
    for each in found:
        choice = each.choice
        yield f"  {each.name}={each.value}  {page.paint(f'[{choice.source}]', dim=True)}"
        yield page.paint(f"      {choice.says}", dim=True)
        for other in each.others:
            becomes, rule = outcome(other.decision), other.decision.route
            by = "" if rule is None or rule == decision.route else f" by {safe(str(rule.key.rule_address))}"
            same = f", with other {', '.join(other.differs)}" if becomes == own and not by else ""
            yield f"      {other.value}: {becomes}{by}{same}"
