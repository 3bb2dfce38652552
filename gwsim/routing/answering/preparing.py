"""Answers of a rule prepared once: everything but what is each request's own."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import TypeAlias, TypeVar

import msgspec
from msgspec import structs

from gwsim.addresses import Address
from gwsim.binding.referring.rules import BoundFilter, BoundRule
from gwsim.implementations import Implementation
from gwsim.resources.filters import HTTPURLRewriteFilter
from gwsim.routing.answering.backends import choose, shares
from gwsim.routing.answering.filtering import edit_headers, header_edits, rewrite
from gwsim.routing.decision import (
    Action,
    BackendChoice,
    BackendTLS,
    ChosenListener,
    ChosenRule,
    Decision,
    ForwardedRequest,
    HeaderEdits,
    Persistence,
    Retry,
    Timeouts,
)
from gwsim.routing.request import Request

T = TypeVar("T", bound=Hashable)
Change: TypeAlias = HeaderEdits | HTTPURLRewriteFilter
"""What a filter does to the request that a backend receives."""
_PREPARED = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "ExtensionRef"})
"""Filters that do the same to every request, but for the request itself."""
_CLOSE = 1e-9
"""Draws so near to a bound are compared exactly."""


class Shared:
    """Values that are kept once, however many rules have them: fewer places in memory to look at."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[Hashable, Hashable] = {}

    def one(self, value: T) -> T:
        """The first of all values that equal this one."""
        return self._values.setdefault((type(value), value), value)  # type: ignore[return-value]


class Answers:
    """The prepared answers of one rule, by what the draw falls on; each is made of the first decision."""

    __slots__ = ("by_index", "only", "split")

    def __init__(self, split: Split | None) -> None:
        self.split = split
        """None for a rule whose answers cannot be prepared."""
        self.by_index: dict[int | None, Answer] = {}
        self.only: Answer | None = None
        """Where there is nothing to choose."""


def can_be_prepared(rule: BoundRule, implementation: Implementation) -> bool:
    """Whether a rule's answers differ by the draw, the id and what backends receive alone."""
    filters = chain(rule.filters, *(weighted.filters for weighted in rule.backends))
    return implementation.forwarded_headers == "none" and all(each.spec.type in _PREPARED for each in filters)


class Split:
    """The choice among a rule's backends."""

    __slots__ = ("_bounds", "_fractions", "only")

    def __init__(self, weights: Sequence[int]) -> None:
        self._fractions = shares(weights)
        reached, bounds = Fraction(0), []
        for fraction in self._fractions:
            reached += fraction
            bounds.append(float(reached))
        self._bounds = tuple(bounds)
        self.only = len(weights) < 2
        """Whether no draw is needed: every draw from 0 to below 1 leads to the same."""

    def chosen(self, draw: float) -> int | None:
        """What `choose` chooses."""
        for index, bound in enumerate(self._bounds):
            if draw < bound - _CLOSE:
                return index
            if draw <= bound + _CLOSE:
                return choose(self._fractions, draw)
        return None


class Prepared(msgspec.Struct, frozen=True):
    """An answer of one rule, from the first decision that was made with it."""

    decision: Decision
    changes: tuple[tuple[Change, ...], ...]
    """For each backend."""
    prefix: str | None
    """Value of the PathPrefix match."""
    implementation: Implementation

    def to(self, request: Request, path: str) -> Decision:
        """
        Answer a request.

        Args:
            path: as the gateway passes it on, with query.
        """
        made = self.decision
        return Decision(
            request.id,
            made.action,
            made.reason,
            made.status,
            made.listener,
            made.route,
            tuple(self._backends(request, path)),
            made.chosen_index,
            None,
            made.response,
            (),
            made.timeouts,
            made.retry,
            made.session_persistence,
            None,
            None,
            made.not_modelled,
        )

    def _backends(self, request: Request, path: str) -> Iterator[BackendChoice]:
        for choice, changes in zip(self.decision.backends, self.changes, strict=True):
            received = choice.request
            if received is None:
                yield choice
                continue
            sent = ForwardedRequest(
                request.method, received.scheme, request.host or "", path, request.headers
            )
            for change in changes:
                if isinstance(change, HeaderEdits):
                    sent = structs.replace(sent, headers=edit_headers(sent.headers, change))
                else:
                    sent = rewrite(change, sent, self.prefix, self.implementation)
            yield with_request(choice, sent)


def with_request(choice: BackendChoice, request: ForwardedRequest) -> BackendChoice:
    """A backend that receives another request."""
    return BackendChoice(
        choice.kind,
        choice.namespace,
        choice.name,
        choice.port,
        choice.weight,
        choice.share,
        choice.status,
        choice.reason,
        request,
        choice.response_headers,
        choice.tls,
        choice.app_protocol,
        choice.address,
    )


class OneBackend(msgspec.Struct, frozen=True):
    """The answer of a rule that hands each request as it came to its one backend; all of it in one place."""

    listener: ChosenListener | None
    route: ChosenRule | None
    timeouts: Timeouts | None
    retry: Retry | None
    session_persistence: Persistence | None
    not_modelled: tuple[str, ...]
    scheme: str
    kind: str
    namespace: str
    name: str
    port: int | None
    weight: int
    share: Fraction
    response_headers: HeaderEdits
    tls: BackendTLS | None
    app_protocol: str | None
    address: Address

    def to(self, request: Request, path: str) -> Decision:
        """
        Answer a request.

        Args:
            path: as the gateway passes it on, with query.
        """
        return Decision(
            request.id,
            Action.FORWARD,
            "RuleMatched",
            None,
            self.listener,
            self.route,
            (
                BackendChoice(
                    self.kind,
                    self.namespace,
                    self.name,
                    self.port,
                    self.weight,
                    self.share,
                    None,
                    None,
                    ForwardedRequest(request.method, self.scheme, request.host or "", path, request.headers),
                    self.response_headers,
                    self.tls,
                    self.app_protocol,
                    self.address,
                ),
            ),
            0,
            None,
            None,
            (),
            self.timeouts,
            self.retry,
            self.session_persistence,
            None,
            None,
            self.not_modelled,
        )


Answer: TypeAlias = Prepared | OneBackend


def prepare(
    decision: Decision, rule: BoundRule, prefix: str | None, implementation: Implementation, shared: Shared
) -> Answer:
    """
    Make of a decision what answers every request of its rule for which the draw falls on the same backend.

    Args:
        decision: with a rule of which `can_be_prepared` holds.
    """
    changes = tuple(
        tuple(_changes((*rule.filters, *weighted.filters), implementation)) for weighted in rule.backends
    )
    decision = structs.replace(
        decision,
        timeouts=shared.one(decision.timeouts),
        retry=shared.one(decision.retry),
        session_persistence=shared.one(decision.session_persistence),
        not_modelled=shared.one(decision.not_modelled),
        backends=tuple(_sharing(choice, shared) for choice in decision.backends),
    )
    only = decision.backends[0] if len(decision.backends) == 1 else None
    if only is None or only.request is None or decision.action is not Action.FORWARD or changes[0]:
        return Prepared(decision, changes if decision.backends else (), prefix, implementation)
    return OneBackend(
        decision.listener,
        decision.route,
        decision.timeouts,
        decision.retry,
        decision.session_persistence,
        decision.not_modelled,
        only.request.scheme,
        only.kind,
        only.namespace,
        only.name,
        only.port,
        only.weight,
        only.share,
        only.response_headers,
        only.tls,
        only.app_protocol,
        only.address,
    )


def _sharing(choice: BackendChoice, shared: Shared) -> BackendChoice:
    return structs.replace(
        choice,
        kind=shared.one(choice.kind),
        namespace=shared.one(choice.namespace),
        name=shared.one(choice.name),
        port=shared.one(choice.port),
        weight=shared.one(choice.weight),
        share=shared.one(choice.share),
        reason=shared.one(choice.reason),
        response_headers=shared.one(choice.response_headers),
        tls=shared.one(choice.tls),
        app_protocol=shared.one(choice.app_protocol),
    )


def _changes(filters: Sequence[BoundFilter], implementation: Implementation) -> Iterator[Change]:
    for each in filters:
        if each.spec.request_header_modifier is not None:
            yield header_edits(each.spec.request_header_modifier, each.address, implementation)[0]
        elif each.spec.url_rewrite is not None:
            yield each.spec.url_rewrite
