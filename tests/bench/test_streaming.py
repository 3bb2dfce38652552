"""The bench of streams runs, at sizes that take no time, and its log is what it says."""

from __future__ import annotations

import json
from pathlib import Path

from gwsim.reading.request_lines import read_requests
from gwsim.routing.request import Request
from tests.bench import streaming
from tests.bench.generating import SHAPES, simulation
from tests.bench.measuring import Effort


def test_every_request_of_the_log_is_taken_by_a_rule(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    streaming.write_log(10, 200, str(log), popular=False)
    configuration = simulation(SHAPES[streaming.SHAPE], 30)
    with log.open("rb") as lines:
        requests = [request for request in read_requests(lines) if isinstance(request, Request)]
    assert {configuration.decide(request).reason for request in requests} == {"RuleMatched"}
    assert len({request.id for request in requests}) == 200
    assert min(len(request.headers) for request in requests) == 4


def test_streams_are_timed_and_their_memory_is_seen() -> None:
    [table] = streaming.streams(Effort(scale=0.0002, runs=1))
    assert [row[1] for row in table.rows] == ["20", "200"] * 2
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert all(json.loads(row[5].split()[0].replace(",", "")) > 10 for row in table.rows)
