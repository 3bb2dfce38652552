"""Lists whose items the API server wants to be different: sets, and maps written as lists."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeGuard

from msgspec import inspect

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.meta import Part, shape_of


class Keyed(NamedTuple):
    """Where below a value such lists are; made once for each type."""

    keys: tuple[str, ...] | None
    """Of this list: the fields by which items are told apart, none for the whole item; None: no such list."""
    fields: tuple[tuple[str, Keyed], ...] = ()
    items: Keyed | None = None


@functools.cache
def keyed_lists(part: type[Part]) -> Keyed:
    """Find the lists of different items in a type of object."""
    return _keyed(shape_of(part)) or Keyed(None)


def repeated_items(value: object, keyed: Keyed) -> list[Problem]:
    """
    Find the items that repeat one before them; each repeated key once.

    The values need not be of the right types, so that this runs beside the other checks of the schema.
    """
    problems: list[Problem] = []
    todo: list[tuple[object, Keyed, FieldPath]] = [(value, keyed, ())]
    # The list grows while it is read: each value puts what is below it at the end.
    for current, (keys, fields, items), path in todo:
        if isinstance(current, dict):
            for name, below in fields:
                child = current.get(name)
                if child:
                    todo.append((child, below, (*path, name)))
        elif isinstance(current, list):
            if keys is not None and len(current) > 1:
                problems += _repeats(current, keys, path)
            if items is not None:
                todo += [(item, items, (*path, index)) for index, item in enumerate(current)]
    return problems


def _repeats(items: list[object], keys: tuple[str, ...], path: FieldPath) -> Iterator[Problem]:
    if keys and not _are_mappings(items):
        return
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        key = (
            item
            if not keys or not isinstance(item, dict)
            else {name: item[name] for name in keys if name in item}
        )
        # Told apart with their types, as in JSON: 1 is neither 1.0 nor true.
        text = repr(key)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 2:
            yield _repeat(key, keys, (*path, index))


def _repeat(key: object, keys: tuple[str, ...], path: FieldPath) -> Problem:
    if not isinstance(key, dict):
        return Problem(
            "Duplicate", path, f"expected different items, found {shown(key)} twice", "remove one of them"
        )
    found = ", ".join(shown(part) for part in key.values()) or "none"
    message = f"expected a different {' and '.join(keys)} in each item, found {found} twice"
    return Problem("Duplicate", path, message, "join the two, or rename one of them")


def _are_mappings(items: list[object]) -> TypeGuard[list[dict[str, object]]]:
    return all(item is None or isinstance(item, dict) for item in items)


def _keyed(node: inspect.Type, extra: Mapping[str, object] | None = None) -> Keyed | None:
    match node:
        case inspect.Metadata():
            return _keyed(node.type, node.extra)
        case inspect.UnionType():
            found = [keyed for keyed in map(_keyed, node.types) if keyed is not None]
            return found[0] if found else None
        case inspect.StructType():
            below = ((field.encode_name, _keyed(field.type)) for field in node.fields)
            fields = tuple((name, keyed) for name, keyed in below if keyed is not None)
            return Keyed(None, fields) if fields else None
        case inspect.VarTupleType():
            keys = (extra or {}).get("keys")
            items = _keyed(node.item_type)
            if keys is None and items is None:
                return None
            return Keyed(keys if isinstance(keys, tuple) else None, (), items)
        case _:
            return None
