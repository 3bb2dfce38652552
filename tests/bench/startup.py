"""How long `gwsim trace` takes on a small scenario, against `python -c 'import yaml, msgspec'`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench.measuring import Effort, Table, medians

ROOT = Path(__file__).parents[2]
QUESTION = ("trace", "-f", "scenarios/azure-web", "GET", "http://example.com/app/cart")
TIMES = 7
"""Runs of each for one of the others."""


def wall_seconds(command: Sequence[str]) -> float:
    """The wall time of one run, in seconds."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def startup(effort: Effort) -> Iterator[Table]:
    """A whole command of the smallest kind."""
    reference = (sys.executable, "-c", "import yaml, msgspec")
    commands: dict[str, Sequence[str]] = {
        "`python -m gwsim trace`": (sys.executable, "-m", "gwsim", *QUESTION)
    }
    beside_python = Path(sys.executable).with_name("gwsim")
    script = str(beside_python) if beside_python.exists() else shutil.which("gwsim")
    if script is not None:
        commands["`gwsim trace`"] = (script, *QUESTION)
    for command in (reference, *commands.values()):
        wall_seconds(command)
    works = {name: partial(wall_seconds, command) for name, command in commands.items()}
    taken = medians({"reference": partial(wall_seconds, reference), **works}, effort.runs * TIMES)
    base = taken["reference"]
    rows = [
        [name, f"{taken[name] * 1000:.0f} ms", f"{base * 1000:.0f} ms", f"{taken[name] / base:.2f}"]
        for name in commands
    ]
    columns = ["what", "gwsim", "python -c 'import yaml, msgspec'", "ratio"]
    yield Table(
        "Start-up", columns, rows, ["A question about scenarios/azure-web; wall time, medians, in turns."]
    )
