"""Answers of a rule prepared once: everything but what is each request's own."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain

from msgspec import structs

from gwsim.addresses import ObjectKey
from gwsim.binding.referring.rules import BoundFilter, BoundRule
from gwsim.implementations import Implementation
from gwsim.routing.answering.backends import Taken, answer
from gwsim.routing.answering.filtering import header_edits
from gwsim.routing.answering.prepared import Change, Common, Edit, Frame, Frames, Part, Remarks, Rule, Shared
from gwsim.routing.answering.splitting import Split
from gwsim.routing.decision import (
    BackendChoice,
    Decision,
    HeaderEdits,
)
from gwsim.routing.reaching.conditions import Condition
from gwsim.routing.reaching.matching import prefix_of
from gwsim.routing.table import shown_hostname

_PREPARED = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "ExtensionRef"})
"""Filters that do the same to every request, but for the request itself."""
_OF_REQUESTS = frozenset({"RequestHeaderModifier", "URLRewrite"})
"""Those of them that change nothing but the request."""


def prepare(taken: Taken, conditions: tuple[Condition, ...], shared: Shared) -> Rule:
    """
    Prepare the answers of the rule that took a request.

    Each is taken from a decision about that request, with a draw for each backend.

    Args:
        taken: by a rule of which `can_be_prepared` holds.
        conditions: of the match, that are left to ask where it is found.
    """
    entry, choices = taken.entry, taken.topology.implementation
    rule = entry.rule
    split = shared.split(tuple(weighted.backend.weight for weighted in rule.backends))
    frames, remarks = _framed(taken, split, shared)
    changes = tuple(
        tuple(_changes((*rule.filters, *weighted.filters), choices, shared)) for weighted in rule.backends
    )
    first = changes[0][0] if len(set(changes)) == 1 and len(changes[0]) == 1 else None
    edit = first if isinstance(first, Edit) and first.add is None else None
    common = Common(
        frames=frames,
        rule=entry.key.rule,
        match=entry.key.match,
        name=rule.spec.name,
        named=shown_hostname(entry.hostname) is not None,
        conditions=conditions,
        gone=None if edit is None else edit.gone,
        changes=changes if any(changes) and edit is None else (),
        prefix=prefix_of(entry.match) if any(changes) and edit is None else None,
        implementation=choices,
    )
    return Rule(
        common=shared.one(common),
        listener=taken.listener,
        route=ObjectKey(*entry.key.route),
        namespace=shared.one(entry.key.route.namespace),
        hostname=shown_hostname(entry.hostname),
        put=() if edit is None else edit.put,
        left_out=remarks[0],
        remarks=remarks if len(set(remarks)) > 1 else (),
    )


def _framed(taken: Taken, split: Split, shared: Shared) -> tuple[Frames, Remarks]:
    """The answers by what the draw falls on, and what is left out of each; found again for rules alike."""
    grounds = _grounds(taken)
    found = None if grounds is None else shared.frames.get(grounds)
    if found is None:
        decisions = [
            None if draw is None else answer(structs.replace(taken, draw=draw))[0] for draw in split.draws
        ]
        namespace = taken.entry.key.route.namespace
        frames = shared.one(
            Frames(
                split if len(split.draws) > 1 else None,
                tuple(None if each is None else frame_of(each, namespace, shared) for each in decisions),
            )
        )
        found = (
            frames,
            shared.one(tuple(() if each is None else shared.one(each.not_modelled) for each in decisions)),
        )
        if grounds is not None:
            shared.frames[grounds] = found
    return found


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
        route.namespace,
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


def frame_of(decision: Decision, namespace: str, shared: Shared) -> Frame:
    """
    What of a decision holds for every request, and for rules that are alike.

    Args:
        namespace: of the route.
    """
    return shared.one(
        Frame(
            decision.action,
            shared.one(decision.reason),
            decision.status,
            shared.one(tuple(_part(choice, namespace, shared) for choice in decision.backends)),
            decision.chosen_index,
            decision.response,
            decision.timeouts,
            decision.retry,
            decision.session_persistence,
        )
    )


def _part(choice: BackendChoice, namespace: str, shared: Shared) -> Part:
    return shared.one(
        Part(
            shared.one(choice.kind),
            None if choice.namespace == namespace else shared.one(choice.namespace),
            shared.one(choice.name),
            choice.port,
            choice.weight,
            shared.one(choice.share),
            choice.status,
            choice.reason,
            None if choice.request is None else choice.request.scheme,
            shared.one(choice.response_headers),
            choice.tls,
            choice.app_protocol,
            shared.one(choice.address.path),
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
