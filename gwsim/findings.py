"""What is wrong with an input: values to collect and to show, never exceptions to throw."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from gwsim.addresses import FieldPath, Location, ObjectKey, path_text
from gwsim.errors import GwsimError


class Severity(Enum):
    """How much a finding matters; an error is what the API server would refuse."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong with one place of the input."""

    code: str
    """Stable CamelCase name; `gwsim explain CODE` tells more."""
    severity: Severity
    location: Location
    message: str
    """What was expected and what was found."""
    help: str = ""
    """What to do about it."""
    key: ObjectKey | None = None
    """The object, where the text could be read as one."""
    path: FieldPath = ()

    def __str__(self) -> str:
        where = f"{path_text(self.path)}: " if self.path else ""
        advice = f" ({self.help})" if self.help else ""
        return f"{self.location}: {where}{self.message}{advice}"


class LoadError(GwsimError):
    """The manifests cannot be simulated: unreadable text, or one object given twice."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
