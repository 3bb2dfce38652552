"""Scenario files are read with their places; what is wrong with one is said where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gwsim.errors import UsageError
from gwsim.reading.scenarios.finding import FILE_NAME, find_scenarios, is_scenario
from gwsim.reading.scenarios.reading import read_scenario, scenario_of
from gwsim.reading.scenarios.scenario import ScenarioError

CASE = "{name: it, object: o, expect: {}}"
REQUEST = "requests: [{name: it, request: {path: /}, expect: %s}]"
TABLE = """\
title: a table
table:
  request: {method: POST, headers: {accept: a}}
  columns: [name, url, headers.x.y, sni, action, route.name, route.match, response.headers.location]
  rows:
    - [the first, "http://a/", "1", _, forward, cart, 2, null]
    - [_, "http://b/", _, null, _, _, null]
    - [_, "https://c/"]
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("title: [", r":1:9: expected", id="broken YAML"),
        pytest.param("title: t\ntitle: u", r":2:1: expected the key 'title' once", id="a key twice"),
        pytest.param("", ":1:1: expected one document, found none", id="nothing"),
        pytest.param("title: t\n---\ntitle: u", ":1:1: expected one document, found 2", id="two documents"),
        pytest.param("requests: []", ":1:1: object missing required field `title`", id="no title"),
        pytest.param(
            "title: t\nrequest: []", ":2:1: object contains unknown field `request`", id="a misspelt key"
        ),
        pytest.param(
            f"title: t\nstatus: [{CASE}, {CASE}]",
            ":2:10: expected one case of each name, found 2 of 'it'",
            id="a name given twice",
        ),
        pytest.param(
            "title: t\nrequests:\n- name: it\n  request: {path: x}\n  expect: {}",
            r":4:19: requests\[0\].request: path: expected a path that starts with /",
            id="a request that cannot be sent",
        ),
        pytest.param(
            "title: t\nrequests:\n- name: it\n  request: {url: http://a, methd: GET}\n  expect: {}",
            r"requests\[0\].request: request: expected a field of the contract, found 'methd'",
            id="a misspelt field of a request",
        ),
        pytest.param(
            "title: t\n" + REQUEST % "{statsu: null}",
            r":2:60: requests\[0\].expect: expected a field of an answer, found 'statsu'; perhaps 'status'",
            id="a misspelt field that must not be there",
        ),
        pytest.param(
            "title: t\nstatus: [{name: it, object: o, expect: {conditions: [{status: x}]}}]",
            r"status\[0\].expect.conditions\[0\]: expected an entry with 'type'",
            id="a condition without its type",
        ),
        pytest.param(
            "title: t\ntable: {columns: [url, rout], rows: []}",
            r":2:24: table.columns\[1\]: expected a field of .*, found 'rout'; perhaps 'route' is meant",
            id="a misspelt column",
        ),
        pytest.param(
            "title: t\ntable: {columns: [url, route, route.match], rows: []}",
            "table.columns: expected 'route' or 'route.match', found both",
            id="a column inside another",
        ),
        pytest.param(
            "title: t\ntable: {columns: [url, url], rows: []}",
            "expected each column once, found 2 of 'url'",
            id="a column twice",
        ),
        pytest.param(
            'title: t\ntable:\n  columns: [url]\n  rows:\n  - ["http://a"]\n  - ["http://b", 1]',
            r":6:5: table.rows\[1\]: expected 1 cells at most, as there are columns, found 2",
            id="a cell too many",
        ),
        pytest.param(
            'title: t\ntable: {columns: [url], rows: [["http://a"], ["http://a"]]}',
            "expected one case of each name, found 2 of 'GET http://a'",
            id="a row twice",
        ),
    ],
)
def test_a_broken_scenario_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(ScenarioError, match=f"^dir/scenario.yaml.*{problem}"):
        scenario_of("dir/scenario.yaml", text.encode())


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = "title: t\n" + REQUEST % "{a: 1, b: 2}"
    with pytest.raises(ScenarioError) as raised:
        scenario_of("scenario.yaml", text.encode())
    assert len(raised.value.findings) == 2


def test_dates_stay_text() -> None:
    text = "title: t\nstatus: [{name: it, object: o, expect: {at: 1970-01-01T00:00:00Z}}]"
    scenario = scenario_of("scenario.yaml", text.encode())
    assert scenario.status[0].expect == {"at": "1970-01-01T00:00:00Z"}


def test_rows_become_requests_with_what_is_expected_of_them() -> None:
    first, second, third = scenario_of("scenario.yaml", TABLE.encode()).requests
    assert first.name == "the first"
    assert first.request == {"method": "POST", "headers": {"accept": "a", "x.y": "1"}, "url": "http://a/"}
    assert first.expect["action"] == "forward"
    assert first.expect["route"] == {"name": "cart", "match": 2}
    assert first.expect["response"] == {"headers": {"location": None}}
    assert second.name == "POST http://b/, sni: none"
    assert second.request["sni"] is None
    assert second.expect == {"route": {"match": None}}
    assert "sni" not in third.request
    assert (third.name, third.expect) == ("POST https://c/", {})


def test_cases_know_where_they_are_written() -> None:
    scenario = scenario_of("scenario.yaml", TABLE.encode())
    assert [case.location.line for case in scenario.requests] == [6, 7, 8]
    assert scenario.requests[1].places[0].path == ("table", "rows", 1, 6)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("", ("a/b",), id="its own folder"),
        pytest.param("manifests: ../deploy", ("a/deploy",), id="a folder beside it"),
        pytest.param(
            "manifests: [x.yaml, /y]", ("a/b/x.yaml", "/y"), id="a file, and a folder from the root"
        ),
    ],
)
def test_manifests_are_found_from_the_scenario_s_folder(written: str, read: tuple[str, ...]) -> None:
    assert scenario_of("a/b/scenario.yaml", f"title: t\n{written}".encode()).manifests == read


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        pytest.param("title: t\nrequests:\n- name: it\n  request: {}", True, id="requests"),
        pytest.param("title: t\nstatus: [{object: o}]", True, id="objects"),
        pytest.param("title: t\ntable: # of all\n  columns: []", True, id="a table"),
        pytest.param("title: t\nrequests:\n- {request: {", True, id="broken"),
        pytest.param("title: t\nstatus: draft\nexpect: 1", False, id="a status that is a word"),
        pytest.param("requests:\n- request: x", False, id="no title"),
        pytest.param("title: t\nscenarios:\n  requests:\n  - expect: 1", False, id="further in"),
        pytest.param("title: t\nrequests:\n- url: x", False, id="requests of another kind"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_scenarios_are_told_from_other_files_of_that_name(text: str, ours: bool) -> None:
    assert is_scenario(text) is ours


def test_scenarios_are_found_below_a_folder(tmp_path: Path) -> None:
    written = "title: t\nstatus: [{object: o}]"
    for folder, text in {"b": written, "a/c": written, ".hidden": written, "other": "x: y"}.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / FILE_NAME).write_text(text)
    (tmp_path / "empty").mkdir()
    found = list(find_scenarios([str(tmp_path), str(tmp_path / "b" / FILE_NAME)]))
    assert [Path(path).relative_to(tmp_path).parent.as_posix() for path in found] == ["a/c", "b"]
    with pytest.raises(UsageError, match=r"expected a scenario\.yaml in or below this folder, found none"):
        list(find_scenarios([str(tmp_path / "empty")]))
    assert list(find_scenarios([str(tmp_path / "other")])) == [str(tmp_path / "other" / FILE_NAME)]


@pytest.mark.parametrize("name", ["none", "a\x1b[31mb"])
def test_a_scenario_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"expected a scenario, found: no such file") as raised:
        read_scenario(tmp_path / name)
    assert "\x1b" not in str(raised.value)
