"""The benches of loading run, at sizes that take no time, and the command finds its sections."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import loading
from tests.bench.growth import DIMENSIONS
from tests.bench.measuring import Table, medians, table_text
from tests.bench.objects import GATEWAY_CLASS, snapshot_of

ROUTES = 20


@pytest.fixture(params=["hosts", "listener sets"])
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path, shape: str) -> str:
    loading.write(shape, ROUTES, str(tmp_path / "routes.yaml"))
    return str(tmp_path / "routes.yaml")


def test_every_stage_is_timed_and_one_route_can_be_added(path: str, shape: str) -> None:
    laps = loading.stages(path, shape, ROUTES)
    assert list(laps) == [
        "parse",
        "admit",
        "bind",
        "index",
        "decide",
        "prepare",
        "keep",
        "decide again",
        "again, objects kept",
    ]
    assert min(laps.values()) > 0
    assert loading.again(path, shape, ROUTES) > 0


def test_loader_and_writers_are_timed(path: str) -> None:
    assert loading.pyyaml(path) > 0
    assert loading.ready(path, ROUTES) > 0
    assert all(work(path) > 0 for work in loading.WRITING.values())


def test_the_median_of_runs_in_turns_counts() -> None:
    figures = {"first": iter((3.0, 1.0, 2.0)), "second": iter((5.0, 5.0, 9.0))}
    order: list[str] = []

    def work(name: str) -> float:
        order.append(name)
        return next(figures[name])

    works = {name: (lambda name=name: work(name)) for name in figures}
    assert medians(works, 3) == {"first": 2.0, "second": 5.0}
    assert order == ["first", "second"] * 3


def test_a_table_is_markdown_with_its_notes_below() -> None:
    table = Table("Title", ["what", "ratio"], [["loading", "1.1"]], ["By CPU."])
    assert table_text(table) == (
        "Title\n\n| what    | ratio |\n| ------- | ----- |\n| loading | 1.1   |\n\nBy CPU.\n"
    )


def test_an_unknown_section_is_refused_and_the_known_ones_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(["speed"])
    assert f"no section speed; there are {', '.join(bench.SECTIONS)}" in capsys.readouterr().err


@pytest.mark.parametrize("name", DIMENSIONS)
def test_each_dimension_of_growth_grows(name: str) -> None:
    _, objects = DIMENSIONS[name]
    two, four = (len(snapshot_of([GATEWAY_CLASS, *objects(size)]).objects) for size in (20, 40))
    assert two < four
