"""Scenario files, run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from gwsim.analysis.expecting.judging import Judge
from gwsim.analysis.expecting.results import Outcome, Result, Unusable
from gwsim.errors import GwsimError
from gwsim.reading.scenarios.reading import read_scenario

if TYPE_CHECKING:
    from gwsim.analysis.expecting.expectations import Case
    from gwsim.reading.scenarios.scenario import Scenario
    from gwsim.simulation import Simulation


def run_scenarios(
    files: Iterable[str], load: Callable[[Scenario], Simulation], wanted: Callable[[str, Case], bool]
) -> Iterator[Outcome]:
    """
    Run scenarios, in order; one that is broken does no harm to the others.

    Args:
        load: opens what a scenario is about.
        wanted: chooses among cases, by the file that they are in.
    """
    for file in files:
        try:
            scenario = read_scenario(file)
            cases = [case for case in scenario.cases if wanted(file, case)]
            simulation = load(scenario)
        except GwsimError as error:
            yield Unusable(file, error)
        else:
            judge = Judge(simulation)
            yield Result(file, scenario.title, simulation, tuple(map(judge.verdict, cases)))
