"""Every scenario says what it teaches; what it expects is collected by the pytest plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario

ROOT = Path(__file__).parent.parent / "scenarios"
SCENARIOS = tuple(read_scenario(path) for path in sorted(ROOT.glob(f"*/{FILE_NAME}")))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_says_what_it_teaches_and_gives_a_command_that_names_it(scenario: Any) -> None:
    readme = (scenario.folder / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# ")
    assert f"-f scenarios/{scenario.name}" in readme


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_request_states_an_action_and_a_status_unless_it_is_forwarded(scenario: Any) -> None:
    for case in scenario.requests:
        assert case.expect["action"] in ("forward", "redirect", "respond", "refuse"), case.name
        assert case.expect["action"] == "forward" or "status" in case.expect, case.name


def test_there_are_enough_scenarios_to_stand_on() -> None:
    assert len(SCENARIOS) >= 16
    assert sum(len(scenario.requests) for scenario in SCENARIOS) >= 130
    assert sum(len(scenario.status) for scenario in SCENARIOS) >= 60
