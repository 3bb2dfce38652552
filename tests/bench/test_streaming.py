"""The bench of streams runs, at sizes that take no time, and its log is what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gwsim.reading.request_lines import read_requests
from gwsim.routing.request import Request
from tests.bench import streaming
from tests.bench.generating import SHAPES, simulation
from tests.bench.measuring import Effort

CHILD = """
import sys
held = bytes([1]) * 50_000_000
print("held", flush=True)
sys.stdin.read()
"""
"""Holds 50 MB, each page of it written, until it is told to end."""
PARENT = f"""
import subprocess, sys
from subprocess import PIPE
with subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdin=PIPE, stdout=PIPE) as child:
    child.stdout.readline()
    print("ready", flush=True)
    sys.stdin.read()
    child.communicate()
"""


def test_every_request_of_the_log_is_taken_by_a_rule(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    streaming.write_log(10, 200, str(log), popular=False)
    configuration = simulation(SHAPES[streaming.SHAPE], 30)
    with log.open("rb") as lines:
        requests = [request for request in read_requests(lines) if isinstance(request, Request)]
    assert {configuration.decide(request).reason for request in requests} == {"RuleMatched"}
    assert len({request.id for request in requests}) == 200
    assert min(len(request.headers) for request in requests) == 4


def test_streams_are_timed_end_to_end() -> None:
    [table] = streaming.streams(Effort(scale=0.0002, runs=1))
    assert [row[1] for row in table.rows] == ["20", "200"] * 2
    assert all(len(row) == len(table.columns) for row in table.rows)


def tells_memory() -> bool:
    """Whether this system tells how much memory a process has, and what its children are."""
    own = Path("/proc/self")
    try:
        own.joinpath("task", str(os.getpid()), "children").read_bytes()
        return b"\nPss:" in own.joinpath("smaps_rollup").read_bytes()
    except OSError:
        return False


@pytest.mark.skipif(
    not tells_memory(), reason="this system has no smaps_rollup or no list of children in /proc"
)
def test_the_memory_of_a_process_and_its_children_is_seen() -> None:
    command = (sys.executable, "-c", PARENT)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        watch = streaming.Watch(process.pid)
        watch.look()
        process.communicate(b"")
    assert watch.resident > 50
    assert watch.proportional > 50
