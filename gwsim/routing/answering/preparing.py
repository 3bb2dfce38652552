"""Answers of a rule prepared once: everything but what is each request's own."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import TypeAlias, TypeVar

import msgspec
from msgspec import structs

from gwsim.addresses import Address, FieldPath, ObjectKey, RuleKey
from gwsim.binding.referring.rules import BoundFilter, BoundRule
from gwsim.implementations import Implementation
from gwsim.resources.filters import HTTPURLRewriteFilter
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.answering.filtering import edit_headers, header_edits, rewrite
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
from gwsim.routing.reaching.matching import prefix_of
from gwsim.routing.request import Headers, Request
from gwsim.routing.table import shown_hostname

T = TypeVar("T", bound=Hashable)
_PREPARED = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "ExtensionRef"})
"""Filters that do the same to every request, but for the request itself."""
_OF_REQUESTS = frozenset({"RequestHeaderModifier", "URLRewrite"})
"""Those of them that change nothing but the request."""


class Shared:
    """
    Values that are kept once, however many rules have them.

    A large table does not fit into a processor's caches: what rules have in common is found there if it is
    one object, and each rule has little of its own to be fetched from memory.
    """

    __slots__ = ("_splits", "_values", "frames")

    def __init__(self) -> None:
        self.frames: dict[Hashable, Frames] = {}
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
    namespace: str
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
    not_modelled: tuple[str, ...]


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


Change: TypeAlias = Edit | HTTPURLRewriteFilter
"""What a filter does to the request that a backend receives."""


class Frames(msgspec.Struct, frozen=True, gc=False):
    """All answers of a rule, by what the draw falls on."""

    split: Split | None
    """None where there is nothing to choose."""
    frames: tuple[Frame | None, ...]
    """One for each backend, None where it has no share; one in all where there is nothing to choose."""


class Common(msgspec.Struct, frozen=True, gc=False):
    """What rules are often alike in besides their answers."""

    conditions: tuple[Condition, ...]
    """What the match asks for besides its path."""
    name: str | None
    """Of the rule."""
    gone: frozenset[str] | None
    """Request headers that give way to `Rule.put`, in lower case; None where that is not all that changes."""
    changes: tuple[tuple[Change, ...], ...]
    """For each backend; empty where `gone` tells it all, and where no request is changed."""
    prefix: str | None
    """Value of the PathPrefix match, where requests are changed."""
    implementation: Implementation


class Rule(msgspec.Struct, frozen=True, gc=False):
    """A rule and match as answers name it, and what is its own in them: as little as can be."""

    frames: Frames
    common: Common
    listener: ChosenListener | None
    route: ObjectKey
    rule: int
    match: int
    hostname: str | None
    put: Headers
    """Request headers that are set."""

    def answer(self, frame: Frame, request: Request, path: str) -> Decision:
        """
        Answer a request.

        Args:
            path: as the gateway passes it on, with query.
        """
        sent: ForwardedRequest | None
        common, route, backends = self.common, self.route, []
        changes, headers = common.changes, request.headers
        if common.gone is not None:
            gone = common.gone
            headers = (*[pair for pair in headers if pair[0].lower() not in gone], *self.put)
        for number, part in enumerate(frame.parts):
            sent = None
            if part.scheme is not None:
                sent = ForwardedRequest(request.method, part.scheme, request.host or "", path, headers)
                if changes:
                    sent = self._changed(sent, changes[number])
            backends.append(
                BackendChoice(
                    part.kind,
                    part.namespace,
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
            self.listener,
            ChosenRule(_new(RuleKey, (route, self.rule, self.match)), common.name, self.hostname),
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
            frame.not_modelled,
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


def prepare(taken: Taken, conditions: tuple[Condition, ...], shared: Shared) -> Rule:
    """
    Prepare the answers of the rule that took a request.

    Each is taken from a decision about that request, with a draw for each backend.

    Args:
        taken: by a rule of which `can_be_prepared` holds.
        conditions: of the match.
    """
    entry, choices = taken.entry, taken.topology.implementation
    rule = entry.rule
    split = shared.split(tuple(weighted.backend.weight for weighted in rule.backends))
    grounds = _grounds(taken)
    frames = None if grounds is None else shared.frames.get(grounds)
    if frames is None:
        each = (
            None if draw is None else frame_of(answer(structs.replace(taken, draw=draw))[0], shared)
            for draw in split.draws
        )
        frames = shared.one(Frames(split if len(split.draws) > 1 else None, tuple(each)))
        if grounds is not None:
            shared.frames[grounds] = frames
    changes = tuple(
        tuple(_changes((*rule.filters, *weighted.filters), choices, shared)) for weighted in rule.backends
    )
    first = changes[0][0] if len(set(changes)) == 1 and len(changes[0]) == 1 else None
    edit = first if isinstance(first, Edit) and first.add is None else None
    common = Common(
        conditions=conditions,
        name=rule.spec.name,
        gone=None if edit is None else edit.gone,
        changes=changes if any(changes) and edit is None else (),
        prefix=prefix_of(entry.match) if any(changes) and edit is None else None,
        implementation=choices,
    )
    return Rule(
        frames=frames,
        common=shared.one(common),
        listener=taken.listener,
        route=entry.key.route,
        rule=entry.key.rule,
        match=entry.key.match,
        hostname=shown_hostname(entry.hostname),
        put=() if edit is None else edit.put,
    )


def _grounds(taken: Taken) -> Hashable | None:
    """
    What the frames of a rule follow from: rules with the same have the same.

    Returns:
        None where more bears on them: other filters than those of requests, policies for the route.
    """
    rule, route, topology = taken.entry.rule, taken.entry.key.route, taken.topology
    filters = chain(rule.filters, *(weighted.filters for weighted in rule.backends))
    if any(each.spec.type not in _OF_REQUESTS for each in filters):
        return None
    if route in topology.snapshot.foreign_policies:
        return None
    backends = (weighted.backend for weighted in rule.backends)
    spec, gateway = rule.spec, taken.gateway
    return (
        taken.streams,
        taken.passthrough,
        taken.request.protocol,
        None if gateway is None else gateway.key,
        spec.timeouts,
        spec.retry,
        spec.session_persistence,
        tuple(
            (
                backend.address.path,
                backend.target,
                backend.port,
                backend.weight,
                backend.app_protocol,
                backend.has_ready_endpoint,
                # Kept by the topology, as the shared values are: no other gets its identity.
                id(backend.security),
                None if backend.failure is None else backend.failure.clause.id,
            )
            for backend in backends
        ),
    )


def can_be_prepared(rule: BoundRule, implementation: Implementation) -> bool:
    """Whether a rule's answers differ by the draw, the id and what backends receive alone."""
    filters = chain(rule.filters, *(weighted.filters for weighted in rule.backends))
    return implementation.forwarded_headers == "none" and all(each.spec.type in _PREPARED for each in filters)


def frame_of(decision: Decision, shared: Shared) -> Frame:
    """What of a decision holds for every request."""
    return shared.one(
        Frame(
            decision.action,
            shared.one(decision.reason),
            decision.status,
            shared.one(tuple(_part(choice, shared) for choice in decision.backends)),
            decision.chosen_index,
            decision.response,
            decision.timeouts,
            decision.retry,
            decision.session_persistence,
            decision.not_modelled,
        )
    )


def _part(choice: BackendChoice, shared: Shared) -> Part:
    return shared.one(
        Part(
            choice.kind,
            choice.namespace,
            choice.name,
            choice.port,
            choice.weight,
            choice.share,
            choice.status,
            choice.reason,
            None if choice.request is None else choice.request.scheme,
            choice.response_headers,
            choice.tls,
            choice.app_protocol,
            choice.address.path,
        )
    )


def _changes(
    filters: Sequence[BoundFilter], implementation: Implementation, shared: Shared
) -> Iterator[Change]:
    for each in filters:
        if each.spec.request_header_modifier is not None:
            edits = header_edits(each.spec.request_header_modifier, each.address, implementation)[0]
            put = {name.lower(): (name, value) for name, value in edits.set}
            gone = frozenset((*put, *(name.lower() for name in edits.remove)))
            add = HeaderEdits(add=edits.add) if edits.add else None
            yield Edit(shared.one(gone), tuple(put.values()), add)
        elif each.spec.url_rewrite is not None:
            yield each.spec.url_rewrite
