"""What came of scenarios: of each its verdicts, or why there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from gwsim.analysis.expecting.coverage import Coverage, cover
from gwsim.analysis.expecting.judging import Verdict
from gwsim.errors import GwsimError
from gwsim.findings import Finding, LoadError
from gwsim.simulation import Simulation


class Result(msgspec.Struct, frozen=True):
    """What came of the cases of one scenario."""

    file: str
    title: str
    simulation: Simulation
    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts on what is not as expected."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)


class Unusable(msgspec.Struct, frozen=True):
    """A scenario that is broken, or whose manifests are."""

    file: str
    error: GwsimError

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, where it has a place."""
        return self.error.findings if isinstance(self.error, LoadError) else ()


Outcome: TypeAlias = Result | Unusable


def coverage_of(results: Iterable[Result]) -> Coverage:
    """Find out what the requests of scenarios reached, whether or not they were answered as expected."""
    return cover(
        (result.simulation, [each.decision for each in result.verdicts if each.decision is not None])
        for result in results
    )
