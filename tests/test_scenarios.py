"""Every scenario's expectations hold; and the comparison that says so can say no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import gwsim
from gwsim.reading.scenarios import (
    FILE_NAME,
    Difference,
    RequestCase,
    ScenarioError,
    StatusCase,
    differences,
    read_scenario,
)

ROOT = Path(__file__).parent.parent / "scenarios"
SCENARIOS = tuple(read_scenario(path.parent) for path in sorted(ROOT.glob(f"*/{FILE_NAME}")))


@cache
def simulation(folder: Path) -> gwsim.Simulation:
    return gwsim.load(folder)


@cache
def statuses(folder: Path) -> Mapping[str, object]:
    """The status of each object, by `KIND/NAMESPACE/NAME`."""
    return {_address(item): item.get("status") for item in simulation(folder).status()}


def _address(item: Mapping[str, Any]) -> str:
    metadata = item["metadata"]
    parts = (item["kind"], metadata.get("namespace"), metadata["name"])
    return "/".join(part for part in parts if part)


def _lines(found: Sequence[Difference]) -> str:
    return "\n".join(str(difference) for difference in found)


@pytest.mark.parametrize(
    ("folder", "case"),
    [
        pytest.param(scenario.folder, case, id=f"{scenario.name}: {case.name}")
        for scenario in SCENARIOS
        for case in scenario.requests
    ],
)
def test_a_request_is_decided_as_its_scenario_expects(folder: Path, case: RequestCase) -> None:
    decision = simulation(folder).trace(gwsim.Request.from_dict(case.request)).to_dict()
    found = differences(case.expect, decision)
    assert not found, _lines(found)


@pytest.mark.parametrize(
    ("folder", "case"),
    [
        pytest.param(scenario.folder, case, id=f"{scenario.name}: {case.name}")
        for scenario in SCENARIOS
        for case in scenario.status
    ],
)
def test_an_object_has_the_status_that_its_scenario_expects(folder: Path, case: StatusCase) -> None:
    assert case.subject in statuses(folder)
    found = differences(case.expect, statuses(folder)[case.subject])
    assert not found, _lines(found)


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


CONDITIONS = [
    {"type": "Accepted", "status": "True", "reason": "Accepted"},
    {"type": "Programmed", "status": "False", "reason": "Invalid"},
]
PARENTS = [
    {"parentRef": {"name": "a", "namespace": "x"}, "conditions": CONDITIONS},
    {"parentRef": {"name": "a", "namespace": "y", "port": 80}, "conditions": []},
]
HEADERS = [["X-Team", "red"], ["accept", "a"], ["Accept", "b"]]


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        pytest.param({}, {"status": 404}, True, id="nothing is asked"),
        pytest.param({"status": 404}, {"status": 404, "reason": "x"}, True, id="a part of a mapping"),
        pytest.param({"status": 404}, {"status": 500}, False, id="another value"),
        pytest.param({"status": 404}, {}, False, id="a key that is not there"),
        pytest.param({"status": None}, {}, True, id="null for absent"),
        pytest.param({"status": None}, {"status": None}, True, id="null for null"),
        pytest.param({"status": None}, {"status": 200}, False, id="null for a value"),
        pytest.param({"route": {"rule": None}}, {"route": None}, True, id="null below null"),
        pytest.param({"route": {"rule": 0}}, {"route": None}, False, id="a value below null"),
        pytest.param({"route": {}}, {"route": "text"}, False, id="a mapping for text"),
        pytest.param({"status": "True"}, {"status": True}, False, id="text for a boolean"),
        pytest.param({"chosen": 1}, {"chosen": True}, False, id="a number for a boolean"),
        pytest.param({"backends": [{"name": "a"}]}, {"backends": [{"name": "a"}]}, True, id="by position"),
        pytest.param(
            {"backends": [{"name": "a"}, {"name": "b"}]},
            {"backends": [{"name": "b"}, {"name": "a"}]},
            False,
            id="another order",
        ),
        pytest.param(
            {"backends": [{"name": "a"}]},
            {"backends": [{"name": "a"}, {"name": "b"}]},
            False,
            id="one too many",
        ),
        pytest.param({"backends": []}, {"backends": [{"name": "a"}]}, False, id="none, where there is one"),
        pytest.param({"parents": []}, {}, True, id="an empty list for an absent one"),
        pytest.param({"parents": []}, {"parents": PARENTS}, False, id="an empty list for a full one"),
        pytest.param({"parents": []}, None, True, id="an empty list in nothing"),
        pytest.param(
            {"conditions": [{"type": "Programmed", "status": "False"}]},
            {"conditions": CONDITIONS},
            True,
            id="a condition by type, whatever its position",
        ),
        pytest.param(
            {"conditions": [{"type": "Programmed", "status": "True"}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition with another status",
        ),
        pytest.param(
            {"conditions": [{"type": "Conflicted", "status": "True"}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition that is not there",
        ),
        pytest.param(
            {"conditions": [{"type": "Conflicted", "status": None}]},
            {"conditions": CONDITIONS},
            True,
            id="a condition that must not be there",
        ),
        pytest.param(
            {"conditions": [{"type": "Accepted", "status": None}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition that must not be there, and is",
        ),
        pytest.param(
            {"parents": [{"parentRef": {"namespace": "y"}, "conditions": []}]},
            {"parents": PARENTS},
            True,
            id="a parent by a part of its parentRef",
        ),
        pytest.param(
            {"parents": [{"parentRef": {"name": "a", "port": 80}, "conditions": CONDITIONS}]},
            {"parents": PARENTS},
            False,
            id="a parent with other conditions",
        ),
        pytest.param({"headers": HEADERS}, {"headers": HEADERS}, True, id="headers as pairs"),
        pytest.param({"headers": HEADERS[:1]}, {"headers": HEADERS}, False, id="a header too many"),
        pytest.param({"headers": {"x-team": "red"}}, {"headers": HEADERS}, True, id="a header by name"),
        pytest.param(
            {"headers": {"x-team": "blue"}}, {"headers": HEADERS}, False, id="a header's other value"
        ),
        pytest.param({"headers": {"accept": ["a", "b"]}}, {"headers": HEADERS}, True, id="a repeated header"),
        pytest.param(
            {"headers": {"accept": "a"}}, {"headers": HEADERS}, False, id="one of a header's values"
        ),
        pytest.param(
            {"headers": {"cookie": None}}, {"headers": HEADERS}, True, id="a header that must be gone"
        ),
        pytest.param(
            {"headers": {"x-team": None}}, {"headers": HEADERS}, False, id="a header that is not gone"
        ),
        pytest.param({"headers": {"cookie": None}}, {"headers": []}, True, id="no headers at all"),
    ],
)
def test_differences_finds_what_is_not_as_expected(expected: object, actual: object, holds: bool) -> None:
    assert (differences(expected, actual) == ()) is holds


def test_a_difference_says_where_it_is() -> None:
    expected = {
        "parents": [{"parentRef": {"namespace": "x"}, "conditions": [{"type": "Accepted", "reason": "No"}]}]
    }
    (found,) = differences(expected, {"parents": PARENTS})
    assert found.path == ("parents", "namespace=x", "conditions", "Accepted", "reason")
    assert str(differences({"backends": [{"port": 80}]}, {"backends": [{"port": 81}]})[0]) == (
        "backends[0].port: expected 80, found 81"
    )


def test_an_expected_condition_without_its_type_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="expected an entry with 'type'"):
        differences({"conditions": [{"status": "True"}]}, {"conditions": CONDITIONS})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "No such file", id="no file"),
        pytest.param("title: [", "expected", id="broken YAML"),
        pytest.param("requests: []", "missing required field `title`", id="no title"),
        pytest.param("title: t\nrequest: []", "unknown field `request`", id="a misspelt field"),
        pytest.param(
            "title: t\nstatus: [{name: n, object: o, expect: {}}, {name: n, object: o, expect: {}}]",
            "expected one case of each name, found 2 of 'n'",
            id="a name given twice",
        ),
    ],
)
def test_a_broken_scenario_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        read_scenario(tmp_path)


def test_dates_stay_text(tmp_path: Path) -> None:
    text = "title: t\nstatus: [{name: n, object: o, expect: {at: 1970-01-01T00:00:00Z}}]"
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    assert read_scenario(tmp_path).status[0].expect == {"at": "1970-01-01T00:00:00Z"}
