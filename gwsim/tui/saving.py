"""A request and its answer, saved as an expectation in a scenario file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gwsim.reading.scenarios.adding import with_request
from gwsim.reading.scenarios.finding import FILE_NAME


class Expectation(msgspec.Struct, frozen=True):
    """What is expected of a request, and where that is written."""

    file: str
    name: str
    """A sentence that can be false."""
    request: Mapping[str, object]
    expect: Mapping[str, object]


def proposed_file(paths: Sequence[str]) -> str:
    """The scenario file beside the manifests."""
    first = Path(paths[0])
    return str((first if first.is_dir() else first.parent) / FILE_NAME)


def save(expectation: Expectation, paths: Sequence[str]) -> None:
    """
    Add an expectation to a scenario file, which is made where it is not there yet.

    Args:
        paths: of the manifests; a new file that is in none of them names them.

    Raises:
        ScenarioError: the file is no scenario, or has a case of that name.
        UsageError: nothing can be added to the file.
        OSError: it cannot be read or written.
    """
    path = Path(expectation.file)
    data = path.read_bytes() if path.exists() else _new(path, paths)
    case = (expectation.name, expectation.request, expectation.expect)
    changed = with_request(expectation.file, data, *case)
    # A file that is written in part is none: it is made beside the old one, which it then replaces.
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(changed)
    beside.replace(path)


def _new(path: Path, paths: Sequence[str]) -> bytes:
    folder = path.resolve().parent
    lines = [f"title: {msgspec.json.encode(f'What is expected of {folder.name}').decode()}"]
    if [Path(each).resolve() for each in paths] != [folder]:
        manifests = [os.path.relpath(Path(each).resolve(), folder) for each in paths]
        lines.append(f"manifests: {msgspec.json.encode(manifests).decode()}")
    return "".join(f"{line}\n" for line in lines).encode()
