"""What other choices of an implementation would make of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from gwsim.analysis.hinging.asking import Question
from gwsim.analysis.hinging.hinges import HINGES, grpc_meets_http
from gwsim.implementations import Implementation
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

if TYPE_CHECKING:
    from gwsim.implementations.choosing import Choice

BINDING = frozenset(
    {
        "http_https_same_port",
        "https_tls_same_port",
        "tcp_udp_same_port",
        "gateway_conflict",
        "listener_set_internal_conflict",
        "partial_gateway",
        "unresolved_listener_accepted",
        "multiple_certificates",
        "tls_mode_terminate",
        "tls_mode_mixed",
        "tcp_route_on_tls_terminate",
        "regex_dialect",
        "grpc_http_coexistence",
        "invalid_rule",
        "external_name",
        "unknown_app_protocol",
        "unknown_extension_ref",
        "mesh_reference_grant",
        "mesh_group_core",
    }
)
"""Choices about what is bound to what; a try of them binds everything once more."""
ORDERING = frozenset(
    {"hostname_precedence", "hostname_rank", "regex_rank", "method_rank", "grpc_http_coexistence"}
)
"""Choices about which rule comes first."""
NOT_COMPARED = frozenset({"id", "notModelled"})
"""Fields of a decision that do not make it another answer."""


class OtherAnswer(msgspec.Struct, frozen=True):
    """What another value of a choice gives."""

    value: str
    decision: Decision
    """Without its trace."""
    differs: tuple[str, ...]
    """The decision's fields that are not the same, as JSON names them; one at least."""


class Alternative(msgspec.Struct, frozen=True):
    """A choice on which an answer hangs."""

    choice: Choice
    value: str
    """The present one."""
    others: tuple[OtherAnswer, ...]
    """The values that give another answer, in the order of the choice; one at least."""

    @property
    def name(self) -> str:
        """As `--set` has it."""
        return self.choice.name


def alternatives(simulation: Simulation, request: Request, decision: Decision) -> tuple[Alternative, ...]:
    """
    Find every choice by which alone the answer to a request would be another.

    Choices whose values are free text are left out, and so is `forwardedHeaders`: they bear on every answer.

    Args:
        decision: the simulation's own answer to the request.
    """
    if request.straight:
        return ()
    asked = Question(simulation, request, decision)
    possible = {field for field, hinge in HINGES.items() if hinge(asked)}
    if not possible:
        return ()
    from gwsim.implementations.choosing import choices

    found = (_alternative(asked, choice) for choice in choices() if choice.field in possible)
    return tuple(each for each in found if each is not None)


def _alternative(asked: Question, choice: Choice) -> Alternative | None:
    present: str = getattr(asked.implementation, choice.field)
    others: list[OtherAnswer] = []
    for value in choice.values:
        if value != present:
            other = structs.replace(asked.implementation, **{choice.field: value})
            decision = _decide(asked, choice, other)
            differs = differing_fields(asked.decision, decision)
            if differs:
                others.append(OtherAnswer(value, decision, differs))
    return Alternative(choice, present, tuple(others)) if others else None


def _decide(asked: Question, choice: Choice, other: Implementation) -> Decision:
    merely_ordered = choice.field == "grpc_http_coexistence" and not grpc_meets_http(asked)
    if choice.field in BINDING and not merely_ordered:
        return asked.simulation.under(other).decide(asked.request)
    return asked.decide(other, reorder=choice.field in ORDERING)


def differing_fields(one: Decision, other: Decision) -> tuple[str, ...]:
    """The fields of which two decisions have different values, as JSON names them."""
    first, second = one.to_dict(), other.to_dict()
    return tuple(name for name in first if name not in NOT_COMPARED and first[name] != second[name])
