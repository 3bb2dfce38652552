"""Decisions as lines of JSON, fast: what many have in common is written once, and filled in for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from gwsim.routing.decision import BackendChoice, Decision

MOST = 1 << 14
"""Pieces that are kept, of each sort; then all are forgotten, and those that are needed are written again."""


class _Piece(NamedTuple):
    """JSON on both sides of a gap."""

    before: bytes
    after: bytes


class DecisionWriter:
    """
    Writes decisions: the same bytes as JSON of `Decision.to_dict`.

    A decision is put together from pieces that do not hang on the request, and that many have in common:
    the listener, a backend, what else takes effect. A piece is found by all that is written in it, so that
    nothing is assumed of how a decision came about.
    """

    __slots__ = ("_backends", "_ends", "_openings", "encode")

    def __init__(self) -> None:
        self.encode = msgspec.json.Encoder().encode
        """Writes any value as JSON."""
        self._openings: dict[tuple[object, ...], _Piece] = {}
        self._backends: dict[tuple[object, ...], _Piece] = {}
        self._ends: dict[tuple[object, ...], _Piece] = {}

    def write(self, decision: Decision) -> bytes:
        """Write one decision, without a line break at its end."""
        if decision.mirrors or decision.external_auth is not None or decision.cors is not None:
            return self.encode(decision.to_dict())
        encode = self.encode
        opening, end = self._opening(decision), self._end(decision)
        response = decision.response
        return b"".join(
            (
                opening.before,
                encode(decision.id),
                opening.after,
                b"null" if decision.route is None else encode(decision.route.to_dict()),
                b',"backends":[',
                b",".join([self._backend(choice) for choice in decision.backends]),
                end.before,
                b"null" if response is None else encode(response),
                end.after,
            )
        )

    def _opening(self, decision: Decision) -> _Piece:
        """All up to the route, around the id."""
        # An action is told by its identity: hashing a member of an Enum takes longer than all the rest.
        key = (decision.listener, id(decision.action), decision.status, decision.reason)
        piece = self._openings.get(key)
        if piece is None:
            _, first, *_ = _between(decision.to_dict(), "id", "route")
            after = b',%b,"route":' % self._members(first)
            piece = _Piece(b'{"id":', after)
            _keep(self._openings, key, piece)
        return piece

    def _end(self, decision: Decision) -> _Piece:
        """All from the end of the backends on, around the response."""
        key = (
            decision.chosen_index,
            decision.grpc_status,
            decision.timeouts,
            decision.retry,
            decision.session_persistence,
            decision.not_modelled,
        )
        piece = self._ends.get(key)
        if piece is None:
            _, _, first, last = _between(decision.to_dict(), "id", "backends", "response")
            before = b'],%b,"response":' % self._members(first)
            piece = _Piece(before, b",%b}" % self._members(last))
            _keep(self._ends, key, piece)
        return piece

    def _backend(self, choice: BackendChoice) -> bytes:
        share = choice.share
        key = (
            choice.name,
            choice.namespace,
            choice.port,
            choice.weight,
            share.numerator,
            share.denominator,
            choice.response_headers,
            choice.tls,
            choice.status,
            choice.reason,
            choice.kind,
            choice.app_protocol,
        )
        piece = self._backends.get(key)
        if piece is None:
            first, last = _between(choice.to_dict(), "request")
            before = b'{%b,"request":' % self._members(first)
            piece = _Piece(before, b",%b}" % self._members(last))
            _keep(self._backends, key, piece)
        request = choice.request
        return b"%b%b%b" % (
            piece.before,
            b"null" if request is None else self.encode(request),
            piece.after,
        )

    def _members(self, fields: Mapping[str, object]) -> bytes:
        return self.encode(fields)[1:-1]


def _between(fields: Mapping[str, object], *names: str) -> list[dict[str, object]]:
    """The fields before the first of some names, between each and the next, and after the last."""
    parts: list[dict[str, object]] = [{}]
    for name, value in fields.items():
        if name in names:
            parts.append({})
        else:
            parts[-1][name] = value
    return parts


def _keep(pieces: dict[tuple[object, ...], _Piece], key: tuple[object, ...], piece: _Piece) -> None:
    if len(pieces) >= MOST:
        pieces.clear()
    pieces[key] = piece
