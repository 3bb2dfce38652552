"""Decisions as lines of JSON, fast: what many have in common is written once, and each fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from gwsim.routing.decision import BackendChoice, Decision

MOST = 1 << 16
"""Forms that are kept, of each sort; then all are forgotten, and those that are needed are made again."""


class _Frame(NamedTuple):
    """A decision without its id, its backends and its response."""

    example: Decision
    before_backends: bytes
    before_response: bytes
    end: bytes


class _Backend(NamedTuple):
    """A backend without the request that it receives."""

    example: BackendChoice
    before_request: bytes
    end: bytes


class DecisionWriter:
    """
    Writes decisions: the same bytes as JSON of `Decision.to_dict`.

    Decisions of one rule share the values that do not hang on the request. A form is made of the first, and
    taken for another when all of these are the very same values; otherwise it is made anew. So nothing is
    assumed of how a decision comes about.
    """

    __slots__ = ("_backends", "_encode", "_frames")

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._frames: dict[tuple[object, ...], _Frame] = {}
        self._backends: dict[tuple[object, ...], _Backend] = {}

    def write(self, decision: Decision) -> bytes:
        """Write one decision, without a line break at its end."""
        if decision.mirrors or decision.external_auth is not None or decision.cors is not None:
            return self._encode(decision.to_dict())
        frame = self._frame(decision)
        response = decision.response
        return b"".join(
            (
                b'{"id":',
                self._encode(decision.id),
                frame.before_backends,
                b",".join([self._backend(choice) for choice in decision.backends]),
                frame.before_response,
                b"null" if response is None else self._encode(response),
                frame.end,
            )
        )

    def _frame(self, decision: Decision) -> _Frame:
        key = (id(decision.route), id(decision.listener), decision.reason, decision.chosen_index)
        frame = self._frames.get(key)
        if frame is not None and _same_frame(frame.example, decision):
            return frame
        if len(self._frames) >= MOST:
            self._frames.clear()
        frame = self._frames[key] = self._new_frame(decision)
        return frame

    def _new_frame(self, decision: Decision) -> _Frame:
        first, second, last = _between(decision.to_dict(), "id", "backends", "response")
        return _Frame(
            decision,
            b',%b,"backends":[' % self._members(first),
            b'],%b,"response":' % self._members(second),
            b",%b}" % self._members(last),
        )

    def _members(self, fields: Mapping[str, object]) -> bytes:
        return self._encode(fields)[1:-1]

    def _backend(self, choice: BackendChoice) -> bytes:
        key = (id(choice.address), id(choice.response_headers), choice.reason)
        form = self._backends.get(key)
        if form is None or not _same_backend(form.example, choice):
            if len(self._backends) >= MOST:
                self._backends.clear()
            form = self._backends[key] = self._new_backend(choice)
        request = choice.request
        return b"%b%b%b" % (
            form.before_request,
            b"null" if request is None else self._encode(request),
            form.end,
        )

    def _new_backend(self, choice: BackendChoice) -> _Backend:
        before, after = _between({"": None, **choice.to_dict()}, "", "request")
        return _Backend(choice, b'{%b,"request":' % self._members(before), b",%b}" % self._members(after))


def _between(fields: Mapping[str, object], *names: str) -> list[dict[str, object]]:
    """The fields after each of some names, up to the next of them."""
    parts: list[dict[str, object]] = []
    for name, value in fields.items():
        if name in names:
            parts.append({})
        else:
            parts[-1][name] = value
    return parts


def _same_frame(example: Decision, decision: Decision) -> bool:
    """Compare what the key leaves open; the example keeps what it names by identity from being replaced."""
    return (
        example.action is decision.action
        and example.status == decision.status
        and example.grpc_status == decision.grpc_status
        and example.timeouts is decision.timeouts
        and example.retry is decision.retry
        and example.session_persistence is decision.session_persistence
        and (example.not_modelled is decision.not_modelled or example.not_modelled == decision.not_modelled)
    )


def _same_backend(example: BackendChoice, choice: BackendChoice) -> bool:
    """Compare what the key leaves open."""
    return (
        example.tls is choice.tls
        and example.status == choice.status
        and example.share is choice.share
        and example.weight == choice.weight
        and example.port == choice.port
        and example.name == choice.name
        and example.namespace == choice.namespace
        and example.kind == choice.kind
        and example.app_protocol == choice.app_protocol
    )
