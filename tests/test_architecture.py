"""The shape of the code: who imports whom, how long things are, what a start loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gwsim.cli.main import commands

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "gwsim").rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MOST_LINES_LOADED = 13_000
"""By a plain `gwsim trace`, which is to start within three times of what yaml and msgspec take."""


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


PROCESSES = {"multiprocessing", "concurrent.futures", "subprocess", "socket", "select", "logging"}
HEAVY = {"textual", "networkx", "cryptography", "re2", "asyncio", "hypothesis", "http", "xml", "ssl"}
STREAMS = {"gwsim.cli.streaming", "gwsim.reading.request_lines"}
TABLES = {"rich", "gwsim.rendering.tables"}
TEXT = {"gwsim.rendering.text", "gwsim.rendering.curl", "gwsim.rendering.misses"}
INDEX = {"gwsim.routing.deciding", "gwsim.routing.indexing"}
FINDINGS = {"gwsim.rendering.findings", "gwsim.analysis.linting"}
UNCOMMON = {
    "gwsim.reading.curl",
    "gwsim.rendering.misses",
    "gwsim.binding.attaching.coexistence",
    "gwsim.binding.attaching.mesh",
    "gwsim.binding.listening.conflicts",
    "gwsim.binding.listening.listener_sets",
    "gwsim.binding.referring.certificates",
    "gwsim.binding.referring.patterns",
    "gwsim.implementations.choosing",
    "gwsim.reading.formats.nodes",
    "gwsim.resources.admission.walking",
    "gwsim.resources.policies",
    "gwsim.resources.releases.limits",
    "gwsim.resources.rules.grpc_routes",
    "gwsim.routing.answering.filtering",
    "gwsim.routing.reaching.meshing",
    "hashlib",
    "ipaddress",
    "pathlib",
    "shlex",
    "urllib.parse",
    "yaml",
}
"""What no plain question about the plainest manifests needs, and what takes long to load."""
WEB = "scenarios/azure-web"
URL = "http://example.com/app"
STARTS = [
    (
        ["trace", "-f", WEB, URL],
        HEAVY | UNCOMMON | PROCESSES | STREAMS | TABLES | FINDINGS | INDEX | {"gwsim.rendering.data"},
    ),
    (
        ["trace", "-f", WEB, URL, "-o", "json"],
        HEAVY | UNCOMMON | PROCESSES | STREAMS | TABLES | FINDINGS | INDEX | TEXT,
    ),
    (["trace", "-f", WEB, "--requests", "REQUESTS"], HEAVY | PROCESSES | TABLES | FINDINGS | TEXT),
    (["trace", "-f", WEB, "--requests", "REQUESTS", "--jobs", "2"], HEAVY | TABLES | FINDINGS | TEXT),
    (["routes", "-f", WEB], HEAVY | PROCESSES | STREAMS | FINDINGS | TEXT),
    (["routes", "-f", WEB, "-o", "json"], HEAVY | PROCESSES | STREAMS | {"rich"} | FINDINGS | TEXT),
    (["find", "-f", WEB], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | FINDINGS),
    (["status", "-f", WEB], HEAVY | PROCESSES | STREAMS | FINDINGS | TEXT),
    (["status", "-f", WEB, "-o", "json"], HEAVY | PROCESSES | STREAMS | TABLES | FINDINGS | TEXT),
    (["validate", "-f", WEB], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | {"gwsim.analysis.linting"}),
    (["lint", "-f", WEB], HEAVY | PROCESSES | STREAMS | TABLES | TEXT),
    (["diff", WEB, WEB], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | FINDINGS),
    (
        ["impact", "Gateway/default/web-gateway", "-f", WEB],
        HEAVY | PROCESSES | STREAMS | TABLES | TEXT | FINDINGS,
    ),
    (["test", WEB], HEAVY | PROCESSES | STREAMS | TABLES | FINDINGS | TEXT | {"pytest"}),
    (["compat", "-f", WEB], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | FINDINGS),
    (["explain", "NoListener"], HEAVY | PROCESSES | STREAMS | TABLES | TEXT),
    (["graph", "-f", WEB], (HEAVY - {"networkx", "xml"}) | {"pygraphviz", "IPython", "matplotlib"} | STREAMS),
    (["tui", "-h"], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | FINDINGS),
    (["completion", "bash"], HEAVY | PROCESSES | STREAMS | TABLES | TEXT | {"gwsim.rendering"}),
    (["status", "-h"], HEAVY | PROCESSES | STREAMS | TABLES | TEXT),
]
"""Commands, and what none of the modules that they load may be: what their own answer does not need."""


def test_import_of_the_package_loads_only_what_it_needs() -> None:
    unwanted = HEAVY | PROCESSES | STREAMS | TABLES | FINDINGS | TEXT | {"click", "gwsim.cli"}
    assert loaded_by("import gwsim") & unwanted == set()


def test_the_pytest_plugin_loads_nothing_before_it_is_needed() -> None:
    mine = {name for name in loaded_by("import gwsim.testing.plugin") if name.startswith("gwsim")}
    assert mine == {"gwsim", "gwsim.testing", "gwsim.testing.asserting", "gwsim.testing.plugin"}


@pytest.mark.parametrize(("words", "unwanted"), STARTS, ids=[" ".join(words) for words, _ in STARTS])
def test_start_loads_only_what_it_needs(words: list[str], unwanted: set[str], tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_text(f'{{"url": "{URL}"}}\n', encoding="ascii")
    words = [str(requests) if word == "REQUESTS" else word for word in words]
    loaded = loaded_by("from gwsim.cli.main import run", f"assert run({words}) in (0, 1)")
    assert loaded & unwanted == set()


def test_a_plain_question_loads_little_of_the_code() -> None:
    """Lines are what a start costs: those of an editable install may be compiled each time."""
    words = ["trace", "-f", WEB, URL]
    loaded = loaded_by("from gwsim.cli.main import run", f"assert run({words}) == 0")
    paths = {path.relative_to(ROOT).with_suffix(""): path for path in MODULES}
    names = {".".join(path.parts).removesuffix(".__init__"): file for path, file in paths.items()}
    lines = [len(names[name].read_text(encoding="utf-8").splitlines()) for name in names.keys() & loaded]
    assert 0 < sum(lines) < MOST_LINES_LOADED


def test_the_start_of_every_command_is_looked_at() -> None:
    asked = {words[0] for words, _ in STARTS}
    assert asked == set(commands.list_commands(click.Context(commands)))
