"""Durations of the API, as far as rules compare them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.routes import HTTPRouteTimeouts

if TYPE_CHECKING:
    from gwsim.resources.policies import RequestRate, RetryBudget

DURATION = r"([0-9]{1,5}(h|m|s|ms)){1,4}"
UNITS_MS: Mapping[str, int] = MappingProxyType({"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1})
HOUR_MS = 3_600_000


def backend_timeout_is_within_request_timeout(
    timeouts: HTTPRouteTimeouts, path: FieldPath
) -> Iterator[Problem]:
    """Check that one try is not given longer than the whole; `request: 0s` is no limit."""
    whole, one = duration_ms(timeouts.request), duration_ms(timeouts.backend_request)
    if whole and one is not None and one > whole:
        yield Problem(
            "BackendTimeoutTooLong",
            (*path, "backendRequest"),
            f"expected at most the request timeout, {timeouts.request}, found {timeouts.backend_request}",
            "lower backendRequest, or raise request",
        )


def budget_interval_is_sensible(budget: RetryBudget, path: FieldPath) -> Iterator[Problem]:
    """Check that retries are counted over a second to an hour."""
    interval = duration_ms(budget.interval)
    if interval is not None and not 1000 <= interval <= HOUR_MS:
        message = f"expected an interval from 1s to 1h, found {budget.interval}"
        yield Problem("OutOfRange", (*path, "interval"), message)


def rate_interval_is_sensible(rate: RequestRate, path: FieldPath) -> Iterator[Problem]:
    """Check that requests are counted over some time, and over an hour at most."""
    interval = duration_ms(rate.interval)
    if interval is not None and not 0 < interval <= HOUR_MS:
        message = f"expected an interval above 0s and up to 1h, found {rate.interval}"
        yield Problem("OutOfRange", (*path, "interval"), message)


def duration_ms(text: str | None) -> int | None:
    """
    Read a duration in milliseconds; None for one that is absent or malformed.

    >>> duration_ms("1m30s"), duration_ms("1.5s")
    (90000, None)
    """
    if text is None or not re.fullmatch(DURATION, text):
        return None
    return sum(int(number) * UNITS_MS[unit] for number, unit in re.findall(r"([0-9]+)(ms|h|m|s)", text))
