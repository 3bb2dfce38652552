"""
Simulations, decisions, routing tables and graphs that show themselves in Jupyter.

    %load_ext gwsim.notebook

From then on they are shown as HTML, and as SVG the graphs that `picture` makes. A decision knows neither its
request nor the files of its configuration, and is shown without; `explained` shows it with both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from gwsim.analysis.graph import ObjectGraph
from gwsim.analysis.picturing.collapsing import collapse
from gwsim.analysis.picturing.linking import object_graph
from gwsim.analysis.picturing.travelling import request_graph
from gwsim.errors import UsageError
from gwsim.rendering.html.decisions import decision_html
from gwsim.rendering.html.overviews import simulation_html, table_html
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import outcome, request_line
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.routing.table import RoutingTable
from gwsim.simulation import Simulation

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.lib.pretty import PrettyPrinter


class Explained(msgspec.Struct, frozen=True):
    """A decision with what was asked, and of what: it shows files and lines, and the nearest misses."""

    simulation: Simulation
    request: Request
    decision: Decision


def explained(simulation: Simulation, request: Request) -> Explained:
    """
    Decide a request, to be shown with its reasons and their places.

    Raises:
        RequestError: no Gateway, or several, could be meant.
    """
    return Explained(simulation, request, simulation.trace(request))


def picture(
    simulation: Simulation, request: Request | None = None, *, around: str | None = None
) -> ObjectGraph:
    """
    Draw what `gwsim graph` draws: all objects, or the way of a request.

    Args:
        around: the id of one node, such as `HTTPRoute/shop/cart`: what leads to it, and what it leads to.

    Raises:
        KeyError: there is no such node.
    """
    if request is not None:
        decision = simulation.trace(request)
        return request_graph(simulation, request, decision, line=request_line(request))
    graph = object_graph(simulation.topology)
    if around is not None:
        graph = graph.around([graph.by_id[around].id])
    return collapse(graph, None)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Teach a shell how to show what gwsim has to show; `%load_ext gwsim.notebook` calls it."""
    formatter = shell.display_formatter
    assert formatter is not None
    html, svg, plain = (formatter.formatters[kind] for kind in ("text/html", "image/svg+xml", "text/plain"))
    html.for_type(Simulation, simulation_html)
    html.for_type(Decision, decision_html)
    html.for_type(Explained, _explained_html)
    html.for_type(RoutingTable, table_html)
    svg.for_type(ObjectGraph, _svg)
    for type_, words in _WORDS.items():
        plain.for_type(type_, _printer(words))


def _explained_html(each: Explained) -> str:
    return decision_html(each.decision, request=each.request, simulation=each.simulation)


def _svg(graph: ObjectGraph) -> str | None:
    """The picture; None, and so no picture but its words, where what draws it is not installed."""
    from gwsim.rendering.graphs.svg import svg

    try:
        return svg(graph, fit=True)
    except UsageError:
        return None


def _printer(words: Callable[..., str]) -> Callable[[object, PrettyPrinter, bool], None]:
    """What IPython calls for the plain text beside the HTML: in full, these values are pages long."""

    def pretty(value: object, printer: PrettyPrinter, _: bool) -> None:
        printer.text(safe(words(value)))  # type: ignore[no-untyped-call]

    return pretty


def _simulation_words(simulation: Simulation) -> str:
    return f"<Simulation of {len(simulation.snapshot.objects)} objects>"


def _explained_words(each: Explained) -> str:
    return f"<Explained {request_line(each.request)}: {outcome(each.decision)}>"


_WORDS: dict[type, Callable[..., str]] = {
    Simulation: _simulation_words,
    Decision: lambda decision: f"<Decision {outcome(decision)}>",
    Explained: _explained_words,
    RoutingTable: lambda table: f"<RoutingTable of {len(table.listeners)} Gateways and ports>",
    ObjectGraph: lambda graph: f"<ObjectGraph of {len(graph.nodes)} nodes and {len(graph.edges)} edges>",
}
