"""The same question has the same answer, to the byte, whatever the hash seed and the order of the files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUESTS = {
    "storefront": ("GET", "https://shop.example.com/cart", "-H", "x-canary: true"),
    "route-conflicts": ("GET", "http://api.example.com/status"),
    "cross-namespace": ("GET", "https://nobody.example.com/"),
    "partly-invalid": ("GET", "http://example.com/"),
}
"""A request to each of a few scenarios: one that is forwarded, one with ties, and some that nearly are."""
COMMANDS = {
    "trace as JSON": ("trace", "-o", "json", "--explain"),
    "trace as text": ("trace",),
    "status as JSON": ("status", "-o", "json"),
    "routes as JSON": ("routes", "-o", "json"),
    "routes as text": ("routes",),
    "a graph as SVG": ("graph", "-o", "svg"),
}
HASH_SEEDS = ("0", "1", "424242")


def output(command: Sequence[str], files: Sequence[Path], words: Sequence[str], *, hash_seed: str) -> bytes:
    """What gwsim prints, on both streams."""
    paths = [part for file in files for part in ("-f", str(file.relative_to(ROOT)))]
    asked = words if command[0] == "trace" else ()
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *command, *paths, *asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "NO_COLOR": "1"},
        capture_output=True,
        check=False,
    )
    assert process.returncode in (0, 1), process.stderr.decode()
    assert process.stdout
    return process.stdout + b"\0" + b"\n".join(sorted(process.stderr.splitlines()))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("scenario", REQUESTS)
def test_output_depends_on_neither_hash_seed_nor_order_of_files(
    scenario: str, command: Sequence[str]
) -> None:
    files = sorted(
        path for path in (ROOT / "scenarios" / scenario).glob("*.yaml") if path.name != "scenario.yaml"
    )
    orders = (files, files[::-1], files[1:] + files[:1])
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(
            lambda seed, order: output(command, order, REQUESTS[scenario], hash_seed=seed), HASH_SEEDS, orders
        )
        assert len(set(found)) == 1
