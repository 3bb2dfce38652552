"""Whether files are still as they were, without reading them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gwsim.reading.stamping import stamps


def _append(folder: Path) -> None:
    with (folder / "a.yaml").open("a", encoding="utf-8") as stream:
        stream.write("x")


def _touch(folder: Path) -> None:
    os.utime(folder / "a.yaml", ns=(1, 1))


def _replace(folder: Path) -> None:
    """As editors save: another file under the same name, with the old time."""
    status = (folder / "a.yaml").stat()
    (folder / "new").write_text("b", encoding="utf-8")
    os.utime(folder / "new", ns=(status.st_atime_ns, status.st_mtime_ns))
    (folder / "new").replace(folder / "a.yaml")


def _remove_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        pytest.param(_append, True, id="longer"),
        pytest.param(_touch, True, id="another time"),
        pytest.param(_replace, True, id="another file"),
        pytest.param(lambda folder: (folder / "b.yaml").touch(), True, id="a new file"),
        pytest.param(lambda folder: (folder / "a.yaml").unlink(), True, id="a file less"),
        pytest.param(_remove_folder, True, id="no folder any more"),
        pytest.param(lambda folder: (folder / "scenario.yaml").touch(), False, id="expectations"),
        pytest.param(lambda folder: (folder / "notes.txt").touch(), False, id="no manifest"),
        pytest.param(lambda _: None, False, id="nothing"),
    ],
)
def test_stamps_are_others_when_a_manifest_is(
    tmp_path: Path, change: Callable[[Path], object], noticed: bool
) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "a.yaml").write_text("a", encoding="utf-8")
    before = stamps([str(folder)])
    change(folder)
    assert (stamps([str(folder)]) != before) is noticed


def test_stamps_of_what_cannot_be_looked_at_are_those_of_nothing(tmp_path: Path) -> None:
    assert [stamp.size for stamp in stamps([str(tmp_path / "gone"), "a\0b"])] == [None, None]
