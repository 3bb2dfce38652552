"""The official CRDs' answer, from the checker beside the repository, and how it compares with ours."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from gwsim.addresses import FieldPath, Location, path_text
from gwsim.findings import Severity
from gwsim.resources.admitting import Admission, admit

FOLDER = Path(__file__).parents[3] / "shared" / "validation"
KINDS = frozenset({"Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"})

LOOSER_THAN_EXPERIMENTAL = (
    # Standard does not ask for different names of rules.
    "Rule name must be unique within the route",
    # Standard has no pattern for values of headers.
    r"[!-~]+([\t ]?[!-~]+)*",
)
"""Rules of the experimental channel alone: what either channel takes is taken."""

SAME_PARENT = "when parentRefs includes 2 or more references to the same parent"


class Vector(NamedTuple):
    """One object and what the API server says to it."""

    id: str
    channel: str
    manifest: Mapping[str, object]
    valid: bool
    errors: tuple[str, ...]


class Nowhere:
    """A source without text."""

    def locate(self, path: FieldPath) -> Location:
        """Find every field at the file's start."""
        del path
        return Location("manifest.yaml", 1, 1)


@cache
def checker() -> ModuleType:
    """Load `check.py`, and have it know the kinds of one release."""
    name = "gwsim_official_check"
    spec = importlib.util.spec_from_file_location(name, FOLDER / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def vectors(version: str = "v1.6.1") -> Iterator[Vector]:
    """Yield the cases for objects that are created, of the kinds that gwsim reads."""
    for file in ("vectors.jsonl", "extra.jsonl"):
        for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["kind"] in KINDS and row["version"] == version and row["operation"] == "create":
                with (FOLDER / row["manifest"]).open(encoding="utf-8") as text:
                    manifest = checker().load_yaml(text)[0]
                yield Vector(row["id"], row["channel"], manifest, row["valid"], tuple(row["errors"]))


def admitted(manifest: object) -> Admission:
    """Admit an object that is in no file."""
    return admit(manifest, Nowhere())


def our_fields(admission: Admission) -> set[str]:
    """Name the fields that we refuse."""
    errors = (finding for finding in admission.findings if finding.severity is Severity.ERROR)
    return {path_text(finding.path) for finding in errors}


def official_fields(manifest: object, *, channel: str = "experimental") -> set[str]:
    """Name the fields that the CRDs refuse, but for rules that we leave out on purpose."""
    fields: set[str] = set()
    for error in checker().validate(manifest, channel=channel, version="v1.6.1"):
        if any(text in error.message for text in LOOSER_THAN_EXPERIMENTAL):
            continue
        # Standard takes entries with different sections, some with a port and some without.
        if SAME_PARENT in error.message and _standard_takes_parents(manifest):
            continue
        if "some validation rules were not checked" in error.message or "must validate" in error.message:
            continue
        # The API server does not place the check of an integer's format.
        format_of = re.search(r"with format int32 in (\S+)", error.message)
        fields.add(format_of[1] if format_of else error.path)
    return fields


def _standard_takes_parents(manifest: object) -> bool:
    """Whether the standard channel has nothing against a route's parents, whatever else it says."""
    assert isinstance(manifest, dict)
    alone = {**manifest, "spec": {"parentRefs": manifest["spec"]["parentRefs"]}}
    errors = checker().validate(alone, channel="standard", version="v1.6.1")
    return not any(SAME_PARENT in error.message for error in errors)


def disagreements(ours: set[str], official: set[str]) -> set[str]:
    """
    Name the fields of one side for which the other has none.

    Ours may lie below the API server's, which names the list where we name the item.
    """
    unheard = {field for field in official if not any(_is_within(own, field) for own in ours)}
    invented = {own for own in ours if not any(_is_within(own, field) for field in official)}
    return {f"official only: {field}" for field in unheard} | {f"gwsim only: {own}" for own in invented}


def _is_within(field: str, outer: str) -> bool:
    return field == outer or (field.startswith(outer) and field[len(outer)] in ".[")
