"""Cases put to a simulation: whether what is expected is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from gwsim.analysis.expecting.comparing import Difference, differences
from gwsim.analysis.expecting.expectations import Case, RequestCase, StatusCase
from gwsim.errors import RequestError
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation


class Verdict(msgspec.Struct, frozen=True):
    """What came of one case."""

    case: Case
    answer: Mapping[str, object] | None
    """What was compared: an answer, or the status of an object; None where the input has no such object."""
    differences: tuple[Difference, ...]
    request: Request | None = None
    """None for an object."""
    decision: Decision | None = None
    """None for an object, and for a request that no Gateway could be found for."""

    @property
    def passed(self) -> bool:
        """Whether all that is expected is there."""
        return not self.differences


def answer_of(decision: Decision) -> dict[str, object]:
    """A decision as expectations see it: the contract's JSON, and `backend`, the chosen one."""
    answer = decision.to_dict()
    backends, chosen = answer["backends"], decision.chosen_index
    answer["backend"] = None if chosen is None or not isinstance(backends, list) else backends[chosen]
    return answer


ANSWER_FIELDS = (*answer_of(Decision(None, Action.REFUSE, "")), "error")
"""What a request's expectation may name; `error` is of a request that no Gateway could be found for."""


class Judge:
    """Judges cases one by one; what the objects' statuses are is found out once."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation

    def verdict(self, case: Case) -> Verdict:
        """
        Judge one case.

        Raises:
            RequestError: its request is not in the contract's form.
        """
        match case:
            case RequestCase():
                return judge_request(self.simulation, case)
            case StatusCase():
                return _judge_status(self._statuses.get(case.subject), case)

    @cached_property
    def _statuses(self) -> Mapping[str, Mapping[str, object]]:
        return dict(_statuses(self.simulation))


def judge_request(simulation: Simulation, case: RequestCase) -> Verdict:
    """
    Judge the answer to one request.

    Raises:
        RequestError: the request is not in the contract's form.
    """
    request = Request.from_dict(case.request)
    try:
        decision = simulation.trace(request)
    except RequestError as error:
        refused: dict[str, object] = {"id": request.id, "error": str(error)}
        found = differences(case.expect, refused)
        if found and "error" not in case.expect:
            found = (Difference(("error",), None, str(error)), *found)
        return Verdict(case, refused, found, request)
    return _judge_answer(case, request, decision)


def judge_answer(request: Request, decision: Decision, expect: Mapping[str, object]) -> Verdict:
    """Judge a decision that was made already."""
    return _judge_answer(RequestCase("", {}, expect), request, decision)


def _judge_answer(case: RequestCase, request: Request, decision: Decision) -> Verdict:
    answer = answer_of(decision)
    return Verdict(case, answer, differences(case.expect, answer), request, decision)


def _judge_status(status: Mapping[str, object] | None, case: StatusCase) -> Verdict:
    if status is None:
        return Verdict(case, None, (Difference((), case.subject, None),))
    return Verdict(case, status, differences(case.expect, status))


def _statuses(simulation: Simulation) -> Iterator[tuple[str, Mapping[str, object]]]:
    for item in simulation.status():
        metadata, status = item["metadata"], item.get("status")
        assert isinstance(metadata, Mapping)
        parts = (item["kind"], metadata.get("namespace"), metadata["name"])
        yield "/".join(str(part) for part in parts if part), status if isinstance(status, Mapping) else {}
