"""The collector of cyclic garbage rests while much is made, and does not look through that at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from gwsim.reading.pausing import without_collections


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    gc.collect()
    yield
    gc.unfreeze()
    gc.enable()


def made() -> list[list[object]]:
    return [[] for _ in range(100_000)]


def is_old(value: object) -> bool:
    return any(each is value for each in gc.get_objects(generation=2))


def test_nothing_is_collected_while_much_is_made() -> None:
    before = [each["collections"] for each in gc.get_stats()]
    with without_collections():
        made()
        assert [each["collections"] for each in gc.get_stats()] == before


def test_what_was_made_is_old_and_not_frozen() -> None:
    with without_collections():
        values = made()
        assert not is_old(values)
    assert is_old(values)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_what_others_have_frozen_stays_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with without_collections():
        made()
    assert gc.get_freeze_count() > frozen // 2


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with without_collections():
        made()
    assert not gc.isenabled()
