"""What is expected, as values: cases of requests and of objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import msgspec

from gwsim.addresses import NOWHERE, FieldPath, Location


class Place(NamedTuple):
    """Where a part of an expectation is written in its file."""

    part: FieldPath
    """Below the expectation; empty for the whole of it."""
    path: FieldPath
    """From the root of the file."""


class RequestCase(msgspec.Struct, frozen=True):
    """One request, and the part of its answer that is expected."""

    name: str
    """A sentence that can be false."""
    request: Mapping[str, object]
    """In the contract's JSON shape, fit for `Request.from_dict`."""
    expect: Mapping[str, object]
    location: Location = NOWHERE
    places: tuple[Place, ...] = ()
    """Of each part of `expect`."""


class StatusCase(msgspec.Struct, frozen=True):
    """One object, and the part of its status that is expected."""

    name: str
    """A sentence that can be false."""
    subject: str
    """`KIND/NAMESPACE/NAME`, or `KIND/NAME` where there is no namespace."""
    expect: Mapping[str, object]
    location: Location = NOWHERE
    places: tuple[Place, ...] = ()
    """Of each part of `expect`."""


Case: TypeAlias = RequestCase | StatusCase
