"""What takes effect on a request beside its way, in words."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import fact
from gwsim.routing.decision import Decision


def effects(decision: Decision) -> tuple[str, ...]:
    """Say what mirrors, timeouts, retries and the like there are, a line each, fit for a terminal."""
    return (*_mirrors(decision), *_policies(decision))


def _mirrors(decision: Decision) -> Iterator[str]:
    for mirror in decision.mirrors:
        copied = "copied" if mirror.chosen else "not copied this time"
        yield f"mirror {safe(str(mirror.backend))}: {mirror.backend.share} of requests, {copied}"


def _policies(decision: Decision) -> Iterator[str]:
    timeouts, retry, persistence = decision.timeouts, decision.retry, decision.session_persistence
    if timeouts is not None:
        if timeouts.request is not None:
            yield f"timeout of the request: {timeouts.request}"
        if timeouts.backend_request is not None:
            yield f"timeout of one attempt at a backend: {timeouts.backend_request}"
    if retry is not None:
        codes = ", ".join(map(str, retry.codes)) or "connection errors alone"
        attempts = (
            "as many times as the implementation likes"
            if retry.attempts is None
            else f"{retry.attempts} times"
        )
        yield f"retry on {codes}: {attempts}" + (f", after {retry.backoff} or more" if retry.backoff else "")
    if persistence is not None:
        kind = persistence.type.lower()
        yield f"session persistence by {kind}: a client stays with its endpoint, whatever the weights"
    if decision.external_auth is not None:
        yield f"external authorisation by {safe(str(decision.external_auth.backend))}, taken to allow"
    if decision.cors is not None:
        allowed = "allowed" if decision.cors.origin_allowed else "not allowed"
        yield f"CORS origin {fact(decision.cors.origin)}: {allowed}"
