"""Scenario files brought up to date: what is there becomes what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gwsim.addresses import FieldPath
from gwsim.analysis.expecting.judging import Verdict
from gwsim.analysis.expecting.recording import recorded
from gwsim.analysis.expecting.results import Result
from gwsim.reading.scenarios.finding import read_bytes
from gwsim.reading.scenarios.rewriting import Replacement, rewrite


def update_scenario(result: Result) -> tuple[Verdict, ...]:
    """
    Rewrite the expectations of a scenario that do not hold, in its file.

    Left as they are: a request that cannot be sent, and an object that is not in the input.

    Returns:
        The verdicts on the cases that were rewritten: what was expected, and what was there.

    Raises:
        UsageError: the file cannot be read, or not be rewritten in these places alone.
        OSError: it cannot be written.
    """
    changed = tuple(verdict for verdict in result.failed if _can_be_recorded(verdict))
    replacements = [each for verdict in changed for each in _replacements(verdict)]
    if replacements:
        data = read_bytes(result.file)
        Path(result.file).write_bytes(rewrite(result.file, data, replacements))
    return changed


def _can_be_recorded(verdict: Verdict) -> bool:
    refused = verdict.request is not None and verdict.decision is None
    return verdict.answer is not None and (not refused or "error" in verdict.case.expect)


def _replacements(verdict: Verdict) -> Iterator[Replacement]:
    expected = verdict.case.expect
    wanted = recorded(expected, verdict.answer)
    for part, path in verdict.case.places:
        old, new = _inside(expected, part), _inside(wanted, part)
        if old != new:
            yield Replacement(path, old, new)


def _inside(value: object, part: FieldPath) -> object:
    for name in part:
        value = value.get(str(name)) if isinstance(value, Mapping) else None
    return value
