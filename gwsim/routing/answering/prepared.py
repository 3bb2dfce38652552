"""What is known of answers before any request: what rules have in common is kept once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar

import msgspec
from msgspec import structs

from gwsim.addresses import Address, FieldPath, ObjectKey, RuleKey
from gwsim.implementations import Implementation
from gwsim.resources.filters import HTTPURLRewriteFilter
from gwsim.routing.answering.filtering import edit_headers, rewrite
from gwsim.routing.answering.splitting import Split
from gwsim.routing.decision import (
    Action,
    BackendChoice,
    BackendTLS,
    ChosenListener,
    ChosenRule,
    Decision,
    ForwardedRequest,
    GatewayResponse,
    HeaderEdits,
    Persistence,
    Retry,
    Timeouts,
)
from gwsim.routing.reaching.conditions import Condition
from gwsim.routing.request import Headers, Request

T = TypeVar("T", bound=Hashable)


class Shared:
    """
    Values that are kept once, however many rules have them.

    A large table does not fit into a processor's caches: what rules have in common is found there if it is
    one object, and each rule has little of its own to be fetched from memory.
    """

    __slots__ = ("_splits", "_values", "frames")

    def __init__(self) -> None:
        self.frames: dict[Hashable, tuple[Frames, Remarks]] = {}
        """By what they follow from."""
        self._values: dict[Hashable, Hashable] = {}
        self._splits: dict[tuple[int, ...], Split] = {}

    def split(self, weights: tuple[int, ...]) -> Split:
        """The choice by some weights."""
        found = self._splits.get(weights)
        if found is None:
            found = self._splits[weights] = Split(weights)
        return found

    def one(self, value: T) -> T:
        """The first of all values that equal this one."""
        return self._values.setdefault((type(value), value), value)  # type: ignore[return-value]


class Part(msgspec.Struct, frozen=True, gc=False):
    """What is known of one backend before any request."""

    kind: str
    namespace: str | None
    """None for the route's own, so that routes of several namespaces are alike."""
    name: str
    port: int | None
    weight: int
    share: Fraction
    status: int | None
    reason: str | None
    scheme: str | None
    """Of the request that it receives; None where it receives none."""
    response_headers: HeaderEdits
    tls: BackendTLS | None
    app_protocol: str | None
    path: FieldPath
    """Where in the route the backendRef is."""


class Frame(msgspec.Struct, frozen=True, gc=False):
    """What is known of an answer before any request, and without the rule: rules alike have one in common."""

    action: Action
    reason: str
    status: int | None
    parts: tuple[Part, ...]
    chosen_index: int | None
    response: GatewayResponse | None
    timeouts: Timeouts | None
    retry: Retry | None
    session_persistence: Persistence | None


class Edit(msgspec.Struct, frozen=True, gc=False):
    """Edits of request headers, laid out to be applied."""

    gone: frozenset[str]
    """In lower case: what is removed or set anew."""
    put: Headers
    add: HeaderEdits | None

    def applied(self, headers: Headers) -> Headers:
        """What `edit_headers` makes of headers."""
        gone = self.gone
        kept = (*[pair for pair in headers if pair[0].lower() not in gone], *self.put)
        return kept if self.add is None else edit_headers(kept, self.add)


Remarks: TypeAlias = tuple[tuple[str, ...], ...]
"""What was left out of each of several answers: it names objects, and so is no part of a frame."""
Change: TypeAlias = Edit | HTTPURLRewriteFilter
"""What a filter does to the request that a backend receives."""


class Frames(msgspec.Struct, frozen=True, gc=False):
    """All answers of a rule, by what the draw falls on."""

    split: Split | None
    """None where there is nothing to choose."""
    frames: tuple[Frame | None, ...]
    """One for each backend, None where it has no share; one in all where there is nothing to choose."""


class Common(msgspec.Struct, frozen=True, gc=False):
    """What a rule is often alike in with others: all but what is in `Rule`."""

    frames: Frames
    rule: int
    match: int
    name: str | None
    """Of the rule."""
    named: bool
    """Whether there is a hostname."""
    conditions: tuple[Condition, ...]
    """What is left to ask, besides the path, where the rule is found."""
    gone: frozenset[str] | None
    """Request headers that give way to `Rule.put`, in lower case; None where that is not all that changes."""
    changes: tuple[tuple[Change, ...], ...]
    """For each backend; empty where `gone` tells it all, and where no request is changed."""
    prefix: str | None
    """Value of the PathPrefix match, where requests are changed."""
    implementation: Implementation


class Rule(msgspec.Struct, frozen=True, gc=False):
    """
    A rule and match as answers name it, and what is its own in them: as little as can be.

    That is far away in memory: answers fetch all of it at once, so that a processor waits for it together.
    """

    common: Common
    listener: ChosenListener | None
    route: ObjectKey
    """A copy beside the rule: the key that the route itself has is far from here in memory."""
    namespace: str
    """Of the route; one text for all routes of a namespace."""
    hostname: str | None
    put: Headers
    """Request headers that are set."""
    left_out: tuple[str, ...]
    """What is not modelled of the first answer, which often is the only one."""
    remarks: Remarks
    """The same of every answer, where they differ; else empty."""

    def answer(self, index: int, request: Request, path: str, host: str | None) -> Decision:
        """
        Answer a request.

        Args:
            index: of the frame.
            path: as the gateway passes it on, with query.
            host: the request's where it is the hostname letter by letter, and so is at hand; else None.
        """
        common, listener, route = self.common, self.listener, self.route
        put, left_out, backends = self.put, self.left_out, []
        frame = common.frames.frames[index]
        assert frame is not None
        hostname = host if host is not None and common.named else self.hostname
        changes, gone, headers = common.changes, common.gone, request.headers
        if gone is not None:
            headers = (*[pair for pair in headers if pair[0].lower() not in gone], *put)
        for number, part in enumerate(frame.parts):
            sent: ForwardedRequest | None = None
            if part.scheme is not None:
                sent = ForwardedRequest(request.method, part.scheme, request.host or "", path, headers)
                if changes:
                    sent = self._changed(sent, changes[number])
            backends.append(
                BackendChoice(
                    part.kind,
                    part.namespace or self.namespace,
                    part.name,
                    part.port,
                    part.weight,
                    part.share,
                    part.status,
                    part.reason,
                    sent,
                    part.response_headers,
                    part.tls,
                    part.app_protocol,
                    _new(Address, (route, part.path)),
                )
            )
        return Decision(
            request.id,
            frame.action,
            frame.reason,
            frame.status,
            listener,
            ChosenRule(_new(RuleKey, (route, common.rule, common.match)), common.name, hostname),
            tuple(backends),
            frame.chosen_index,
            None,
            frame.response,
            (),
            frame.timeouts,
            frame.retry,
            frame.session_persistence,
            None,
            None,
            self.remarks[index] if self.remarks else left_out,
        )

    def _changed(self, request: ForwardedRequest, changes: Sequence[Change]) -> ForwardedRequest:
        for change in changes:
            if isinstance(change, Edit):
                request = structs.replace(request, headers=change.applied(request.headers))
            else:
                request = rewrite(change, request, self.common.prefix, self.common.implementation)
        return request


_new = tuple.__new__
"""Makes a named tuple in a third of the time that its own constructor takes."""
