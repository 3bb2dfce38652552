"""The walk over an object that applies the rules of each of its parts."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct, inspect

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.meta import Part, shape_of
from gwsim.resources.releases.release import Edition
from gwsim.resources.rules import tables
from gwsim.resources.rules.tables.rule import Check, Rules, Tables


class Ruled(NamedTuple):
    """The rules of a part, and of the parts below it; made once for each type."""

    checks: tuple[Check, ...]
    fields: tuple[RuledField, ...]


class RuledField(NamedTuple):
    """A field with rules in it."""

    attribute: str
    name: str
    """As the API spells it."""
    repeated: bool
    """Whether it is a list of parts."""
    below: Ruled
    list_checks: tuple[Check, ...]


def violations(part: Part, ruled: Ruled) -> list[Problem]:
    """Apply every rule to a part and to all parts below it."""
    problems: list[Problem] = []
    todo: list[tuple[Part, Ruled, FieldPath]] = [(part, ruled, ())]
    # The list grows while it is read: each part puts its own parts at the end.
    for current, (checks, fields), path in todo:
        for check in checks:
            problems += check(current, path)
        for attribute, name, repeated, below, list_checks in fields:
            value = getattr(current, attribute)
            if not value:
                continue
            for check in list_checks:
                problems += check(value, (*path, name))
            if repeated:
                todo += [(item, below, (*path, name, index)) for index, item in enumerate(value)]
            else:
                todo.append((value, below, (*path, name)))
    return problems


@functools.cache
def ruled_parts(part: type[Part], edition: Edition) -> Ruled:
    """Find the rules that bear on a type of object in some release."""
    return _ruled(shape_of(part), edition, {}) or Ruled((), ())


def _ruled(
    shape: inspect.StructType, edition: Edition, known: dict[type[object], Ruled | None]
) -> Ruled | None:
    if shape.cls in known:
        return known[shape.cls]
    fields = []
    for field in shape.fields:
        child, repeated = _child(field.type)
        below = None if child is None else _ruled(child, edition, known)
        if child is not None and below is not None:
            list_checks = _checks(child.cls, edition, lambda found: found.lists) if repeated else ()
            fields.append(RuledField(field.name, field.encode_name, repeated, below, list_checks))
    own = _checks(shape.cls, edition, lambda found: found.parts)
    known[shape.cls] = Ruled(own, tuple(fields)) if own or fields else None
    return known[shape.cls]


@functools.cache
def manifest_checks(part: type[Part], edition: Edition) -> tuple[Check, ...]:
    """Find the checks of whole manifests of some type that are made in some release."""
    return _checks(part, edition, lambda found: found.manifests)


def _checks(part: type[Struct], edition: Edition, among: Callable[[Tables], Rules]) -> tuple[Check, ...]:
    """Look up the rules of a type, and of what it is a sort of, that hold in some release."""
    bases = [base for base in reversed(part.__mro__) if issubclass(base, Part)]
    return tuple(
        rule.check
        for base in bases
        for rule in among(_tables(base)).get(base, ())
        if rule.when.holds(edition)
    )


@functools.cache
def _tables(part: type[Part]) -> Tables:
    """The rules about the types of a module; imported when the first of these types is met."""
    module = importlib.import_module(f"{tables.__name__}.{part.__module__.rpartition('.')[2]}")
    found: Tables = module.TABLES
    return found


def _child(node: inspect.Type) -> tuple[inspect.StructType | None, bool]:
    match node:
        case inspect.Metadata():
            return _child(node.type)
        case inspect.UnionType():
            found = [_child(member) for member in node.types]
            return next((child for child in found if child[0] is not None), (None, False))
        case inspect.VarTupleType():
            return _child(node.item_type)[0], True
        case inspect.StructType() if issubclass(node.cls, Part):
            return node, False
        case _:
            return None, False
