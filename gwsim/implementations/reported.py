"""An implementation as its reports and what else is known describe it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from msgspec import structs

from gwsim.errors import UsageError
from gwsim.implementations.conformance import (
    Registry,
    Report,
    chosen_reports,
    implementation_name,
    reports_for,
)
from gwsim.implementations.implementation import SPEC, Implementation
from gwsim.implementations.known import HABITS, KNOWN, REPORTED, Habit
from gwsim.implementations.lacking import CHOICES
from gwsim.implementations.supporting import Support, verdict


def named_reports(registry: Registry, text: str, gateway_api: str = "") -> tuple[str, tuple[Report, ...]]:
    """
    The name of an implementation, and its newest reports.

    Args:
        text: `NAME` or `NAME@VERSION`.
        gateway_api: only reports for this release or older ones count; empty for any.

    Raises:
        UsageError: gwsim does not know the name, or has no report of the version.
    """
    written, mark, version = text.partition("@")
    name = implementation_name(written)
    if name not in registry.implementations:
        raise UsageError(
            f"--implementation: expected one that gwsim knows, found {text!r}; {_advice(registry, name)}"
        )
    reports = chosen_reports(registry.reports, name, version, gateway_api)
    if mark and not reports:
        versions = dict.fromkeys(each.version for each in reports_for(registry.reports, name, gateway_api))
        had = ", ".join(versions) or "none"
        limit = f" for Gateway API {gateway_api} or older" if gateway_api else ""
        raise UsageError(
            f"--implementation: expected a version with a report{limit} ({had}), found {version!r}"
        )
    return name, reports


def _advice(registry: Registry, name: str) -> str:
    known = registry.implementations
    close = [each for each in known if name and name in each][:3] or difflib.get_close_matches(
        name[:60], known, 1
    )
    return f"did you mean {' or '.join(close)}?" if close else "`gwsim compat --list` has them"


def reported_implementation(registry: Registry, text: str, gateway_api: str = "") -> Implementation:
    """
    The simulation of an implementation: what it reports as unsupported, and what it is known to choose.

    What no report tells stays as the specification has it. `spec`, `envoy` and `nginx` are choices alone.

    Raises:
        UsageError: there is no such implementation, or no report of that version.
    """
    alone = {each.name: each for each in KNOWN if each.name not in registry.implementations}
    if text.casefold() in alone:
        return alone[text.casefold()]
    name, reports = named_reports(registry, text, gateway_api)
    return implementation_of(registry, name, reports)


def implementation_of(registry: Registry, name: str, reports: Sequence[Report]) -> Implementation:
    """Put together what is known of an implementation: its habits, and what these reports of it tell."""
    label = f"{name} {reports[0].version}" if reports else name
    choices = {habit.field: habit.value for habit in _habits_of(name)} | _told(registry, reports)
    missing = frozenset(missing_features(registry, reports))
    return structs.replace(SPEC, name=label, unsupported_features=missing, **choices)


def _habits_of(name: str) -> tuple[Habit, ...]:
    """What is known beside its reports."""
    return tuple(habit for habit in HABITS.get(name, ()) if habit.basis != REPORTED)


def _told(registry: Registry, reports: Sequence[Report]) -> dict[str, str]:
    """The choices that are features, as reports tell them, by the field of `Implementation`."""
    values = {Support.YES: "on", Support.NO: "off"}
    said = {each.name: verdict(each, reports).support for each in registry.features if each.name in CHOICES}
    return {CHOICES[name]: values[support] for name, support in said.items() if support in values}


def missing_features(registry: Registry, reports: Sequence[Report]) -> tuple[str, ...]:
    """The features that every report that speaks of them calls unsupported, in the registry's order."""
    return tuple(each.name for each in registry.features if verdict(each, reports).support is Support.NO)


def known_choices(registry: Registry, name: str, reports: Sequence[Report]) -> dict[str, str]:
    """The basis of each choice that is known, by the field of `Implementation`."""
    found = {habit.field: habit.basis for habit in _habits_of(name)}
    return found | dict.fromkeys(_told(registry, reports), REPORTED)
