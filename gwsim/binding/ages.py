"""Which of two objects is older: the tie-break of everything that conflicts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from gwsim.resources.meta import ObjectMeta


class Age(NamedTuple):
    """
    When an object was created, so that the older sorts first.

    An object that was never in a cluster has no time; it counts as younger than any that has one.
    """

    unknown: bool
    seconds: float


def age_of(metadata: ObjectMeta) -> Age:
    """Read `creationTimestamp`."""
    text = metadata.creation_timestamp
    if text is None:
        return Age(True, 0.0)
    moment = datetime.fromisoformat(text)
    return Age(False, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
