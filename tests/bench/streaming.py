"""A log of requests against a large configuration: `gwsim trace --requests`, from first line to last."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from tests.bench.generating import SHAPES, manifests, questions
from tests.bench.measuring import Effort, Table, apart, cpu_seconds, seconds

ROUTES = 10_000
SHAPE = "hosts"
SIZES = (100_000, 1_000_000)
JOBS = 2
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1",
    "curl/8.9.1",
)


LOGS = {"evenly over all rules": False, "by popularity (Zipf)": True}
"""How a log's requests are drawn, and whether some rules are asked for more often than others."""


class Run(NamedTuple):
    """One run of the command."""

    seconds: float
    answers: int
    resident: float
    """Megabytes of all processes at most; what they share is counted for each."""
    proportional: float
    """The same, with what is shared counted once."""


def write_manifests(routes: int, path: str) -> None:
    """Write a configuration."""
    shape = SHAPES[SHAPE]
    Path(path).write_bytes(manifests(shape, routes * shape.rules_a_route))


def write_log(routes: int, lines: int, path: str, *, popular: bool) -> None:
    """Write a log: URLs with their hosts, items and queries, methods, headers and ids."""
    shape, dice = SHAPES[SHAPE], random.Random(lines)
    encode = msgspec.json.Encoder().encode
    asked = questions(shape, routes * shape.rules_a_route, lines, seed=1, popular=popular)
    with Path(path).open("wb") as log:
        for number, each in enumerate(asked):
            own = [pair for pair in each.headers if pair[0] != "user-agent"]
            headers = [
                ("user-agent", AGENTS[number % len(AGENTS)]),
                ("accept", "text/html,application/json;q=0.9,*/*;q=0.8"),
                ("accept-encoding", "gzip, br"),
                ("x-request-id", f"{dice.getrandbits(128):032x}"),
                *own,
            ]
            method = "POST" if number % 7 == 0 else "GET"
            url = f"http://{each.host}{each.path}"
            fields = {"id": f"req-{number:08d}", "method": method, "url": url, "headers": headers}
            log.write(encode(fields) + b"\n")


def streamed(configuration: str, log: str, jobs: int) -> Run:
    """Run the command on a log, and read what it answers."""
    command = (sys.executable, "-m", "gwsim", "trace", "-f", configuration, "--requests", log)
    start = time.perf_counter()
    with subprocess.Popen((*command, "--jobs", str(jobs)), stdout=subprocess.PIPE) as process:
        watch = Watch(process.pid)
        watch.start()
        assert process.stdout is not None
        answers = 0
        while part := os.read(process.stdout.fileno(), 1 << 20):
            answers += part.count(b"\n")
        process.wait()
        taken = time.perf_counter() - start
        watch.stop()
    assert process.returncode == 0, process.returncode
    return Run(taken, answers, watch.resident, watch.proportional)


class Watch(threading.Thread):
    """Looks at the memory of a process and its children, five times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.resident = 0.0
        self.proportional = 0.0

    def run(self) -> None:
        while not self._ended.wait(0.2):
            self.look()

    def look(self) -> None:
        """Look once: what is there now counts, where it is the most so far."""
        resident, proportional = (self._sum(field) for field in ("Rss", "Pss"))
        self.resident = max(self.resident, resident)
        self.proportional = max(self.proportional, proportional)

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _sum(self, field: str) -> float:
        own = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        total = 0
        # A process may end meanwhile, and not every system tells.
        with suppress(OSError):
            for pid in (str(self._pid), *own.read_text(encoding="ascii").split()):
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                said = text.partition(f"\n{field}:")[2].split(maxsplit=1)
                total += int(said[0]) if said else 0
        return total / 1024


def copied(log: str) -> float:
    """CPU seconds in which one process does no more than decode each line and write it back."""
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode

    def copy() -> None:
        with Path(log).open("rb") as lines, Path(os.devnull).open("wb") as nowhere:
            nowhere.writelines(encode(decode(line)) + b"\n" for line in lines)

    return cpu_seconds(copy)


def streams(effort: Effort) -> Iterator[Table]:
    """A log of requests, end to end: time and memory, for two sizes of it."""
    routes = effort.of(ROUTES)
    with TemporaryDirectory(prefix="gwsim-bench-") as folder:
        configuration, log = str(Path(folder, "routes.yaml")), str(Path(folder, "log.jsonl"))
        apart(write_manifests, routes, configuration)
        apart(write_log, routes, 1, log, popular=False)
        load = median(streamed(configuration, log, JOBS).seconds for _ in range(effort.runs))
        rows = []
        for name, popular in LOGS.items():
            for lines in map(effort.of, SIZES):
                apart(write_log, routes, lines, log, popular=popular)
                runs = sorted(streamed(configuration, log, JOBS) for _ in range(effort.runs))
                assert all(run.answers == lines for run in runs)
                rows.append(row(name, lines, runs[len(runs) // 2], load, copied(log)))
    yield Table(
        f"A log of requests against {routes:,} routes, {JOBS} processes",
        (
            "requests drawn",
            "lines",
            "all of it",
            "requests a second, once loaded",
            "of msgspec alone on one core",
            "peak memory of all processes",
            "counting shared pages once",
        ),
        rows,
        (
            f"`gwsim trace -f routes.yaml --requests log.jsonl --jobs {JOBS}`; the bench reads the answers.",
            f"Loading takes {seconds(load)}: so long takes a log of one line.",
            "Msgspec alone: each line decoded and written back, by one process, in CPU time.",
            "Each request has an id, a URL with its own item, a method and four to five headers.",
        ),
    )


def row(name: str, lines: int, run: Run, load: float, alone: float) -> Sequence[str]:
    """One line of the table."""
    streaming = max(run.seconds - load, 1e-3)
    return (
        name,
        f"{lines:,}",
        seconds(run.seconds),
        f"{lines / streaming:,.0f}",
        f"{alone / streaming:.2f}",
        *(f"{each:,.0f} MB" if each else "not told" for each in (run.resident, run.proportional)),
    )
