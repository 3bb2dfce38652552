"""The careful way to read an object: field by field against its type, with every error on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import inspect

from gwsim.addresses import FieldPath, path_text
from gwsim.findings import Severity
from gwsim.resources.admission.problems import Problem, shown, sort_of, suggestion, unexpected_type
from gwsim.resources.meta import Absent, Part, shape_of
from gwsim.resources.releases.fields import presence_of


class Words(NamedTuple):
    """How the type of a field is spoken of."""

    title: str = ""
    """What is expected: "a duration"."""
    help: str = ""
    confidential: bool = False
    """Whether no message may show the value."""


class Read(NamedTuple):
    """A value as far as it could be read, and what is wrong with it."""

    value: object
    """Of the field's type unless one of the problems is blocking."""
    problems: tuple[Problem, ...] = ()


def read_part(value: Mapping[str, object], part: type[Part]) -> Read:
    """
    Read an object that `msgspec.convert` refuses, as the API server does.

    Nulls count as absent, unknown fields are dropped, whole floats are integers, and defaults are set.
    Patterns, least lengths and ranges are reported, but the value is kept: rules run on it all the same.
    """
    return _read(value, shape_of(part), (), Words())


def _read(value: object, node: inspect.Type, path: FieldPath, words: Words) -> Read:
    match node:
        case inspect.Metadata():
            return _read(value, node.type, path, _words(node, words))
        case inspect.UnionType():
            return _read_union(value, node, path, words)
        case inspect.StructType():
            return _read_struct(value, node, path)
        case inspect.VarTupleType():
            return _read_list(value, node, path, words)
        case inspect.DictType():
            return _read_map(value, node, path, words)
        case inspect.LiteralType():
            return _read_choice(value, node, path)
        case inspect.StrType():
            return _read_text(value, node, path, words)
        case inspect.IntType():
            return _read_integer(value, node, path, words)
        case inspect.BoolType():
            if isinstance(value, bool):
                return Read(value)
            return Read(None, (unexpected_type(path, "true or false", value),))
        case _:
            raise TypeError(f"{path_text(path)} has a type that no manifest has: {node}")


def _words(node: inspect.Metadata, outer: Words) -> Words:
    schema, extra = node.extra_json_schema or {}, node.extra or {}
    return Words(
        schema.get("title", outer.title),
        schema.get("description", outer.help),
        bool(extra.get("confidential", outer.confidential)),
    )


def _read_union(value: object, node: inspect.UnionType, path: FieldPath, words: Words) -> Read:
    members = [member for member in node.types if not isinstance(member, inspect.NoneType)]
    reads = [_read(value, member, path, words) for member in members]
    for read in reads:
        if not any(problem.code == "InvalidType" and problem.path == path for problem in read.problems):
            return read
    if len(members) == 1:
        return reads[0]
    return Read(
        None, (unexpected_type(path, "a string or an integer", value, confidential=words.confidential),)
    )


def _read_struct(value: object, node: inspect.StructType, path: FieldPath) -> Read:
    if not isinstance(value, dict):
        return Read(None, (unexpected_type(path, "a mapping", value),))
    problems: list[Problem] = []
    found: dict[str, object] = {}
    for field in _present(node):
        written = value.get(field.encode_name)
        below = (*path, field.encode_name)
        if written is not None:
            read = _read(written, field.type, below, Words())
            problems += read.problems
            found[field.name] = read.value
        elif field.required:
            found[field.name] = None
            problems.append(_missing(field, below))
    if node.forbid_unknown_fields:
        problems += _unknown_fields(value, node, path)
    return Read(node.cls(**found), tuple(problems))


def _present(node: inspect.StructType) -> list[inspect.Field]:
    """The fields that the release has."""
    return [field for field in node.fields if not _is_absent(field.type)]


def _is_absent(node: inspect.Type) -> bool:
    return isinstance(node, inspect.CustomType) and node.cls is Absent


def _missing(field: inspect.Field, path: FieldPath) -> Problem:
    return Problem(
        "Required", path, f"expected {_expected(field.type)}, found none", f"add {field.encode_name}"
    )


def _expected(node: inspect.Type) -> str:
    match node:
        case inspect.Metadata():
            title = (node.extra_json_schema or {}).get("title")
            return title if isinstance(title, str) else _expected(node.type)
        case inspect.LiteralType():
            return _one_of(node)
        case inspect.VarTupleType():
            return "a list"
        case inspect.IntType():
            return "an integer"
        case inspect.StrType():
            return "a string"
        case _:
            return "a mapping"


def _unknown_fields(value: dict[str, object], node: inspect.StructType, path: FieldPath) -> Iterator[Problem]:
    names = [field.encode_name for field in _present(node)]
    for key, child in value.items():
        if key not in names:
            where = path_text(path) or "the object"
            message = f"expected a field of {where}, found {shown(key)} ({sort_of(child)})"
            unused = [name for name in names if name not in value]
            presence = presence_of(node.cls, key)
            if presence is not None:
                advice = f"it is {presence}; this release drops it"
            else:
                advice = suggestion(key, unused) or "remove it: the API server drops it"
            yield Problem("UnknownField", (*path, key), message, advice, Severity.WARNING)


def _read_list(value: object, node: inspect.VarTupleType, path: FieldPath, words: Words) -> Read:
    if not isinstance(value, list):
        return Read(None, (unexpected_type(path, "a list", value, confidential=words.confidential),))
    inner = Words(confidential=words.confidential)
    reads = [_read(item, node.item_type, (*path, index), inner) for index, item in enumerate(value)]
    problems = [problem for read in reads for problem in read.problems]
    problems += _size_problems(len(value), node.min_length, node.max_length, path, "items")
    return Read(tuple(read.value for read in reads), tuple(problems))


def _read_map(value: object, node: inspect.DictType, path: FieldPath, words: Words) -> Read:
    if not isinstance(value, dict):
        return Read(None, (unexpected_type(path, "a mapping", value, confidential=words.confidential),))
    inner = Words(confidential=words.confidential)
    present = {key: item for key, item in value.items() if item is not None}
    reads = {key: _read(item, node.value_type, (*path, str(key)), inner) for key, item in present.items()}
    problems = [problem for read in reads.values() for problem in read.problems]
    problems += _size_problems(len(present), node.min_length, node.max_length, path, "entries")
    return Read({key: read.value for key, read in reads.items()}, tuple(problems))


def _size_problems(
    size: int, least: int | None, most: int | None, path: FieldPath, unit: str
) -> Iterator[Problem]:
    if most is not None and size > most:
        yield Problem(
            "TooMany", path, f"expected at most {most} {unit}, found {size}", f"remove {size - most}"
        )
    elif least is not None and size < least:
        advice = "add one, or remove the field" if least == 1 else f"add {least - size}"
        yield Problem("TooFew", path, f"expected at least {least} {unit}, found {size}", advice)


def _read_choice(value: object, node: inspect.LiteralType, path: FieldPath) -> Read:
    if any(type(value) is type(choice) and value == choice for choice in node.values):
        return Read(value)
    wanted = type(node.values[0])
    if not isinstance(value, wanted) or isinstance(value, bool):
        return Read(None, (unexpected_type(path, _one_of(node), value),))
    advice = suggestion(value, map(str, node.values)) if isinstance(value, str) else ""
    problem = Problem("UnsupportedValue", path, f"expected {_one_of(node)}, found {shown(value)}", advice)
    return Read(None, (problem,))


def _one_of(node: inspect.LiteralType) -> str:
    choices = sorted(map(str, node.values))
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _read_text(value: object, node: inspect.StrType, path: FieldPath, words: Words) -> Read:
    title = words.title or "a string"
    if not isinstance(value, str):
        return Read(None, (unexpected_type(path, title, value, confidential=words.confidential),))
    if node.max_length is not None and len(value) > node.max_length:
        message = f"expected at most {node.max_length} characters, found {len(value)}"
        return Read(value, (Problem("TooLong", path, message, "shorten it"),))
    if node.min_length is not None and len(value) < node.min_length:
        return Read(
            value, (Problem("TooShort", path, f"expected {title}, found an empty string", words.help),)
        )
    if node.pattern is not None and re.search(node.pattern, value) is None:
        found = "another string" if words.confidential else shown(value)
        advice = words.help or f"it must match {node.pattern}"
        return Read(value, (Problem("InvalidPattern", path, f"expected {title}, found {found}", advice),))
    return Read(value)


def _read_integer(value: object, node: inspect.IntType, path: FieldPath, words: Words) -> Read:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if not isinstance(whole, int) or isinstance(whole, bool):
        title = words.title or "an integer"
        return Read(None, (unexpected_type(path, title, value, confidential=words.confidential),))
    least, most = node.ge, node.le
    if (least is not None and whole < least) or (most is not None and whole > most):
        limits = f"from {least} to {most}" if most is not None else f"of {least} or more"
        message = f"expected an integer {limits}, found {shown(whole)}"
        return Read(whole, (Problem("OutOfRange", path, message),))
    return Read(whole)
