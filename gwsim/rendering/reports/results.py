"""What came of scenarios, as text and as GitHub's annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from gwsim.addresses import Location
from gwsim.analysis.expecting.judging import Verdict
from gwsim.analysis.expecting.results import Outcome, Result, Unusable
from gwsim.rendering.reports.annotations import annotation, without_commands
from gwsim.rendering.reports.failures import difference_lines, failure_text
from gwsim.rendering.sanitize import safe


def results_text(outcomes: Sequence[Outcome], *, verbose: bool, color: bool) -> str:
    """
    Write a line for each scenario, all there is to say of each failure, and how many there are.

    What is wrong with a broken scenario is left to others.

    Args:
        verbose: name what passes as well.
    """
    lines = [line for outcome in outcomes for line in _lines(outcome, verbose=verbose, color=color)]
    return "".join(f"{line}\n" for line in [*lines, summary(outcomes)])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Count what passed and what did not."""
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    failed = sum(len(result.failed) for result in results)
    passed = sum(len(result.verdicts) for result in results) - failed
    broken = len(outcomes) - len(results)
    parts = [f"{passed} passed"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{broken} broken"] if broken else []
    scenarios = "1 scenario" if len(outcomes) == 1 else f"{len(outcomes)} scenarios"
    return f"{', '.join(parts)} in {scenarios}"


def changes_text(file: str, changed: Sequence[Verdict], *, color: bool) -> str:
    """Write what becomes of the expectations of a file: of each case that did not hold, from what to what."""
    lines = [f"{_paint('~', 'yellow', color=color)} {safe(file)}: {len(changed)} rewritten"]
    for verdict in changed:
        place = _paint(safe(str(verdict.case.location)), None, color=color)
        lines.append(f"  {safe(verdict.case.name)}  {place}")
        lines += [f"      {safe(difference.change)}" for difference in verdict.differences]
    return "".join(f"{line}\n" for line in lines)


def _lines(outcome: Outcome, *, verbose: bool, color: bool) -> Iterator[str]:
    good, bad = _paint("✓", "green", color=color), _paint("✗", "red", color=color)
    if isinstance(outcome, Unusable):
        yield f"{bad} {safe(outcome.file)}: broken"
        return
    failed = len(outcome.failed)
    counts = f"{len(outcome.verdicts) - failed} passed" + (f", {failed} failed" if failed else "")
    yield f"{bad if failed else good} {safe(outcome.file)}: {counts}"
    for verdict in outcome.verdicts:
        name = safe(verdict.case.name)
        if not verdict.passed:
            yield f"  {bad} {name}  {_paint(safe(str(verdict.case.location)), None, color=color)}"
            text = failure_text(outcome.simulation, verdict, color=color)
            yield from (f"      {line}".rstrip() for line in text.splitlines())
            yield ""
        elif verbose:
            yield f"  {good} {name}"


def _paint(text: str, paint: str | None, *, color: bool) -> str:
    """Colour a text that is safe already; None dims it."""
    return click.style(text, fg=paint, dim=paint is None or None) if color else text


def results_github(outcomes: Sequence[Outcome]) -> str:
    """Write an annotation for each failure at the line of its case, and the whole text."""
    annotations = "".join(f"{line}\n" for outcome in outcomes for line in _annotations(outcome))
    return annotations + without_commands(results_text(outcomes, verbose=True, color=False))


def _annotations(outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, Result):
        for verdict in outcome.failed:
            message = "\n".join(difference_lines(verdict))
            yield annotation("error", verdict.case.location, verdict.case.name, message)
        return
    for finding in outcome.findings:
        yield annotation("error", finding.location, "broken scenario", str(finding))
    if not outcome.findings:
        yield annotation("error", Location(outcome.file, 1, 1), "broken scenario", str(outcome.error))
