"""`gwsim lint`: what is legal, and most likely not meant."""

from __future__ import annotations

from datetime import date, datetime

import click

from gwsim.cli.options import ManifestCommand, Manifests, manifest_options, open_simulation
from gwsim.cli.reports import Reporting, publish, report_options


class _Day(click.ParamType[date]):
    """A day, or `today`."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if value == "today":
            return datetime.now().astimezone().date()
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"expected a day such as 2026-01-31, or today, found {str(value)!r}", param, ctx)


@click.command(cls=ManifestCommand)
@manifest_options
@click.option(
    "--on",
    type=_Day(),
    metavar="DATE",
    help="Check that certificates are valid on a day, such as 2026-01-31, or today.",
)
@report_options(fail_on="warning")
def command(manifests: Manifests, on: date | None, reporting: Reporting) -> None:
    """
    List what is legal, and most likely not meant: rules that never fire, references to nowhere, and so on.

    A warning is a mistake by what the input holds; an info may be meant. `gwsim explain CODE` says more about
    each. The annotation `gwsim/lint-ignore: CODE, CODE` of an object switches checks off for it.

    \b
    Examples:
      gwsim lint -f manifests/
      gwsim lint -f manifests/ --on today
      gwsim lint -f manifests/ -o github --fail-on info
      gwsim lint -f manifests/ --suppress PlainHTTP --suppress 'UnusedGrant=ReferenceGrant/shop/*'
    """
    from gwsim.analysis.linting.checking import lint
    from gwsim.rendering.findings import Report

    simulation = open_simulation(manifests)
    snapshot = simulation.snapshot
    objects = tuple(map(str, snapshot.objects))
    findings = lint(simulation, on=on)
    publish(Report(findings, objects, len(objects), len(snapshot.others), "gwsim lint"), reporting)
