"""A scenario as a value."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gwsim.analysis.expecting.expectations import Case, RequestCase, StatusCase
from gwsim.findings import LoadError


class ScenarioError(LoadError):
    """A file that is no scenario: what is wrong, each with its place."""


class Scenario(msgspec.Struct, frozen=True):
    """Manifests, and what is expected of them in the order of the file."""

    file: str
    """As given."""
    title: str
    manifests: tuple[str, ...]
    """Files and folders."""
    recursive: bool
    """Whether folders are read with all that is below them."""
    requests: tuple[RequestCase, ...]
    """Those of the table come last."""
    status: tuple[StatusCase, ...]

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        return Path(self.file).parent

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @property
    def cases(self) -> tuple[Case, ...]:
        """All that is expected."""
        return (*self.requests, *self.status)
