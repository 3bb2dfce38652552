"""
The official CRDs' answer, from the checker beside the repository, and how it compares with ours.

Run it for a long comparison: python -m tests.resources.differential --examples 20000
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec

from gwsim.addresses import FieldPath, Location, path_text
from gwsim.findings import Severity
from gwsim.resources.admission.admitting import Admission, admit
from gwsim.resources.admission.plain import plain
from gwsim.resources.meta import Part
from gwsim.resources.releases.release import (
    LENIENT,
    MAIN,
    V1_3,
    V1_4,
    V1_5,
    V1_6,
    Channel,
    Release,
)

FOLDER = Path(__file__).parents[3] / "shared" / "validation"
FOLDERS = {V1_3: "v1.3.0", V1_4: "v1.4.1", V1_5: "v1.5.1", V1_6: "v1.6.1", MAIN: "main"}
"""The folder of each release among the CRDs."""
AVAILABLE = FOLDER.is_dir() and importlib.util.find_spec("cel_expr_python") is not None
"""Whether the checker is there, and what it runs the CRDs' rules with."""
UNAVAILABLE = f"cel-expr-python is not installed, or the CRDs and their checker are not in {FOLDER}"
RELEASES = tuple(
    Release(version, channel) for version in FOLDERS for channel in (Channel.STANDARD, Channel.EXPERIMENTAL)
)


class Vector(NamedTuple):
    """One object and what the API server says to it."""

    id: str
    kind: str
    release: Release
    strict: bool
    """Whether `kubectl` is asked to refuse unknown fields."""
    manifest: Mapping[str, Any]
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
    """Load `check.py`."""
    name = "gwsim_official_check"
    spec = importlib.util.spec_from_file_location(name, FOLDER / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def official_kinds(release: Release) -> Mapping[tuple[str, str, str], Any]:
    """Read the CRDs of a release: by group, version and kind."""
    kinds: Mapping[tuple[str, str, str], Any] = checker().kinds(**_place(release))
    return kinds


def _place(release: Release) -> dict[str, str]:
    """Name a release as `check.py` does; of 1.6, the lenient one is the experimental channel."""
    channel = Channel.EXPERIMENTAL if release.channel is Channel.EITHER else release.channel
    return {"channel": channel.value, "version": FOLDERS[release.version]}


@cache
def vectors() -> tuple[Vector, ...]:
    """List the cases for objects that are created."""
    return tuple(_vectors())


def _vectors() -> Iterator[Vector]:
    versions = {folder: version for version, folder in FOLDERS.items()}
    for file in ("vectors.jsonl", "extra.jsonl"):
        for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["operation"] == "create":
                release = Release(versions[row["version"]], Channel(row["channel"]))
                with (FOLDER / row["manifest"]).open(encoding="utf-8") as text:
                    manifest = checker().load_yaml(text)[0]
                yield Vector(
                    row["id"],
                    row["kind"],
                    release,
                    row["strict"],
                    manifest,
                    row["valid"],
                    tuple(row["errors"]),
                )


def admitted(manifest: object, release: Release = LENIENT) -> Admission:
    """Admit an object that is in no file."""
    return admit(manifest, Nowhere(), release=release)


def our_fields(admission: Admission) -> set[str]:
    """Name the fields that we refuse."""
    errors = (finding for finding in admission.findings if finding.severity is Severity.ERROR)
    return {path_text(finding.path) for finding in errors}


def our_unknown_fields(admission: Admission) -> set[str]:
    """Name the fields that we drop."""
    return {path_text(finding.path) for finding in admission.findings if finding.code == "UnknownField"}


def official_fields(manifest: object, release: Release) -> set[str]:
    """Name the fields that the CRDs refuse."""
    fields: set[str] = set()
    for error in checker().validate(manifest, **_place(release)):
        if "some validation rules were not checked" in error.message or "must validate" in error.message:
            continue
        # The API server does not place the check of an integer's format.
        format_of = re.search(r"with format int32 in (\S+)", error.message)
        fields.add(format_of[1] if format_of else error.path)
    return fields


def official_unknown_fields(manifest: object, release: Release) -> set[str]:
    """Name the fields outside of `status` that the API server drops."""
    errors = checker().validate(manifest, strict=True, **_place(release))
    unknown = {error.path for error in errors if error.source == "unknown-field"}
    return {path for path in unknown if path.partition(".")[0] != "status"}


def disagreements(ours: set[str], official: set[str]) -> set[str]:
    """
    Name the fields of one side for which the other has none.

    Ours may lie below the API server's, which names the list where we name the item.
    """
    unheard = {field for field in official if not any(_is_within(own, field) for own in ours)}
    invented = {own for own in ours if not any(_is_within(own, field) for field in official)}
    return {f"official only: {field}" for field in unheard} | {f"gwsim only: {own}" for own in invented}


def _is_within(field: str, outer: str) -> bool:
    # A kind that is not served has no field in the checker's answer.
    return not outer or field == outer or (field.startswith(outer) and field[len(outer)] in ".[")


def differences(manifest: Mapping[str, object], release: Release) -> set[str]:
    """Compare what is said of an object: fields refused, fields dropped, and what is stored of a good one."""
    admission = admitted(manifest, release)
    found = disagreements(our_fields(admission), official_fields(manifest, release))
    served = find_official(manifest, release) is not None
    if served:
        ours = {path for path in our_unknown_fields(admission) if not path.startswith("metadata")}
        # Of a mapping in the place of a text, we do not say besides that it has no such fields.
        refused = our_fields(admission)
        found |= {
            f"dropped: {path}"
            for path in ours ^ official_unknown_fields(manifest, release)
            if not any(_is_within(path, field) for field in refused)
        }
    resource = admission.resource
    if resource is not None and served:
        stored = checker().apply_defaults(manifest, **_place(release))
        mine, theirs = plain(resource).get("spec"), stored.get("spec")
        spec = getattr(resource, "spec", None)
        if mine != (trimmed(theirs, spec) if isinstance(spec, Part) else theirs):
            found.add(f"stored: {json.dumps(mine)} is not {json.dumps(theirs)}")
    return found


def find_official(manifest: Mapping[str, object], release: Release) -> Any:
    """Find the CRD of an object; None where the release does not have it."""
    return checker().find_kind(manifest, **_place(release))


def trimmed(data: object, value: object) -> object:
    """Leave out the empty lists and mappings of a stored object that mean the same as none."""
    if isinstance(data, dict) and isinstance(value, Part):
        fields = {field.encode_name: field for field in msgspec.structs.fields(value)}
        return {
            name: trimmed(item, getattr(value, fields[name].name)) if name in fields else item
            for name, item in data.items()
            if item
            or name not in fields
            or not _may_be_empty(fields[name])
            or isinstance(item, bool | int | str)
        }
    if isinstance(data, list) and isinstance(value, tuple) and len(data) == len(value):
        return [trimmed(item, own) for item, own in zip(data, value, strict=True)]
    return data


def _may_be_empty(field: Any) -> bool:
    return field.default == () or field.default_factory in (dict, list)


def main() -> int:
    """Compare on many mutated objects, and print how it went."""
    from tests.resources.mutations import example

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first example")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    start = time.perf_counter()
    for seed in range(options.seed, options.seed + options.examples):
        manifest, release = example(seed)
        found = differences(manifest, release)
        counts[f"{release}"] += 1
        counts[f"kind {manifest.get('kind')}"] += 1
        served = find_official(manifest, release) is not None
        counts[
            "valid" if admitted(manifest, release).resource else "invalid" if served else "not served"
        ] += 1
        if found:
            wrong += 1
            print(f"seed {seed}, {release}: {sorted(found)}\n  {json.dumps(manifest)}")
    for name, count in sorted(counts.items()):
        print(f"{count:8} {name}")
    seconds = time.perf_counter() - start
    print(f"{options.examples} objects, {wrong} with a disagreement, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
