"""`gwsim test`: whether requests and objects are what scenario files expect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

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


@click.command(cls=ManifestCommand)
@click.argument("paths", nargs=-1, metavar="[DIR|FILE]…")
@optional_manifest_options
@click.option("-k", "part", default="", metavar="TEXT", help="Put only cases with this text in file or name.")
@click.option("-v", "--verbose", is_flag=True, help="Name what passes as well.")
@output_option("text", "junit", "github")
@color_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    manifests: Manifests,
    part: str,
    verbose: bool,
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
      gwsim test routes/ -o junit > gwsim.xml
      helm template chart/ | gwsim test routes/ -f -
    """
    from gwsim.reading.scenarios.finding import find_scenarios
    from gwsim.testing.running import run_scenarios

    files = list(find_scenarios(paths or ["."]))
    manifests_of = _Opened(manifests)
    outcomes = list(run_scenarios(files, manifests_of, _chooser(part)))
    manifests_of.note(outcomes)
    _print(outcomes, output, verbose=verbose, color=color)
    context.exit(_exit_code(outcomes, part))


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
