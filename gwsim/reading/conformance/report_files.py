"""Reports in upstream's own form: `kind: ConformanceReport`, as YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
import yaml
from msgspec import Meta

from gwsim.errors import UsageError
from gwsim.implementations.conformance import OLD_NAMES, OLD_PROFILES, Profile, Report, implementation_name

LARGEST = 4 << 20
"""Bytes of one file; upstream's largest has 10,000."""


Names: TypeAlias = Annotated[tuple[str, ...], Meta(max_length=1_000)]
"""Of features or tests, of which upstream has some 60 and 200."""
_RELEASE = re.compile(r"v?\d{1,4}\.\d{1,4}(?!\d)")


class _Results(msgspec.Struct, frozen=True, rename="camel"):
    result: str = ""
    skipped_tests: Names | None = None
    supported_features: Names | None = None
    unsupported_features: Names | None = None


class _Profile(msgspec.Struct, frozen=True):
    name: str
    core: _Results = _Results()
    extended: _Results | None = None


class _Implementation(msgspec.Struct, frozen=True):
    project: str
    version: str = ""


class ReportFile(msgspec.Struct, frozen=True, rename="camel"):
    """A report as it is written."""

    kind: str
    implementation: _Implementation
    profiles: Annotated[tuple[_Profile, ...], Meta(max_length=50)]
    date: str = ""
    gateway_api_version: str = msgspec.field(name="gatewayAPIVersion", default="")
    gateway_api_channel: str | None = msgspec.field(name="gatewayAPIChannel", default=None)
    mode: str | None = None


def read_reports(paths: Sequence[Path]) -> tuple[Report, ...]:
    """
    Read reports from files, and from every YAML file below folders that holds one.

    Raises:
        UsageError: a path cannot be read, or a file that was named is no report.
    """
    found: list[Report] = []
    for path in paths:
        if path.is_dir():
            inside = (each for pattern in ("*.yaml", "*.yml") for each in path.rglob(pattern))
            files = sorted(each for each in inside if each.is_file())
            found += [report for each in files for report in _reports_of(each, named=False)]
        else:
            found += _reports_of(path, named=True)
    return tuple(found)


def _reports_of(path: Path, *, named: bool) -> Iterator[Report]:
    """Read one file; one that was not named itself may hold other things."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise UsageError(f"{path}: expected a report of at most {LARGEST} bytes, found more")
        text = data.decode()
        documents = list(yaml.load_all(text, Loader=yaml.CBaseLoader)) if "ConformanceReport" in text else []
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError(
            f"{path}: expected a report in YAML, found {str(error).partition(chr(10))[0]}"
        ) from None
    kinds = [each.get("kind") if isinstance(each, dict) else None for each in documents]
    if named and "ConformanceReport" not in kinds:
        raise UsageError(f"{path}: expected kind: ConformanceReport, found no such document")
    for kind, document in zip(kinds, documents, strict=True):
        if kind == "ConformanceReport":
            try:
                report = report_of(msgspec.convert(document, ReportFile), _release_of(path))
            except msgspec.ValidationError as error:
                raise UsageError(f"{path}: expected a ConformanceReport, found: {error}") from None
            if not report.implementation:
                raise UsageError(f"{path}: implementation.project: expected a name, found none of letters")
            yield report


def _release_of(path: Path) -> str:
    """The release whose folder a report is in: upstream has `reports/v1.6.1/NAME/….yaml`."""
    return next((part for part in reversed(path.absolute().parts[:-1]) if _RELEASE.match(part)), "")


def report_of(file: ReportFile, release: str = "") -> Report:
    """
    Give a report the names of today.

    Args:
        release: of the Gateway API, where the report has a commit or a branch in its place.
    """
    stated = file.gateway_api_version
    return Report(
        implementation=implementation_name(file.implementation.project),
        version=file.implementation.version,
        gateway_api=stated if _RELEASE.match(stated) else release or "unknown",
        channel=file.gateway_api_channel or "",
        mode=file.mode or "default",
        date=file.date[:10],
        profiles=tuple(map(_profile_of, file.profiles)),
    )


def _profile_of(profile: _Profile) -> Profile:
    extended = profile.extended or _Results()
    return Profile(
        name=OLD_PROFILES.get(profile.name, profile.name),
        core=profile.core.result,
        skipped=tuple(sorted({*(profile.core.skipped_tests or ()), *(extended.skipped_tests or ())})),
        supported=_names(extended.supported_features),
        unsupported=_names(extended.unsupported_features),
    )


def _names(features: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(sorted({OLD_NAMES.get(name, name) for name in features or ()}))
