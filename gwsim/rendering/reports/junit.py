"""What came of scenarios, as JUnit's XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from gwsim.analysis.expecting.judging import Verdict
from gwsim.analysis.expecting.results import Outcome, Result, Unusable
from gwsim.rendering.reports.failures import difference_lines, failure_text
from gwsim.rendering.sanitize import safe


def results_junit(outcomes: Sequence[Outcome]) -> str:
    """Write JUnit's XML: a suite for each scenario, a test for each case of it, failed or not."""
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    counts = _counts(
        sum(len(result.verdicts) for result in results) + len(outcomes) - len(results),
        sum(len(result.failed) for result in results),
        len(outcomes) - len(results),
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="gwsim test" {counts} time="0">\n'
        f"{''.join(map(_suite, outcomes))}</testsuites>\n"
    )


def _counts(tests: int, failures: int, errors: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="{errors}"'


def _suite(outcome: Outcome) -> str:
    name = _attribute(outcome.file)
    if isinstance(outcome, Unusable):
        cases = [_test_case(outcome.file, "the scenario", "error", "broken", str(outcome.error))]
        counts = _counts(1, 0, 1)
    else:
        cases = [_verdict_case(outcome, verdict) for verdict in outcome.verdicts]
        counts = _counts(len(outcome.verdicts), len(outcome.failed), 0)
    return f'  <testsuite name={name} {counts} skipped="0" time="0">\n{"".join(cases)}  </testsuite>\n'


def _verdict_case(result: Result, verdict: Verdict) -> str:
    if verdict.passed:
        return _test_case(result.file, verdict.case.name)
    text = f"{verdict.case.location}\n{failure_text(result.simulation, verdict, color=False)}"
    return _test_case(result.file, verdict.case.name, "failure", "; ".join(difference_lines(verdict)), text)


def _test_case(file: str, name: str, kind: str = "", message: str = "", text: str = "") -> str:
    head = f'    <testcase classname={_attribute(file)} name={_attribute(name)} time="0"'
    if not kind:
        return f"{head}/>\n"
    inside = escape("\n".join(map(safe, text.rstrip("\n").split("\n"))))
    return f"{head}>\n      <{kind} message={_attribute(message)}>{inside}</{kind}>\n    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(safe(text))
