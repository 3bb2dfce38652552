"""`gwsim compat`: does a configuration run on an implementation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gwsim.cli.options import Manifests, input_options, open_simulation, print_data

if TYPE_CHECKING:
    from gwsim.analysis.portability.comparing import Candidate, Matrix
    from gwsim.implementations.conformance import Registry
    from gwsim.resources.snapshot import Snapshot
    from gwsim.simulation import Simulation

_RELEASES = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6")


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from gwsim.reading.conformance.packaged import packaged_registry

        _print_known(packaged_registry())
        context.exit()


@click.command()
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="List the implementations, and how old what is known of each is.",
)
@click.option(
    "--gateway-api",
    type=click.Choice(_RELEASES),
    help="Look at reports for this release or older ones.  [default: the newest of each]",
)
@click.option(
    "--reports",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Newer conformance reports in upstream's form: a file, or a folder of them. May be repeated.",
)
@click.option(
    "--checklist", is_flag=True, help="Answer what a team asks before it adopts the implementation."
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(("text", "json", "markdown", "html")),
    default="text",
    show_default=True,
    help="The form of the answer.",
)
@click.option(
    "--implementation",
    "names",
    multiple=True,
    metavar="NAME[@VERSION]",
    help="Look at this one, whole; several are compared.  [default: compare all]",
)
@input_options
@click.pass_context
def command(
    context: click.Context,
    manifests: Manifests,
    gateway_api: str | None,
    reports: tuple[Path, ...],
    names: tuple[str, ...],
    checklist: bool,
    output: str,
) -> None:
    """
    Say which features of the Gateway API the manifests need, and which implementations report them.

    With one --implementation: what it lacks, where, and what follows. The exit code is 1 where an
    implementation that was named reports a feature that is needed as unsupported. What no report tells
    is unknown, never guessed; neither that nor a test that was skipped makes the exit code 1.

    \b
    Examples:
      gwsim compat -f manifests/
      gwsim compat -f manifests/ --implementation nginx-gateway-fabric
      gwsim compat -f manifests/ --implementation istio@1.28 --gateway-api 1.4
      gwsim compat -f manifests/ --implementation cilium --checklist
      gwsim compat -f manifests/ --reports gateway-api/conformance/reports/v1.7 -o markdown
      gwsim compat --list
    """
    from gwsim.analysis.portability.comparing import matrix

    if checklist and len(names) != 1:
        raise click.UsageError("--checklist is about one --implementation", context)
    registry = _registry(reports)
    simulation = open_simulation(manifests)
    found = matrix(simulation.topology, registry, names, gateway_api=gateway_api or "")
    if checklist:
        _print_checklist(found, simulation, registry, output)
    else:
        choices = _choices(found.candidates[0], registry) if len(names) == 1 else None
        _print_matrix(found, simulation.snapshot, output, choices)
    context.exit(1 if names and any(each.lacks for each in found.candidates) else 0)


def _registry(paths: tuple[Path, ...]) -> Registry:
    from gwsim.reading.conformance.packaged import packaged_registry
    from gwsim.reading.conformance.report_files import read_reports

    return packaged_registry().with_reports(read_reports(paths))


def _print_matrix(
    found: Matrix, snapshot: Snapshot, output: str, choices: Mapping[str, tuple[str, str]] | None
) -> None:
    from gwsim.rendering import portability

    if output == "json":
        data = portability.matrix_data(found, snapshot)
        if choices is not None:
            data["choices"] = [
                {"name": name, "value": value, "basis": basis or None}
                for name, (value, basis) in choices.items()
            ]
        print_data(data, output)
    elif output != "text":
        if choices is None:
            title, rows = "Implementations of the Gateway API", portability.matrix_rows(found)
            tables = (tuple(portability.feature_rows(found, snapshot)), tuple(rows))
        else:
            title, rows = _title(found.candidates[0]), portability.choice_rows(choices)
            tables = (tuple(portability.candidate_rows(found, found.candidates[0], snapshot)), tuple(rows))
        _print_tables(title, tables, output)
    elif choices is not None:
        click.echo(portability.candidate_text(found, found.candidates[0], snapshot, choices), nl=False)
    else:
        click.echo(portability.matrix_text(found, snapshot), nl=False)


def _title(candidate: Candidate) -> str:
    reports = ", ".join(map(str, candidate.reports)) or "no conformance report is known"
    return f"{candidate.title}: {reports}"


def _print_tables(title: str, tables: Sequence[Sequence[Sequence[str]]], output: str) -> None:
    from gwsim.rendering.portability import tables_html, tables_markdown

    form = tables_markdown if output == "markdown" else tables_html
    click.echo(form(title, tables), nl=False)


def _print_checklist(found: Matrix, simulation: Simulation, registry: Registry, output: str) -> None:
    from gwsim.analysis.portability.checklist import checklist
    from gwsim.implementations.reported import implementation_of, known_choices
    from gwsim.rendering import portability

    candidate = found.candidates[0]
    known = known_choices(registry, candidate.name, candidate.reports)
    chosen = implementation_of(registry, candidate.name, candidate.reports)
    points = checklist(simulation.topology, found, candidate, chosen, known)
    if output == "json":
        print_data({"implementation": candidate.name, "points": portability.points_data(points)}, output)
    elif output != "text":
        _print_tables(_title(candidate), (tuple(portability.points_rows(points)),), output)
    else:
        click.echo(portability.points_text(candidate, points), nl=False)


def _choices(candidate: Candidate, registry: Registry) -> Mapping[str, tuple[str, str]]:
    """Value and basis of every choice, by name; an empty basis where it is not known."""
    from gwsim.implementations.choosing import choices
    from gwsim.implementations.reported import implementation_of, known_choices

    known = known_choices(registry, candidate.name, candidate.reports)
    chosen = implementation_of(registry, candidate.name, candidate.reports)
    return {each.name: (str(getattr(chosen, each.field)), known.get(each.field, "")) for each in choices()}


def _print_known(registry: Registry) -> None:
    from gwsim.implementations.conformance import chosen_reports
    from gwsim.rendering.sanitize import safe

    for name in registry.implementations:
        reports = chosen_reports(registry.reports, name)
        for report in reports:
            click.echo(safe(str(report)))
        if not reports:
            click.echo(f"{name}: no report")
