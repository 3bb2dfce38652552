"""The shape of the code: who imports whom, how long things are, what a start loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "gwsim").rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    """The path as it is written in the repository."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method, without their decorators."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def loaded_by(*arguments: str) -> set[str]:
    """Run Python, and list the modules that it had loaded at its end."""
    prelude = "import atexit, sys; atexit.register(lambda: sys.stderr.write('\\n'.join(sys.modules)))"
    process = subprocess.run(
        [sys.executable, "-c", "; ".join([prelude, *arguments])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(process.stderr.split())


def test_imports_point_down_only() -> None:
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_is_short(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) < LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_functions_are_short(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or 0) - node.lineno + 1
        for node in functions(tree)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_the_command_line_prints(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    prints = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert not prints or (ROOT / "gwsim/cli") in module.parents


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        pytest.param(
            ["import gwsim"],
            {"textual", "networkx", "rich", "cryptography", "re2", "click", "asyncio"},
            id="import gwsim",
        ),
        pytest.param(
            [
                "from gwsim.cli.main import run",
                "assert run(['trace', '-f', 'scenarios/azure-web', 'GET', 'http://example.com/app']) == 0",
            ],
            {"textual", "networkx", "rich", "cryptography", "re2", "asyncio"},
            id="gwsim trace",
        ),
        pytest.param(
            ["from gwsim.cli.main import run", "assert run(['status', '-h']) == 0"],
            {"textual", "networkx", "rich", "cryptography", "re2", "asyncio"},
            id="the help of a command",
        ),
    ],
)
def test_start_loads_only_what_it_needs(arguments: list[str], unwanted: set[str]) -> None:
    assert loaded_by(*arguments) & unwanted == set()
