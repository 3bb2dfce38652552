"""Scalars under a tag, and scalars as keys: what only the careful reader meets."""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct

from gwsim.reading.formats.scalars import MAX_INT64, MIN_INT64, Scalar, resolve

YAML_TAG = "tag:yaml.org,2002:"

_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9:.]+([Zz]|[-+][0-9:]+)?)?")
_ESCAPED_BYTE = re.compile(r"[\udc80-\udcff]")
_MAX_FLOAT32 = 3.4028235677973366e38
"""From here on a number rounds to infinity in 32 bits."""


def resolve_tagged(tag: str, text: str) -> Scalar:
    """
    Read a scalar under a tag such as `!!int`, written in full.

    Raises:
        ValueError: with what was expected and found; the tag is unknown, or the text is not of its type.
    """
    name = tag.removeprefix(YAML_TAG) if tag.startswith(YAML_TAG) else ""
    if name == "str" or tag == "!":
        return text
    if name == "binary":
        return _binary(text)
    value = resolve(text)
    match name:
        case "bool":
            fits = isinstance(value, bool)
        case "int":
            fits = isinstance(value, int) and not isinstance(value, bool)
        case "float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "null":
            fits = value is None
        case "timestamp":
            fits, value = _TIMESTAMP.fullmatch(text) is not None, text
        case _:
            raise ValueError("expected a value without a tag, found the tag")
    if not fits:
        raise ValueError(f"expected a value of the type !!{name}, found")
    return value


def _binary(text: str) -> str:
    """Decode base64; a byte that is not UTF-8 becomes U+FFFD, as Go's JSON has it."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("expected base64 after !!binary, found") from None
    return _ESCAPED_BYTE.sub("\ufffd", data.decode("utf-8", "surrogateescape"))


def key_text(key: Scalar) -> str | None:
    """
    Write a key as the JSON object that is sent has it; None for a key that no JSON object can have.

    >>> key_text(1), key_text(True), key_text(1e36), key_text(None)
    ('1', 'true', '1e+36', None)
    """
    match key:
        case str():
            return key
        case bool():
            return "true" if key else "false"
        case int():
            return str(key) if MIN_INT64 <= key <= MAX_INT64 else None
        case float():
            return _float32_text(key)
        case None:
            return None


def _float32_text(number: float) -> str:
    """Write a number as Go's `FormatFloat(number, 'g', -1, 32)`: in the fewest digits that tell it apart."""
    if math.isnan(number):
        return ".nan"
    if abs(number) >= _MAX_FLOAT32:
        return ".inf" if number > 0 else "-.inf"
    (nearest,) = struct.unpack("f", struct.pack("f", number))
    shortest = next(
        text for text in (f"{nearest:.{digits}e}" for digits in range(17)) if _rounds_to(text, nearest)
    )
    mantissa, _, exponent = shortest.partition("e")
    if -4 <= int(exponent) < 6:
        return f"{nearest:.{max(0, len(mantissa.lstrip('-').replace('.', '')) - 1 - int(exponent))}f}"
    return shortest


def _rounds_to(text: str, nearest: float) -> bool:
    number = float(text)
    return abs(number) < _MAX_FLOAT32 and struct.pack("f", number) == struct.pack("f", nearest)
