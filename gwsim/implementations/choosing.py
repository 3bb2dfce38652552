"""The choices as data: what can be chosen, and choosing it by name."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import Meta, structs

from gwsim.errors import UsageError
from gwsim.implementations.implementation import About, Implementation


class Choice(msgspec.Struct, frozen=True):
    """One thing that the specification leaves open."""

    field: str
    """Of `Implementation`."""
    name: str
    """As `--set` has it."""
    values: tuple[str, ...]
    """The default first; empty where a text will do that `form` describes."""
    default: str
    form: str
    """What the text looks like; empty where there are `values`."""
    says: str
    """What is chosen, without a full stop."""
    source: str
    """How far the specification goes, and where."""


def _camel(field: str) -> str:
    head, *tail = field.split("_")
    return head + "".join(part.capitalize() for part in tail)


@cache
def choices() -> tuple[Choice, ...]:
    """Everything that can be chosen, in the order of `Implementation`."""
    fields = structs.fields(Implementation)
    return tuple(_choice(field) for field in fields if field.name not in ("name", "unsupported_features"))


def _choice(field: structs.FieldInfo) -> Choice:
    kind, *notes = get_args(field.type)
    about = next(note for note in notes if isinstance(note, About))
    form = next((note.title for note in notes if isinstance(note, Meta)), None)
    return Choice(
        field=field.name,
        name=_camel(field.name),
        values=tuple(sorted(get_args(kind), key=lambda value: value != field.default)),
        default=str(field.default),
        form=form or "",
        says=about.says,
        source=about.source,
    )


def with_choices(implementation: Implementation, settings: tuple[str, ...]) -> Implementation:
    """
    Make choices differently.

    Args:
        settings: `NAME=VALUE` each; of several for one name the last counts.

    Raises:
        UsageError: there is no such choice or value.
    """
    if not settings:
        return implementation
    by_name = {choice.name: choice for choice in choices()}
    types = {field.name: field.type for field in structs.fields(Implementation)}
    changed: dict[str, Any] = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        choice = by_name.get(name)
        if choice is None or not mark:
            raise UsageError(f"--set {setting}: expected NAME=VALUE with a NAME of {', '.join(by_name)}")
        try:
            changed[choice.field] = msgspec.convert(value, types[choice.field])
        except msgspec.ValidationError:
            expected = choice.form or f"one of {', '.join(choice.values)}"
            raise UsageError(f"--set {setting}: expected {expected}, found {value!r}") from None
    return structs.replace(implementation, **changed)
