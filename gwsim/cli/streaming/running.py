"""A stream of requests, from its first line to the exit code."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import closing

import click

from gwsim.cli.streaming.answering import Answerer, answers_of_one
from gwsim.cli.streaming.progress import shown_progress
from gwsim.errors import UsageError
from gwsim.reading.request_lines import Readable

LARGE = 8 << 20
"""Bytes of a file from which on all processors answer it, unless something else is said."""
MOST = 8
"""Processes that are used without being asked for: from about there on, writing is what takes the time."""


def answer_stream(answerer: Answerer, stream: Readable, *, jobs: int | None) -> int:
    """
    Answer every line on standard output, as it comes.

    Args:
        jobs: how many processes answer; None: what suits the stream.

    Returns:
        The exit code: 2 where a line was no valid request.

    Raises:
        UsageError: several processes are asked for and cannot be had.
    """
    number = suitable_jobs(stream) if jobs is None else jobs
    if number > 1 and not _can_be_shared(stream):
        raise UsageError("--jobs: several processes need Linux, and a file or a pipe to read; use --jobs 1")
    if number > 1:
        from gwsim.cli.streaming.working import answers_of_several

        answers = answers_of_several(answerer, stream, jobs=number)
    else:
        answers = answers_of_one(answerer, stream)
    refused = False
    with closing(answers), shown_progress(file_size(stream)) as show:
        for each in answers:
            click.echo(each.text, nl=False)
            refused = refused or each.refused
            show(each)
    return 2 if refused else 0


def suitable_jobs(stream: Readable) -> int:
    """One process for a pipe or a small file; for a large file one on each processor, up to a bound."""
    size = file_size(stream)
    if size is None or size < LARGE or not _can_be_shared(stream):
        return 1
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST
    )


def file_size(stream: Readable) -> int | None:
    """Bytes of a file; None for a pipe, a terminal, or what is no file at all."""
    try:
        status = os.fstat(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _can_be_shared(stream: Readable) -> bool:
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return sys.platform == "linux"
