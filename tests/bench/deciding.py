"""Decisions a second through the Python API, for each shape of a configuration and at three sizes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from gwsim.reading.pausing import without_collections
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from tests.bench.generating import SHAPES, requests, simulation
from tests.bench.measuring import Effort, Table, apart, cpu_seconds, medians

RULES = (100, 10_000, 100_000)
ASKED = 20_000
"""Requests, all different, drawn evenly over the rules: as many at each size, to be as cold at each."""

BEFORE = 3
"""How often each request is asked before it is measured: then all is indexed and prepared."""


def deciding(effort: Effort) -> Iterator[Table]:
    """Yield the rates of every shape, and what is left of the rate at the smallest size."""
    yield Table(
        "Decisions a second",
        (
            "shape",
            *(f"{effort.of(rules):,} rules" for rules in RULES),
            *(f"{effort.of(rules):,} : {effort.of(RULES[0]):,}" for rules in RULES[1:]),
        ),
        [row(name, effort) for name in SHAPES],
        (
            f"`Simulation.decide`, one thread, CPU time; {effort.of(ASKED):,} different requests a size.",
            "All sizes of a shape are asked in turns in one process, after each was asked three times.",
        ),
    )


def row(name: str, effort: Effort) -> tuple[str, ...]:
    """One shape's line of the table."""
    sizes = [effort.of(rules) for rules in RULES]
    first, *others = apart(rates, name, sizes, effort.of(ASKED), max(5, effort.runs))
    ratios = [f"{other / first:.2f}" for other in others]
    return (SHAPES[name].says, *(f"{rate:,.0f}" for rate in (first, *others)), *ratios)


def rates(name: str, sizes: list[int], asked: int, runs: int) -> list[float]:
    """Decisions a second at some sizes, in their order."""
    works: dict[str, Callable[[], float]] = {}
    shape = SHAPES[name]
    # Before any configuration, so that the requests of all sizes lie in memory alike.
    questions = {rules: list(requests(shape, rules, asked)) for rules in sizes}
    for rules in sizes:
        with without_collections():
            made = simulation(shape, rules)
        for _ in range(BEFORE):
            decide_all(made, questions[rules])
        works[str(rules)] = partial(cpu_seconds, partial(decide_all, made, questions[rules]))
    gc.collect()
    gc.freeze()
    found: Mapping[str, float] = medians(works, runs)
    return [asked / found[str(rules)] for rules in sizes]


def decide_all(made: Simulation, questions: list[Request]) -> None:
    """Decide all requests, and keep nothing."""
    decide = made.decide
    for request in questions:
        decide(request)
