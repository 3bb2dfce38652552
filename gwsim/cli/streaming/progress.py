"""How far a stream has come, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gwsim.cli.streaming.answering import Answers


@contextmanager
def shown_progress(size: int | None) -> Iterator[Callable[[Answers], None]]:
    """
    Show on standard error how many requests were answered: on a terminal, where the answers go elsewhere.

    Args:
        size: bytes of the stream; None: not known, and only a count is shown.
    """
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    known = () if size is None else (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    text = TextColumn("{task.fields[requests]:,} requests, {task.fields[rate]:,.0f} a second")
    # It draws when it is told to: a thread of its own would be there when other processes begin.
    with Progress(*known, text, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("", total=size, requests=0, rate=0.0)
        requests, drawn = 0, 0.0

        def show(answers: Answers) -> None:
            nonlocal requests, drawn
            requests += answers.requests
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = requests / elapsed if elapsed else 0.0
            progress.update(task, advance=answers.read, requests=requests, rate=rate)
            if elapsed - drawn >= PERIOD:
                drawn = elapsed
                progress.refresh()

        yield show


PERIOD = 0.1
"""Seconds between two drawings."""
