"""
Several processes answer one stream, each some lines at a time; the answers come in the order of the lines.

The processes are copies of this one (`fork`): what is loaded and compiled is there at once, and is shared.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from gwsim.cli.streaming.answering import Answerer, Answers
from gwsim.errors import UsageError
from gwsim.reading.request_lines import Readable, RequestLines, read_lines

AHEAD = 2
"""Batches for each process that are read before their answers are wanted: one in work, one to go on with."""


def answers_of_several(answerer: Answerer, stream: Readable, *, jobs: int) -> Generator[Answers, None, None]:
    """
    Answer a stream with `jobs` processes; they are gone when the iterator ends, however it ends.

    Answers that are ready are handed out before the next read that could block: whoever writes a line and
    waits is answered.

    Raises:
        UsageError: a process was killed.
    """
    woken, wake = os.pipe()
    pool = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("fork"), initializer=_begin, initargs=(answerer,)
    )
    try:
        yield from _in_order(answerer, stream, pool, jobs * AHEAD, (woken, wake))
    except BrokenProcessPool:
        raise UsageError("a process of --jobs was killed; was there too little memory?") from None
    finally:
        with _uninterrupted():
            pool.shutdown(cancel_futures=True)
            os.close(woken)
            os.close(wake)


def _in_order(
    answerer: Answerer, stream: Readable, pool: ProcessPoolExecutor, most: int, pipe: tuple[int, int]
) -> Generator[Answers, None, None]:
    woken, wake = pipe
    batches = read_lines(stream, at_most=answerer.at_most)
    pending: deque[Future[Answers]] = deque()
    more = True
    while more or pending:
        while pending and pending[0].done():
            yield pending.popleft().result()
        room = more and len(pending) < most
        if pending and woken in _ready(woken, stream if room else None):
            os.read(woken, 1 << 12)
        elif room:
            lines = next(batches, None)
            more = lines is not None
            if lines is not None and lines.text:
                with _uninterrupted():
                    pending.append(pool.submit(_answer, lines))
                pending[-1].add_done_callback(lambda _: os.write(wake, b"\0"))


def _ready(woken: int, stream: Readable | None) -> list[int | Readable]:
    """Wait until an answer is there, or something to read: `woken` or the stream, or both."""
    watched: list[int | Readable] = [woken] if stream is None else [woken, stream]
    return select.select(watched, (), ())[0]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """
    Put off Ctrl-C until this is done.

    Processes and threads that begin meanwhile put it off for good: it is for this one to end them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_own: list[Answerer] = []
"""What a process that answers works with: one, set as it begins."""


def _begin(answerer: Answerer) -> None:
    """Begin a process that answers: it ends with its parent, however that ends."""
    _own[:] = [answerer]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _answer(lines: RequestLines) -> Answers:
    return _own[0].answer(lines)
