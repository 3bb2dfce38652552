"""
What `gwsim lint` warns of in manifests that are right, or wrong on purpose, is as it was judged to be.

`lint_warnings.txt` has a line for each warning; after a change, write it anew with `GWSIM_UPDATE_GOLDENS=1`
and read the difference as one would read code: a person has to agree with each line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest

from gwsim.addresses import path_text
from gwsim.analysis.linting.checking import lint
from gwsim.findings import Severity
from gwsim.reading.loading import load_files

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
GOLDEN = Path(__file__).with_name("lint_warnings.txt")
CLASS, CONTROLLER = "{GATEWAY_CLASS_NAME}", "{GATEWAY_CONTROLLER_NAME}"


def scenarios() -> Iterator[tuple[str, Sequence[Path]]]:
    for folder in sorted((ROOT / "scenarios").iterdir()):
        # What a scenario changes is a configuration of its own.
        before = folder / "before"
        yield (
            f"scenarios/{folder.name}",
            sorted(path for path in folder.rglob("*.yaml") if before not in path.parents),
        )
        if before.is_dir():
            yield f"scenarios/{folder.name}/before", sorted(before.rglob("*.yaml"))


def conformance() -> Iterator[tuple[str, Sequence[Path]]]:
    folder = SHARED / "conformance/manifests"
    base = [folder / "base/manifests.yaml", folder / "base/generated.yaml"]
    for path in sorted((folder / "tests").glob("*.yaml")):
        yield f"conformance/{path.name}", [*base, path]
    mesh = folder / "mesh/manifests.yaml"
    for path in sorted((folder / "tests/mesh").rglob("*.yaml")):
        yield f"conformance/mesh/{path.name}", [mesh, path]


def valid() -> Iterator[tuple[str, Sequence[Path]]]:
    folder = SHARED / "validation/valid"
    for path in sorted(folder.rglob("*.yaml")):
        yield f"valid/{path.relative_to(folder).as_posix()}", [path]


def warnings(corpus: Iterator[tuple[str, Sequence[Path]]]) -> list[str]:
    found = []
    for name, paths in corpus:
        manifests = [path.read_text(encoding="utf-8") for path in paths if path.name != "scenario.yaml"]
        text = "\n---\n".join(manifests).replace(CLASS, "gateway-conformance").replace(CONTROLLER, "a.test/b")
        loaded = load_files(["-"], stdin=BytesIO(text.encode()))
        own = len(text) - len(manifests[-1]) if name.startswith("conformance/") else 0
        first = text.count("\n", 0, own)
        found += [
            f"{name} {finding.code} {finding.severity.value} {finding.key} {path_text(finding.path)}"
            for finding in lint(loaded.simulation)
            if finding.severity is not Severity.INFO and finding.location.line > first
        ]
    return found


@pytest.mark.parametrize(
    "corpus",
    [
        pytest.param(scenarios, id="scenarios"),
        pytest.param(
            conformance,
            id="conformance",
            marks=pytest.mark.skipif(
                not (SHARED / "conformance").is_dir(),
                reason="upstream's manifests are not beside the project",
            ),
        ),
        pytest.param(
            valid,
            id="valid",
            marks=pytest.mark.skipif(
                not (SHARED / "validation").is_dir(), reason="upstream's objects are not beside the project"
            ),
        ),
    ],
)
def test_every_warning_was_judged(corpus: object) -> None:
    assert callable(corpus)
    found = warnings(corpus())
    prefix = f"{corpus.__name__}/"
    golden = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else []
    if os.environ.get("GWSIM_UPDATE_GOLDENS"):
        lines = sorted({*(line for line in golden if not line.startswith(prefix)), *found})
        GOLDEN.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    else:
        assert sorted(set(found)) == [line for line in golden if line.startswith(prefix)]
