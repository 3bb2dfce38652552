"""What of a rule takes effect beside the split: timeouts, retries, sessions, authorisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gwsim.addresses import ObjectKey
from gwsim.binding.referring.policies import BoundPolicy, Policies
from gwsim.binding.referring.references import BoundBackend
from gwsim.binding.referring.rules import Rule, WeightedBackend
from gwsim.implementations import Implementation
from gwsim.resources.meta import canonical_duration, duration_ms
from gwsim.resources.routes import SessionPersistence
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Persistence, Retry, Timeouts


def timeouts(rule: Rule, implementation: Implementation) -> Timeouts | None:
    """
    The limits that hold for a rule; 0s sets none.

    Source:
        HTTPRouteTimeouts (GEP-1742; extended).
    """
    stated = rule.timeouts
    request = _limit(stated.request if stated else None, implementation.request_timeout_default)
    attempt = _limit(stated.backend_request if stated else None, implementation.backend_timeout_default)
    if attempt and rule.retry is None and implementation.backend_timeout_without_retry == "whole":
        request = min((each for each in (request, attempt) if each), key=duration_ms)
    return Timeouts(request, attempt) if request or attempt else None


def _limit(stated: str | None, default: str) -> str | None:
    duration = stated if stated is not None else default
    return None if duration == "none" or not duration_ms(duration) else canonical_duration(duration)


def retry(rule: Rule, implementation: Implementation) -> Retry | None:
    """
    When a failed attempt is made again.

    Source:
        HTTPRouteRetry (GEP-1731; experimental).
    """
    stated = rule.retry
    if stated is None:
        return None
    attempts = stated.attempts if stated.attempts is not None else int(implementation.retry_default_attempts)
    backoff = canonical_duration(stated.backoff or implementation.retry_default_backoff)
    return Retry(stated.codes, attempts, backoff)


def persistence(
    rule: Rule,
    chosen: BoundBackend | None,
    backends: Sequence[WeightedBackend],
    policies: Policies,
    implementation: Implementation,
) -> Persistence | None:
    """
    How a client is kept with its endpoint; the rule's own configuration comes before a policy's.

    Args:
        chosen: the backend that the draw fell on.

    Source:
        SessionPersistence (GEP-1619; experimental).
    """
    if rule.session_persistence is not None:
        return _persistence(rule.session_persistence)
    bound = [(weighted.backend, _policy(weighted.backend, policies)) for weighted in backends]
    stated = [policy for _, policy in bound if policy is not None]
    match implementation.session_persistence_partial_split:
        case "perBackend":
            own = next((policy for backend, policy in bound if backend is chosen), None)
        case "all":
            own = next(iter(stated), None)
        case "none":
            own = stated[0] if stated and len(stated) == len(bound) else None
    return None if own is None else _persistence(own)


def _policy(backend: BoundBackend, policies: Policies) -> SessionPersistence | None:
    target = backend.target
    policy = policies.traffic_for(target.kind, target.namespace, target.name)
    if policy is None:
        return None
    from gwsim.resources.policies import XBackendTrafficPolicy

    assert isinstance(policy.resource, XBackendTrafficPolicy)
    return policy.resource.spec.session_persistence


def _persistence(stated: SessionPersistence) -> Persistence:
    lifetime = stated.cookie_config.lifetime_type if stated.cookie_config else "Session"
    timeout = None if stated.absolute_timeout is None else canonical_duration(stated.absolute_timeout)
    kept = lifetime if stated.type == "Cookie" else None
    return Persistence(stated.type, stated.session_name, timeout, kept)


def _limits_retries(policy: BoundPolicy | None) -> bool:
    if policy is None:
        return False
    from gwsim.resources.policies import XBackendTrafficPolicy

    assert isinstance(policy.resource, XBackendTrafficPolicy)
    return policy.resource.spec.retry_constraint is not None


def left_out(
    targets: Sequence[ObjectKey],
    backend: BoundBackend | None,
    snapshot: Snapshot,
    policies: Policies,
    *,
    sticky: bool = False,
) -> Iterator[str]:
    """
    Name what bears on an answer and is not part of the simulation.

    Args:
        targets: what vendors' policies may target.
        backend: the one that the draw fell on.
        sticky: whether session persistence holds for it.
    """
    if backend is not None:
        target = backend.target
        targets = (*targets, target)
        known = (target.namespace, target.name) in snapshot.ready_services
        if backend.failure is None and target.kind == "Service" and not known:
            yield (
                f"endpoint readiness: no EndpointSlice of {target} is in the input; "
                "it is taken to have a ready endpoint"
            )
        if sticky:
            yield (
                "session persistence: a request that carries a session goes to that session's endpoint, "
                "whatever the weights; this one is taken to carry none"
            )
        if _limits_retries(policies.traffic_for(target.kind, target.namespace, target.name)):
            yield f"retryConstraint of a policy for {target}: one request cannot show a limit over many"
    for target in targets:
        for foreign in snapshot.foreign_policies.get(target, ()):
            yield f"{foreign} ({foreign.group}) targets {target}: gwsim does not know what it does"
