"""What the README says, done."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = dict(re.findall(r"^<!-- ci: (\w+) -->\n```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
EXAMPLES = dict(re.findall(r"^<!-- example: (\S+) -->\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
SESSIONS = [block.removeprefix("$ ").partition("\n") for language, block in BLOCKS if language == "console"]
LINKS = [
    (file, link)
    for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "gwsim/README.md")
    for link in re.findall(r"\]\(([^)#]+)\)", (ROOT / file).read_text(encoding="utf-8"))
    if "://" not in link
]


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    shown = subprocess.run([ROOT / ".ci/run", "--show"], capture_output=True, text=True, check=True).stdout
    assert shown == COMMANDS["answer"] + COMMANDS["tests"]


@pytest.mark.parametrize("name", ["answer", "tests"])
def test_command_is_one_line_for_a_fresh_machine(name: str) -> None:
    command = COMMANDS[name]
    assert command.count("\n") == 1
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")


def test_first_command_prints_an_answer() -> None:
    words = shlex.split(COMMANDS["answer"].rpartition("&& ")[2])
    assert words[0] == ".venv/bin/gwsim"
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "app-service" in process.stdout


@pytest.mark.parametrize(
    ("command", "output"), [pytest.param(command, output, id=command) for command, _, output in SESSIONS]
)
def test_session_prints_what_the_readme_shows(command: str, output: str) -> None:
    words = shlex.split(command)
    assert words[0] == "gwsim"
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.stdout == output


def test_picture_is_drawn_by_the_command_above_it() -> None:
    (picture,) = [block for language, block in BLOCKS if language == "mermaid"]
    command = README[: README.index("```mermaid")].rpartition("`gwsim ")[2].partition("`")[0]
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *shlex.split(command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == picture


@pytest.mark.parametrize("example", [block for language, block in BLOCKS if language == "pycon"])
def test_python_example_gives_what_the_readme_shows(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    report: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=report.append).failed == 0, "".join(report)
    assert test.examples


def write_examples(folder: Path) -> None:
    """Write the files that the README shows, beside the manifests that it speaks of."""
    shutil.copytree(ROOT / "scenarios/storefront", folder / "deploy")
    (folder / "deploy/scenario.yaml").unlink()
    for name, text in EXAMPLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.skipif(
    not entry_points(group="pytest11", name="gwsim"),
    reason="gwsim was installed before it had a plugin; install it again",
)
def test_examples_are_collected_and_pass(tmp_path: Path) -> None:
    write_examples(tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:nbmake"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "9 passed" in process.stdout, process.stdout


@pytest.mark.parametrize(("file", "link"), LINKS)
def test_link_leads_somewhere(file: str, link: str) -> None:
    assert (ROOT / file).parent.joinpath(link).exists()
