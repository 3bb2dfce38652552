"""Reports in upstream's own form: `kind: ConformanceReport`, as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import yaml

from gwsim.errors import UsageError
from gwsim.implementations.conformance import OLD_NAMES, OLD_PROFILES, Profile, Report, implementation_name

LARGEST = 4 << 20
"""Bytes of one file; upstream's largest has 10,000."""


class _Results(msgspec.Struct, frozen=True, rename="camel"):
    result: str = ""
    skipped_tests: tuple[str, ...] | None = None
    supported_features: tuple[str, ...] | None = None
    unsupported_features: tuple[str, ...] | None = None


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
    profiles: tuple[_Profile, ...]
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
            inside = sorted(each for pattern in ("*.yaml", "*.yml") for each in path.rglob(pattern))
            found += [report for each in inside for report in _reports_of(each, named=False)]
        else:
            found += _reports_of(path, named=True)
    return tuple(found)


def _reports_of(path: Path, *, named: bool) -> Iterator[Report]:
    """Read one file; one that was not named itself may hold other things."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: expected a report of at most {LARGEST} bytes, found more")
        text = path.read_text(encoding="utf-8")
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
                yield report_of(msgspec.convert(document, ReportFile))
            except msgspec.ValidationError as error:
                raise UsageError(f"{path}: expected a ConformanceReport, found: {error}") from None


def report_of(file: ReportFile) -> Report:
    """Give a report the names of today."""
    return Report(
        implementation=implementation_name(file.implementation.project),
        version=file.implementation.version,
        gateway_api=file.gateway_api_version,
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
