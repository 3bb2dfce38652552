"""The files that `-f` names, as kubectl finds them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from gwsim.errors import UsageError
from gwsim.reading.formats.texts import printable

STDIN = "-"
STDIN_NAME = "<stdin>"
MAX_BYTES = 256 * 2**20

_SUFFIXES = (".yaml", ".yml", ".json")
_SCENARIOS = ("scenario.yaml", "scenario.yml")


def read_files(
    paths: Sequence[str], *, recursive: bool = False, stdin: BinaryIO | None = None
) -> Iterator[tuple[str, bytes]]:
    """
    Yield the name and the bytes of each file that the paths name, in order; a folder's files by name.

    A path `git:REV:PATH` is that of a file or folder at a revision of the git repository around.

    Inside a folder links to folders are not followed, and what is no file (a pipe, a device) is not opened.

    Raises:
        UsageError: for a path that cannot be read, and a folder without manifests.
    """
    if list(paths).count(STDIN) > 1:
        raise UsageError(f"{STDIN}: expected standard input to be named once, found it twice")
    for path in paths:
        if path == STDIN:
            yield STDIN_NAME, _read_stdin(stdin)
        elif path.startswith("git:"):
            from gwsim.reading.revisions import read_revision

            manifests = read_revision(path, _SUFFIXES, recursive=recursive)
            yield from (each for each in manifests if os.path.basename(each[0]) not in _SCENARIOS)
        elif is_folder(path):
            yield from _read_folder(path, recursive=recursive)
        else:
            yield path, _read_file(path)


def _read_stdin(stdin: BinaryIO | None) -> bytes:
    if stdin is None:
        raise UsageError(f"{STDIN}: expected standard input, found none")
    try:
        return _at_most(STDIN, stdin.read(MAX_BYTES + 1))
    except OSError as error:
        raise _unreadable(STDIN, error) from None


def is_folder(path: str) -> bool:
    """
    Whether a path is that of a folder.

    Raises:
        UsageError: it is empty.
    """
    if not path:
        raise UsageError("expected the path of a file or folder, found an empty one")
    return os.path.isdir(path)


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return _at_most(path, stream.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _at_most(path: str, data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise UsageError(f"{_shown(path)}: expected at most {MAX_BYTES // 2**20} MiB, found more")
    return data


def _read_folder(path: str, *, recursive: bool) -> Iterator[tuple[str, bytes]]:
    found = False
    for name in manifests_in(path, recursive=recursive):
        found = True
        yield name, _read_file(name)
    if not found:
        advice = "" if recursive else " at its top level (-R reads the folders below as well)"
        raise UsageError(
            f"{_shown(path)}: expected manifests (*.yaml, *.yml, *.json) in this folder, found none{advice}"
        )


def manifests_in(folder: str, *, recursive: bool) -> Iterator[str]:
    """
    Name the manifests of a folder in order.

    Raises:
        UsageError: a folder cannot be read, or a link leads to nothing.
    """
    # What is still to come is a stack, so any depth will do.
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield path
            continue
        try:
            with os.scandir(path) as entries:
                names = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise _unreadable(path, error) from None
        for entry in reversed(names):
            if entry.is_dir(follow_symlinks=False):
                if recursive:
                    waiting.append((entry.path, True))
            elif _is_manifest(entry):
                waiting.append((entry.path, False))


def _is_manifest(entry: os.DirEntry[str]) -> bool:
    if not entry.name.endswith(_SUFFIXES) or entry.name in _SCENARIOS:
        return False
    if entry.is_symlink() and not os.path.exists(entry.path):
        raise UsageError(f"{_shown(entry.path)}: expected a file, found a link to nothing")
    return entry.is_file()


def _unreadable(path: str, error: OSError | ValueError) -> UsageError:
    found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{_shown(path)}: expected a file or folder that can be read, found: {found.lower()}")


def _shown(path: str) -> str:
    return printable(path, at_most=len(path))
