"""A whole configuration, and its routing table, as HTML."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from gwsim.addresses import Address
from gwsim.analysis.graph import State
from gwsim.analysis.listing import Row, table_rows
from gwsim.analysis.picturing.linking import object_graph
from gwsim.rendering.html.markup import TONES, add, code_cell, page, table, written
from gwsim.rendering.tables import TIE_BREAKS
from gwsim.routing.table import RoutingTable
from gwsim.simulation import Simulation

_MOST_ROWS = 100
_PARTS = frozenset({"listener", "rule"})


def simulation_html(simulation: Simulation) -> str:
    """Write what a configuration consists of, and what in it is not in order."""
    graph = object_graph(simulation.topology)
    root = page()
    counts = Counter((node.kind, node.state) for node in graph.nodes)
    kinds = dict.fromkeys(node.kind for node in graph.nodes)
    states = [state for state in State if any(counts[kind, state] for kind in kinds)]
    body = table(root, ["", *(state.value for state in states)])
    for kind in kinds:
        row = ET.SubElement(body, "tr")
        add(row, "th", kind)
        for state in states:
            count = counts[kind, state]
            add(row, "td", str(count) if count else "", TONES[state])
    wrong = [node for node in graph.nodes if node.state not in (State.ACCEPTED, State.UNREACHED)]
    wrong += [node for node in graph.nodes if node.state is State.UNREACHED and node.kind not in _PARTS]
    if wrong:
        body = table(root, ("not in order", "", "", ""))
    for node in wrong[:_MOST_ROWS]:
        row = ET.SubElement(body, "tr")
        code_cell(row, [node.id])
        add(row, "td", node.state.value, TONES[node.state])
        add(row, "td", node.reason or "")
        location = None if node.key is None else simulation.snapshot.locate(Address(node.key))
        code_cell(row, ["" if location is None else str(location)], "dim")
    _add_rest(root, len(wrong))
    return written(root)


def table_html(routing: RoutingTable) -> str:
    """Write the routing table in the order in which it is tried."""
    rows = table_rows(routing, gateway=None, listener=None, host=None)
    locate = routing.topology.snapshot.locate
    root = page()
    body = table(root, ("listener", "host", "match", "rule", "backends", "order", ""))
    for each in rows[:_MOST_ROWS]:
        row = ET.SubElement(body, "tr")
        spec = each.listener.spec
        code_cell(row, [f"{each.gateway} {spec.name} :{spec.port}"])
        code_cell(row, [each.hostname or "any"])
        code_cell(row, each.match)
        code_cell(row, [str(each.key.rule_address)])
        _add_backends(row, each)
        clause = None if each.why is None else each.why.tie_break
        add(row, "td", "" if clause is None else TIE_BREAKS.get(clause.id, clause.says), "dim")
        location = locate(each.address)
        code_cell(row, ["" if location is None else str(location)], "dim")
    _add_rest(root, len(rows))
    return written(root)


def _add_backends(row: ET.Element, each: Row) -> None:
    cell = add(row, "td")
    for place, backend in enumerate(each.backends):
        if place:
            ET.SubElement(cell, "br")
        share = f"{backend.share} " if len(each.backends) > 1 else ""
        port = "" if backend.port is None else f":{backend.port}"
        failed = "" if backend.reason is None else f" ({backend.reason})"
        add(cell, "code", f"{share}{backend.target}{port}{failed}", "bad" if failed else "")
    if not each.backends:
        for line in each.filters:
            add(cell, "code", str(line))


def _add_rest(root: ET.Element, count: int) -> None:
    if count > _MOST_ROWS:
        add(root, "div", f"and {count - _MOST_ROWS} more", "dim")
