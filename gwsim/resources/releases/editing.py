"""A kind's types as one release has them: made from those of 1.6 by the tables of what differs."""

from __future__ import annotations

import functools
import operator
import types
import typing
from collections.abc import Iterator

import msgspec
from msgspec.structs import FieldInfo

from gwsim.resources.meta import Absent, Part
from gwsim.resources.releases.fields import is_absent
from gwsim.resources.releases.limits import LIMITS, UNCHANGED
from gwsim.resources.releases.release import Edition


@functools.cache
def edited(part: type[Part], edition: Edition) -> type[Part]:
    """
    Give the type that `msgspec` reads an object of some release with.

    It is a subclass wherever something differs, so that everything which takes the one takes the other.
    Fields that the release lacks are of type `Absent`, which no value is.
    """
    hints = typing.get_type_hints(part, include_extras=True)
    changes = {
        field.name: change
        for field in msgspec.structs.fields(part)
        for change in _changes(part, field, hints[field.name], edition)
    }
    if not changes:
        return part

    def fill(namespace: dict[str, object]) -> None:
        namespace["__module__"] = part.__module__
        namespace["__doc__"] = part.__doc__
        namespace["__annotations__"] = {name: hint for name, (hint, _) in changes.items()}
        namespace.update({name: default for name, (_, default) in changes.items()})

    made = types.new_class(part.__name__, (part,), {"kw_only": True, "frozen": True}, fill)
    assert issubclass(made, Part)
    return made


def _changes(
    part: type[Part], field: FieldInfo, hint: object, edition: Edition
) -> Iterator[tuple[object, object]]:
    """Yield what is new about a field: its type, and msgspec's word for its name and default."""
    if is_absent(part, field.encode_name, edition.release):
        yield Absent, msgspec.field(name=field.encode_name, default=None)
        return
    limit = next((limit for limit in _limits(part, field.name) if limit.when.holds(edition)), None)
    wanted = _rebuilt(hint if limit is None else limit.type, edition)
    if wanted == hint and limit is None:
        return
    default = field.default if limit is None or limit.default is UNCHANGED else limit.default
    if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
        factory = field.default_factory
        yield wanted, msgspec.field(name=field.encode_name, default_factory=factory)
    else:
        yield wanted, msgspec.field(name=field.encode_name, default=default)


def _limits(part: type[Part], name: str) -> Iterator[typing.Any]:
    for base in part.__mro__:
        if issubclass(base, Part):
            yield from LIMITS.get((base, name), ())


def _rebuilt(hint: object, edition: Edition) -> object:
    """Write a type again, with the parts in it as the release has them."""
    if isinstance(hint, type) and issubclass(hint, Part):
        return edited(hint, edition)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal or not arguments:
        return hint
    if origin is typing.Annotated:
        inner, *metadata = arguments
        return typing.Annotated[(_rebuilt(inner, edition), *metadata)]
    rebuilt = tuple(_rebuilt(argument, edition) for argument in arguments)
    if rebuilt == arguments:
        return hint
    if origin in (typing.Union, types.UnionType):
        return functools.reduce(operator.or_, rebuilt)
    assert isinstance(origin, type)
    return types.GenericAlias(origin, rebuilt)
