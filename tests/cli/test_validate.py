"""`gwsim validate`, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gwsim.cli.main import run

ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
"""
CRD = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: VERSION
    gateway.networking.k8s.io/channel: CHANNEL
spec: {group: gateway.networking.k8s.io, names: {kind: HTTPRoute}}
"""
FORMATS = ("text", "json", "sarif", "junit", "github")


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found


@pytest.fixture
def validate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Validate a text with some options."""
    monkeypatch.chdir(tmp_path)

    def call(text: str, *options: str) -> Answer:
        (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
        code = run(["validate", "-f", "a.yaml", *options])
        return Answer(code, *capsys.readouterr())

    return call


GOOD, WARNED, BAD, BROKEN = (
    ROUTE + "  hostnames: [a.example]\n",
    ROUTE + "  rules: [{retry: {attempts: 1}}]\n",
    ROUTE + "  hostnames: [A.example]\n",
    "a: [\n",
)


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        pytest.param(GOOD, (), 0, id="nothing wrong"),
        pytest.param(WARNED, (), 0, id="a warning"),
        pytest.param(WARNED, ("--fail-on", "warning"), 1, id="a warning that counts"),
        pytest.param(BAD, (), 1, id="an error"),
        pytest.param(BAD, ("--suppress", "InvalidPattern"), 0, id="an error that is suppressed"),
        pytest.param(BAD, ("--suppress", "InvalidPattern=Gateway/*"), 1, id="another one is suppressed"),
        pytest.param(BROKEN, (), 1, id="no YAML"),
    ],
)
def test_the_exit_code_is_the_same_in_every_format(
    validate: Any, output: str, text: str, options: tuple[str, ...], code: int
) -> None:
    assert validate(text, "-o", output, *options).code == code


def test_json_counts_what_was_checked_and_what_was_skipped(validate: Any) -> None:
    text = f"{GOOD}---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}}}\n"
    assert json.loads(validate(text, "-o", "json").out) == {"findings": [], "checked": 1, "skipped": 1}


def test_an_object_given_twice_is_a_warning(validate: Any) -> None:
    answer = validate(f"{GOOD}---\n{GOOD}", "-o", "json")
    (found,) = answer.findings
    assert (found["code"], found["severity"]) == ("DuplicateObject", "warning")
    assert found["source"] == "a.yaml:9:18"
    assert answer.code == 0


@pytest.mark.parametrize(
    ("options", "dropped"),
    [
        pytest.param((), True, id="the newest, standard"),
        pytest.param(("--channel", "experimental"), False, id="the newest, experimental"),
        pytest.param(("--gateway-api", "1.3", "--channel", "experimental"), False, id="1.3, experimental"),
    ],
)
def test_a_field_of_the_experimental_channel_is_dropped_by_the_standard_one(
    validate: Any, options: tuple[str, ...], dropped: bool
) -> None:
    answer = validate(WARNED, "-o", "json", *options)
    assert [found["path"] for found in answer.findings] == ["spec.rules[0].retry"] * dropped


def test_a_dropped_field_is_reported_with_since_when_it_exists(validate: Any) -> None:
    text = ROUTE + "  rules: [{filters: [{type: CORS, cors: {}}]}]\n"
    first, second = validate(text, "-o", "json", "--gateway-api", "1.4").findings
    assert first["code"] == "UnsupportedValue"
    assert second["help"] == (
        "it is in the standard channel since 1.5, in the experimental since 1.3; this release drops it"
    )


def test_a_kind_that_a_release_lacks_is_refused(validate: Any) -> None:
    text = "apiVersion: gateway.networking.k8s.io/v1\nkind: TCPRoute\nmetadata: {name: a}\nspec: {}\n"
    (found,) = validate(text, "-o", "json", "--gateway-api", "1.5").findings
    assert (found["code"], found["message"]) == (
        "UnservedKind",
        'expected a kind of Gateway API 1.5 standard, found "TCPRoute"',
    )
    assert "v1 is served in both channels since 1.6" in found["help"]


@pytest.mark.parametrize(
    ("version", "channel", "options", "codes", "note"),
    [
        pytest.param("v1.6.1", "experimental", (), [], "", id="experimental"),
        pytest.param("v1.6.1", "standard", (), ["UnknownField"], "", id="standard"),
        pytest.param("v1.6.1", "standard", ("--channel", "experimental"), [], "", id="another channel"),
        pytest.param(
            "v1.9.0",
            "experimental",
            (),
            [],
            "the CRDs are of 1.9, which gwsim does not know: 1.6 is taken\n",
            id="a release to come",
        ),
    ],
)
def test_auto_reads_the_release_off_the_crds(
    validate: Any, version: str, channel: str, options: tuple[str, ...], codes: list[str], note: str
) -> None:
    crd = CRD.replace("VERSION", version).replace("CHANNEL", channel)
    answer = validate(WARNED + crd, "-o", "json", "--gateway-api", "auto", *options)
    assert [found["code"] for found in answer.findings] == codes
    assert answer.err == note


def test_auto_without_crds_takes_the_newest_and_says_so(validate: Any) -> None:
    answer = validate(WARNED, "-o", "json", "--gateway-api", "auto")
    assert [found["code"] for found in answer.findings] == ["UnknownField"]
    assert "the newest release is taken" in answer.err


def test_auto_refuses_a_release_before_1_3(validate: Any) -> None:
    answer = validate(WARNED + CRD.replace("VERSION", "v1.2.1"), "--gateway-api", "auto")
    assert answer.code == 2
    assert "expected a bundle-version from v1.3 to v1.6, found 'v1.2.1'" in answer.err


def test_a_baseline_leaves_new_findings_alone(validate: Any, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(validate(BAD, "-o", "json").out, encoding="utf-8")
    moved = validate("\n" + BAD, "--baseline", "known.json")
    assert (moved.code, moved.err) == (0, "1 in the baseline\n")
    assert validate(BAD.replace("A.", "B."), "--baseline", "known.json").code == 1


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"findings": 1}'])
def test_a_baseline_that_is_none_is_refused(validate: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text, encoding="utf-8")
    assert validate(GOOD, "--baseline", "known.json").code == 2


def test_an_unknown_code_cannot_be_suppressed(validate: Any) -> None:
    answer = validate(GOOD, "--suppress", "InvalidPatern")
    assert (answer.code, "InvalidPatern" in answer.err) == (2, True)


def test_files_may_stand_last(validate: Any, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(BAD.replace("cart", "b"), encoding="utf-8")
    assert [found["source"] for found in validate(GOOD, "-o", "json", "b.yaml").findings] == ["b.yaml:5:15"]


def test_no_file_at_all_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 2
    assert "--filename" in capsys.readouterr().err


def test_the_whole_text_is_in_the_log_of_github(validate: Any) -> None:
    assert validate(BAD).out in validate(BAD, "-o", "github").out
