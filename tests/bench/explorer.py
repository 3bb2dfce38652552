"""How long the explorer takes in a real terminal: to open, and from a key to the new answer."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.generating import SHAPES, manifests
from tests.bench.measuring import Effort, Table

KEYS = 50
QUIET_SECONDS = 0.25
"""Without output for so long, all that follows from a key has been drawn."""
LONGEST_SECONDS = 120.0
URL = "http://shop-5.example.com/cart/"


class Terminal:
    """A program in a terminal of 200 columns and 60 lines."""

    def __init__(self, *arguments: str) -> None:
        self._controller, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gwsim", *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(terminal)

    def press(self, text: str) -> None:
        os.write(self._controller, text.encode())

    def seconds_until(self, mark: str) -> float:
        """Read until a text is drawn."""
        start, drawn = time.perf_counter(), b""
        while mark.encode() not in drawn:
            if not select.select([self._controller], [], [], LONGEST_SECONDS)[0]:
                raise TimeoutError(f"{mark!r} was not drawn")
            drawn += os.read(self._controller, 1 << 16)
        return time.perf_counter() - start

    def rest(self) -> None:
        """Read until nothing more is drawn."""
        while select.select([self._controller], [], [], QUIET_SECONDS)[0]:
            os.read(self._controller, 1 << 16)

    def close(self) -> None:
        self.press("\x11")
        with contextlib.suppress(OSError):
            while os.read(self._controller, 1 << 16):
                pass
        self._process.wait()
        os.close(self._controller)


def explorer(effort: Effort) -> Iterator[Table]:
    """Measure at 100 and at 10,000 routes of three rules each."""
    rows = [row for routes in (100, 10_000) for row in _rows(effort.of(routes), effort.runs)]
    yield Table(
        "The explorer, 200 columns by 60 lines",
        ("routes", "from", "to", "median", "worst", "of"),
        rows,
        (
            "A key is one character more, or less, in the path of the request.",
            "The answer is what becomes of the request; the explanation is the tree of all checks.",
        ),
    )


def _rows(routes: int, runs: int) -> Iterator[Sequence[str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "all.yaml").write_bytes(manifests(SHAPES["hosts"], routes * 3))
        for mark, what in (("Headers", "first paint"), ("GatewayClass", "the tree")):
            yield _row(routes, "start", what, [_start(folder, mark) for _ in range(runs)])
        yield _row(routes, "key", "answer", _keys(folder, "1", "\u2192 "))
        yield _row(routes, "key", "explanation", _keys(folder, "2", "tried here"))


def _start(folder: Path, mark: str) -> float:
    terminal = Terminal("tui", "-f", str(folder))
    try:
        return terminal.seconds_until(mark)
    finally:
        terminal.rest()
        terminal.close()


def _keys(folder: Path, pane: str, mark: str) -> list[float]:
    terminal = Terminal("tui", "-f", str(folder))
    try:
        terminal.seconds_until("GatewayClass")
        terminal.rest()
        for keys in ("\x1b", pane, "u", URL):
            terminal.press(keys)
            terminal.rest()
        figures: list[float] = []
        for number in range(KEYS):
            terminal.press("\x7f" if number % 5 == 4 else str(number % 5))
            figures.append(terminal.seconds_until(mark))
            terminal.rest()
        return figures
    finally:
        terminal.close()


def _row(routes: int, start: str, end: str, figures: Sequence[float]) -> Sequence[str]:
    median, worst = statistics.median(figures), max(figures)
    return (f"{routes:,}", start, end, f"{median * 1000:.0f} ms", f"{worst * 1000:.0f} ms", str(len(figures)))
