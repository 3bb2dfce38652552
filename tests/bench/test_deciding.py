"""The bench of decisions runs, at sizes that take no time."""

from __future__ import annotations

import pytest

from tests.bench.deciding import rates
from tests.bench.generating import SHAPES


@pytest.mark.parametrize("name", SHAPES)
def test_every_size_of_a_shape_has_a_rate(name: str) -> None:
    found = rates(name, [16, 48], 20, 1)
    assert len(found) == 2
    assert min(found) > 0
