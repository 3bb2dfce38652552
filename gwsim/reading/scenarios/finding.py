"""Scenario files in folders, and how they are told from other files of that name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gwsim.errors import UsageError
from gwsim.reading.formats.texts import printable

FILE_NAME = "scenario.yaml"
FILE_NAMES = (FILE_NAME, "scenario.yml")
MAX_BYTES = 16 * 2**20

_TITLE = re.compile(r"^[\"']?title[\"']?\s*:", re.MULTILINE)
_CASES = re.compile(r"^[\"']?(?:requests|status|table)[\"']?\s*:[^\S\n]*(?:[\[{#].*)?$", re.MULTILINE)
_CASE = re.compile(r"\b(?:request|object|expect|columns|rows)[\"']?\s*:")
_SKIPPED = ("node_modules", "__pycache__")


def is_scenario(text: str) -> bool:
    """
    Whether a text is meant as a scenario, be it broken or not.

    It has a title, and a list of requests or objects, or a table. Programs of other kinds have files called
    scenario.yaml as well.
    """
    return all(sign.search(text) for sign in (_TITLE, _CASES, _CASE))


def find_scenarios(paths: Sequence[str]) -> Iterator[str]:
    """
    Name the scenario files that paths mean: a file is one, a folder has them anywhere below it.

    Below a folder, hidden folders are skipped, and so are files of the same name that are no scenarios; one
    in the folder itself is taken to be one.

    Raises:
        UsageError: a path cannot be read, or a folder has no scenario.
    """
    seen: set[str] = set()
    for path in paths:
        found = [path] if not Path(path).is_dir() else list(_below(path))
        if not found:
            shown = printable(path, at_most=len(path))
            raise UsageError(f"{shown}: expected a {FILE_NAME} in or below this folder, found none")
        for each in found:
            if each not in seen:
                seen.add(each)
                yield each


def _below(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in FILE_NAMES:
            path = os.path.normpath(Path(parent, name))
            if name in files and (parent == folder or is_scenario(read_text(path))):
                yield path


def read_text(path: str) -> str:
    """
    Read a file as far as it is needed to tell what it is; a byte that is not UTF-8 does no harm.

    Raises:
        UsageError: it cannot be read.
    """
    return read_bytes(path).decode("utf-8", "replace")


def read_bytes(path: str) -> bytes:
    """
    Read a file.

    Raises:
        UsageError: it cannot be read, or is far too large for a scenario.
    """
    shown = printable(path, at_most=len(path))
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{shown}: expected a scenario, found: {found.lower()}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{shown}: expected at most {MAX_BYTES // 2**20} MiB, found more")
    return data
