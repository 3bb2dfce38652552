"""One configuration, asked many things."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from msgspec.structs import replace

import gwsim

WEB = gwsim.load(str(Path(__file__).parents[1] / "scenarios/azure-web"))


def endless() -> Iterator[gwsim.Request]:
    return (gwsim.Request.get(f"http://example.com/app/{number}", id=number) for number in count())


def test_many_requests_are_decided_as_each_is_traced() -> None:
    expected = [replace(WEB.trace(request), trace=()) for request in islice(endless(), 5)]
    assert list(islice(WEB.trace_many(endless()), 5)) == expected


def test_a_request_is_read_when_its_decision_is_asked_for() -> None:
    requests = endless()
    next(WEB.trace_many(requests))
    assert next(requests).id == 1


def test_decisions_go_on_after_a_request_that_is_refused() -> None:
    lost = gwsim.Request.get("http://example.com/", gateway="no/such")
    decisions = WEB.trace_many([lost, gwsim.Request.get("http://example.com/app", id="next")])
    with pytest.raises(gwsim.RequestError):
        next(decisions)
    assert [decision.id for decision in decisions] == ["next"]
