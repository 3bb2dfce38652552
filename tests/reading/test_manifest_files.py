"""Which files `-f` reads, and in what order."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from gwsim.errors import UsageError
from gwsim.reading.manifests import read_documents


def names(*paths: Path | str, recursive: bool = False) -> list[object]:
    read = read_documents([str(path) for path in paths], recursive=recursive)
    assert read.findings == ()
    return [document.value["name"] for document in read.documents if isinstance(document.value, dict)]


def write(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{"name": "{path.stem}"}}')


def test_a_folder_gives_its_manifests_by_name(tmp_path: Path) -> None:
    write(
        tmp_path, "b.yml", "a.yaml", "c.json", "d.txt", "e.YAML", "z/f.yaml", "scenario.yaml", "scenario.yml"
    )
    assert names(tmp_path) == ["a", "b", "c"]


def test_a_folder_gives_the_folders_below_in_order_when_asked(tmp_path: Path) -> None:
    write(tmp_path, "b/c.yaml", "b/a/z.yaml", "a.yaml", "c.yaml", "b/d.yaml", "e/scenario.yaml", "f/g.txt")
    assert names(tmp_path, recursive=True) == ["a", "z", "c", "d", "c"]


def test_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yaml", "scenario.yaml")
    given = [tmp_path / "b.yaml", tmp_path / "a.yaml", tmp_path / "scenario.yaml", tmp_path / "b.yaml"]
    assert names(*given) == ["b", "a", "scenario", "b"]


def test_the_name_of_a_file_stays_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "in/a.yaml")
    (tmp_path / "in" / "a.yaml").rename(tmp_path / "in" / "a\x1b[31m.yaml")
    monkeypatch.chdir(tmp_path)
    for path in ("./in/", "./in/a\x1b[31m.yaml"):
        (document,) = read_documents([path]).documents
        assert document.source.locate(()).file == "./in/a\x1b[31m.yaml"


def test_links_are_followed_to_files_but_not_to_folders(tmp_path: Path) -> None:
    write(tmp_path, "real/a.yaml")
    (tmp_path / "real" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "real" / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "real" / "c.yaml").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path, recursive=True) == ["a", "a"]
    (tmp_path / "link").symlink_to("real")
    assert names(tmp_path / "link") == ["a", "a"]


def test_a_pipe_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    os.mkfifo(tmp_path / "b.yaml")
    assert names(tmp_path) == ["a"]


def test_standard_input_stands_among_the_paths(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yaml")
    paths = [str(tmp_path / "a.yaml"), "-", str(tmp_path / "b.yaml")]
    read = read_documents(paths, stdin=io.BytesIO(b"name: c"))
    assert [document.value for document in read.documents] == [{"name": "a"}, {"name": "c"}, {"name": "b"}]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.yaml", "expected a file or folder that can be read, found: no such file or directory"),
        ("a\x1b\n.yaml", "expected a file or folder that can be read, found: no such file or directory"),
        ("a\0b", "expected a file or folder that can be read, found: embedded null byte"),
        ("a" * 5000, "expected a file or folder that can be read, found: file name too long"),
        (
            "folder",
            (
                "expected manifests (*.yaml, *.yml, *.json) in this folder, found none at its top level "
                "(-R reads the folders below as well)"
            ),
        ),
        ("lost", "expected a file, found a link to nothing"),
    ],
)
def test_a_path_that_cannot_be_read_is_a_usage_error(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, "folder/scenario.yaml", "folder/below/a.yaml")
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "a.yaml").symlink_to("nowhere")
    with pytest.raises(UsageError) as raised:
        read_documents([f"{tmp_path}/{name}"])
    shown = {"a\x1b\n.yaml": "a\\x1b\\n.yaml", "a\0b": "a\\x00b", "lost": "lost/a.yaml"}.get(name, name)
    assert str(raised.value) == f"{tmp_path}/{shown}: {message}"


def test_an_empty_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"^expected the path of a file or folder, found an empty one$"):
        read_documents([""])


def test_standard_input_that_is_missing_or_named_twice_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"^-: expected standard input, found none$"):
        read_documents(["-"])
    with pytest.raises(UsageError, match=r"^-: expected standard input to be named once, found it twice$"):
        read_documents(["-", "-"], stdin=io.BytesIO(b""))


def test_an_unreadable_file_does_no_harm_to_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "c.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00\x00")
    read = read_documents([str(tmp_path)])
    assert [document.value for document in read.documents] == [{"name": "a"}, {"name": "c"}]
    assert [finding.location.file for finding in read.findings] == [str(tmp_path / "b.yaml")]
