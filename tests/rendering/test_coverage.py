"""What was reached, in every form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gwsim
from gwsim.addresses import Address, Location, ObjectKey
from gwsim.analysis.expecting.coverage import Coverage, Part, Reach, cover
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.rendering.reports.coverage import coverage_data, coverage_lcov, coverage_text, percent

ROOT = Path(__file__).parents[2] / "scenarios"
FOLDERS = ("storefront", "monolith", "route-conflicts", "tcp-routes", "mesh-routes")
GRAMMAR = {
    "TN": r"\w*",
    "SF": r"\S.*",
    "FN": r"[1-9]\d*,[^,]+",
    "FNDA": r"\d+,[^,]+",
    "FNF": r"\d+",
    "FNH": r"\d+",
    "BRDA": r"[1-9]\d*,\d+,\d+,(?:\d+|-)",
    "BRF": r"\d+",
    "BRH": r"\d+",
    "DA": r"[1-9]\d*,\d+",
    "LF": r"\d+",
    "LH": r"\d+",
}
"""The lines of a record, in the order of geninfo's manual."""


def records(text: str) -> Iterator[dict[str, list[list[str]]]]:
    """Read a tracefile strictly; of each record the fields of its lines, by their names."""
    record: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line == "end_of_record":
            assert list(record) == [name for name in GRAMMAR if name in record]
            yield record
            record = {}
            continue
        name, colon, fields = line.partition(":")
        assert colon
        assert re.fullmatch(GRAMMAR[name], fields), line
        record.setdefault(name, []).append([fields] if name == "SF" else fields.split(","))
    assert not record


def coverage_of(*names: str) -> Coverage:
    runs = []
    for name in names:
        scenario = read_scenario(ROOT / name / FILE_NAME)
        simulation = gwsim.load(*scenario.manifests)
        requests = [gwsim.Request.from_dict(case.request) for case in scenario.requests]
        runs.append((simulation, [simulation.decide(request) for request in requests]))
    return cover(runs)


def test_lcov_is_what_its_manual_says_and_adds_up() -> None:
    coverage = coverage_of(*FOLDERS)
    found = list(records(coverage_lcov(coverage)))
    files = [record["SF"][0][0] for record in found]
    assert files == sorted(set(files))
    functions = branches = 0
    for record in found:
        text = Path(record["SF"][0][0]).read_text(encoding="utf-8").splitlines()
        hits = {int(line): int(count) for line, count in record["DA"]}
        assert int(record["LF"][0][0]) == len(hits) == len(record["DA"])
        assert int(record["LH"][0][0]) == sum(count > 0 for count in hits.values())
        named = {name: int(line) for line, name in record.get("FN", [])}
        calls = {name: int(count) for count, name in record.get("FNDA", [])}
        assert named.keys() == calls.keys()
        assert int(record["FNF"][0][0]) == len(named)
        assert int(record["FNH"][0][0]) == sum(count > 0 for count in calls.values())
        taken = [(int(line), count) for line, _, _, count in record.get("BRDA", [])]
        assert int(record["BRF"][0][0]) == len(taken)
        assert int(record["BRH"][0][0]) == sum(count not in ("-", "0") for _, count in taken)
        assert all((count == "-") is (hits[line] == 0) for line, count in taken)
        assert {*named.values(), *(line for line, _ in taken)} == set(hits)
        assert max(hits) <= len(text)
        functions, branches = functions + len(named), branches + len(taken)
    count = {part: coverage.counts(part)[1] for part in Part}
    assert functions == count[Part.LISTENER] + count[Part.RULE]
    assert branches == count[Part.MATCH] + count[Part.BACKEND]


def test_text_names_what_was_missed_at_its_line_and_of_a_missed_rule_the_rule_alone() -> None:
    assert coverage_text(coverage_of("monolith")).splitlines()[5:] == [
        "  together   47 of 51   92.1 %",
        "Not reached",
        f"  match     HTTPRoute/legacy/www#rules[2].matches[3]  {ROOT}/monolith/routes.yaml:25:11",
        f"  rule      HTTPRoute/legacy/www#rules[12]  {ROOT}/monolith/routes.yaml:88:7",
    ]
    assert "Not reached" not in coverage_text(coverage_of("storefront"))


def test_data_names_all_that_was_missed() -> None:
    data = coverage_data(coverage_of("monolith"))
    assert list(data) == ["listeners", "rules", "matches", "backends", "percent", "missed"]
    assert data["rules"] == {"reached": 15, "total": 16}
    assert data["percent"] == 92.1
    missed = data["missed"]
    assert isinstance(missed, list)
    assert [each["part"] for each in missed] == ["match", "rule", "match", "backend"]
    assert missed[1]["source"].endswith("/monolith/routes.yaml:88:7")


@pytest.mark.parametrize(
    ("reached", "total", "shown"),
    [(0, 0, "100.0"), (0, 7, "0.0"), (1, 3, "33.3"), (1999, 2000, "99.9"), (2000, 2000, "100.0")],
)
def test_a_hundred_percent_is_all_of_it(reached: int, total: int, shown: str) -> None:
    assert percent(reached, total) == shown


def test_hostile_names_and_files_stay_on_their_line() -> None:
    address = Address(ObjectKey("", "Gateway", "a\nend_of_record", "b\x1b[31m,\u202e"), ("spec",))
    location = Location("x\nSF:y\x1b[31m.yaml", 1, 1)
    reaches = [
        Reach(location, part, address, address, str(address), 0) for part in (Part.LISTENER, Part.MATCH)
    ]
    coverage = Coverage(tuple(reaches))
    (record,) = records(coverage_lcov(coverage))
    assert record["FN"] == [["1", "Gateway/a\\nend_of_record/b\\x1b[31m;\\u202e"]]
    assert len(coverage_text(coverage).splitlines()) == 9
    assert "\x1b" not in coverage_text(coverage)
