"""From YAML to an answer: against PyYAML's C loader, by commands, and at the sizes of public benchmarks."""

from __future__ import annotations

import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import gwsim
from gwsim.addresses import Source
from gwsim.reading.manifests import Document, read_documents
from gwsim.reading.pausing import without_collections
from gwsim.resources.admission.admitting import admit
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.simulation import Simulation
from tests.bench.generating import SHAPES, loaded, manifests, requests, shape_objects
from tests.bench.measuring import Effort, Table, apart, cpu_seconds, medians, peak_megabytes, seconds
from tests.bench.objects import yaml_text

ROUTES = 10_000
SHAPE = "hosts"
DECISIONS = 2000
BY_CPU = "Times are CPU time of one thread, medians, each run in a process of its own."


def write(shape: str, routes: int, path: str) -> None:
    """Write the manifests of a number of routes to a file."""
    Path(path).write_bytes(manifests(SHAPES[shape], routes * SHAPES[shape].rules_a_route))


@contextmanager
def written(shape: str, *sizes: int) -> Iterator[dict[int, str]]:
    """Files of manifests, by the number of routes; made elsewhere, since this process counts memory."""
    with TemporaryDirectory(prefix="gwsim-bench-") as folder:
        paths = {routes: str(Path(folder, f"{routes}.yaml")) for routes in sizes}
        for routes, path in paths.items():
            apart(write, shape, routes, path)
        yield paths


def pyyaml(path: str) -> float:
    """CPU time that PyYAML's C loader alone takes for a file, a document at a time."""
    import yaml

    data = Path(path).read_bytes()
    return cpu_seconds(lambda: sum(1 for _ in yaml.load_all(data, yaml.CSafeLoader)))


def ready(path: str, routes: int) -> float:
    """CPU time from a file to the first answer."""
    question = next(requests(SHAPES[SHAPE], routes * 3, 1))
    return cpu_seconds(lambda: gwsim.load(path).decide(question))


def memory(path: str, routes: int) -> float:
    """Megabytes that a process takes at most, with its interpreter, until the first answer."""
    ready(path, routes)
    return peak_megabytes()


def loading(effort: Effort) -> Iterator[Table]:
    """Time and memory from YAML to the first answer."""
    small, large = effort.of(ROUTES), effort.of(10 * ROUTES)
    with written(SHAPE, small, large) as paths:
        taken = medians(
            {
                "loader": partial(apart, pyyaml, paths[small]),
                "small": partial(apart, ready, paths[small], small),
                "large": partial(apart, ready, paths[large], large),
            },
            effort.runs,
        )
        megabytes = {routes: apart(memory, paths[routes], routes) for routes in (small, large)}
    rows = [
        [
            f"{small:,} routes of three rules, from YAML to the first answer",
            seconds(taken["small"]),
            f"PyYAML's C loader alone: {seconds(taken['loader'])}",
            f"{taken['small'] / taken['loader']:.2f}",
            "at most 1.2",
        ],
        [
            f"{large:,} of them",
            seconds(taken["large"]),
            f"{small:,}: {seconds(taken['small'])}",
            f"{taken['large'] / taken['small']:.1f}",
            "at most 11",
        ],
        *(
            [
                f"peak of memory with {routes:,}",
                f"{megabytes[routes]:,.0f} MB",
                "",
                f"{megabytes[routes] * small / routes:.0f} MB for each {small:,}",
                "at most 150 MB",
            ]
            for routes in (small, large)
        ),
    ]
    yield Table("Loading", ["what", "gwsim", "peer", "ratio", "asked for"], rows, [BY_CPU])


def command_seconds(*arguments: str) -> float:
    """CPU time of a whole command, start-up and all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "gwsim", *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def status_writing(path: str) -> float:
    """CPU time that `gwsim status` takes to write its tables."""
    from gwsim.rendering.tables import status_tables

    objects = loaded(Path(path).read_bytes()).status()
    return _writing(lambda: status_tables(objects, wide=False, color=False))


def routes_writing(path: str) -> float:
    """CPU time that `gwsim routes` takes to find the places of its rows, and to write them."""
    from gwsim.analysis.listing import table_rows
    from gwsim.rendering.tables import routes_table

    simulation = loaded(Path(path).read_bytes())
    rows = table_rows(simulation.table, gateway=None, listener=None, host=None)
    locate = simulation.snapshot.locate

    def work() -> str:
        places = {address: locate(address) for address in sorted({row.address for row in rows})}
        return routes_table(rows, color=False, locate=places.get)

    return _writing(work)


def _writing(work: Callable[[], str]) -> float:
    with without_collections(), Path(os.devnull).open("w", encoding="utf-8") as sink:
        return cpu_seconds(lambda: sink.write(work()))


COMMANDS = ("status", "routes", "validate", "lint")
WRITING: Mapping[str, Callable[[str], float]] = {"status": status_writing, "routes": routes_writing}
"""The others have nothing to say of these manifests."""


def commands(effort: Effort) -> Iterator[Table]:
    """Whole commands, and what of them is the writing of the answer."""
    routes = effort.of(ROUTES)
    with written(SHAPE, routes) as paths:
        path = paths[routes]
        taken = medians(
            {
                "loader": partial(apart, pyyaml, path),
                **{name: partial(command_seconds, name, "-f", path) for name in COMMANDS},
                **{f"{name}, writing": partial(apart, work, path) for name, work in WRITING.items()},
            },
            effort.runs,
        )
    loader = taken["loader"]
    rows = []
    for name in COMMANDS:
        whole, writing = taken[name], taken.get(f"{name}, writing", 0.0)
        bound = "" if name == "lint" else "at most 1.2 and the writing"
        ratio = f"{(whole - writing) / loader:.2f} + {writing / loader:.2f} for the writing"
        rows.append(
            [f"`gwsim {name}`, {routes:,} routes", seconds(whole), seconds(loader), ratio, bound],
        )
    columns = ["what", "gwsim, start-up and all", "PyYAML's C loader alone", "ratio", "asked for"]
    yield Table("Commands", columns, rows, [BY_CPU])


PUBLIC_SIZES: Sequence[tuple[str, int]] = (
    ("hosts", 1000),
    ("hosts", 3000),
    ("hosts", 5000),
    ("listener sets", 40_000),
)
"""The numbers of routes that public gateway benchmarks have; the last in 2,500 ListenerSets."""


def stages(path: str, shape: str, routes: int) -> dict[str, float]:
    """CPU seconds of each stage, of many decisions, and of what has to be done again for one more route."""
    asked = list(requests(SHAPES[shape], routes * SHAPES[shape].rules_a_route, DECISIONS, seed=1))
    data, addition = Path(path).read_bytes(), one_more(shape, routes)
    laps: dict[str, float] = {}
    now = time.process_time()

    def lap(name: str) -> None:
        nonlocal now
        now, before = time.process_time(), now
        laps[name] = now - before

    with without_collections():
        documents = read_documents(["-"], stdin=BytesIO(data)).documents
        lap("parse")
        resources = [admitted(each) for each in documents]
        lap("admit")
        simulation = Simulation.of(Snapshot.of(resources))
        lap("bind")
        simulation.decide(asked[0])
        lap("index")
        for name in ("decide", "prepare", "keep", "decide again"):
            for request in asked:
                simulation.decide(request)
            lap(name)
        new = [admitted(each) for each in read_documents(["-"], stdin=BytesIO(addition)).documents]
        Simulation.of(Snapshot.of([*resources, *new])).decide(asked[0])
        lap("again, objects kept")
    return laps


def one_more(shape: str, routes: int) -> bytes:
    """The last route of a configuration again, with another name."""
    *_, last = shape_objects(SHAPES[shape], routes * SHAPES[shape].rules_a_route)
    metadata = last["metadata"]
    assert isinstance(metadata, dict)
    return yaml_text([{**last, "metadata": {**metadata, "name": "one-more"}}]).encode()


def admitted(document: Document) -> tuple[Resource, Source]:
    resource = admit(document.value, document.source).resource
    assert resource is not None
    return resource, document.source


def again(path: str, shape: str, routes: int) -> float:
    """CPU time from the files with one more route to the first answer."""
    question = next(requests(SHAPES[shape], routes * SHAPES[shape].rules_a_route, 1))
    more = Path(path).with_suffix(".more.yaml")
    more.write_bytes(one_more(shape, routes))
    return cpu_seconds(lambda: gwsim.load(path, more).decide(question))


def sizes(effort: Effort) -> Iterator[Table]:
    """Each stage by itself, at the sizes of public benchmarks."""
    rows = []
    first = 0.0
    for shape, size in PUBLIC_SIZES:
        routes = effort.of(size)
        with written(shape, routes) as paths:
            path = paths[routes]
            runs = [apart(stages, path, shape, routes) for _ in range(effort.runs)]
            laps = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            others = medians(
                {"loader": partial(apart, pyyaml, path), "again": partial(apart, again, path, shape, routes)},
                effort.runs,
            )
        ready = sum(laps[name] for name in ("parse", "admit", "bind", "index"))
        decision, later = (laps[name] / DECISIONS for name in ("decide", "decide again"))
        first = first or later
        where = f" in {math.ceil(routes / 16):,} ListenerSets" if shape == "listener sets" else ""
        rows.append(
            [
                f"{routes:,}{where}",
                *(seconds(laps[name]) for name in ("parse", "admit", "bind", "index")),
                f"{ready / others['loader']:.2f}",
                f"{decision * 1e6:.0f} µs, {later * 1e6:.1f} µs, {later / first:.2f}",
                f"{seconds(others['again'])}, {others['again'] / ready:.2f}",
                f"{seconds(laps['again, objects kept'])}, {laps['again, objects kept'] / ready:.2f}",
            ]
        )
    columns = [
        "routes",
        "parse",
        "admit",
        "bind",
        "index",
        "sum / PyYAML's C loader",
        "a decision, the same for the fourth time, / that at the first size",
        "all again with one more route, / sum",
        "the same, other objects kept, / sum",
    ]
    yield Table("The sizes of public gateway benchmarks", columns, rows, [BY_CPU])
