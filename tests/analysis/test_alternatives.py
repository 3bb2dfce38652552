"""Choices on which an answer hangs: none is overlooked, and what is named is what the choice gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

import gwsim
from gwsim.analysis.hinging.alternatives import BINDING, NOT_COMPARED, ORDERING, alternatives
from gwsim.analysis.hinging.asking import Question
from gwsim.analysis.hinging.hinges import HINGES
from gwsim.implementations import SPEC, Implementation
from gwsim.implementations.choosing import choices
from gwsim.implementations.known import KNOWN
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.reading.scenarios.scenario import Scenario
from gwsim.rendering.data import decision_data
from gwsim.rendering.text import decision_text
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.strategies import requests_for, snapshots

ROOT = Path(__file__).parents[2] / "scenarios"
SCENARIOS = tuple(read_scenario(path.parent) for path in sorted(ROOT.glob(f"*/{FILE_NAME}")))


def compared(decision: Decision) -> Mapping[str, object]:
    return {name: value for name, value in decision.to_dict().items() if name not in NOT_COMPARED}


def named(simulation: Simulation, request: Request) -> dict[tuple[str, str], Mapping[str, object]]:
    """What `alternatives` says: the other answers, by choice and value."""
    found = alternatives(simulation, request, simulation.trace(request))
    return {
        (each.choice.field, other.value): compared(other.decision) for each in found for other in each.others
    }


def tried(simulation: Simulation, request: Request) -> dict[tuple[str, str], Mapping[str, object]]:
    """What every other value of every choice gives, where that is another answer."""
    own = compared(simulation.decide(request))
    found = {}
    for choice in choices():
        for value in choice.values:
            if choice.field != "forwarded_headers":
                other = structs.replace(simulation.topology.implementation, **{choice.field: value})
                answer = compared(simulation.under(other).decide(request))
                if answer != own:
                    found[choice.field, value] = answer
    return found


@pytest.mark.parametrize(
    ("scenario", "implementation"),
    [
        pytest.param(scenario, implementation, id=f"{scenario.name} by {implementation.name}")
        for position, scenario in enumerate(SCENARIOS)
        for implementation in (SPEC, KNOWN[1 + position % (len(KNOWN) - 1)])
    ],
)
def test_no_choice_on_which_an_answer_hangs_is_overlooked(
    scenario: Scenario, implementation: Implementation
) -> None:
    simulation = load_files([str(scenario.folder)], implementation=implementation).simulation
    for case in scenario.requests:
        request = Request.from_dict(case.request)
        assert named(simulation, request) == tried(simulation, request), case.name


SEVERAL = st.lists(
    st.sampled_from([(choice.field, value) for choice in choices() for value in choice.values]), max_size=3
).map(lambda chosen: structs.replace(SPEC, **dict(chosen)))


@settings(max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(snapshots(), SEVERAL, st.data())
def test_no_choice_is_overlooked_in_any_configuration(
    snapshot: Snapshot, implementation: Implementation, data: st.DataObject
) -> None:
    simulation = Simulation.of(snapshot, implementation)
    request = data.draw(requests_for(simulation))
    assert named(simulation, request) == tried(simulation, request)


def test_most_requests_hang_on_nothing_and_nothing_is_tried_for_them() -> None:
    simulation = gwsim.load(ROOT / "azure-web")
    request = Request.get("http://example.com/app/cart", headers={"accept": "text/html, */*"})
    asked = Question(simulation, request, simulation.trace(request))
    assert not [field for field, hinge in HINGES.items() if hinge(asked)]
    assert alternatives(simulation, request, asked.decision) == ()


def test_a_request_past_every_route_hangs_on_nothing() -> None:
    simulation = gwsim.load(ROOT / "azure-web")
    request = Request.from_dict({"host": "10.0.0.1", "source": {"namespace": "default"}})
    assert alternatives(simulation, request, simulation.trace(request)) == ()


def test_every_choice_is_looked_at_but_those_that_bear_on_every_answer() -> None:
    left_out = {choice.field for choice in choices() if not choice.values} | {"forwarded_headers"}
    assert set(HINGES) == {choice.field for choice in choices()} - left_out
    assert set(HINGES) >= BINDING | ORDERING


def test_json_has_the_choices_where_an_explanation_is_asked_for() -> None:
    simulation = gwsim.load(ROOT / "redirects")
    request = Request.get("http://example.org/same/a?b=c")
    decision = simulation.trace(request)
    assert "choices" not in decision_data(simulation, request, decision, explain=False)
    found: Any = decision_data(simulation, request, decision, explain=True)["choices"]
    (query,) = (each for each in found if each["name"] == "redirectQuery")
    assert list(query) == ["name", "value", "spec", "others"]
    assert query["value"] == "keep"
    (other,) = query["others"]
    assert {**other, "route": other["route"]["name"]} == {
        "value": "drop",
        "action": "redirect",
        "status": 302,
        "reason": "RuleMatched",
        "route": decision.route.key.route.name,
        "chosen": None,
        "differs": ["response"],
    }


def test_text_says_what_an_answer_hangs_on() -> None:
    simulation = gwsim.load(ROOT / "grpc-beside-http")
    cases = read_scenario(ROOT / "grpc-beside-http").requests
    case = next(each for each in cases if "GRPCRoute does not" in each.name)
    request = Request.from_dict(case.request)
    text = decision_text(simulation, request, simulation.trace(request), color=False)
    assert (
        text.partition("\nHangs on a choice\n")[2]
        .splitlines()[0]
        .startswith("  grpcHttpCoexistence=rejectYounger  [")
    )
    assert "      merge: forwarded to Service/" in text
