"""Rules that did not take a request, as a person reads it: what nearly took it, and why one did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.analysis.near_misses import NearMiss, WhyNot
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import outcome
from gwsim.rendering.text import Page, plural, precedence_lines
from gwsim.simulation import Simulation


def why_not_text(simulation: Simulation, answer: WhyNot, target: str, *, color: bool) -> str:
    """Say why a route did not take a request."""
    page = Page(simulation, color)
    target = safe(target)
    if answer.took_it:
        return f"{target} took the request: {outcome(answer.decision)}\n"
    lines = [page.paint(f"{target} did not take the request: {outcome(answer.decision)}", bold=True)]
    if answer.shadowed is not None:
        lines += ["", "It hits as well, and came second:", *precedence_lines(page, answer.shadowed)]
    elif not answer.misses[0].blockers:
        lines += ["", "It hits, but another listener or Gateway took the request."]
    else:
        lines += ["", *miss_lines(page, answer.misses)]
    return "\n".join(lines) + "\n"


def miss_lines(page: Page, misses: Sequence[NearMiss]) -> Iterator[str]:
    """Each rule with its checks that failed, and what to change."""
    for miss in misses:
        count = len(miss.blockers)
        yield f"  {safe(str(miss.rule))}{page.place(miss.rule.address)}"
        yield page.paint(f"    {count} {plural(count, 'check', 'checks')} failed", dim=True)
        for step in miss.blockers:
            yield f"{page.step(step, 4)}{page.place(step.address)}"
            if step.clause.remedy:
                yield f"      → {step.clause.remedy}"
