"""Regular expressions, in the dialect and with the anchors of an implementation."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from gwsim.implementations import Implementation

Test: TypeAlias = Callable[[str], bool]
_ESCAPES = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.", re.DOTALL)


def pattern_test(pattern: str, implementation: Implementation) -> Test | None:
    r"""
    Compile a pattern into a test of a text.

    RE2 and Go share a syntax, but for RE2's `\C`. There is no dialect for what PCRE has beyond it
    (look-around, back-references): no engine with bounded time runs that.

    Returns:
        The test; None for a pattern that the dialect does not take.
    """
    if implementation.regex_dialect == "go" and has_single_byte(pattern):
        return None
    return _compile(pattern, implementation.regex_anchor)


def has_single_byte(pattern: str) -> bool:
    r"""
    Whether a pattern asks for one byte of whatever character: `\C`, which RE2 has and Go has not.

    >>> has_single_byte(r"/a\C"), has_single_byte(r"\\C"), has_single_byte(r"\Q\C\E")
    (True, False, False)
    """
    return any(part[1:] == "C" for part in _ESCAPES.findall(pattern))


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
