"""Manifests as a git repository has them at a revision: `git:REV:PATH`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from gwsim.errors import UsageError
from gwsim.reading.formats.texts import printable

PREFIX = "git:"
"""How a path that is in a repository begins; a file of such a name is written `./git:…`."""


class Blob(NamedTuple):
    """A file of a revision."""

    name: str
    object_id: str


def read_revision(path: str, suffixes: tuple[str, ...], *, recursive: bool) -> Iterator[tuple[str, bytes]]:
    """
    Yield the name and the bytes of each manifest of `git:REV:PATH`, in order of their names.

    The path is that of a file or folder, as seen from the working directory; empty for that itself.

    Args:
        suffixes: of manifests; a file that is named itself may have any.

    Raises:
        UsageError: there is no such revision or path, no manifest, no repository, or no git.
    """
    revision, mark, inner = path.removeprefix(PREFIX).partition(":")
    if not revision or not mark:
        raise UsageError(f"{_shown(path)}: expected git:REV:PATH, such as git:main:deploy")
    inner = inner.rstrip("/")
    at = _commit(revision, path)
    listed = list(_blobs(at, inner or ".", path))
    if not listed:
        raise UsageError(f"{_shown(path)}: expected a file or folder of that revision, found none")
    found = [
        each
        for each in listed
        if each.name == inner or (each.name.endswith(suffixes) and (recursive or _is_in(each.name, inner)))
    ]
    if not found:
        advice = "" if recursive else " at its top level (-R reads the folders below as well)"
        raise UsageError(f"{_shown(path)}: expected manifests{advice}, found none")
    for each, data in zip(found, _contents(found, path), strict=True):
        yield f"{PREFIX}{revision}:{each.name}", data


def _is_in(name: str, folder: str) -> bool:
    """Whether a file lies in a folder itself."""
    return PurePosixPath(name).parent == PurePosixPath(folder or ".")


def _commit(revision: str, path: str) -> str:
    """The object id of a revision."""
    if _run(["rev-parse", "--git-dir"], path).returncode != 0:
        raise UsageError(f"{_shown(path)}: expected to be in a git repository, found none around this folder")
    process = _run(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], path)
    if process.returncode != 0:
        raise UsageError(
            f"{_shown(path)}: expected a revision that this repository has, found {revision!r} "
            "(a shallow clone has few: git fetch brings more)"
        )
    return process.stdout.decode().strip()


def _blobs(revision: str, inner: str, path: str) -> Iterator[Blob]:
    listed = _git(["ls-tree", "-r", "-z", revision, inner], path)
    for row in sorted(listed.decode(errors="surrogateescape").split("\0")):
        about, _, name = row.partition("\t")
        if about.startswith("100"):
            yield Blob(name, about.split()[2])


def _contents(blobs: list[Blob], path: str) -> Iterator[bytes]:
    """The bytes of files, in their order, by one process."""
    asked = "".join(f"{each.object_id}\n" for each in blobs).encode()
    answer, at = _git(["cat-file", "--batch"], path, asked), 0
    for _ in blobs:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        yield answer[end + 1 : end + 1 + size]
        at = end + 2 + size


def _git(arguments: list[str], path: str, text: bytes = b"") -> bytes:
    process = _run(arguments, path, text)
    if process.returncode != 0:
        said = process.stderr.decode(errors="replace").partition("\n")[0]
        raise UsageError(f"{_shown(path)}: {_shown(said)}")
    return process.stdout


def _run(arguments: list[str], path: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], input=text, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"{_shown(path)}: expected git to run: {error.strerror}") from None


def _shown(text: str) -> str:
    return printable(text, at_most=len(text))
