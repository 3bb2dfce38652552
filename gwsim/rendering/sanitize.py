"""Text from manifests and requests, made safe to print to a terminal."""

from __future__ import annotations

import re

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INVISIBLE = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
"""Marks and letters without a glyph, which `str.isprintable` lets pass."""
_OBEYED = "[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def safe(text: str) -> str:
    r"""
    Show what a terminal would obey or hide as escapes, and leave all other text as it is.

    Control characters, terminal escapes, bidirectional overrides and isolates, zero-width and other invisible
    characters, line breaks and tabs included: the result is one line. It is for reading; a backslash of the
    text itself is not doubled.

    >>> safe("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable() and (text.isascii() or not re.search(_INVISIBLE, text)):
        return text
    return "".join(map(_shown, text))


def inert_json(text: bytes) -> bytes:
    """JSON in which what a terminal obeys, controls and overrides of direction, is written as escapes."""
    if text.isascii():
        return text
    return re.sub(_OBEYED, lambda found: f"\\u{ord(found[0]):04x}", text.decode()).encode()


def _shown(character: str) -> str:
    if character.isprintable() and not re.match(_INVISIBLE, character):
        return character
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _NAMED.get(character) or (f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}")
