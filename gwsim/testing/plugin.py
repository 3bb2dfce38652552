"""
The pytest plugin: scenario files as tests, and a simulation for tests in Python.

pytest imports this module at every start wherever gwsim is installed; all else is imported when it is needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from gwsim.analysis.expecting.expectations import Case
    from gwsim.analysis.expecting.judging import Judge, Verdict
    from gwsim.routing.decision import Decision
    from gwsim.simulation import Simulation

_FILE_NAMES = ("scenario.yaml", "scenario.yml")
_INI = "gwsim_manifests"
_MARK = "gwsim(*paths, recursive=False, namespace='default'): the manifests of the fixture `simulation`"


_LOADED = pytest.StashKey[dict[object, "Simulation"]]()
_DECIDED = pytest.StashKey[list[tuple["Simulation", tuple["Decision", ...]]]]()
_COVERAGES = pytest.StashKey[list[str]]()
_SENT = "gwsim_coverage"


class _Node(Protocol):
    """A worker of pytest-xdist, as its controller has it."""

    config: pytest.Config


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where the fixture finds manifests."""
    parser.addini(
        _INI,
        type="paths",
        default=[],
        help="Files and folders of manifests for the fixture `simulation` of gwsim, relative to this file.",
    )

    parser.getgroup("gwsim").addoption(
        "--gwsim-coverage",
        action="store_true",
        help="Say which listeners, rules, matches and backends no request of a scenario reached.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", _MARK)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a scenario; another program's file of that name is left alone, unless it was named."""
    if file_path.name not in _FILE_NAMES:
        return None
    from gwsim.errors import GwsimError
    from gwsim.reading.scenarios.finding import is_scenario, read_text

    if not parent.session.isinitpath(file_path):
        try:
            if not is_scenario(read_text(str(file_path))):
                return None
        except GwsimError:
            return None
    collector: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
    return collector


def _in_lines(error: Exception) -> str:
    """The text of an error, in which a terminal obeys nothing."""
    from gwsim.rendering.sanitize import safe

    return "\n".join(map(safe, str(error).split("\n")))


class ExpectationError(Exception):
    """A case that does not hold; what there is to say of it is in its verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.case.name)
        self.verdict = verdict


class ScenarioFile(pytest.File):
    """A scenario: a test for each request and for each object."""

    def collect(self) -> Iterable[pytest.Item]:
        """
        Make the tests.

        Raises:
            CollectError: it is broken; the text says where.
        """
        from gwsim.errors import GwsimError
        from gwsim.reading.scenarios.reading import read_scenario
        from gwsim.rendering.sanitize import safe

        try:
            self.scenario = read_scenario(os.path.relpath(self.path))
        except GwsimError as error:
            raise self.CollectError(_in_lines(error)) from None
        for case in self.scenario.cases:
            # Two colons are what pytest takes its ids apart by.
            name = safe(case.name).replace("::", ": :")
            item: CaseItem = CaseItem.from_parent(self, name=name, case=case)
            yield item

    @cached_property
    def judge(self) -> Judge:
        """What answers for the scenario's manifests; loaded for the first test that is run."""
        from gwsim.analysis.expecting.judging import Judge
        from gwsim.reading.loading import load_files

        scenario = self.scenario
        return Judge(load_files(scenario.manifests, recursive=scenario.recursive).simulation)


class CaseItem(pytest.Item):
    """One case of a scenario."""

    def __init__(self, *, case: Case, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]
        self.case = case

    @property
    def file(self) -> ScenarioFile:
        """The scenario that it is of."""
        assert isinstance(self.parent, ScenarioFile)
        return self.parent

    def runtest(self) -> None:
        """
        Put the case.

        Raises:
            ExpectationError: it does not hold.
        """
        verdict = self.file.judge.verdict(self.case)
        if verdict.decision is not None and self.config.getoption("gwsim_coverage"):
            decided = self.config.stash.setdefault(_DECIDED, [])
            decided.append((self.file.judge.simulation, (verdict.decision,)))
        if not verdict.passed:
            raise ExpectationError(verdict)

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None
    ) -> object:
        """Write the trace of the answer; for manifests that cannot be read, where and why."""
        from gwsim.errors import GwsimError
        from gwsim.rendering.reports.failures import failure_text
        from gwsim.rendering.sanitize import safe

        match excinfo.value:
            case ExpectationError(verdict=verdict):
                return f"{safe(str(self.case.location))}\n" + failure_text(
                    self.file.judge.simulation, verdict, color=False
                )
            case GwsimError() as error:
                return _in_lines(error)
            case _:
                return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the zero-based line and the name."""
        return self.path, self.case.location.line - 1, self.name


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: _Node) -> None:
    """Keep what a worker of pytest-xdist reached."""
    sent = getattr(node, "workeroutput", {}).get(_SENT)
    if sent is not None:
        node.config.stash.setdefault(_COVERAGES, []).append(sent)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Add up what was reached; a worker of pytest-xdist sends it."""
    decided = session.config.stash.get(_DECIDED, None)
    if decided is None:
        return
    import msgspec

    from gwsim.analysis.expecting.coverage import cover

    encoded = msgspec.json.encode(cover(decided)).decode()
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is None:
        session.config.stash.setdefault(_COVERAGES, []).append(encoded)
    else:
        workeroutput[_SENT] = encoded


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was reached, where that is asked for."""
    encoded = config.stash.get(_COVERAGES, None)
    if encoded is None:
        return
    import msgspec

    from gwsim.analysis.expecting.coverage import Coverage, merge
    from gwsim.rendering.reports.coverage import coverage_text

    coverage = merge(msgspec.json.decode(each, type=Coverage) for each in encoded)
    terminalreporter.section("gwsim")
    terminalreporter.write(coverage_text(coverage))


@pytest.fixture
def simulation(request: pytest.FixtureRequest) -> Simulation:
    """
    A simulation of the manifests that a test is about; of the same ones it is the same all through the run.

    They are those of the nearest `@pytest.mark.gwsim("path", …)`, relative to the test's file; else those of
    the ini option `gwsim_manifests`; else those in the folder of the test's file. The marker's other
    arguments are those of `gwsim.load`.
    """
    marker = request.node.get_closest_marker("gwsim")
    if marker is not None:
        paths = [str(request.path.parent / path) for path in marker.args]
        options = dict(marker.kwargs)
    else:
        paths, options = list(map(str, request.config.getini(_INI))), {}
    loaded = request.config.stash.setdefault(_LOADED, {})
    return _load(loaded, tuple(paths or [str(request.path.parent)]), options)


def _load(
    loaded: dict[object, Simulation], paths: Sequence[str], options: Mapping[str, object]
) -> Simulation:
    from gwsim.errors import GwsimError
    from gwsim.reading.loading import load

    shown = tuple(os.path.relpath(path) for path in paths)
    key = (shown, tuple(sorted(options.items())))
    if key not in loaded:
        try:
            loaded[key] = load(*shown, **options)  # type: ignore[arg-type]
        except GwsimError as error:
            text = f"{_in_lines(error)}\n@pytest.mark.gwsim('path') or the ini option {_INI} names manifests"
            failure = pytest.fail.Exception(text, pytrace=False)
        else:
            return loaded[key]
        raise failure
    return loaded[key]
