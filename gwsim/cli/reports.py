"""Reports of findings: the options that shape them, and what is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from gwsim.cli.options import color_option, output_option, print_data

if TYPE_CHECKING:
    from gwsim.findings import Finding, Severity
    from gwsim.rendering.findings import Report


class Reporting(NamedTuple):
    """How findings are reported."""

    output: str
    fail_on: str
    """The least severity that makes the exit code 1."""
    baseline: str | None
    suppress: tuple[str, ...]
    color: bool


def report_options(*, fail_on: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a report; it gets them as `reporting: Reporting`."""
    options = (
        output_option("text", "json", "sarif", "junit", "github"),
        click.option(
            "--fail-on",
            type=click.Choice(("error", "warning", "info")),
            default=fail_on,
            show_default=True,
            help="The least severity that makes the exit code 1.",
        ),
        click.option(
            "--baseline",
            type=click.Path(dir_okay=False),
            help="An earlier report, of -o json: what it has is left out.",
        ),
        click.option(
            "--suppress",
            multiple=True,
            metavar="CODE[=OBJECT]",
            help="Leave a code out, for all objects or for those like HTTPRoute/shop/*. May be repeated.",
        ),
        color_option,
    )

    def give(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def with_reporting(
            *,
            output: str,
            fail_on: str,
            baseline: str | None,
            suppress: tuple[str, ...],
            color: bool,
            **others: object,
        ) -> None:
            function(reporting=Reporting(output, fail_on, baseline, suppress, color), **others)

        decorated: Callable[..., None] = with_reporting
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return give


def publish(report: Report, reporting: Reporting) -> None:
    """
    Print a report without what is suppressed or known, and set the exit code.

    Raises:
        UsageError: the baseline is none, or a suppressed code is unknown.
    """
    from gwsim.findings import Severity
    from gwsim.rendering.findings import at_least, worst_first

    known = () if reporting.baseline is None else _read_baseline(reporting.baseline)
    left = report._replace(findings=_left(worst_first(report.findings), known, reporting.suppress))
    failing = Severity(reporting.fail_on)
    _print(left, reporting.output, failing, color=reporting.color)
    if at_least(left.findings, failing):
        click.get_current_context().exit(1)


def _read_baseline(path: str) -> Sequence[Mapping[str, object]]:
    from gwsim.errors import UsageError

    data = Path(path).read_bytes()
    try:
        return msgspec.convert(msgspec.json.decode(data), _Baseline).findings
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            f"{path}: expected the output of gwsim validate -o json, found other text"
        ) from error


class _Baseline(msgspec.Struct):
    findings: tuple[dict[str, object], ...]


def _left(
    findings: Sequence[Finding], baseline: Sequence[Mapping[str, object]], suppress: Sequence[str]
) -> tuple[Finding, ...]:
    """Leave out what is suppressed or known, and say on standard error how much it is."""
    from gwsim.errors import UsageError
    from gwsim.rendering.findings import is_suppressed, new_findings
    from gwsim.rendering.glossary.finding_texts import FINDINGS
    from gwsim.rendering.glossary.lint_texts import LINTS

    patterns = []
    for written in suppress:
        code, equals, objects = written.partition("=")
        if code not in FINDINGS and code not in LINTS:
            raise UsageError(f"--suppress: expected a code that `gwsim explain` lists, found {code!r}")
        patterns.append((code, objects if equals else "*"))
    kept = [
        finding
        for finding in findings
        if not any(is_suppressed(finding, code, objects) for code, objects in patterns)
    ]
    new = new_findings(kept, baseline)
    for count, why in ((len(findings) - len(kept), "suppressed"), (len(kept) - len(new), "in the baseline")):
        if count:
            click.echo(f"{count} {why}", err=True)
    return new


def _print(report: Report, output: str, failing: Severity, *, color: bool) -> None:
    import gwsim
    from gwsim.rendering import findings

    match output:
        case "json":
            print_data(findings.report_data(report), "json")
        case "sarif":
            print_data(findings.report_sarif(report, version=gwsim.__version__), "json")
        case "junit":
            click.echo(findings.report_junit(report, failing=failing).encode(), nl=False)
        case "github":
            click.echo(findings.report_github(report).encode(), nl=False)
        case _:
            click.echo(findings.report_text(report, color=color), nl=False)
