"""What the specification leaves to implementations, as typed choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Implementation:
    """One way of reading the specification; the defaults are gwsim's."""

    name: str = "spec"
    listener_isolation: bool = True
    """Only routes of the most specific listener for a host take part (GatewayHTTPListenerIsolation)."""
    detect_misdirected: bool = True
    """Answer 421 when the connection's SNI leads to another listener than the host."""
    passes_unknown_extensions: bool = False
    """Let requests through an ExtensionRef that gwsim does not know, instead of answering 500."""
    zero_weights_status: int = 500
    """Sent when all weights of a rule are 0."""
    no_endpoints_status: int = 503
    """Sent for the share of a Service without a ready endpoint."""
    cors_no_match_status: int = 204
    """Sent to a preflight whose origin is not allowed."""


SPEC = Implementation()
"""The specification, with gwsim's defaults where it leaves room."""


@lru_cache(maxsize=65536)
def compile_regex(pattern: str) -> Callable[[str], bool] | None:
    """
    Compile an RE2 pattern into a test of a whole text.

    Returns:
        The test; None for a pattern that RE2 does not take.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        full_match = re2.compile(pattern, options).fullmatch
    except (re2.error, UnicodeEncodeError):
        return None
    return lambda text: full_match(text) is not None
