"""Notebooks are kept as text to read; `.ci/run` executes them, with nbmake."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EACH = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in NOTEBOOKS])


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    """The cells of one kind."""
    return [
        cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind
    ]


def source(cell: dict[str, Any]) -> str:
    """The text of a cell, without what only IPython reads."""
    return "".join(line for line in cell["source"] if not line.startswith("%"))


def test_there_is_a_notebook_for_each_question() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "canary",
        "properties",
        "pull-request",
        "routing-graph",
        "why-404",
    ]


@EACH
def test_notebook_is_kept_without_outputs(path: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(path, "code"))


@EACH
def test_notebook_reads_as_a_document(path: Path) -> None:
    headings = [cell["source"][0] for cell in cells(path, "markdown") if cell["source"][0].startswith("#")]
    assert [heading.startswith("# ") for heading in headings] == [True, *(False for _ in headings[1:])]
    assert len(headings) >= 4


@EACH
def test_notebook_asserts_what_it_claims(path: Path) -> None:
    trees = [ast.parse(source(cell)) for cell in cells(path, "code")]
    assert sum(isinstance(node, ast.Assert) for tree in trees for node in ast.walk(tree)) >= 2


@EACH
@pytest.mark.parametrize("readme", ["README.md", "notebooks/README.md"])
def test_readme_leads_to_the_notebook(path: Path, readme: str) -> None:
    assert f"{path.name})" in (ROOT / readme).read_text(encoding="utf-8")
