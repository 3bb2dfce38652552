"""Plain values written as YAML on one line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from gwsim.reading.formats.scalars import resolve

_PLAIN = re.compile(r"[A-Za-z0-9/.*](?:[A-Za-z0-9_./*#-]*[A-Za-z0-9_./*-])?")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def flow_text(value: object) -> str:
    r"""
    Write a value so that it can stand anywhere in a YAML file, and is read as the same value.

    >>> flow_text({"action": "forward", "status": None, "share": "9/10", "route": "yes", "path": "a: b\n"})
    '{action: forward, status: null, share: 9/10, route: "yes", path: "a: b\\n"}'
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value if _is_plain(value) else quoted(value)
        case float() if not math.isfinite(value):
            raise ValueError(f"expected a number that JSON can hold, found {value}")
        case int() | float():
            return repr(value)
        case Mapping():
            return (
                "{"
                + ", ".join(f"{flow_text(str(key))}: {flow_text(item)}" for key, item in value.items())
                + "}"
            )
        case list() | tuple():
            return "[" + ", ".join(map(flow_text, value)) + "]"
        case _:
            raise TypeError(f"expected plain data, found {type(value).__name__}")


def quoted(text: str, quote: str = '"') -> str:
    """
    Write a text in quotes.

    Args:
        quote: the kind that is preferred; single ones cannot hold every text.
    """
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and not text.startswith("*") and resolve(text) == text
