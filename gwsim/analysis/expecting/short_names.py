"""Objects named in short: `[KIND/][NAMESPACE/]NAME[:PORT][#RULE]`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHORT_NAME = re.compile(
    r"(?:(?P<kind>[A-Z][A-Za-z]*)/)?(?:(?P<namespace>[^/:#]+)/)?(?P<name>[^/:#]+)(?::(?P<port>[0-9]+))?(?:#(?P<rule>[0-9]+))?"
)


def names_shortly(text: str, actual: Mapping[str, object]) -> bool:
    """
    Whether an object is the one that a short name means; what the name leaves out may be anything.

    >>> names_shortly("shop/cart", {"kind": "Service", "namespace": "shop", "name": "cart", "port": 80})
    True

    Args:
        actual: an object in the shape of a decision: its route, or one of its backends.
    """
    match = _SHORT_NAME.fullmatch(text)
    return match is not None and all(
        written is None or written == str(actual.get(part)) for part, written in match.groupdict().items()
    )


def short_name(actual: Mapping[str, object], like: str | None = None) -> str:
    """
    Name an object in short.

    >>> cart = {"kind": "Service", "namespace": "shop", "name": "cart", "port": 80}
    >>> short_name(cart), short_name(cart, like="web")
    ('Service/shop/cart:80', 'cart')

    Args:
        like: a short name, whose parts the new one has; None: all there are.
    """
    match = None if like is None else _SHORT_NAME.fullmatch(like)
    wanted = {part for part, written in match.groupdict().items() if written is not None} if match else None
    parts = {
        part: str(actual[part])
        for part in ("kind", "namespace", "name", "port", "rule")
        if actual.get(part) is not None and (wanted is None or part in wanted)
    }
    middle = "/".join(parts[part] for part in ("kind", "namespace", "name") if part in parts)
    port = f":{parts['port']}" if "port" in parts else ""
    rule = f"#{parts['rule']}" if "rule" in parts else ""
    return f"{middle}{port}{rule}"
