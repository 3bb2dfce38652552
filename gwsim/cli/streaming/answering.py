"""The answers to some lines of a stream, as bytes."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from gwsim.errors import RequestError
from gwsim.reading.request_lines import (
    SEVERAL,
    Readable,
    RefusedRequest,
    RequestLines,
    read_lines,
    requests_of,
)
from gwsim.rendering.data import decision_data
from gwsim.rendering.sanitize import inert_json
from gwsim.routing.request import Request
from gwsim.simulation import Simulation


class Answers(msgspec.Struct, frozen=True):
    """The answers to some lines, in their order."""

    text: bytes
    """A line for each answer."""
    requests: int
    """How many were answered."""
    refused: bool
    """Whether one of them was no valid request."""
    read: int
    """Bytes of the lines themselves."""


class Answerer(msgspec.Struct, frozen=True):
    """Answers requests under one configuration."""

    simulation: Simulation
    explain: bool = False
    """Whether the answers bear their reasons."""

    @property
    def at_most(self) -> int:
        """Lines that are answered together; the reasons can be many times as long as an answer."""
        return 16 if self.explain else SEVERAL

    def answer(self, lines: RequestLines) -> Answers:
        """Answer lines, each by itself: what is no valid request is told so in its place."""
        refused = False
        written: list[bytes] = []
        for request in requests_of(lines):
            answer = self._answer(request)
            refused = refused or isinstance(answer, RefusedRequest)
            written.append(msgspec.json.encode(answer))
        requests = len(written)
        written.append(b"")
        return Answers(inert_json(b"\n".join(written)), requests, refused, len(lines.text))

    def _answer(self, request: Request | RefusedRequest) -> object:
        if isinstance(request, RefusedRequest):
            return request
        decide = self.simulation.trace if self.explain else self.simulation.decide
        try:
            return decision_data(self.simulation, request, decide(request), explain=self.explain)
        except RequestError as error:
            return RefusedRequest(request.id, str(error))


def answers_of_one(answerer: Answerer, stream: Readable) -> Generator[Answers, None, None]:
    """Answer a stream in this process: what was read, before the next read."""
    for lines in read_lines(stream, at_most=answerer.at_most):
        if lines.text:
            yield answerer.answer(lines)
