"""On every shipped scenario the compiled index answers as the specification does, the second time as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec import structs

import gwsim
from gwsim.testing.strategies import requests_for

SCENARIOS = sorted(path.parent for path in (Path(__file__).parents[2] / "scenarios").glob("*/scenario.yaml"))


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_the_index_decides_a_scenario_as_the_specification_does(folder: Path) -> None:
    simulation = gwsim.load(folder)
    requests: list[gwsim.Request] = []

    @settings(
        max_examples=150, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(requests_for(simulation))
    def collect(request: gwsim.Request) -> None:
        requests.append(request)

    collect()
    for request in requests * 4:
        expected = structs.replace(simulation.trace(request), trace=())
        assert simulation.decide(request) == expected
