"""How long `gwsim trace` takes on a small scenario, against `python -c 'import yaml, msgspec'`."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measuring import Effort, Table, medians

ROOT = Path(__file__).parents[2]
QUESTION = ("trace", "-f", str(ROOT / "scenarios/azure-web"), "GET", "http://example.com/app/cart")
COMPILED, SOURCE = "with byte code, as pip installs it", "compiled at every start"
TIMES = 7
"""Runs of each for one of the others."""
NOTES = [
    "A question about scenarios/azure-web; wall time, medians, in turns.",
    "Where PYTHONDONTWRITEBYTECODE is set, an editable install is compiled at every start.",
]


def wall_seconds(command: Sequence[str], folder: str) -> float:
    """The wall time of one run, in seconds; whatever it imports, no byte code is written."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def startup(effort: Effort) -> Iterator[Table]:
    """A whole command of the smallest kind, by copies of gwsim with and without byte code."""
    command = (sys.executable, "-m", "gwsim", *QUESTION)
    with TemporaryDirectory(prefix="gwsim-bench-") as folder:
        copies = {name: str(Path(folder, str(number))) for number, name in enumerate((COMPILED, SOURCE))}
        for copy in copies.values():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / "gwsim", Path(copy, "gwsim"), ignore=ignored)
        compileall.compile_dir(copies[COMPILED], quiet=2)
        works = {name: partial(wall_seconds, command, copy) for name, copy in copies.items()}
        works["reference"] = partial(wall_seconds, (sys.executable, "-c", "import yaml, msgspec"), folder)
        for work in works.values():
            work()
        taken = medians(works, effort.runs * TIMES)
    base = taken["reference"]
    rows = [
        [name, f"{taken[name] * 1000:.0f} ms", f"{base * 1000:.0f} ms", f"{taken[name] / base:.2f}"]
        for name in copies
    ]
    columns = ["`python -m gwsim trace`", "gwsim", "python -c 'import yaml, msgspec'", "ratio"]
    yield Table("Start-up", columns, rows, NOTES)
