"""Keys as people write them."""

from __future__ import annotations

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
}


def shown(key: str) -> str:
    """
    Write a key.

    >>> shown("question_mark"), shown("f2"), shown("ctrl+p"), shown("d")
    ('?', 'F2', '^P', 'd')
    """
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+').upper()}"
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return _NAMES.get(key, key)
