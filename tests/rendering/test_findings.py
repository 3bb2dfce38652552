"""Findings in each form: what is told, in which order, and that no manifest can break out of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gwsim.addresses import Location, ObjectKey
from gwsim.findings import Finding, Severity
from gwsim.rendering.findings import (
    LONGEST_MESSAGE,
    MOST_RESULTS,
    Report,
    finding_data,
    identity,
    is_suppressed,
    new_findings,
    report_data,
    report_github,
    report_junit,
    report_sarif,
    report_text,
    summary,
    worst_first,
)

KEY = ObjectKey("gateway.networking.k8s.io", "HTTPRoute", "shop", "cart")
ERROR, WARNING, INFO = Severity


def finding(
    message: str = "expected a hostname, found none",
    *,
    code: str = "InvalidPattern",
    severity: Severity = ERROR,
    file: str = "routes.yaml",
    line: int = 7,
    key: ObjectKey | None = KEY,
    advice: str = "",
    index: int = 0,
) -> Finding:
    path = () if key is None else ("spec", "hostnames", index)
    return Finding(code, severity, Location(file, line, 5), message, advice, key, path)


def report(*findings: Finding) -> Report:
    return Report(worst_first(findings), ("HTTPRoute/shop/cart", "Gateway/shop/web"), 2, 1)


def sarif(*findings: Finding) -> Any:
    return report_sarif(report(*findings), version="1.0")


def results(*findings: Finding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(*findings)["runs"][0]["results"]
    return found


def test_text_has_a_line_for_each_finding_and_the_worst_first() -> None:
    warning = finding("expected a field, found x", code="UnknownField", severity=WARNING, line=1)
    assert report_text(report(warning, finding(advice="write it"), finding(key=None)), color=False) == (
        "routes.yaml:7:5: error InvalidPattern: expected a hostname, found none\n"
        "routes.yaml:7:5: error InvalidPattern HTTPRoute/shop/cart spec.hostnames[0]: "
        "expected a hostname, found none\n"
        "    help: write it\n"
        "routes.yaml:1:5: warning UnknownField HTTPRoute/shop/cart spec.hostnames[0]: "
        "expected a field, found x\n"
        "2 errors, 1 warning in 2 objects; 1 of other kinds skipped\n"
    )


def test_a_report_without_findings_says_so() -> None:
    assert summary(Report((), (), 1, 0)) == "no findings in 1 object"


def test_json_is_as_the_contract_has_it() -> None:
    assert report_data(report(finding(advice="write it"))) == {
        "findings": [
            {
                "code": "InvalidPattern",
                "severity": "error",
                "object": "HTTPRoute/shop/cart",
                "path": "spec.hostnames[0]",
                "source": "routes.yaml:7:5",
                "message": "expected a hostname, found none",
                "help": "write it",
            }
        ],
        "checked": 2,
        "skipped": 1,
    }


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(finding(line=99), True, id="another line"),
        pytest.param(finding(file="b.yaml"), True, id="another file, the same object"),
        pytest.param(finding(index=3), True, id="another place in the list"),
        pytest.param(finding("expected a hostname, found x"), False, id="another value"),
        pytest.param(finding(code="TooLong"), False, id="another code"),
        pytest.param(finding(key=KEY._replace(name="b")), False, id="another object"),
    ],
)
def test_a_finding_is_the_same_wherever_it_is_written(other: Finding, same: bool) -> None:
    assert (identity(finding_data(other)) == identity(finding_data(finding()))) is same


def test_lines_in_a_message_are_no_part_of_what_a_finding_is_known_by() -> None:
    one, other = (finding(f"expected a once, found it also at a.yaml:{line}:3") for line in (1, 22))
    assert identity(finding_data(one)) == identity(finding_data(other))


def test_a_baseline_takes_out_each_finding_as_often_as_it_has_it() -> None:
    known = [finding_data(finding())]
    assert new_findings([finding(line=1), finding(line=2)], known) == (finding(line=2),)


@pytest.mark.parametrize(
    ("code", "objects", "suppressed"),
    [
        pytest.param("InvalidPattern", "*", True, id="all objects"),
        pytest.param("InvalidPattern", "HTTPRoute/shop/*", True, id="those of a namespace"),
        pytest.param("InvalidPattern", "HTTPRoute/other/*", False, id="those of another"),
        pytest.param("TooLong", "*", False, id="another code"),
    ],
)
def test_a_finding_is_suppressed_by_code_and_object(code: str, objects: str, suppressed: bool) -> None:
    assert is_suppressed(finding(), code, objects) is suppressed


def test_github_gets_one_command_a_finding_and_obeys_none_of_the_text() -> None:
    nasty = finding("found a%0A\n::error::x,y ##[add-mask]z", file="a,b:c.yaml", advice="help")
    lines = report_github(report(nasty)).splitlines()
    assert lines[0] == (
        r"::error file=a%2Cb%3Ac.yaml,line=7,col=5,title=InvalidPattern::"
        r"HTTPRoute/shop/cart spec.hostnames[0]: found a%250A\n::error::x,y ##[add-mask]z (help)"
    )
    token = re.fullmatch("::stop-commands::([0-9a-f]{64})", lines[1])
    assert token is not None
    assert lines[-1] == f"::{token[1]}::"
    assert token[1] not in "".join(lines[2:-1])


def test_github_tells_severities_apart() -> None:
    text = report_github(report(finding(severity=WARNING), finding(severity=INFO), finding()))
    assert re.findall("^::(error|warning|notice) ", text, re.MULTILINE) == ["error", "warning", "notice"]


@given(message=st.text(), file=st.text())
def test_no_text_adds_an_annotation(message: str, file: str) -> None:
    first, stop, *text, go = report_github(report(finding(message, file=file, advice=message))).splitlines()
    assert first.startswith("::error file=")
    assert stop == f"::stop-commands::{go.strip(':')}"
    assert go not in text


@given(message=st.text(), file=st.text(), advice=st.text())
def test_junit_is_well_formed_whatever_a_manifest_says(message: str, file: str, advice: str) -> None:
    text = report_junit(report(finding(message, file=file, advice=advice, key=None)), failing=ERROR)
    root = ET.fromstring(text)
    assert [element.tag for element in root.iter()] == [
        "testsuites",
        "testsuite",
        "testcase",
        "testcase",
        "testcase",
        "failure",
    ]


def test_junit_has_a_test_for_each_object_and_fails_those_with_errors() -> None:
    import junitparser

    text = report_junit(report(finding(), finding(severity=WARNING), finding(key=None)), failing=ERROR)
    (suite,) = junitparser.JUnitXml.fromstring(text.encode())
    cases = {(case.classname, case.name): case for case in suite}
    assert set(cases) == {("HTTPRoute", "shop/cart"), ("Gateway", "shop/web"), ("document", "routes.yaml")}
    assert {name[0] for name, case in cases.items() if case.result} == {"HTTPRoute", "document"}
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 2, 0, 0)
    suite.update_statistics()
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 2, 0, 0)


def test_junit_fails_warnings_where_they_are_to_fail() -> None:
    text = report_junit(report(finding(severity=WARNING)), failing=WARNING)
    assert ET.fromstring(text).get("failures") == "1"


def test_sarif_is_what_a_reader_of_sarif_understands() -> None:
    """Round and round: its types are made from the schema, and drop what is not in it."""
    import pysarif

    written = sarif(finding(advice="x"), finding(key=None, severity=WARNING), finding(severity=INFO))
    read = pysarif.save_to_dict(pysarif.load_from_dict(written))
    assert missing(written, read) == []


def missing(written: object, read: object, path: str = "") -> list[str]:
    match written, read:
        case dict(), dict():
            return [
                lost
                for name, value in written.items()
                for lost in missing(value, read.get(name), f"{path}.{name}")
            ]
        case list(), list() if len(written) == len(read):
            pairs = enumerate(zip(written, read, strict=True))
            return [lost for index, (one, other) in pairs for lost in missing(one, other, f"{path}[{index}]")]
        case _:
            return [] if written == read or path == ".$schema" else [path]


@pytest.mark.skipif("SARIF_SCHEMA" not in os.environ, reason="SARIF_SCHEMA does not name the schema's file")
@given(message=st.text(), file=st.text(min_size=1))
def test_sarif_is_valid_by_its_schema(message: str, file: str) -> None:
    """The schema is in `npm pack @microsoft/sarif-multitool-linux`, as sarif-2.1.0.json."""
    import jsonschema

    schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text(encoding="utf-8-sig"))
    checker = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    written = json.loads(
        json.dumps(
            sarif(
                finding(message, file=file),
                finding(severity=WARNING, key=None),
                finding(code="New", severity=INFO),
            )
        )
    )
    assert [error.message for error in checker.iter_errors(written)] == []


def test_sarif_stays_within_the_limits_of_github() -> None:
    many = Report(tuple(finding("x" * 5000, line=line) for line in range(1, MOST_RESULTS + 2)))
    written: Mapping[str, Any] = report_sarif(many, version="1.0")
    found = written["runs"][0]["results"]
    assert len(found) == MOST_RESULTS
    assert len(found[0]["message"]["text"]) == LONGEST_MESSAGE
    assert all(
        len(rule[part]["text"]) <= 1024
        for rule in written["runs"][0]["tool"]["driver"]["rules"]
        for part in ("shortDescription", "fullDescription", "help")
    )


def test_fingerprints_are_different_and_do_not_depend_on_lines() -> None:
    prints = [
        [result["partialFingerprints"]["primaryLocationLineHash"] for result in results(*some)]
        for some in (
            (finding(line=1), finding(line=2), finding("other", line=3)),
            (finding(line=11), finding(line=12), finding("other", line=13)),
        )
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == 3


def test_every_rule_of_sarif_has_a_page_of_help() -> None:
    (rule,) = sarif(finding())["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"].startswith("https://")


def test_a_message_makes_no_link_in_sarif() -> None:
    (result,) = results(finding("found [click](https://evil.example)"))
    assert "](" not in result["message"]["text"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        pytest.param("./my routes/a#b.yaml", "my%20routes/a%23b.yaml", id="a relative path"),
        pytest.param("/srv/a.yaml", "file:///srv/a.yaml", id="an absolute path"),
        pytest.param("<stdin>", "%3Cstdin%3E", id="standard input"),
    ],
)
def test_a_file_is_an_address_in_sarif(file: str, uri: str) -> None:
    (result,) = results(finding(file=file))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
