"""What is proposed as an expectation holds, for every draw; and says that another answer is another."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from msgspec import structs

import gwsim
from gwsim.analysis.expecting.comparing import differences
from gwsim.analysis.expecting.judging import answer_of
from gwsim.analysis.expecting.proposing import proposed
from gwsim.errors import RequestError
from gwsim.reading.formats.flow_text import flow_text
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.rendering.data import request_data

ROOT = Path(__file__).parents[2] / "scenarios"
NAMES = tuple(path.parent.name for path in sorted(ROOT.glob("*/scenario.yaml")))


@cache
def asked(name: str) -> tuple[tuple[gwsim.Request, gwsim.Decision], ...]:
    """The requests of a scenario that can be sent, with their decisions."""
    simulation = gwsim.load(ROOT / name)
    found = []
    for case in read_scenario(ROOT / name).requests:
        try:
            request = gwsim.Request.from_dict(case.request)
            found.append((request, simulation.decide(request)))
        except RequestError:
            continue
    return tuple(found)


@pytest.mark.parametrize("name", NAMES)
def test_proposal_holds_for_every_draw(name: str) -> None:
    simulation = gwsim.load(ROOT / name)
    for request, decision in asked(name):
        expect = proposed(request, decision)
        for draw in (0.0, 0.35, 0.7, 0.999):
            answer = answer_of(simulation.decide(structs.replace(request, draw=draw)))
            assert differences(expect, answer) == (), flow_text(expect)


@pytest.mark.parametrize("name", NAMES)
def test_proposals_of_answers_by_different_rules_are_different(name: str) -> None:
    proposals = {}
    for request, decision in asked(name):
        rule = decision.route and decision.route.key[:2]
        key = rule or (decision.action, decision.status, decision.reason)
        proposals.setdefault(flow_text(proposed(request, decision)), set()).add(key)
    assert all(len(keys) == 1 for keys in proposals.values())


@pytest.mark.parametrize("name", NAMES)
def test_request_that_is_written_is_read_as_the_same(name: str) -> None:
    for request, _ in asked(name):
        fields = request_data(request)
        assert structs.replace(gwsim.Request.from_dict(fields), id=request.id) == request
        assert "id" not in fields


def test_request_is_written_as_a_person_would() -> None:
    request = gwsim.Request.get("https://shop.example.com/cart?x=1", headers={"x-canary": "true"}, draw=0.5)
    assert request_data(request) == {
        "url": "https://shop.example.com/cart?x=1",
        "headers": [["x-canary", "true"]],
        "draw": 0.5,
    }
