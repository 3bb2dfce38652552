"""`gwsim routes`: the routing table, in the order in which it is tried."""

from __future__ import annotations

import click

from gwsim.addresses import Location
from gwsim.cli.options import (
    ManifestCommand,
    Manifests,
    color_option,
    manifest_options,
    open_simulation,
    output_option,
    print_data,
)
from gwsim.reading.pausing import without_collections


@click.command(cls=ManifestCommand)
@manifest_options
@click.option("--gateway", metavar="NS/NAME", help="Only the listeners of this Gateway.")
@click.option("--listener", metavar="NAME", help="Only listeners of this name.")
@click.option("--host", metavar="NAME", help="Only what a request for this host is matched against.")
@output_option("table", "json", "yaml")
@color_option
@without_collections()
def command(
    manifests: Manifests,
    gateway: str | None,
    listener: str | None,
    host: str | None,
    output: str,
    color: bool,
) -> None:
    """
    Print the routing table in the order in which it is tried, and why in that order.

    \b
    Examples:
      gwsim routes -f manifests/
      gwsim routes -f manifests/ --gateway infra/public --listener https
      gwsim routes -f manifests/ --host shop.example.com -o json
    """
    from gwsim.analysis.listing import idle_listeners, table_rows

    simulation = open_simulation(manifests)
    table, locate = simulation.table, simulation.snapshot.locate
    rows = table_rows(table, gateway=gateway, listener=listener, host=host)
    # By route: a document in which several places are looked for is read once.
    places = {address: locate(address) for address in sorted({row.address for row in rows})}
    if output in ("json", "yaml"):
        print_data([{**row.to_dict(), "source": _place(places[row.address])} for row in rows], output)
        return
    from gwsim.rendering.tables import routes_table

    idle = idle_listeners(table, gateway=gateway, listener=listener) if host is None else ()
    click.echo(routes_table(rows, color=color, locate=places.get, idle=idle), nl=False)


def _place(location: Location | None) -> str | None:
    return None if location is None else f"{location.file}:{location.line}"
