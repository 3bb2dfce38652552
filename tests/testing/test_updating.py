"""After an update all that can hold does, a second one changes nothing, and comments are still there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import gwsim
from gwsim.analysis.expecting.judging import Verdict
from gwsim.analysis.expecting.results import Result
from gwsim.errors import UsageError
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.testing.running import run_scenarios
from gwsim.testing.updating import update_scenario

ROOT = Path(__file__).parents[2] / "scenarios"
NAMES = sorted(path.parent.name for path in ROOT.glob(f"*/{FILE_NAME}"))
TABLE = """\
title: a table # of mine
table:
  columns: [name, url, draw, route, backend, status, response.headers.location]
  rows:
  # the cart
  - [cart,  "https://shop.example.com/cart",  0.95, cart#0, "cart:8080", _, _] # as agreed
  - ["web", 'https://shop.example.com/',      _,    web,    'api', null]

  - [plain, "http://shop.example.com/x",      _,    "https-redirect", web, 302, "https://x/"]
  - [nobody, "https://www.example.com/",      _,    web, web] # for now
"""
UPDATED = """\
title: a table # of mine
table:
  columns: [name, url, draw, route, backend, status, response.headers.location]
  rows:
  # the cart
  - [cart,  "https://shop.example.com/cart",  0.95, cart#1, "cart-canary:80", _, _] # as agreed
  - ["web", 'https://shop.example.com/',      _,    web,    'web', null]

  - [plain, "http://shop.example.com/x",      _,    "https-redirect", null, 301, "https://shop.example.com/x"]
  - [nobody, "https://www.example.com/",      _,    null, null] # for now
"""


@cache
def simulation(name: str) -> gwsim.Simulation:
    return gwsim.load(ROOT / name)


def run(file: Path, manifests: str) -> Result:
    """Put a scenario to the manifests of another."""
    (result,) = run_scenarios([str(file)], lambda _: simulation(manifests), lambda *_: True)
    assert isinstance(result, Result)
    return result


def _name(verdict: Verdict) -> str:
    return verdict.case.name


def write(folder: Path, text: str) -> Path:
    file = folder / FILE_NAME
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("name", "other"), list(zip(NAMES, NAMES[5:] + NAMES[:5], strict=True)), ids=NAMES)
def test_what_another_configuration_answers_is_recorded(name: str, other: str, tmp_path: Path) -> None:
    lines = (ROOT / name / FILE_NAME).read_text(encoding="utf-8").splitlines()
    commented = [f"{line} # line {number}" for number, line in enumerate(lines)]
    file = write(tmp_path, "\n".join(commented) + "\n")
    before = run(file, other)
    changed = update_scenario(before)
    after = run(file, other)
    assert set(map(_name, after.failed)) == set(map(_name, before.failed)) - set(map(_name, changed))
    assert [each for each in after.failed if each.decision or (each.answer and not each.request)] == []
    assert [verdict.case.name for verdict in after.verdicts] == [case.case.name for case in before.verdicts]
    text = file.read_text(encoding="utf-8")
    assert update_scenario(after) == ()
    assert file.read_text(encoding="utf-8") == text
    of_cases = ("title:", "  - name:", "    request:", "    object:")
    outside = [line for line in commented if line.startswith(of_cases)]
    assert [line for line in outside if line not in text] == []


def test_in_a_table_only_the_cells_that_do_not_hold_are_rewritten(tmp_path: Path) -> None:
    file = write(tmp_path, TABLE)
    changed = update_scenario(run(file, "storefront"))
    assert [verdict.case.name for verdict in changed] == ["cart", "web", "plain", "nobody"]
    assert file.read_text(encoding="utf-8") == UPDATED
    assert not run(file, "storefront").failed


def test_what_cannot_be_recorded_is_left_as_it_is(tmp_path: Path) -> None:
    text = (
        "title: t\nrequests:\n"
        '- {name: no such Gateway, request: {url: "http://a", gateway: a/b}, expect: {action: forward}}\n'
        "status:\n- {name: no such object, object: Gateway/a/b, expect: {conditions: []}}\n"
    )
    file = write(tmp_path, text)
    result = run(file, "storefront")
    assert len(result.failed) == 2
    assert update_scenario(result) == ()
    assert file.read_text(encoding="utf-8") == text


def test_the_error_of_a_request_is_recorded_where_one_is_expected(tmp_path: Path) -> None:
    case = '{name: it, request: {url: "http://a", gateway: a/b}, expect: {error: none}}'
    file = write(tmp_path, f"title: t\nrequests:\n- {case}\n")
    assert update_scenario(run(file, "storefront"))
    assert run(file, "storefront").failed == ()


def test_what_is_shared_by_an_anchor_is_not_rewritten(tmp_path: Path) -> None:
    text = (
        "title: t\nrequests:\n"
        '- {name: one, request: {url: "http://shop.example.com"}, expect: &x {status: 302}}\n'
        '- {name: two, request: {url: "http://www.example.com"}, expect: *x}\n'
    )
    file = write(tmp_path, text)
    with pytest.raises(UsageError, match="share nothing by anchors"):
        update_scenario(run(file, "storefront"))
    assert file.read_text(encoding="utf-8") == text
