"""A request between two filters."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from gwsim.binding.referring.rules import BoundFilter
from gwsim.implementations import Implementation
from gwsim.routing.decision import CORS, NO_EDITS, ForwardedRequest, GatewayResponse, HeaderEdits
from gwsim.trace import Step


class Mirrored(msgspec.Struct, frozen=True):
    """A mirror that a request came by, with the request as it was there."""

    bound: BoundFilter
    fraction: Fraction
    request: ForwardedRequest


class Filtered(msgspec.Struct, frozen=True):
    """A request after some filters; what they did so far."""

    request: ForwardedRequest
    listener_port: int
    prefix: str | None
    """Value of the PathPrefix match that was hit; None for another kind of match."""
    implementation: Implementation
    response_edits: HeaderEdits = NO_EDITS
    answer: GatewayResponse | None = None
    """What the gateway sends itself; ends the list."""
    answer_reason: str | None = None
    mirrors: tuple[Mirrored, ...] = ()
    auth: BoundFilter | None = None
    cors: CORS | None = None
    not_modelled: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
