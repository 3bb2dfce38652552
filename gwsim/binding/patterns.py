"""Regular expressions, in the dialect and with the anchors of an implementation."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from gwsim.implementations import Implementation

Test: TypeAlias = Callable[[str], bool]


def pattern_test(pattern: str, implementation: Implementation) -> Test | None:
    """
    Compile a pattern into a test of a text.

    RE2 and Go share a syntax. What PCRE has beyond it (look-around, back-references) runs in linear time
    in no engine, so such a pattern counts as one that does not compile.

    Returns:
        The test; None for a pattern that the dialect does not take.
    """
    return _compile(pattern, implementation.regex_anchor)


@lru_cache(maxsize=65536)
def _compile(pattern: str, anchor: str) -> Test | None:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return None
    method = {"full": compiled.fullmatch, "start": compiled.match, "none": compiled.search}[anchor]
    return lambda text: method(text) is not None
