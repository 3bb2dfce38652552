"""
How what is expected is compared with what is there.

* A mapping is partial: the keys that it names are compared, others may be there. Null asserts that a key is
  absent or null. What is absent counts as an empty mapping, so that nulls below it hold.
* A text that is expected of a mapping with a `name` is a short name: `[KIND/][NAMESPACE/]NAME[:PORT][#RULE]`.
* `conditions` are compared by `type`, `listeners` by `name`, `parents` by `parentRef` (itself partial);
  others may be there. An entry that asserts only nulls holds where there is none. An empty list asserts that
  the list is empty or absent.
* A mapping that is expected of a list of `[name, value]` pairs is a partial set of headers: names are
  case-insensitive, their order is free, a list of values stands for a header that occurs several times, and
  null asserts that there is none.
* Every other list is compared by position and must have the same length.
* Everything else must be equal, and of the same type as far as booleans go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gwsim.addresses import FieldPath, path_text
from gwsim.analysis.expecting.short_names import names_shortly, short_name

KEYED_LISTS: Mapping[str, str] = {"conditions": "type", "listeners": "name", "parents": "parentRef"}
"""Fields whose lists are compared by a key of their entries, and that key."""
LONGEST_VALUE = 400
"""Characters of a value that a message repeats."""


class Difference(msgspec.Struct, frozen=True):
    """One place where what is expected is not there."""

    path: FieldPath
    """Keys and positions; an entry of a keyed list is named by its key."""
    expected: object
    actual: object

    def __str__(self) -> str:
        return f"{self._where}: expected {_shown(self.expected)}, found {_shown(self.actual)}"

    @property
    def change(self) -> str:
        """What becomes of the expectation when what was found is recorded."""
        return f"{self._where}: {_shown(self.expected)} → {_shown(self.actual)}"

    @property
    def _where(self) -> str:
        return path_text(self.path) or "the whole"


def _shown(value: object) -> str:
    """Write a value; objects in lists by their names, which is what tells them apart."""
    text = _in_words(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _in_words(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case Mapping() if value.get("name"):
            return short_name(value)
        case Mapping():
            return "{" + ", ".join(f"{key}: {_in_words(inner)}" for key, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_in_words, value)) + "]"
        case _:
            return repr(value)


def differences(expected: object, actual: object, path: FieldPath = ()) -> tuple[Difference, ...]:
    """
    Compare what is expected with what is there, by the rules above.

    >>> differences({"status": 404}, {"status": 404, "reason": "NoMatchingRule"})
    ()
    >>> print(*differences({"route": {"rule": 1}}, {"route": {"rule": 0}}))
    route.rule: expected 1, found 0

    Args:
        path: where the two stand; it also tells which lists are compared by key.
    """
    return tuple(_differences(expected, actual, path))


def _differences(expected: object, actual: object, path: FieldPath) -> Iterator[Difference]:
    match expected:
        case Mapping():
            yield from _mapping_differences(expected, actual, path)
        case list() | tuple():
            yield from _list_differences(expected, actual, path)
        case str() if isinstance(actual, Mapping) and "name" in actual:
            if not names_shortly(expected, actual):
                yield Difference(path, expected, short_name(actual))
        case _:
            if expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
                yield Difference(path, expected, actual)


def _mapping_differences(
    expected: Mapping[str, object], actual: object, path: FieldPath
) -> Iterator[Difference]:
    match actual:
        case None:
            if _asserts_absence(expected):
                return
            yield Difference(path, expected, actual)
        case Mapping():
            for key, value in expected.items():
                yield from _differences(value, actual.get(key), (*path, key))
        case list() | tuple() if all(_is_pair(item) for item in actual):
            yield from _header_differences(expected, actual, path)
        case _:
            yield Difference(path, expected, actual)


def _header_differences(
    expected: Mapping[str, object], actual: Sequence[Sequence[str]], path: FieldPath
) -> Iterator[Difference]:
    for name, value in expected.items():
        found = [text for header, text in actual if header.lower() == name.lower()]
        wanted = [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
        if found != wanted:
            alone = len(found) == 1 and not isinstance(value, list | tuple)
            yield Difference((*path, name), value, found[0] if alone else found or None)


def _list_differences(expected: Sequence[object], actual: object, path: FieldPath) -> Iterator[Difference]:
    field = path[-1] if path else None
    key = KEYED_LISTS.get(field) if isinstance(field, str) else None
    found = [] if actual is None and (key or not expected) else actual
    if not isinstance(found, list | tuple):
        yield Difference(path, expected, actual)
    elif key is not None and expected:
        for item in expected:
            yield from _keyed_differences(key, item, found, path)
    elif len(expected) != len(found):
        yield Difference(path, expected, actual)
    else:
        for index, (wanted, item) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(wanted, item, (*path, index))


def _keyed_differences(
    key: str, expected: object, actual: Sequence[object], path: FieldPath
) -> Iterator[Difference]:
    if not isinstance(expected, Mapping) or key not in expected:
        raise ValueError(f"expected an entry with {key!r} in {path[-1]!r}, found {expected!r}")
    wanted = expected[key]
    rest = {name: value for name, value in expected.items() if name != key}
    here = (*path, wanted if isinstance(wanted, str) else _label(wanted))
    for item in actual:
        if isinstance(item, Mapping) and not differences(wanted, item.get(key)):
            yield from _differences(rest, item, here)
            return
    if not (rest and _asserts_absence(rest)):
        yield Difference(here, expected, None)


def _asserts_absence(expected: object) -> bool:
    match expected:
        case Mapping():
            return all(_asserts_absence(value) for value in expected.values())
        case list() | tuple():
            return not expected
        case _:
            return expected is None


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(part, str) for part in item)


def _label(parent_ref: object) -> str:
    if not isinstance(parent_ref, Mapping):
        return str(parent_ref)
    return ",".join(f"{name}={value}" for name, value in parent_ref.items())


def malformed(expected: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Yield the entries of keyed lists that lack their key: where they are, and what is wrong with each."""
    match expected:
        case Mapping():
            for name, value in expected.items():
                key = KEYED_LISTS.get(name)
                if key is not None and isinstance(value, list | tuple):
                    for index, item in enumerate(value):
                        if not isinstance(item, Mapping) or key not in item:
                            yield (*path, name, index), f"expected an entry with {key!r}, found {item!r}"
                yield from malformed(value, (*path, name))
        case list() | tuple():
            for index, item in enumerate(expected):
                yield from malformed(item, (*path, index))
