"""`gwsim test`: what scenario files expect, without pytest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml

ROOT = Path(__file__).parents[2]
MANIFESTS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec: {gatewayClassName: x, listeners: [{name: http, protocol: HTTP, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {parentRefs: [{name: front}], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""
SCENARIO = """\
title: a test
requests:
- name: the web answers
  request: {url: "http://a/"}
  expect: {backend: web}
- name: the API answers
  request: {url: "http://a/api"}
  expect: {backend: api}
status:
- name: the Gateway is programmed
  object: Gateway/default/front
  expect: {conditions: [{type: Programmed, status: "True"}]}
- name: there is another
  object: Gateway/default/back
  expect: {}
"""
HOSTILE = (
    "<b>&amp;\"'<!-- ]]> {{x}} ${x} `x`",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eright to left\u2066\u200f",
    "漢字 🎉 é e\u0301",
    "a" * 253,
    "::error::x%0A::stop-commands::x",
    "a\nb\r\n::warning::c\td",
    "a\0\u0085\ufffe\u2028\u3164b",
    "[x](javascript:alert(1)) | ![x](x)",
)


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `gwsim test` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "gwsim", "test", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of one scenario, of whose four cases two fail."""
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes/manifests.yaml").write_text(MANIFESTS)
    (tmp_path / "routes/scenario.yaml").write_text(SCENARIO)
    return tmp_path


def test_what_fails_is_shown_with_its_trace_and_exits_with_1(project: Path) -> None:
    process = run(project)
    assert process.returncode == 1
    lines = process.stdout.splitlines()
    assert lines[0] == "✗ routes/scenario.yaml: 2 passed, 2 failed"
    assert lines[1] == "  ✗ the API answers  routes/scenario.yaml:6:3"
    assert lines[2] == "      backend: expected 'api', found 'Service/default/web:80'"
    assert "        ✓ HTTPRoute/default/web#rules[0].matches[0]  routes/manifests.yaml:10:" in process.stdout
    assert "expected Gateway/default/back with a status, found none in the input" in process.stdout
    assert lines[-1] == "2 passed, 2 failed in 1 scenario"
    assert "the web answers" not in process.stdout
    assert process.stderr == "no GatewayClass in the input: x is taken to exist and to be accepted\n"


def test_what_passes_is_named_on_request_and_exits_with_0(project: Path) -> None:
    process = run(project, "-v", "-k", "THE WEB")
    assert process.returncode == 0
    assert process.stdout.splitlines() == [
        "✓ routes/scenario.yaml: 1 passed",
        "  ✓ the web answers",
        "1 passed in 1 scenario",
    ]
    assert process.stderr == ""


def test_all_scenarios_are_put_to_the_manifests_that_are_given(project: Path) -> None:
    (project / "routes/manifests.yaml").unlink()
    given = MANIFESTS.replace("web, port", "api, port") + MANIFESTS[MANIFESTS.rindex("---") :].replace(
        "web", "api"
    )
    process = run(project, "-f", "-", "-k", "answers", "-v", stdin=given)
    assert process.stdout.splitlines()[0] == "✗ routes/scenario.yaml: 1 passed, 1 failed"
    assert "  ✓ the API answers" in process.stdout.splitlines()


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        pytest.param(
            "scenario.yaml",
            "title: t\nstatus:\n- {object: o}",
            "broken/scenario.yaml:3:3: status[0]: object missing required field `name`",
            id="a scenario",
        ),
        pytest.param("manifests.yaml", "kind: {", "broken/manifests.yaml:1:8: expected", id="manifests"),
    ],
)
def test_what_is_broken_exits_with_2_after_all_else(
    project: Path, file: str, text: str, complaint: str
) -> None:
    (project / "broken").mkdir()
    (project / "broken/scenario.yaml").write_text(SCENARIO)
    (project / "broken/manifests.yaml").write_text(MANIFESTS)
    (project / "broken" / file).write_text(text)
    process = run(project)
    assert process.returncode == 2
    assert process.stderr.splitlines()[-1].startswith(complaint)
    assert process.stdout.splitlines()[0] == "✗ broken/scenario.yaml: broken"
    assert process.stdout.splitlines()[-1] == "2 passed, 2 failed, 1 broken in 2 scenarios"
    report = JUnitXml.fromstring(run(project, "-o", "junit").stdout.encode())
    assert (report.tests, report.failures, report.errors) == (5, 2, 1)
    assert complaint in next(iter(next(iter(report)))).result[0].text
    line = next(iter(run(project, "-o", "github").stdout.splitlines()))
    assert line.startswith(f"::error file=broken/{file},line=")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(
            ["none"], "none: expected a scenario, found: no such file or directory", id="no such file"
        ),
        pytest.param(["empty"], "empty: expected a scenario.yaml in or below this folder", id="no scenario"),
        pytest.param(
            ["-k", "none"], "-k: expected a part of the name of a case, found 'none'", id="no such case"
        ),
        pytest.param(["-f", "none"], "none: expected a file or folder that can be read", id="no manifests"),
    ],
)
def test_a_call_that_cannot_be_answered_exits_with_2(
    project: Path, arguments: Sequence[str], complaint: str
) -> None:
    (project / "empty").mkdir()
    process = run(project, *arguments)
    assert process.returncode == 2
    assert complaint in process.stderr


def test_an_update_says_what_has_changed_and_leaves_nothing_that_fails_but_what_is_not_there(
    project: Path,
) -> None:
    process = run(project, "--update")
    assert process.returncode == 1
    assert process.stdout.splitlines()[:4] == [
        "~ routes/scenario.yaml: 1 rewritten",
        "  the API answers  routes/scenario.yaml:6:3",
        "      backend: 'api' → 'Service/default/web:80'",
        "✗ routes/scenario.yaml: 3 passed, 1 failed",
    ]
    text = (project / "routes/scenario.yaml").read_text()
    assert text == SCENARIO.replace("backend: api", "backend: web")
    again = run(project, "--update", "-k", "answers")
    assert again.returncode == 0
    assert again.stdout == "✓ routes/scenario.yaml: 2 passed\n2 passed in 1 scenario\n"
    assert (project / "routes/scenario.yaml").read_text() == text


def test_an_update_of_chosen_cases_leaves_the_others(project: Path) -> None:
    assert run(project, "--update", "-k", "the web", "-o", "junit").returncode == 0
    assert (project / "routes/scenario.yaml").read_text() == SCENARIO


def test_coverage_is_written_in_every_form(project: Path) -> None:
    process = run(project, "--coverage", "text", "--coverage", "json:c.json", "--coverage", "lcov:lcov.info")
    text = process.stdout.partition("2 passed, 2 failed in 1 scenario\n")[2]
    assert text.startswith("Coverage\n  listeners  1 of 1  100.0 %\n")
    data = json.loads((project / "c.json").read_text())
    assert data["percent"] == 100
    assert data["missed"] == []
    assert "SF:routes/manifests.yaml" in (project / "lcov.info").read_text().splitlines()


@pytest.mark.parametrize(
    ("percent", "part", "code", "complaint"),
    [
        pytest.param("100", "the web", 0, "", id="all of it"),
        pytest.param("0", "programmed", 0, "", id="none is wanted"),
        pytest.param(
            "0.1", "programmed", 1, "--fail-under: expected coverage of 0.1 %, found 0.0 %\n", id="too little"
        ),
        pytest.param("101", "the web", 2, "Invalid value for '--fail-under'", id="more than all"),
    ],
)
def test_too_little_coverage_exits_with_1(
    project: Path, percent: str, part: str, code: int, complaint: str
) -> None:
    process = run(project, "-k", part, "--fail-under", percent)
    assert process.returncode == code
    assert complaint in process.stderr
    assert "Coverage" not in process.stdout


def test_coverage_needs_a_file_where_programs_read_it(project: Path) -> None:
    process = run(project, "--coverage", "lcov")
    assert process.returncode == 2
    assert "expected text, json:FILE or lcov:FILE, found 'lcov'" in process.stderr


def test_junit_has_a_test_for_each_case_those_that_pass_included(project: Path) -> None:
    process = run(project, "-o", "junit")
    assert process.returncode == 1
    report = JUnitXml.fromstring(process.stdout.encode())
    assert (report.tests, report.failures, report.errors) == (4, 2, 0)
    (suite,) = report
    cases = {case.name: case for case in suite}
    assert list(cases) == [
        "the web answers",
        "the API answers",
        "the Gateway is programmed",
        "there is another",
    ]
    assert [name for name, case in cases.items() if case.is_passed] == [
        "the web answers",
        "the Gateway is programmed",
    ]
    (failure,) = cases["the API answers"].result
    assert isinstance(failure, Failure)
    assert not isinstance(failure, Error)
    assert failure.message == "backend: expected 'api', found 'Service/default/web:80'"
    assert "✓ HTTPRoute/default/web#rules[0].matches[0]" in failure.text


def test_github_gets_an_annotation_for_each_failure(project: Path) -> None:
    first, second, stop, *text, resume = run(project, "-o", "github").stdout.splitlines()
    assert first == (
        "::error file=routes/scenario.yaml,line=6,col=3,title=the API answers::"
        "backend: expected 'api', found 'Service/default/web:80'"
    )
    assert second.startswith("::error file=routes/scenario.yaml,line=13,col=3,title=there is another::")
    assert f"::{stop.removeprefix('::stop-commands::')}::" == resume
    assert "  ✓ the web answers" in text


def hostile_scenario(folder: Path) -> None:
    """A scenario in whose names, headers and expectations is what terminals, XML and GitHub obey."""
    cases = [
        {
            "name": f"{kind} {name}",
            "request": {"url": "http://a/", "headers": {"x": name}}
            if name.isprintable()
            else {"url": "http://a/"},
            "expect": {"backend": backend, "id": 1 if kind == "passes" else name},
        }
        for name in HOSTILE
        for kind, backend in (("passes", "web"), ("fails", name))
    ]
    text = 'title: "\\e[31m<b>"\nrequests:\n' + "".join(f"- {json.dumps(case)}\n" for case in cases)
    (folder / "routes/scenario.yaml").write_text(text.replace("\\ud83c\\udf89", "🎉"), encoding="utf-8")


def test_hostile_names_show_rightly_in_every_form_and_inject_nothing(project: Path) -> None:
    hostile_scenario(project)
    text, github, junit = (run(project, "-v", "-o", form).stdout for form in ("text", "github", "junit"))
    for output in (text, github, junit):
        assert not [char for char in output if not char.isprintable() and char != "\n"]
        assert "漢字 🎉 é" in output
        assert "a" * 253 in output
        assert "\\x1b[31mred" in output
        assert "\\u202eright to left\\u2066\\u200f" in output
    assert text.splitlines()[-1] == "9 passed, 9 failed in 1 scenario"
    commands = [line for line in github.splitlines() if line.startswith("::")]
    assert len(commands) == len(HOSTILE) + 2
    assert all(re.match("::error file=routes/scenario.yaml,line=", line) for line in commands[:-2])
    assert not any("%0A::" in line.partition(",title=")[2] for line in commands)
    root = ET.fromstring(junit)
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}
    names = [case.get("name") for case in root.iter("testcase")]
    assert f"passes {HOSTILE[0]}" in names
    assert f"fails {HOSTILE[5]}" in names
