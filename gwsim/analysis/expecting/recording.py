"""What is there, recorded as what is expected: as partial as it was, changed only where it does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gwsim.addresses import FieldPath
from gwsim.analysis.expecting.comparing import KEYED_LISTS, differences
from gwsim.analysis.expecting.short_names import short_name

_ABSENT_BY = {"conditions": "status", "listeners": "conditions", "parents": "conditions"}
"""A field whose null says that an entry of a keyed list is not there."""


def recorded(expected: object, actual: object, path: FieldPath = ()) -> object:
    """
    Change what is expected so that it holds.

    What is not there is expected to be null; what was not expected at all is recorded by its name, or by its
    plain fields where it has none.

    >>> recorded({"status": 404, "route": None}, {"status": 500, "route": None, "reason": "NoBackends"})
    {'status': 500, 'route': None}

    Args:
        path: where the two stand, as for `differences`.
    """
    if not differences(expected, actual, path):
        return expected
    match expected:
        case Mapping():
            return _mapping(expected, actual, path)
        case list() | tuple():
            return _list(expected, actual, path)
        case str() if isinstance(actual, Mapping) and actual.get("name"):
            return short_name(actual, like=expected)
        case _:
            return fresh(actual, path[-1] if path else None)


def fresh(actual: object, field: str | int | None = None) -> object:
    """
    Record what was not expected so far.

    Args:
        field: the name that it has, which tells whether it is a list that is compared by key.
    """
    match actual:
        case list() | tuple() if field in KEYED_LISTS and all(isinstance(item, Mapping) for item in actual):
            return [dict(_keyed_fields(KEYED_LISTS[str(field)], item)) for item in actual]
        case Mapping() if actual.get("name"):
            return short_name(actual)
        case Mapping():
            return dict(_plain_fields(actual))
        case list() | tuple() if actual and all(_is_pair(item) for item in actual):
            return _headers(dict.fromkeys(name for name, _ in actual), actual)
        case list() | tuple():
            return [fresh(item) for item in actual]
        case _:
            return actual


def _plain_fields(actual: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in actual.items():
        if value is not None and value != [] and not isinstance(value, Mapping):
            yield name, fresh(value, name)


def _keyed_fields(key: str, entry: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The key of an entry, whatever it is, and its plain fields."""
    named = entry.get(key)
    yield key, dict(_plain_fields(named)) if isinstance(named, Mapping) else named
    yield from ((name, value) for name, value in _plain_fields(entry) if name != key)


def _mapping(expected: Mapping[str, object], actual: object, path: FieldPath) -> object:
    match actual:
        case Mapping():
            return {
                name: recorded(value, actual.get(name), (*path, name)) for name, value in expected.items()
            }
        case list() | tuple() if actual and all(_is_pair(item) for item in actual):
            return _headers(expected, actual)
        case list() | tuple() if not actual:
            return dict.fromkeys(expected)
        case _:
            return fresh(actual)


def _headers(expected: Mapping[str, object], actual: Sequence[Sequence[object]]) -> dict[str, object]:
    """Record headers under the names that are expected; what holds stays as it is written."""
    headers: dict[str, object] = {}
    for name, value in expected.items():
        found = [text for header, text in actual if str(header).lower() == name.lower()]
        holds = not differences({name: value}, [list(pair) for pair in actual])
        headers[name] = (
            value if holds and value is not None else found[0] if len(found) == 1 else found or None
        )
    return headers


def _list(expected: Sequence[object], actual: object, path: FieldPath) -> object:
    field = path[-1] if path else None
    key = KEYED_LISTS.get(field) if isinstance(field, str) else None
    if (
        isinstance(field, str)
        and key is not None
        and expected
        and (actual is None or isinstance(actual, list))
    ):
        return [_keyed(key, _ABSENT_BY[field], item, actual or [], path) for item in expected]
    if not isinstance(actual, list | tuple) or field in KEYED_LISTS:
        return fresh(actual, field)
    common = [
        recorded(wanted, item, (*path, index))
        for index, (wanted, item) in enumerate(zip(expected, actual, strict=False))
    ]
    return [*common, *(_like(item, expected) for item in actual[len(common) :])]


def _like(item: object, siblings: Sequence[object]) -> object:
    """Record one more item of a list with the fields that the others have."""
    first = siblings[0] if siblings else None
    if isinstance(first, list | tuple) and isinstance(item, list | tuple):
        return list(item)
    if isinstance(first, Mapping) and isinstance(item, Mapping):
        fields = {name: item.get(name) for name in first}
        return {name: value for name, value in fields.items() if not isinstance(value, Mapping | list)}
    return fresh(item)


def _keyed(key: str, absent_by: str, expected: object, actual: Sequence[object], path: FieldPath) -> object:
    if not isinstance(expected, Mapping):
        return expected
    rest = {name: value for name, value in expected.items() if name != key}
    for item in actual:
        if isinstance(item, Mapping) and not differences(expected[key], item.get(key)):
            return {
                name: value if name == key else recorded(value, item.get(name), (*path, name))
                for name, value in expected.items()
            }
    return {key: expected[key], **(dict.fromkeys(rest) or {absent_by: None})}


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(part, str) for part in item)
