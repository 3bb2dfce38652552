"""`gwsim lint`, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gwsim.analysis.linting.examples import LINT_EXAMPLES
from gwsim.cli.main import run

BAD, GOOD, INFO = (
    LINT_EXAMPLES["NoWeight"].bad,
    LINT_EXAMPLES["NoWeight"].good,
    LINT_EXAMPLES["UnusedGrant"].bad,
)
FORMATS = ("text", "json", "sarif", "junit", "github")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"bad": BAD, "good": GOOD, "info": INFO}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["-f", "good.yaml"], 0, id="nothing"),
        pytest.param(["-f", "bad.yaml"], 1, id="a warning"),
        pytest.param(["-f", "info.yaml"], 0, id="an info"),
        pytest.param(["-f", "info.yaml", "--fail-on", "info"], 1, id="an info that counts"),
        pytest.param(["-f", "bad.yaml", "--fail-on", "error"], 0, id="a warning that does not count"),
        pytest.param(["-f", "bad.yaml", "--suppress", "NoWeight"], 0, id="suppressed"),
        pytest.param(["-f", "bad.yaml", "--suppress", "NoWeight=Gateway/*"], 1, id="suppressed elsewhere"),
        pytest.param(["-f", "bad.yaml", "--suppress", "NoSuchCode"], 2, id="an unknown code"),
        pytest.param(["-f", "bad.yaml", "--on", "soon"], 2, id="no day"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_the_exit_code_is_that_of_the_findings(arguments: list[str], code: int, output: str) -> None:
    assert run(["lint", *arguments, "-o", output]) == code


@pytest.mark.usefixtures("folder")
def test_a_finding_names_its_place_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "-f", "bad.yaml", "-o", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    line = 1 + BAD.splitlines().index("  - backendRefs: [{name: cart, port: 80, weight: 0}]")
    assert report == {
        "findings": [
            {
                "code": "NoWeight",
                "severity": "warning",
                "object": "HTTPRoute/default/cart",
                "path": "spec.rules[0].backendRefs",
                "source": f"bad.yaml:{line}:5",
                "message": "expected a weight above 0, found 0 for every backend: each request gets 500",
                "help": "give one of the backends a weight",
            }
        ],
        "checked": 4,
        "skipped": 0,
    }


@pytest.mark.usefixtures("folder")
def test_a_baseline_leaves_out_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    run(["lint", "-f", "bad.yaml", "-o", "json"])
    Path("known.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(["lint", "-f", "bad.yaml", "--baseline", "known.json"]) == 0
    assert "1 in the baseline" in capsys.readouterr().err
