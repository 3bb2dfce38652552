"""
How long `gwsim trace` takes on a small scenario, against `python -c 'import yaml, msgspec'`.

    python tests/bench/startup.py [RUNS]

Runs alternate, so that a busy machine is busy for all of them; medians are compared.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTION = ("trace", "-f", "scenarios/azure-web", "GET", "http://example.com/app/cart")


def seconds(command: Sequence[str]) -> float:
    """The wall time of one run, in seconds."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main(runs: int) -> None:
    """Measure, and print the medians and their ratios."""
    reference = (sys.executable, "-c", "import yaml, msgspec")
    commands: dict[str, Sequence[str]] = {"python -m gwsim": (sys.executable, "-m", "gwsim", *QUESTION)}
    beside_python = Path(sys.executable).with_name("gwsim")
    script = str(beside_python) if beside_python.exists() else shutil.which("gwsim")
    if script is None:
        print("gwsim: not installed for this interpreter, so the console script is not measured")
    else:
        commands["gwsim"] = (script, *QUESTION)
    for command in (reference, *commands.values()):
        seconds(command)
    base: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        base.append(seconds(reference))
        for name, command in commands.items():
            taken[name].append(seconds(command))
    median = statistics.median(base)
    print(f"import yaml, msgspec: {median * 1000:.0f} ms (median of {runs})")
    for name, times in taken.items():
        own = statistics.median(times)
        print(f"{name} trace: {own * 1000:.0f} ms, ratio {own / median:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
