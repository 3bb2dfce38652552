"""`gwsim graph`: the objects, or the way of one request, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from gwsim.cli.options import Manifests, manifest_options, open_simulation, output_option
from gwsim.cli.request_options import RequestCommand, request_options
from gwsim.errors import UsageError
from gwsim.reading.traffic import request_from_words

if TYPE_CHECKING:
    from gwsim.analysis.graph import ObjectGraph
    from gwsim.routing.request import Request
    from gwsim.simulation import Simulation

_DETAILS = ("auto", "rules", "objects", "namespaces", "kinds")


@click.command(cls=RequestCommand)
@click.argument("words", nargs=-1, metavar="[[METHOD] URL | curl …]")
@manifest_options
@request_options
@click.option(
    "--detail",
    type=click.Choice(_DETAILS),
    default="auto",
    show_default=True,
    help="Draw every rule, or less: as much as stays readable.",
)
@click.option(
    "--around",
    metavar="KIND/NS/NAME",
    help="Only this object, what leads to it, and what it leads to.",
)
@output_option("mermaid", "dot", "svg")
@click.pass_context
def command(
    context: click.Context,
    words: tuple[str, ...],
    headers: tuple[str, ...],
    manifests: Manifests,
    stated: Mapping[str, object],
    detail: str,
    around: str | None,
    output: str,
) -> None:
    """
    Draw the objects and by what one leads to another; with a request, the way that it takes.

    Green is in order, yellow is partly invalid, red is refused or missing, grey is never reached. What many
    objects would make unreadable is drawn as one: a node for each kind, namespace and state.

    \b
    Examples:
      gwsim graph -f manifests/ > routing.mmd
      gwsim graph -f manifests/ --around HTTPRoute/shop/cart -o svg > cart.svg
      gwsim graph -f manifests/ -o dot | dot -Tpng > routing.png
      gwsim graph -f manifests/ GET https://shop.example.com/cart -o svg > way.svg
    """
    if words or stated or headers:
        if around is not None or detail != "auto":
            raise click.UsageError("--around and --detail are for graphs without a request", context)
        request = request_from_words(words, headers, **stated)
        simulation = open_simulation(manifests)
        picture = _way(simulation, request)
    else:
        simulation = open_simulation(manifests)
        picture = _objects(simulation, detail, around)
    click.echo(_written(picture, output), nl=False)


def _way(simulation: Simulation, request: Request) -> ObjectGraph:
    from gwsim.analysis.picturing.travelling import request_graph
    from gwsim.rendering.sentences import request_line

    return request_graph(simulation, request, simulation.trace(request), line=request_line(request))


def _objects(simulation: Simulation, detail: str, around: str | None) -> ObjectGraph:
    from gwsim.analysis.picturing.collapsing import Detail, collapse
    from gwsim.analysis.picturing.linking import object_graph

    graph = object_graph(simulation.topology)
    if around is not None:
        if around not in graph.by_id:
            import difflib

            near = difflib.get_close_matches(around, graph.by_id, n=3) or list(graph.by_id)[:3]
            raise UsageError(f"--around: expected an object of the graph ({', '.join(near)}), found {around}")
        graph = graph.around([around])
    return collapse(graph, None if detail == "auto" else Detail(detail))


def _written(graph: ObjectGraph, output: str) -> str:
    match output:
        case "dot":
            from gwsim.rendering.graphs.dot import dot

            return dot(graph)
        case "svg":
            from gwsim.rendering.graphs.svg import svg

            return svg(graph)
        case _:
            from gwsim.rendering.graphs.mermaid import MOST_EDGES, mermaid

            if len(graph.edges) > MOST_EDGES:
                click.echo(
                    f"{len(graph.edges)} edges: Mermaid draws {MOST_EDGES} unless its own maxEdges says more",
                    err=True,
                )
            return mermaid(graph)
