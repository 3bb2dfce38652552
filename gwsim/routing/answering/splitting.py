"""The choice among backends, laid out for many draws."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gwsim.routing.answering.backends import choose, shares

_CLOSE = 1e-9
"""Draws so near to a bound are compared exactly."""


class Split:
    """The choice among backends by their weights."""

    __slots__ = ("_bounds", "_fractions", "draws")

    def __init__(self, weights: Sequence[int]) -> None:
        self._fractions = shares(weights)
        reached, bounds, draws = Fraction(0), [], []
        for fraction in self._fractions:
            draws.append(float(reached + fraction / 2) if fraction else None)
            reached += fraction
            bounds.append(float(reached))
        self._bounds = tuple(bounds)
        self.draws = tuple(draws) if any(weights) else (0.0,)
        """For each backend a draw that falls on it, None for one without a share; else one for all."""

    def chosen(self, draw: float) -> int | None:
        """What `choose` chooses."""
        for index, bound in enumerate(self._bounds):
            if draw < bound - _CLOSE:
                return index
            if draw <= bound + _CLOSE:
                return choose(self._fractions, draw)
        return None
