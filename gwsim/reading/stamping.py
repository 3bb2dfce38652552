"""Whether files are still as they were, without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gwsim.errors import UsageError
from gwsim.reading.paths import is_folder, manifests_in


class Stamp(NamedTuple):
    """What of a file changes with its contents; None for one that is not there."""

    path: str
    modified_ns: int | None
    size: int | None
    """Bytes."""
    inode: int | None


def stamps(paths: Sequence[str], *, recursive: bool = False) -> tuple[Stamp, ...]:
    """
    Tell the present state of the files that the paths name, without reading them.

    It is another one when a file was changed, made, removed or replaced. What cannot be looked at counts as
    not there.
    """
    return tuple(_stamp(file) for path in paths for file in _present(path, recursive=recursive))


def _present(path: str, *, recursive: bool) -> Iterator[str]:
    try:
        yield from manifests_in(path, recursive=recursive) if is_folder(path) else (path,)
    except UsageError:
        yield path


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - of thousands of files, twice a second
    except (OSError, ValueError):
        return Stamp(path, None, None, None)
    return Stamp(path, status.st_mtime_ns, status.st_size, status.st_ino)
