"""`gwsim status`: what a controller would write into the status of each object."""

from __future__ import annotations

import click

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
@output_option("table", "wide", "json", "yaml")
@color_option
@without_collections()
def command(manifests: Manifests, output: str, color: bool) -> None:
    """
    Print the Gateway API objects with the status that a controller would write.

    The tables are kubectl's, without AGE, since gwsim reads no clock; below them stands what is wrong. JSON
    and YAML are a List of every object, defaults applied, in the API's shape.

    \b
    Examples:
      gwsim status -f manifests/
      gwsim status -f manifests/ -o yaml
      kustomize build overlays/prod | gwsim status -f - -o wide
    """
    simulation = open_simulation(manifests)
    objects = simulation.status()
    if output in ("json", "yaml"):
        print_data({"apiVersion": "v1", "kind": "List", "items": objects}, output)
        return
    from gwsim.rendering.tables import status_tables

    click.echo(status_tables(objects, wide=output == "wide", color=color), nl=False)
