"""`gwsim diff`: two configurations from files, folders and git, and one read in two ways."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import gwsim
from gwsim.errors import UsageError
from gwsim.reading.revisions import read_revision
from tests.cli.test_main import ROOT, run

PULL_REQUEST = ("scenarios/pull-request/before", "scenarios/pull-request")


def test_a_witness_is_answered_as_either_side_says() -> None:
    process = run("diff", *PULL_REQUEST, "-o", "json")
    sides = {
        name: gwsim.load(ROOT / path) for name, path in zip(("before", "after"), PULL_REQUEST, strict=True)
    }
    classes = [each for cause in json.loads(process.stdout)["causes"] for each in cause["classes"]]
    assert len(classes) == 5
    for each in classes:
        for witness in each["witnesses"]:
            for side, simulation in sides.items():
                decision = simulation.decide(gwsim.Request.from_dict(witness)).to_dict()
                assert (decision["action"], decision["route"]) == (each[side]["action"], each[side]["route"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(PULL_REQUEST, 1, "5 classes of requests are answered differently", id="a difference"),
        pytest.param((PULL_REQUEST[0],) * 2, 0, "no difference", id="no difference"),
        pytest.param(
            ("scenarios/monolith", "--set", "regexAnchor=start"),
            1,
            "regexAnchor: full → start",
            id="a choice",
        ),
        pytest.param(
            ("scenarios/azure-web", "--set", "regexAnchor=start"),
            0,
            "no difference",
            id="a choice of no account",
        ),
        pytest.param(
            ("scenarios/cors", "--gateway-api", "1.4", "--gateway-api", "1.5"),
            1,
            "HTTPRoute/api/api added",
            id="a release that refuses a route",
        ),
        pytest.param(
            ("scenarios/traffic-policies", "--channel", "standard", "--channel", "experimental"),
            1,
            'retry: null → {"codes":[503]',
            id="a channel that drops a field",
        ),
        pytest.param(
            ("scenarios/traffic-policies", "--channel", "standard", "--channel", "experimental"),
            1,
            "as Gateway API 1.6 standard has it:",
            id="what a channel drops is told",
        ),
        pytest.param(
            ("scenarios/storefront", "--gateway-api", "1.3", "--gateway-api", "1.6"),
            0,
            "no difference",
            id="nothing depends on the release",
        ),
        pytest.param(
            ("scenarios/partly-invalid", "--gateway-api", "1.3", "--gateway-api", "1.6"),
            0,
            "no difference",
            id="what both releases refuse",
        ),
        pytest.param(
            ("scenarios/traffic-policies",) * 2 + ("--gateway-api", "1.4"),
            0,
            "no difference",
            id="one release for both sides",
        ),
        pytest.param(
            ("scenarios/azure-web", "--gateway-api", "1.4"), 2, "expected NEW", id="one release, one path"
        ),
        pytest.param(
            ("-", "--gateway-api", "1.4", "--gateway-api", "1.5"), 2, "can be read once", id="-, twice"
        ),
        pytest.param(("a", *("--channel", "standard") * 3), 2, "expected one or two", id="three channels"),
        pytest.param(("scenarios/azure-web",), 2, "expected NEW", id="nothing to compare with"),
        pytest.param(("a", "b", "c"), 2, "expected OLD and NEW, found 3 paths", id="three paths"),
        pytest.param(
            ("git:no-such:x", "scenarios/azure-web"),
            2,
            "git:no-such:x: expected",
            id="no such revision",
        ),
        pytest.param(
            ("git:-x:x", "scenarios/azure-web"),
            2,
            "git:-x:x: expected",
            id="a revision that is an option",
        ),
        pytest.param(
            (PULL_REQUEST[0], "-", "--traffic", "-"),
            2,
            "-: expected standard input to be named once",
            id="standard input for two",
        ),
        pytest.param((*PULL_REQUEST, "--traffic", "no-such"), 2, "No such file", id="no sample"),
    ],
)
def test_exit_code_says_whether_something_differs(arguments: tuple[str, ...], code: int, says: str) -> None:
    process = run("diff", *arguments)
    assert process.returncode == code
    assert says in process.stdout + process.stderr
    assert "Traceback" not in process.stderr


def test_a_sample_of_traffic_is_counted(tmp_path: Path) -> None:
    sample = tmp_path / "requests.jsonl"
    urls = ["/cart", "/cart/7", "/pay", "/", "/search"]
    lines = [json.dumps({"url": f"http://www.shop.example{path}"}) for path in urls]
    sample.write_text("\n".join([*lines, "no request"]) + "\n", encoding="ascii")
    data = json.loads(run("diff", *PULL_REQUEST, "--traffic", str(sample), "-o", "json").stdout)
    assert data["traffic"] == {"requests": 5, "touched": 3, "unread": 1}
    touched = [each["touched"] for cause in data["causes"] for each in cause["classes"]]
    assert sorted(touched) == [0, 0, 0, 1, 2]


def test_a_comment_on_a_pull_request_shows_texts_as_they_are(tmp_path: Path) -> None:
    before = (ROOT / "scenarios/azure-web/routes.yaml").read_text(encoding="utf-8")
    for name, value in (("old", "/a|b<script>`*"), ("new", "/c")):
        folder = tmp_path / name
        folder.mkdir()
        for file in (ROOT / "scenarios/azure-web").glob("*.yaml"):
            if file.name not in ("routes.yaml", "scenario.yaml"):
                (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        header = f"headers: [{{name: x, value: {json.dumps(value)}}}]"
        (folder / "routes.yaml").write_text(
            before.replace("- path:", f"- {header}\n          path:", 1), encoding="utf-8"
        )
    process = run("diff", str(tmp_path / "old"), str(tmp_path / "new"), "-o", "markdown")
    assert process.returncode == 1, process.stderr
    rows = [line for line in process.stdout.splitlines() if line.startswith("| Any")]
    assert rows
    assert not any("<script>" in row.split(" | ")[0] for row in rows)
    assert all(row.replace("\\|", "").count("|") == 5 for row in rows)


def test_a_comment_on_a_pull_request_says_that_a_mesh_is_left_out() -> None:
    process = run("diff", *["scenarios/mesh-routes"] * 2, "-o", "markdown")
    assert "requests in a mesh are left out" in process.stdout


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        pytest.param(
            "git:HEAD:", "expected a revision that this repository has, found 'HEAD'", id="no commit"
        ),
        pytest.param("git:-x:", "expected a revision that this repository has, found '-x'", id="an option"),
        pytest.param("git:feature/" + "long" * 20 + ":", "long' (a shallow clone has few", id="a long name"),
        pytest.param("git:HEAD", "expected git:REV:PATH, such as git:main:deploy", id="no path"),
    ],
)
def test_a_revision_that_is_not_there_is_named(
    tmp_path: Path, path: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        list(read_revision(path, (".yaml",), recursive=False))
    assert str(raised.value).startswith(f"{path}: ")
    assert complaint in str(raised.value)


def test_a_revision_outside_of_a_repository_is_a_wrong_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="expected to be in a git repository, found none around this folder"):
        list(read_revision("git:HEAD:deploy", (".yaml",), recursive=False))


def test_manifests_are_read_from_a_revision(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "deploy" / "deeper").mkdir(parents=True)
    for file in (ROOT / "scenarios/azure-web").glob("*.yaml"):
        (tmp_path / "deploy" / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "deploy" / "deeper" / "broken.yaml").write_text("{", encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "a")
    routes = tmp_path / "deploy" / "routes.yaml"
    routes.write_text(routes.read_text(encoding="utf-8").replace("/app", "/application"), encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", "diff", "git:HEAD:deploy", "deploy", "-o", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1, process.stderr
    (cause,) = json.loads(process.stdout)["causes"]
    assert [change["how"] for change in cause["changes"]] == ["changed"]
    absent = subprocess.run(
        [sys.executable, "-m", "gwsim", "diff", "git:HEAD:deply", "deploy"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert absent.returncode == 2
    assert absent.stderr == (
        "Error: git:HEAD:deply: expected a file or folder of that revision, found none\n"
    )
