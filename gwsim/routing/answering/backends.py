"""From the winning rule to the answer: filters, the split, the backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import msgspec
from msgspec import structs

from gwsim.addresses import ObjectKey
from gwsim.binding import policy_clauses
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import BoundFilter, WeightedBackend
from gwsim.binding.topology import Topology
from gwsim.routing import clauses
from gwsim.routing.answering import effects
from gwsim.routing.answering.filtered import Filtered, Mirrored
from gwsim.routing.decision import (
    NO_EDITS,
    Action,
    BackendChoice,
    BackendTLS,
    ChosenListener,
    ChosenRule,
    Decision,
    ExternalAuth,
    ForwardedRequest,
    GatewayResponse,
    HeaderEdits,
    Mirror,
)
from gwsim.routing.reaching.matching import Seen, prefix_of
from gwsim.routing.request import Headers, Request
from gwsim.routing.table import Entry, shown_hostname
from gwsim.trace import Step, check

STREAMS = frozenset({"TLSRoute", "TCPRoute", "UDPRoute"})
"""Kinds of routes that pass connections or datagrams on, whose failures are refusals."""


class Taken(msgspec.Struct, frozen=True):
    """A request that a rule took."""

    entry: Entry
    seen: Seen
    listener: ChosenListener | None
    """None in a mesh."""
    port: int
    """The listener's; in a mesh the Service's."""
    gateway: BoundGateway | None
    passthrough: bool
    """Whether the backend itself ends TLS."""
    draw: float
    topology: Topology

    @property
    def request(self) -> Request:
        """The request, with its host filled in."""
        return self.seen.request

    @property
    def streams(self) -> bool:
        """Whether a connection is passed on, rather than a request."""
        return self.entry.key.route.kind in STREAMS


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


def exact_draw(draw: float) -> Fraction:
    """A draw as the decimal number that a person wrote: 0.7 is seven tenths."""
    return Fraction(repr(draw))


def choose(fractions: Sequence[Fraction], draw: float) -> int | None:
    """
    The first index whose cumulative share exceeds the draw; None when there is nothing to choose.

    Args:
        draw: in [0, 1), taken as the decimal number that it is written as.

    >>> choose(shares([7, 3]), 0.7)
    1
    """
    reached, exact = Fraction(0), exact_draw(draw)
    for index, fraction in enumerate(fractions):
        reached += fraction
        if exact < reached:
            return index
    return None


def answer(taken: Taken) -> tuple[Decision, tuple[Step, ...]]:
    """Run the winning rule: what becomes of the request, and the steps that led there."""
    entry = taken.entry
    state = _filtered(entry.rule.filters, _arrived(taken))
    if state.answer is not None:
        steps = (*state.steps, *_mirror_steps(taken, state.mirrors))
        return _with_answer(_base(taken, state), state, state.answer), steps
    if not entry.rule.backends:
        step = check(
            clauses.BACKENDS_GIVEN, entry.rule.address, False, expected="one backendRef or more", actual=0
        )
        return _fails(taken, _base(taken, state), 500, "NoBackends"), (*state.steps, step)
    return _split(taken, state)


def _arrived(taken: Taken) -> Filtered:
    request = taken.request
    return Filtered(
        request=ForwardedRequest(
            request.method,
            "https" if request.protocol == "HTTPS" else "http",
            request.host or "",
            taken.seen.passed_on,
            (*request.headers, *_forwarded_headers(taken)),
        ),
        listener_port=taken.port,
        prefix=prefix_of(taken.entry.match),
        implementation=taken.topology.implementation,
    )


def _filtered(filters: Sequence[BoundFilter], state: Filtered) -> Filtered:
    if not filters:
        return state
    from gwsim.routing.answering.filtering import apply_filters

    return apply_filters(filters, state)


def _forwarded_headers(taken: Taken) -> Headers:
    request, choice = taken.request, taken.topology.implementation.forwarded_headers
    if choice == "none":
        return ()
    source = request.source.address if request.source else None
    client = (("X-Forwarded-For", source),) if source else ()
    if choice == "xff":
        return client
    return (
        *client,
        ("X-Forwarded-Proto", request.protocol.lower()),
        ("X-Forwarded-Host", request.host or ""),
        ("X-Forwarded-Port", str(taken.port)),
    )


def _split(taken: Taken, state: Filtered) -> tuple[Decision, tuple[Step, ...]]:
    rule = taken.entry.rule
    fractions = shares([weighted.backend.weight for weighted in rule.backends])
    states = [_filtered(weighted.filters, structs.replace(state, steps=())) for weighted in rule.backends]
    choices = tuple(
        _choice(taken, weighted, fraction, after)
        for weighted, fraction, after in zip(rule.backends, fractions, states, strict=True)
    )
    index = choose(fractions, taken.draw)
    refs = rule.address.at("backendRefs")
    steps = (
        *state.steps,
        check(clauses.BACKENDS_GIVEN, refs, True, actual=len(choices)),
        check(
            clauses.BACKENDS_WEIGHTS,
            refs,
            index is not None,
            expected=tuple(map(str, choices)),
            actual=tuple(str(choice.share) for choice in choices),
        ),
    )
    base = structs.replace(_base(taken, state), backends=choices)
    if index is None:
        status = int(taken.topology.implementation.zero_weights)
        return _fails(taken, base, status, "ZeroWeights"), steps
    chosen, after = choices[index], states[index]
    backend = rule.backends[index].backend
    decision = _chose(taken, structs.replace(base, chosen_index=index), backend, after)
    steps = (
        *steps,
        *after.steps,
        *_mirror_steps(taken, after.mirrors),
        *_backend_steps(taken, backend, chosen, after),
    )
    if after.answer is not None and backend.failure is None:
        return _with_answer(decision, after, after.answer), steps
    if chosen.status is not None:
        return _fails(taken, decision, chosen.status, chosen.reason or "BackendNotFound"), steps
    return decision, steps


def _mirror_steps(taken: Taken, mirrors: Sequence[Mirrored]) -> Iterator[Step]:
    for each in mirrors:
        copied = exact_draw(taken.draw) < each.fraction
        target = None if each.bound.backend is None else str(each.bound.backend.target)
        yield check(
            clauses.FILTER_MIRROR, each.bound.address, copied, expected=str(each.fraction), actual=target
        )


def _backend_steps(
    taken: Taken, backend: BoundBackend, chosen: BackendChoice, after: Filtered
) -> Iterator[Step]:
    usable = chosen.status is None or after.answer is not None
    yield check(
        clauses.BACKEND_CHOSEN,
        backend.address,
        usable,
        expected=str(chosen.share),
        actual=str(chosen),
        children=(backend.trace,),
    )
    if backend.security is not None and not taken.passthrough:
        security, trust = backend.security, backend.security.trust
        steps = (None if trust is None else trust.step, security.client_step)
        children = tuple(step for step in steps if step is not None)
        met, policy = security.can_be_met, security.name
        yield check(policy_clauses.BACKEND_TLS, backend.address, met, actual=policy, children=children)
    yield check(clauses.BACKEND_ENDPOINTS, backend.address, backend.has_ready_endpoint, actual=str(chosen))


def _base(taken: Taken, state: Filtered) -> Decision:
    entry, rule, topology = taken.entry, taken.entry.rule.spec, taken.topology
    targets = [entry.key.route, *([taken.gateway.key] if taken.gateway else [])]
    return Decision(
        id=taken.request.id,
        action=Action.FORWARD,
        reason="RuleMatched",
        listener=taken.listener,
        route=ChosenRule(entry.key, rule.name, shown_hostname(entry.hostname)),
        mirrors=_mirrors(taken, state.mirrors, None),
        timeouts=effects.timeouts(rule, topology.implementation),
        retry=effects.retry(rule, topology.implementation),
        session_persistence=effects.persistence(
            rule, None, entry.rule.backends, topology.policies, topology.implementation
        ),
        external_auth=_external_auth(taken, state),
        cors=state.cors,
        not_modelled=(
            *state.not_modelled,
            *effects.left_out(targets, None, topology.snapshot, topology.policies),
        ),
    )


def _chose(taken: Taken, decision: Decision, backend: BoundBackend, after: Filtered) -> Decision:
    """What the draw's backend adds to the decision."""
    topology, rule = taken.topology, taken.entry.rule
    targets: list[ObjectKey] = [taken.entry.key.route, *([taken.gateway.key] if taken.gateway else [])]
    final = after.request if topology.implementation.mirror_sees == "final" else None
    session = effects.persistence(
        rule.spec, backend, rule.backends, topology.policies, topology.implementation
    )
    return structs.replace(
        decision,
        mirrors=_mirrors(taken, after.mirrors, final),
        cors=after.cors,
        external_auth=_external_auth(taken, after),
        session_persistence=session,
        not_modelled=(
            *after.not_modelled,
            *effects.left_out(
                targets, backend, topology.snapshot, topology.policies, sticky=session is not None
            ),
        ),
    )


def _fails(taken: Taken, decision: Decision, status: int, reason: str) -> Decision:
    """What the gateway does where no backend gets the request: an error, or for connections a refusal."""
    if taken.streams:
        return structs.replace(decision, action=Action.REFUSE, reason=reason)
    return structs.replace(decision, action=Action.RESPOND, reason=reason, status=status)


def _with_answer(decision: Decision, state: Filtered, response: GatewayResponse) -> Decision:
    redirect = any(name == "location" for name, _ in response.headers)
    shown = redirect or response.headers or state.answer_reason == "CORSPreflight"
    return structs.replace(
        decision,
        action=Action.REDIRECT if redirect else Action.RESPOND,
        reason=state.answer_reason or "InvalidFilter",
        status=response.status,
        response=response if shown else None,
    )


def _choice(taken: Taken, weighted: WeightedBackend, fraction: Fraction, after: Filtered) -> BackendChoice:
    backend = weighted.backend
    status: int | None = None
    reason: str | None = None
    if backend.failure is not None:
        from gwsim.binding.reporting.conditions import reason_for

        status, reason = 500, reason_for(backend.failure.clause, "ResolvedRefs")
    elif after.answer is not None:
        status, reason = after.answer.status, after.answer_reason
    elif backend.security is not None and not taken.passthrough and not backend.security.can_be_met:
        status, reason = 500, "InvalidBackendTLSPolicy"
    elif not backend.has_ready_endpoint:
        status, reason = int(taken.topology.implementation.no_endpoints), "NoEndpoints"
    request = after.request if taken.request.protocol in ("HTTP", "HTTPS") else None
    return _backend_choice(
        taken, backend, fraction, request, after.response_edits, status=status, reason=reason
    )


def _backend_choice(
    taken: Taken,
    backend: BoundBackend,
    fraction: Fraction,
    request: ForwardedRequest | None,
    edits: HeaderEdits,
    *,
    status: int | None = None,
    reason: str | None = None,
) -> BackendChoice:
    tls = None if status is not None else _tls(taken, backend)
    if request is not None:
        request = structs.replace(request, scheme="https" if tls is not None or taken.passthrough else "http")
    return BackendChoice(
        kind=backend.target.kind,
        namespace=backend.target.namespace,
        name=backend.target.name,
        port=backend.port,
        weight=backend.weight,
        share=fraction,
        status=status,
        reason=reason,
        request=None if status is not None else request,
        response_headers=edits,
        tls=tls,
        app_protocol=backend.app_protocol,
        address=backend.address,
    )


def _tls(taken: Taken, backend: BoundBackend) -> BackendTLS | None:
    """How TLS is spoken to a backend (BackendTLSPolicy, GEP-1897; client certificate, GEP-3155)."""
    security = backend.security
    if security is None or taken.passthrough or security.trust is None or not security.trust.usable:
        return None
    validation = security.trust.validation
    names = (each.hostname or each.uri or "" for each in validation.subject_alt_names)
    return BackendTLS(
        sni=validation.hostname,
        hostname=validation.hostname,
        subject_alt_names=tuple(names),
        ca_certificates=security.trust.authorities,
        client_certificate=security.client_certificate or _gateway_certificate(taken.gateway),
        policy=security.name,
    )


def _gateway_certificate(gateway: BoundGateway | None) -> str | None:
    if gateway is None or gateway.client_certificate is None or not gateway.client_certificate.selected:
        return None
    tls = gateway.resource.spec.tls
    ref = tls.backend.client_certificate_ref if tls and tls.backend else None
    return None if ref is None else f"{ref.namespace or gateway.key.namespace}/{ref.name}"


def _mirrors(taken: Taken, mirrors: Sequence[Mirrored], final: ForwardedRequest | None) -> tuple[Mirror, ...]:
    found = []
    for mirrored in mirrors:
        assert mirrored.bound.backend is not None
        request = final or mirrored.request
        choice = _backend_choice(taken, mirrored.bound.backend, mirrored.fraction, request, NO_EDITS)
        found.append(Mirror(choice, chosen=exact_draw(taken.draw) < mirrored.fraction))
    return tuple(found)


def _external_auth(taken: Taken, state: Filtered) -> ExternalAuth | None:
    if state.auth is None or state.auth.backend is None or state.auth.spec.external_auth is None:
        return None
    spec = state.auth.spec.external_auth
    http, grpc = spec.http, spec.grpc
    return ExternalAuth(
        protocol=spec.protocol,
        backend=_backend_choice(taken, state.auth.backend, Fraction(1), state.request, NO_EDITS),
        path=http.path if http else None,
        allowed_headers=http.allowed_headers if http else grpc.allowed_headers if grpc else (),
        allowed_response_headers=http.allowed_response_headers if http else (),
        forward_body_max_size=spec.forward_body.max_size if spec.forward_body else None,
    )
