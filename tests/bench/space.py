"""Questions about all requests, against the loading of the same manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gwsim.analysis.differing.causes import causes
from gwsim.analysis.differing.comparing import Comparison, compare
from gwsim.analysis.differing.meanings import Pair
from gwsim.analysis.finding import Sought, find
from gwsim.analysis.space.reaching import unreachable
from gwsim.simulation import Simulation
from tests.bench.generating import SHAPES, loaded, manifests
from tests.bench.measuring import Effort, Table, apart, cpu_seconds

ROUTES = 10_000
CHANGED = 10
"""Routes that the second configuration has otherwise."""


def space(effort: Effort) -> Iterator[Table]:
    """`diff` and `find` on many routes, each against what loading takes."""
    shape = SHAPES["hosts"]
    routes = effort.of(ROUTES)
    rows = []
    for name, seconds, least, most in apart(_measured, routes * shape.rules_a_route):
        rows.append([name, f"{seconds:.2f}", f"{seconds / least:.2f}", most])
    yield Table(
        f"all requests to {routes} routes, three rules each",
        ["work", "CPU seconds", "in loads", "at most"],
        rows,
        [f"diff: two that differ in {CHANGED} routes, in loads of both; the rest in loads of one"],
    )


def _measured(rules: int) -> list[tuple[str, float, float, str]]:
    """Name, seconds, seconds of the loading that it is held against, and the bound of each work."""
    text = manifests(SHAPES["hosts"], rules)
    sides: list[Simulation] = []
    one = cpu_seconds(lambda: sides.append(loaded(text)))
    two = one + cpu_seconds(lambda: sides.append(loaded(edited(text))))
    found: list[Comparison] = []
    difference = cpu_seconds(lambda: found.append(compare(Pair(*sides))))
    difference += cpu_seconds(lambda: causes(found[0]))
    assert len(found[0].differences) == 2 * CHANGED, len(found[0].differences)
    backend, everything = Sought(backends=("team-0/cart",)), Sought()
    return [
        ("load", one, one, ""),
        ("diff, both loads included", two + difference, two, "1.5"),
        ("find one backend", cpu_seconds(lambda: list(find(sides[0], backend))), one, "2"),
        ("find everything", cpu_seconds(lambda: list(find(sides[0], everything))), one, "2"),
        ("matches that nothing reaches", cpu_seconds(lambda: list(unreachable(sides[0]))), one, "2"),
    ]


def edited(text: bytes) -> bytes:
    """The same manifests with another prefix in some routes, spread over all of them."""
    places = [found.start() for found in re.finditer(rb"value: /api/v2", text)]
    step = max(1, len(places) // CHANGED)
    for place in reversed(places[::step][:CHANGED]):
        text = text[:place] + b"value: /api/v3" + text[place + 14 :]
    return text
