"""`gwsim test`: whether requests and objects are what scenario files expect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from gwsim.cli.options import (
    ManifestCommand,
    Manifests,
    color_option,
    load_manifests,
    optional_manifest_options,
    output_option,
    print_notes,
)

if TYPE_CHECKING:
    from gwsim.analysis.expecting.expectations import Case
    from gwsim.analysis.expecting.results import Outcome
    from gwsim.reading.loading import Loaded
    from gwsim.reading.scenarios.scenario import Scenario
    from gwsim.simulation import Simulation


class CoverageReport(NamedTuple):
    """A form of what was reached, and where it goes."""

    form: str
    file: str
    """Empty for text."""


class _CoverageReport(click.ParamType[CoverageReport]):
    """`text`, `json:FILE` or `lcov:FILE`."""

    name = "FORM[:FILE]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> CoverageReport:
        form, _, file = str(value).partition(":")
        if not (form in ("json", "lcov") if file else form == "text"):
            self.fail(f"expected text, json:FILE or lcov:FILE, found {str(value)!r}", param, ctx)
        return CoverageReport(form, file)


@click.command(cls=ManifestCommand)
@click.argument("paths", nargs=-1, metavar="[DIR|FILE]…")
@optional_manifest_options
@click.option("-k", "part", default="", metavar="TEXT", help="Put only cases with this text in file or name.")
@click.option(
    "--update", is_flag=True, help="Rewrite what is expected and does not hold to what is there, in its file."
)
@click.option("-v", "--verbose", is_flag=True, help="Name what passes as well.")
@click.option(
    "--coverage",
    "reports",
    multiple=True,
    type=_CoverageReport(),
    help="Say what no request reached: text, json:FILE or lcov:FILE. May be repeated.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 where less of the listeners, rules, matches and backends was reached.",
)
@output_option("text", "junit", "github")
@color_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    manifests: Manifests,
    part: str,
    update: bool,
    verbose: bool,
    reports: tuple[CoverageReport, ...],
    fail_under: float | None,
    output: str,
    color: bool,
) -> None:
    """
    Check that requests are answered, and objects accepted, as files called scenario.yaml expect.

    They are looked for in folders and all below them, by default in the one that you are in. With -f, all of
    them are put to those manifests; without, each is put to its own.

    \b
    Examples:
      gwsim test
      gwsim test routes/ -k canary
      gwsim test routes/ --update
      gwsim test routes/ -o junit > gwsim.xml
      gwsim test routes/ --coverage text --coverage lcov:lcov.info --fail-under 80
      helm template chart/ | gwsim test routes/ -f -
    """
    from gwsim.reading.scenarios.finding import find_scenarios
    from gwsim.testing.running import run_scenarios

    files = list(find_scenarios(paths or ["."]))
    manifests_of = _Opened(manifests)
    outcomes = list(run_scenarios(files, manifests_of, _chooser(part)))
    if update and _rewrite(outcomes, err=output != "text", color=color):
        outcomes = list(run_scenarios(files, manifests_of, _chooser(part)))
    manifests_of.note(outcomes)
    _print(outcomes, output, verbose=verbose, color=color)
    code = _exit_code(outcomes, part)
    covered = (not reports and fail_under is None) or _report_coverage(outcomes, reports, fail_under, output)
    context.exit(code or (0 if covered else 1))


class _Opened:
    """What scenarios are about; what was opened for one is there for the next."""

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests
        self._loaded: dict[Manifests, Loaded] = {}

    def __call__(self, scenario: Scenario) -> Simulation:
        wanted = self._manifests
        if not wanted.paths:
            recursive = wanted.recursive or scenario.recursive
            wanted = wanted._replace(paths=scenario.manifests, recursive=recursive)
        if wanted not in self._loaded:
            self._loaded[wanted] = load_manifests(wanted)
        return self._loaded[wanted].simulation

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Say on standard error what was left out or assumed where something failed: it may be why."""
        from gwsim.analysis.expecting.results import Result

        failing = [
            outcome.simulation for outcome in outcomes if isinstance(outcome, Result) and outcome.failed
        ]
        for loaded in self._loaded.values():
            if any(loaded.simulation is simulation for simulation in failing):
                print_notes(loaded)


def _chooser(part: str) -> Callable[[str, Case], bool]:
    lowered = part.lower()

    def wanted(file: str, case: Case) -> bool:
        return lowered in file.lower() or lowered in case.name.lower()

    return wanted


def _rewrite(outcomes: Sequence[Outcome], *, err: bool, color: bool) -> bool:
    """
    Rewrite what does not hold, and say what has changed.

    Returns:
        Whether anything has.

    Raises:
        UsageError: a file cannot be rewritten; those before it are.
    """
    from gwsim.analysis.expecting.results import Result
    from gwsim.rendering.reports.results import changes_text
    from gwsim.testing.updating import update_scenario

    rewritten = False
    for outcome in outcomes:
        changed = update_scenario(outcome) if isinstance(outcome, Result) else ()
        if changed:
            rewritten = True
            click.echo(changes_text(outcome.file, changed, color=color).encode(), nl=False, err=err)
    return rewritten


def _print(outcomes: Sequence[Outcome], output: str, *, verbose: bool, color: bool) -> None:
    from gwsim.rendering.reports.results import results_github, results_text

    match output:
        case "junit":
            from gwsim.rendering.reports.junit import results_junit

            text = results_junit(outcomes)
        case "github":
            text = results_github(outcomes)
        case _:
            text = results_text(outcomes, verbose=verbose, color=color)
    click.echo(text.encode(), nl=False)


def _report_coverage(
    outcomes: Sequence[Outcome], reports: Sequence[CoverageReport], fail_under: float | None, output: str
) -> bool:
    """Write what was reached; returns whether it is enough."""
    from gwsim.analysis.expecting.results import Result, coverage_of
    from gwsim.rendering.reports.coverage import coverage_data, coverage_lcov, coverage_text, percent

    coverage = coverage_of(outcome for outcome in outcomes if isinstance(outcome, Result))
    for form, file in reports:
        match form:
            case "json":
                data = msgspec.json.format(msgspec.json.encode(coverage_data(coverage)), indent=2)
                Path(file).write_bytes(data + b"\n")
            case "lcov":
                Path(file).write_text(coverage_lcov(coverage), encoding="utf-8")
            case _:
                click.echo(coverage_text(coverage).encode(), nl=False, err=output != "text")
    if fail_under is None or not coverage.is_under(fail_under):
        return True
    reached = percent(*coverage.counts())
    click.echo(f"--fail-under: expected coverage of {fail_under:g} %, found {reached} %", err=True)
    return False


def _exit_code(outcomes: Sequence[Outcome], part: str) -> int:
    from gwsim.analysis.expecting.results import Result, Unusable
    from gwsim.errors import UsageError
    from gwsim.rendering.sanitize import safe

    broken = [outcome for outcome in outcomes if isinstance(outcome, Unusable)]
    for outcome in broken:
        click.echo("\n".join(map(safe, str(outcome.error).split("\n"))), err=True)
    if broken:
        return 2
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    if part and not any(result.verdicts for result in results):
        raise UsageError(f"-k: expected a part of the name of a case, found {part!r}")
    return 1 if any(result.failed for result in results) else 0
