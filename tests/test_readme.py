"""What the README says, done."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

from gwsim.rendering.glossary.lint_texts import LINTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


RECIPES = blocks((ROOT / "gwsim/RECIPES.md").read_text(encoding="utf-8"), "pycon")
COMMANDS = dict(re.findall(r"^<!-- ci: (\w+) -->\n```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
EXAMPLES = dict(re.findall(r"^<!-- example: (\S+) -->\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
SESSIONS = [block.removeprefix("$ ").partition("\n") for block in blocks(README, "console")]
SCRIPTS = [block for block in blocks(README, "sh") if block not in COMMANDS.values()]
HOOK, *WORKFLOWS, ANNOTATION = [block for block in blocks(README, "yaml") if block not in EXAMPLES.values()]
(NOTEBOOK,) = [block for block in blocks(README, "python") if block not in EXAMPLES.values()]
PROGRAMS = {
    "gwsim": f'exec {sys.executable} -m gwsim "$@"',
    "kubectl": "for file in manifests/*.yaml; do echo ---; cat $file; done",
    "tail": 'shift; exec cat "$@"',
    "jq": "exec cat",
}
"""What scripts call; there is neither a cluster nor an end to what is followed."""
LINKS = [
    (file, link)
    for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "gwsim/README.md", "gwsim/RECIPES.md")
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
    (picture,) = blocks(README, "mermaid")
    command = README[: README.index("```mermaid")].rpartition("`gwsim ")[2].partition("`")[0]
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *shlex.split(command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == picture


@pytest.mark.parametrize("example", [*blocks(README, "pycon"), *RECIPES])
def test_python_example_gives_what_is_shown(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    settings.register_profile(
        "unhurried", deadline=None
    )  # a machine that is busy is no failure of an example
    settings.load_profile("unhurried")
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    report: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=report.append).failed == 0, "".join(report)
    assert test.examples


def run_script(script: str, folder: Path) -> str:
    """Run lines of a shell beside the manifests and requests that the README speaks of."""
    shutil.copytree(ROOT / "scenarios/storefront", folder / "manifests")
    (folder / "requests.jsonl").write_text('{"url": "https://shop.example.com/cart"}\n')
    programs = folder / "bin"
    programs.mkdir()
    for name, text in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    process = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_answers(script: str, tmp_path: Path) -> None:
    printed = run_script(script, tmp_path)
    written = [path for name in re.findall(r"> (\S+)", script) if (path := tmp_path / name).stat().st_size]
    assert printed or written


def test_hook_is_one_that_is_offered_and_its_arguments_are_taken(tmp_path: Path) -> None:
    (repository,) = yaml.safe_load(HOOK)
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    for hook in repository["hooks"]:
        words = [*shlex.split(offered[hook["id"]]["entry"]), *hook["args"], "manifests/routes.yaml"]
        assert re.match(hook["files"], words[-1])
        assert "no findings" in run_script(shlex.join(words), tmp_path)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_workflow_does_what_it_says(workflow: str, tmp_path: Path) -> None:
    steps = yaml.safe_load(workflow)
    runs = [step["run"] for step in steps if "run" in step]
    assert [run for run in runs if not run.startswith("gwsim ")] == ["pip install gwsim"]
    run_script("\n".join(run for run in runs if run.startswith("gwsim ")), tmp_path)
    for step in steps:
        for name in step.get("with", {}).values():
            assert (tmp_path / name).stat().st_size


def test_annotation_names_checks() -> None:
    (codes,) = yaml.safe_load(ANNOTATION)["metadata"]["annotations"].values()
    assert set(codes.split(", ")) <= set(LINTS)


def test_cell_shows_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "scenarios/storefront", tmp_path / "manifests")
    monkeypatch.chdir(tmp_path)
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    run = shell.run_cell(NOTEBOOK)
    assert run.success
    shown, _ = shell.display_formatter.format(run.result)
    assert "Service/shop/cart" in shown["text/html"]


def test_every_example_is_one_that_is_run() -> None:
    run = ["console", "mermaid", "pycon", "python", "sh", "yaml"]
    for text in (README, (ROOT / "gwsim/RECIPES.md").read_text(encoding="utf-8")):
        assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) - {""} <= set(run)
        assert text.count("\n```") == 2 * sum(len(blocks(text, language)) for language in run)
    assert len(RECIPES) == (ROOT / "gwsim/RECIPES.md").read_text(encoding="utf-8").count("\n```") // 2


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
