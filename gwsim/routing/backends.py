"""From the winning rule to the answer: filters, the split, the backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gwsim.addresses import ObjectKey
from gwsim.binding.conditions import reason_for
from gwsim.binding.references import BoundBackend
from gwsim.binding.rules import WeightedBackend
from gwsim.implementations import Implementation
from gwsim.resources.cluster import EndpointSlice
from gwsim.resources.meta import canonical_duration, duration_ms
from gwsim.resources.routes import HTTPRouteRule
from gwsim.resources.snapshot import Snapshot
from gwsim.routing import clauses
from gwsim.routing.decision import (
    NO_EDITS,
    Action,
    BackendChoice,
    ChosenListener,
    ChosenRule,
    Decision,
    ExternalAuth,
    ForwardedRequest,
    GatewayResponse,
    HeaderEdits,
    Mirror,
    Persistence,
    Retry,
    Timeouts,
)
from gwsim.routing.filtering import Filtered, Mirrored, apply_filters
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, shown_hostname
from gwsim.trace import Step, check


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that a rule took."""

    entry: Entry
    request: Request
    """With its host filled in."""
    listener: ChosenListener
    draw: float
    snapshot: Snapshot
    implementation: Implementation


def shares(weights: Sequence[int]) -> tuple[Fraction, ...]:
    """
    Each backend's part of the traffic, exact; all 0 when every weight is 0.

    >>> [str(share) for share in shares([9, 1])]
    ['9/10', '1/10']

    Source:
        HTTPBackendRef.weight (core).
    """
    total = sum(weights)
    return tuple(Fraction(weight, total) if total else Fraction(0) for weight in weights)


def choose(fractions: Sequence[Fraction], draw: float) -> int | None:
    """The first index whose cumulative share exceeds the draw; None when there is nothing to choose."""
    reached, exact = Fraction(0), Fraction(draw)
    for index, fraction in enumerate(fractions):
        reached += fraction
        if exact < reached:
            return index
    return None


def answer(taken: Taken) -> tuple[Decision, tuple[Step, ...]]:
    """Run the winning rule: what becomes of the request, and the steps that led there."""
    entry, request = taken.entry, taken.request
    match = entry.match.path
    state = apply_filters(
        entry.rule.filters,
        Filtered(
            request=ForwardedRequest(
                request.method,
                "https" if request.protocol == "HTTPS" else "http",
                request.host or "",
                request.path,
                request.headers,
            ),
            listener_port=taken.listener.port,
            prefix=match.value if match.type == "PathPrefix" else None,
        ),
    )
    if state.answer is not None:
        return _answered(taken, state, state.answer), state.steps
    if not entry.rule.backends:
        step = check(
            clauses.BACKENDS_GIVEN, entry.rule.address, False, expected="one backendRef or more", actual=0
        )
        return replace(_base(taken, state), action=Action.RESPOND, reason="NoBackends", status=500), (
            *state.steps,
            step,
        )
    return _split(taken, state)


def _split(taken: Taken, state: Filtered) -> tuple[Decision, tuple[Step, ...]]:
    rule = taken.entry.rule
    fractions = shares([weighted.backend.weight for weighted in rule.backends])
    states = [apply_filters(weighted.filters, replace(state, steps=())) for weighted in rule.backends]
    choices = tuple(
        _choice(taken, weighted, fraction, after)
        for weighted, fraction, after in zip(rule.backends, fractions, states, strict=True)
    )
    index = choose(fractions, taken.draw)
    refs = rule.address.at("backendRefs")
    steps = [
        *state.steps,
        check(clauses.BACKENDS_GIVEN, refs, True, actual=len(choices)),
        check(
            clauses.BACKENDS_WEIGHTS,
            refs,
            index is not None,
            expected=tuple(str(choice) for choice in choices),
            actual=tuple(str(choice.share) for choice in choices),
        ),
    ]
    base = replace(_base(taken, state), backends=choices)
    if index is None:
        status = taken.implementation.zero_weights_status
        return replace(base, action=Action.RESPOND, reason="ZeroWeights", status=status), tuple(steps)
    weighted, after, chosen = rule.backends[index], states[index], choices[index]
    usable = chosen.status is None or after.answer is not None
    steps += [
        *after.steps,
        check(
            clauses.BACKEND_CHOSEN,
            weighted.backend.address,
            usable,
            expected=str(chosen.share),
            actual=str(chosen),
            children=(weighted.backend.trace,),
        ),
        check(
            clauses.BACKEND_ENDPOINTS,
            weighted.backend.address,
            weighted.backend.has_ready_endpoint,
            actual=str(chosen),
        ),
    ]
    decision = replace(
        base,
        chosen_index=index,
        mirrors=tuple(_mirror(taken, mirrored) for mirrored in after.mirrors),
        cors=after.cors,
        external_auth=_external_auth(after),
        not_modelled=(*after.not_modelled, *_left_out(taken, weighted.backend)),
    )
    if after.answer is not None and weighted.backend.failure is None:
        return replace(_with_answer(decision, after, after.answer), chosen_index=index), tuple(steps)
    if chosen.status is not None:
        return replace(
            decision, action=Action.RESPOND, reason=chosen.reason or "BackendNotFound", status=chosen.status
        ), tuple(steps)
    return replace(decision, action=Action.FORWARD, reason="RuleMatched"), tuple(steps)


def _base(taken: Taken, state: Filtered) -> Decision:
    entry, spec = taken.entry, taken.entry.rule.spec
    return Decision(
        id=taken.request.id,
        action=Action.FORWARD,
        reason="RuleMatched",
        listener=taken.listener,
        route=ChosenRule(entry.key, spec.name, shown_hostname(entry.hostname)),
        mirrors=tuple(_mirror(taken, mirrored) for mirrored in state.mirrors),
        timeouts=_timeouts(spec),
        retry=_retry(spec),
        session_persistence=_persistence(spec),
        external_auth=_external_auth(state),
        cors=state.cors,
        not_modelled=(*state.not_modelled, *_left_out(taken, None)),
    )


def _answered(taken: Taken, state: Filtered, response: GatewayResponse) -> Decision:
    return _with_answer(_base(taken, state), state, response)


def _with_answer(decision: Decision, state: Filtered, response: GatewayResponse) -> Decision:
    redirect = any(name == "location" for name, _ in response.headers)
    return replace(
        decision,
        action=Action.REDIRECT if redirect else Action.RESPOND,
        reason=state.answer_reason or "InvalidFilter",
        status=response.status,
        response=response if redirect or response.headers or state.answer_reason == "CORSPreflight" else None,
    )


def _choice(taken: Taken, weighted: WeightedBackend, fraction: Fraction, after: Filtered) -> BackendChoice:
    backend = weighted.backend
    status: int | None = None
    reason: str | None = None
    if backend.failure is not None:
        status, reason = 500, reason_for(backend.failure.clause, "ResolvedRefs")
    elif after.answer is not None:
        status, reason = after.answer.status, after.answer_reason
    elif not backend.has_ready_endpoint:
        status, reason = taken.implementation.no_endpoints_status, "NoEndpoints"
    return _backend_choice(
        backend, fraction, after.request, after.response_edits, status=status, reason=reason
    )


def _backend_choice(
    backend: BoundBackend,
    fraction: Fraction,
    request: ForwardedRequest,
    edits: HeaderEdits,
    *,
    status: int | None = None,
    reason: str | None = None,
) -> BackendChoice:
    return BackendChoice(
        kind=backend.target.kind,
        namespace=backend.target.namespace,
        name=backend.target.name,
        port=backend.port,
        weight=backend.weight,
        share=fraction,
        status=status,
        reason=reason,
        request=None if status is not None else replace(request, scheme="http"),
        response_headers=edits,
        tls=None,
        app_protocol=backend.app_protocol,
        address=backend.address,
    )


def _mirror(taken: Taken, mirrored: Mirrored) -> Mirror:
    assert mirrored.bound.backend is not None
    choice = _backend_choice(mirrored.bound.backend, mirrored.fraction, mirrored.request, NO_EDITS)
    return Mirror(choice, chosen=Fraction(taken.draw) < mirrored.fraction)


def _external_auth(state: Filtered) -> ExternalAuth | None:
    if state.auth is None or state.auth.backend is None or state.auth.spec.external_auth is None:
        return None
    spec, http, grpc = state.auth.spec.external_auth, state.auth.spec.external_auth.http, None
    grpc = spec.grpc
    allowed = http.allowed_headers if http else grpc.allowed_headers if grpc else ()
    return ExternalAuth(
        protocol=spec.protocol,
        backend=_backend_choice(state.auth.backend, Fraction(1), state.request, NO_EDITS),
        path=http.path if http else None,
        allowed_headers=allowed,
        allowed_response_headers=http.allowed_response_headers if http else (),
        forward_body_max_size=spec.forward_body.max_size if spec.forward_body else None,
    )


def _timeouts(rule: HTTPRouteRule) -> Timeouts | None:
    """The limits that a rule sets; 0s sets none."""
    stated = rule.timeouts
    request = _limit(stated.request if stated else None)
    backend_request = _limit(stated.backend_request if stated else None)
    return Timeouts(request, backend_request) if request or backend_request else None


def _limit(duration: str | None) -> str | None:
    return canonical_duration(duration) if duration is not None and duration_ms(duration) else None


def _retry(rule: HTTPRouteRule) -> Retry | None:
    stated = rule.retry
    if stated is None:
        return None
    backoff = None if stated.backoff is None else canonical_duration(stated.backoff)
    return Retry(stated.codes, stated.attempts, backoff)


def _persistence(rule: HTTPRouteRule) -> Persistence | None:
    stated = rule.session_persistence
    if stated is None:
        return None
    cookie = stated.type == "Cookie"
    lifetime = stated.cookie_config.lifetime_type if stated.cookie_config else "Session"
    timeout = None if stated.absolute_timeout is None else canonical_duration(stated.absolute_timeout)
    return Persistence(stated.type, stated.session_name, timeout, lifetime if cookie else None)


def _left_out(taken: Taken, backend: BoundBackend | None) -> Iterator[str]:
    """Name what bears on the answer and is not part of the simulation; for a backend, what is its own."""
    snapshot = taken.snapshot
    if backend is None:
        gateway = taken.listener.key.parent
        targets = [gateway, taken.entry.key.route]
    else:
        targets = [ObjectKey("", "Service", backend.target.namespace, backend.target.name)]
        known = (backend.target.namespace, backend.target.name) in snapshot.ready_services
        if not known and backend.failure is None:
            yield (
                f"endpoint readiness: no {EndpointSlice.__name__} of {backend.target} is in the input; "
                "it is taken to have a ready endpoint"
            )
    for target in targets:
        for policy in snapshot.foreign_policies.get(target, ()):
            yield f"{policy} ({policy.group}) targets {target}: gwsim does not know what it does"
