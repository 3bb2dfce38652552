"""The answers to some lines of a stream, as bytes."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property

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
from gwsim.rendering.decision_lines import DecisionWriter
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


class Answerer(msgspec.Struct, frozen=True, dict=True):
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
            answer = request
            if isinstance(request, Request):
                try:
                    written.append(self._decide(request))
                    continue
                except RequestError as error:
                    answer = RefusedRequest(request.id, str(error))
            refused = True
            written.append(msgspec.json.encode(answer))
        requests = len(written)
        written.append(b"")
        return Answers(inert_json(b"\n".join(written)), requests, refused, len(lines.text))

    @cached_property
    def _writer(self) -> DecisionWriter:
        return DecisionWriter()

    def _decide(self, request: Request) -> bytes:
        if not self.explain:
            return self._writer.write(self.simulation.decide(request))
        decision = self.simulation.trace(request)
        return msgspec.json.encode(decision_data(self.simulation, request, decision, explain=True))


def answers_of_one(answerer: Answerer, stream: Readable) -> Generator[Answers, None, None]:
    """Answer a stream in this process: what was read, before the next read."""
    for lines in read_lines(stream, at_most=answerer.at_most):
        if lines.text:
            yield answerer.answer(lines)
