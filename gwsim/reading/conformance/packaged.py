"""The reports that come with gwsim; `tests/compat/packing.py` makes the file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TypeAlias

import msgspec

from gwsim.implementations.conformance import Feature, Profile, Registry, Report

Numbers: TypeAlias = tuple[int, ...]
"""Features or tests by their place in the list of names."""


class PackedProfile(msgspec.Struct, frozen=True, array_like=True):
    """A profile as the file has it."""

    name: str
    core: str
    skipped: Numbers
    supported: Numbers
    unsupported: Numbers


class PackedReport(msgspec.Struct, frozen=True, array_like=True):
    """A report as the file has it."""

    implementation: str
    version: str
    gateway_api: str
    channel: str
    mode: str
    date: str
    profiles: tuple[PackedProfile, ...]


class Packed(msgspec.Struct, frozen=True):
    """The file."""

    tests: tuple[str, ...]
    features: tuple[Feature, ...]
    reports: tuple[PackedReport, ...]


@cache
def packaged_registry() -> Registry:
    """The features of the API, and every report that upstream had when gwsim was released."""
    packed = msgspec.json.decode((files(__package__) / "reports.json").read_bytes(), type=Packed)
    return unpacked(packed)


def unpacked(packed: Packed) -> Registry:
    """Write the names out."""
    features = tuple(each.name for each in packed.features)

    def named(names: tuple[str, ...], numbers: Numbers) -> tuple[str, ...]:
        return tuple(names[number] for number in numbers)

    reports = tuple(
        Report(
            *(each.implementation, each.version, each.gateway_api, each.channel, each.mode, each.date),
            profiles=tuple(
                Profile(
                    profile.name,
                    profile.core,
                    named(packed.tests, profile.skipped),
                    named(features, profile.supported),
                    named(features, profile.unsupported),
                )
                for profile in each.profiles
            ),
        )
        for each in packed.reports
    )
    return Registry(packed.features, reports)


def packed_report(report: Report, features: tuple[str, ...], tests: tuple[str, ...]) -> PackedReport:
    """Write a report with numbers for names."""

    def numbers(names: tuple[str, ...], found: tuple[str, ...]) -> Numbers:
        return tuple(sorted(names.index(name) for name in found if name in names))

    return PackedReport(
        *(report.implementation, report.version, report.gateway_api),
        *(report.channel, report.mode, report.date),
        profiles=tuple(
            PackedProfile(
                each.name,
                each.core,
                numbers(tests, each.skipped),
                numbers(features, each.supported),
                numbers(features, each.unsupported),
            )
            for each in report.profiles
        ),
    )
