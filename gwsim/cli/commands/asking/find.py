"""`gwsim find`: which requests have an outcome."""

from __future__ import annotations

import re
from collections.abc import Callable

import click
import msgspec

from gwsim.cli.options import (
    ManifestCommand,
    Manifests,
    color_option,
    manifest_options,
    open_simulation,
    output_option,
    print_data,
)
from gwsim.cli.reviews import print_left_out
from gwsim.reading.pausing import without_collections


def _named(flag: str, field: str, says: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option that takes names of objects, and may be repeated."""
    return click.option(flag, field, metavar="NS/NAME", multiple=True, help=says)


def _absolute(
    _: click.Context, __: click.Parameter, paths: str | tuple[str, ...] | None
) -> str | tuple[str, ...] | None:
    """Refuse a prefix that no path has."""
    for path in (paths,) if isinstance(paths, str) else paths or ():
        if not path.startswith("/"):
            raise click.BadParameter(f"expected a path that begins with /, found {path!r}")
    return paths


_HOSTNAME = re.compile(r"|\*|(\*\.)?[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*")
_ADDRESS = re.compile(r"[0-9]+(\.[0-9]+){3}")


def _hostname(
    _: click.Context, __: click.Parameter, names: str | tuple[str, ...] | None
) -> str | tuple[str, ...] | None:
    """Refuse what is no hostname, such as an address or one with a port: nothing would be found for it."""
    for name in (names,) if isinstance(names, str) else names or ():
        if _ADDRESS.fullmatch(name) or not _HOSTNAME.fullmatch(name):
            raise click.BadParameter(f"expected a hostname or *.NAME, without a port, found {name!r}")
    return names


_STATUS = click.IntRange(100, 599)


@click.command(cls=ManifestCommand)
@manifest_options
@_named("--backend", "backends", "Forwarded or copied to this backend, if only a share.")
@_named("--route", "routes", "Taken by this route.")
@click.option(
    "--status", "statuses", type=_STATUS, multiple=True, help="Answered by the gateway with this status."
)
@click.option(
    "--action",
    "actions",
    type=click.Choice(("forward", "redirect", "respond", "refuse")),
    multiple=True,
    help="What becomes of them; refused connections are left out unless they are asked for.",
)
@_named("--gateway", "gateways", "Sent to this Gateway.")
@click.option("--host", metavar="NAME", callback=_hostname, help="For this host, or for one of *.NAME.")
@click.option("--path-prefix", metavar="PATH", callback=_absolute, help="With this path, or one below it.")
@_named("--not-backend", "not_backends", "Not to this backend.")
@_named("--not-route", "not_routes", "Not taken by this route.")
@click.option(
    "--not-status", "not_statuses", type=_STATUS, multiple=True, help="Not answered with this status."
)
@_named("--not-gateway", "not_gateways", "Not sent to this Gateway.")
@click.option(
    "--not-host", "not_hosts", metavar="NAME", multiple=True, callback=_hostname, help="Not for this host."
)
@click.option(
    "--not-path-prefix",
    "not_path_prefixes",
    metavar="PATH",
    multiple=True,
    callback=_absolute,
    help="Not below this path.",
)
@click.option("--expect-none", is_flag=True, help="Exit with 1 when there is such a request.")
@output_option("text", "json", "yaml")
@color_option
@without_collections()
def command(
    manifests: Manifests,
    *,
    actions: tuple[str, ...],
    expect_none: bool,
    output: str,
    color: bool,
    **asked: object,
) -> None:
    """
    Print all requests that have an outcome: in classes, in words, with an example of each.

    Conditions of several options all hold; of one option that is repeated, any does. Where weights decide,
    the share is told.

    \b
    Examples:
      gwsim find -f manifests/ --backend payments/api
      gwsim find -f manifests/ --status 404 --host shop.example.com
      gwsim find -f manifests/ --path-prefix /admin --action forward --not-backend admin/ui --expect-none
    """
    from gwsim.analysis.finding import SERVED, Found, Sought, find, unknown_names
    from gwsim.analysis.space.space import Unsolved, mesh_routes
    from gwsim.rendering.sanitize import safe
    from gwsim.rendering.space.finding import found_data, found_text, rows_of
    from gwsim.routing.decision import Action

    simulation = open_simulation(manifests)
    sought = msgspec.convert({**asked, "actions": tuple(map(Action, actions)) or SERVED}, Sought)
    for name in unknown_names(simulation, sought):
        click.echo(f"{safe(name)}: no object of this name is in the input", err=True)
    print_left_out(mesh_routes(simulation))
    answers = list(find(simulation, sought))
    rows = rows_of(each for each in answers if isinstance(each, Found))
    unsolved = [each for each in answers if isinstance(each, Unsolved)]
    if output == "text":
        click.echo(found_text(simulation, rows, unsolved, color=color), nl=False)
    else:
        print_data(found_data(simulation, rows, unsolved), output)
    if expect_none and answers:
        click.get_current_context().exit(1)
