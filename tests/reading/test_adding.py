"""A case added to a scenario file: it is there, and all else is as it was."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from gwsim.errors import UsageError
from gwsim.reading.scenarios.adding import with_request
from gwsim.reading.scenarios.reading import scenario_of
from gwsim.reading.scenarios.scenario import ScenarioError

ROOT = Path(__file__).parents[2] / "scenarios"
FILES = sorted(ROOT.glob("*/scenario.yaml"))
NAME, REQUEST, EXPECT = "it's: so", {"url": "http://h/a?b=c#d"}, {"action": "respond", "status": 404}


def added(text: str | bytes, name: str = NAME) -> str:
    data = text.encode() if isinstance(text, str) else text
    return with_request("scenario.yaml", data, name, REQUEST, EXPECT).decode()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_case_comes_after_the_others_and_nothing_else_of_the_file_changes(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    after = added(before)
    diff = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert [line[2:].strip().partition(":")[0] for line in diff] == ["- name", "request", "expect"]
    assert all(line.startswith("+ ") for line in diff)
    cases = scenario_of(str(file), after.encode()).requests
    assert (cases[-1].name, cases[-1].request, cases[-1].expect) == (NAME, REQUEST, EXPECT)


ITEM = (
    '- name: "it\'s: so"\n'
    '    request: {url: "http://h/a?b=c#d"}\n'
    "    expect: {action: respond, status: 404}\n"
)
PLAIN = "title: t\nrequests:\n- name: a\n  request:\n    url: http://h\n  expect:\n    action: forward"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", f'title: "it\'s: so"\nrequests:\n  {ITEM}', id="no file yet"),
        pytest.param("title: t", f"title: t\nrequests:\n  {ITEM}", id="no requests, no break at the end"),
        pytest.param(
            "title: t\nrequests: [] # none\nstatus: []\n",
            f"title: t\nrequests:\n  {ITEM.rstrip()} # none\nstatus: []\n",
            id="an empty list",
        ),
        pytest.param(
            "requests:\n  - name: a # first\n    request: {url: http://h}\n"
            "    expect: {action: forward} # why\n\n# next\nstatus: []\ntitle: t\n",
            "requests:\n  - name: a # first\n    request: {url: http://h}\n"
            f"    expect: {{action: forward}} # why\n  {ITEM}\n# next\nstatus: []\ntitle: t\n",
            id="before what comes after",
        ),
        pytest.param(
            PLAIN.replace("\n", "\r\n"),
            (PLAIN + "\n" + ITEM.replace("\n    ", "\n  ")).replace("\n", "\r\n"),
            id="no indent, other line breaks",
        ),
    ],
)
def test_case_is_written_as_the_others_are(before: str, after: str) -> None:
    assert added(before) == after


def test_byte_order_mark_stays() -> None:
    assert added(b"\xef\xbb\xbftitle: t\n").startswith("\ufefftitle: t\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{title: t}", id="a mapping on a line"),
        pytest.param(
            "title: t\nrequests: [{name: a, request: {url: h}, expect: {action: forward}}]", id="a list"
        ),
        pytest.param("title: t\n".encode("utf-16"), id="UTF-16"),
    ],
)
def test_layout_into_which_nothing_can_be_added_is_refused(text: str | bytes) -> None:
    with pytest.raises(UsageError, match="expected a list of requests in UTF-8 to add to"):
        added(text)


def test_second_case_of_one_name_is_refused() -> None:
    with pytest.raises(ScenarioError, match="it's: so"):
        added(added("title: t\n"))
