"""Choices on the command line: --set, --implementation, their help, and what is not simulated."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gwsim.implementations.choosing import choices

ROOT = Path(__file__).parents[2]
REDIRECT = ("trace", "-f", "scenarios/redirects", "-o", "json", "http://example.org/same/a?b=c")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [sys.executable, "-m", "gwsim", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        pytest.param([], "http://example.org/same/a?b=c", id="the default"),
        pytest.param(["--set", "redirectQuery=drop"], "http://example.org/same/a", id="a choice"),
        pytest.param(
            ["--set", "redirectQuery=drop", "--set", "redirectPort80=show"],
            "http://example.org:80/same/a",
            id="two choices",
        ),
        pytest.param(
            ["--set", "redirectQuery=drop", "--set", "redirectQuery=keep"],
            "http://example.org/same/a?b=c",
            id="the last of two settings",
        ),
        pytest.param(
            ["--implementation", "nginx", "--set", "redirectPort80=show"],
            "http://example.org:80/same/a?b=c",
            id="a choice beside an implementation's",
        ),
    ],
)
def test_settings_change_the_answer(settings: list[str], url: str) -> None:
    headers = dict(json.loads(run(*REDIRECT, *settings).stdout)["response"]["headers"])
    assert headers["location"] == url


@pytest.mark.parametrize("command", ["trace", "status", "routes"])
def test_every_command_that_reads_manifests_takes_an_implementation(command: str) -> None:
    request = ("http://example.com/",) if command == "trace" else ()
    refused = run(command, "-f", "scenarios/azure-web", "--implementation", "apache", *request)
    assert (refused.returncode, refused.stderr) == (
        2,
        (
            "Error: --implementation: expected one that gwsim knows, found 'apache'; "
            "`gwsim compat --list` has them\n"
        ),
    )
    assert run(command, "-f", "scenarios/azure-web", "--implementation", "traefik", *request).returncode == 0


@pytest.mark.parametrize("command", ["trace", "status", "routes"])
def test_help_ends_with_every_choice_and_its_default(command: str) -> None:
    help_text = run(command, "-h").stdout
    _, mark, listed = help_text.partition("\nChoices and their defaults (`gwsim explain NAME` tells more):\n")
    assert mark
    assert listed.split() == [f"{each.name}={each.default}" for each in choices()]


def test_status_hangs_on_choices_as_well() -> None:
    asked = ("status", "-f", "scenarios/listener-conflicts", "-o", "json")
    assert run(*asked).stdout != run(*asked, "--set", "gatewayConflict=firstWins").stdout


def test_what_is_not_simulated_is_said_in_ten_lines_and_a_count(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s%d}\nspec: {sessionAffinity: ClientIP}\n"
    manifest = tmp_path / "services.yaml"
    manifest.write_text("---\n".join(service % number for number in range(12)), encoding="utf-8")
    lines = run("status", "-f", str(manifest)).stderr.splitlines()
    assert lines[0] == (
        f"{manifest}:4:25: spec.sessionAffinity: clients are not kept with an endpoint: "
        "gwsim chooses Services, not their endpoints (NotSimulated)"
    )
    assert [line.endswith("(NotSimulated)") for line in lines] == [True] * 10 + [False]
    assert lines[10] == "2 more fields that are set are not simulated"
