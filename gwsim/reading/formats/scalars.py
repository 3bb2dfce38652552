"""What a plain YAML scalar means to the API server's clients: the rules of go-yaml v2."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

MAX_REMEMBERED = 100_000
"""Scalars that `PlainScalars` keeps; a large cluster has fewer different ones."""

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_POINT_FLOAT = re.compile(r"\.[0-9](?:_?[0-9])*+(?:[eE][-+]?[0-9](?:_?[0-9])*+)?")
_BASES = {"hex": 16, "bin": 2, "oct": 8}
MIN_INT64, MAX_INT64, _MAX_UINT64 = -(2**63), 2**63 - 1, 2**64 - 1


def resolve(text: str) -> Scalar:
    """
    Read a scalar that is written without quotes and without a tag.

    Times, dates and sexagesimals are strings. A number that no JSON can hold is NaN or infinite: the caller
    refuses it. Keys and values differ by `whole`, which is left to the caller as well.

    Source:
        resolve.go of sigs.k8s.io/yaml/goyaml.v2.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-0123456789":
        return _number(text)
    if text[0] == "." and _POINT_FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _number(text: str) -> str | int | float:
    digits = text.replace("_", "")
    match = _INTEGER.fullmatch(digits)
    integer = _integer(match) if match else None
    if integer is not None and MIN_INT64 <= integer <= MAX_INT64:
        return integer
    if integer is not None and integer <= _MAX_UINT64 and digits[0] not in "+-":
        return integer
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        if math.isfinite(number):
            return number
    if match is None or match["sign"]:
        return text
    return _as_float(integer)


def _integer(match: re.Match[str]) -> int | None:
    """Give the value, or None where it has far more digits than 64 bits need."""
    kind = match.lastgroup
    assert kind is not None
    digits = match[kind]
    if len(digits) > 300:
        return None
    value = int(digits, _BASES.get(kind, 10))
    return -value if match["sign"] == "-" else value


def _as_float(integer: int | None) -> float:
    """Give the number that the API server makes of an integer beyond 64 bits."""
    try:
        return math.inf if integer is None else float(integer)
    except OverflowError:
        return math.inf


def whole(value: Scalar) -> Scalar:
    """Give a number without a fraction as an integer: in JSON, which is what is sent, it looks like one."""
    if isinstance(value, float) and value.is_integer() and MIN_INT64 <= value <= MAX_INT64:
        return int(value)
    return value


class Unusual(Exception):  # noqa: N818 - no error: something that the careful reader can read
    """An infinite number; or a document with anchors, tags, merges, odd or duplicate keys, or great depth."""


class PlainScalars(dict[str, Scalar]):
    """
    The meaning of each plain scalar met so far: manifests say the same few things again and again.

    Raises:
        Unusual: for a number that no JSON can hold.
    """

    def __missing__(self, text: str) -> Scalar:
        value = whole(resolve(text))
        if isinstance(value, float) and not math.isfinite(value):
            raise Unusual
        if len(self) < MAX_REMEMBERED and len(text) < 100:
            self[text] = value
        return value
