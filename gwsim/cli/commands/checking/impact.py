"""`gwsim impact`: what hangs on an object."""

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
from gwsim.cli.reviews import print_left_out
from gwsim.reading.pausing import without_collections


@click.command(cls=ManifestCommand)
@click.argument("name", metavar="OBJECT")
@manifest_options
@output_option("text", "json", "markdown")
@color_option
@without_collections()
def command(name: str, manifests: Manifests, output: str, color: bool) -> None:
    """
    Print what depends on an object, and which requests would be answered differently if it vanished.

    OBJECT is KIND/NAMESPACE/NAME, or KIND/NAME for one without a namespace. A Namespace takes with it what it
    holds.

    \b
    Examples:
      gwsim impact Service/shop/cart -f manifests/
      gwsim impact Secret/infra/wildcard -f manifests/ -o json
      gwsim impact Namespace/payments -f manifests/ -R
    """
    from gwsim.analysis.differing.causes import causes
    from gwsim.analysis.differing.comparing import compare
    from gwsim.analysis.differing.impact import impact_of
    from gwsim.rendering.space.differences import Review, review_data, review_markdown, review_text
    from gwsim.rendering.space.impact import impact_data, impact_lines

    impact = impact_of(open_simulation(manifests), name)
    compared = compare(impact.pair)
    review = Review(
        impact.pair.before, impact.pair.after, causes(compared), compared.doubts, compared.left_out
    )
    print_left_out(review.mesh_routes)
    match output:
        case "json":
            print_data({**impact_data(impact), **review_data(review)}, "json")
        case "markdown":
            click.echo(review_markdown(review, tuple(impact_lines(impact))).encode(), nl=False)
        case _:
            click.echo("\n".join([*impact_lines(impact), "", review_text(review, color=color)]), nl=False)
