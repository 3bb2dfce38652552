"""How the benches measure: in processes of their own, in turns, and by medians."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Table(NamedTuple):
    """Figures to print."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    """What has to be known of how they were measured, a sentence each."""


class Effort(NamedTuple):
    """How much is measured."""

    scale: float = 1.0
    """What all sizes are multiplied by."""
    runs: int = 3
    """Of each measurement; the median counts."""

    def of(self, size: int) -> int:
        """A size of the issue, scaled."""
        return max(1, round(size * self.scale))


def apart(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a fresh process, so that nothing that came before bears on its time and memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()


def medians(works: Mapping[str, Callable[[], float]], runs: int) -> dict[str, float]:
    """Measure all in turns, so that a busy machine is busy for all of them, and take the median of each."""
    figures: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            figures[name].append(work())
    return {name: statistics.median(each) for name, each in figures.items()}


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time of some work of one thread, which other processes of a busy machine do not lengthen."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds(figure: float) -> str:
    """Seconds as a table shows them."""
    return f"{figure:.2f} s" if figure >= 0.1 else f"{figure * 1000:.1f} ms"


def table_text(table: Table) -> str:
    """A table in Markdown, set in columns."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]

    def row(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |\n"

    rule = f"| {' | '.join('-' * width for width in widths)} |\n"
    notes = "".join(f"{note}\n" for note in table.notes)
    body = row(table.columns) + rule + "".join(map(row, table.rows))
    return f"{table.title}\n\n{body}" + (f"\n{notes}" if notes else "")
