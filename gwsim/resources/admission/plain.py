"""Typed objects as the plain data that the API server would store."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gwsim.resources.meta import Part


def plain(part: Part) -> dict[str, object]:
    """
    Write a part of an object as a JSON writer takes it, with the defaults that were set.

    What is absent stays out, and so does an empty list or mapping where nothing is the default.
    """
    data: dict[str, object] = {}
    for field in msgspec.structs.fields(part):
        value = getattr(part, field.name)
        if value is None or (not value and _is_empty_by_default(field)):
            continue
        data[field.encode_name] = _plain_value(value)
    return data


def _plain_value(value: object) -> object:
    match value:
        case Part():
            return plain(value)
        case tuple():
            return [_plain_value(item) for item in value]
        case Mapping():
            return {key: _plain_value(item) for key, item in value.items()}
        case _:
            return value


def _is_empty_by_default(field: msgspec.structs.FieldInfo) -> bool:
    return field.default == () or field.default_factory in (dict, list)
