"""How anything in the manifests is pointed at: objects, listeners, rules, fields, places in files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

GATEWAY_GROUP = "gateway.networking.k8s.io"
EXPERIMENTAL_GROUP = "gateway.networking.x-k8s.io"

FieldPath: TypeAlias = tuple[str | int, ...]
"""Field names and zero-based list indices, from the object's root: `("spec", "rules", 0)`."""


def path_text(path: Sequence[str | int]) -> str:
    """
    Write a field path as Kubernetes does.

    >>> path_text(("spec", "rules", 0, "matches"))
    'spec.rules[0].matches'
    """
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        else:
            parts.append(f".{part}" if parts else part)
    return "".join(parts)


class ObjectKey(NamedTuple):
    """The identity of one object in a cluster."""

    group: str
    """API group, without version; empty for the core group."""
    kind: str
    namespace: str
    """Empty for a cluster-scoped object."""
    name: str

    def __str__(self) -> str:
        middle = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind}/{middle}{self.name}"

    @property
    def namespaced_name(self) -> str:
        """`namespace/name`, the string by which the specification breaks ties."""
        return f"{self.namespace}/{self.name}"


class Address(NamedTuple):
    """A field of an object: what a step or a finding is about."""

    key: ObjectKey
    path: FieldPath = ()

    def __str__(self) -> str:
        if not self.path:
            return str(self.key)
        inner = self.path[1:] if self.path[0] == "spec" else self.path
        return f"{self.key}#{path_text(inner)}" if inner else str(self.key)

    def at(self, *parts: str | int) -> Address:
        """The address of a field below this one."""
        return Address(self.key, (*self.path, *parts))


class ListenerKey(NamedTuple):
    """One listener of a Gateway or of a ListenerSet."""

    parent: ObjectKey
    position: int
    """Zero-based place in `spec.listeners`."""
    name: str

    def __str__(self) -> str:
        return f"{self.parent}#listeners[{self.name}]"

    @property
    def address(self) -> Address:
        """Where the listener is written."""
        return Address(self.parent, ("spec", "listeners", self.position))


class RuleKey(NamedTuple):
    """One match of one rule of a route."""

    route: ObjectKey
    rule: int
    """Zero-based."""
    match: int
    """Zero-based."""

    def __str__(self) -> str:
        return str(self.address)

    @property
    def address(self) -> Address:
        """Where the match is written."""
        return Address(self.route, ("spec", "rules", self.rule, "matches", self.match))

    @property
    def rule_address(self) -> Address:
        """Where the rule is written."""
        return Address(self.route, ("spec", "rules", self.rule))


class Location(NamedTuple):
    """A place in a file, as editors and compilers write it."""

    file: str
    line: int
    """1-based."""
    column: int
    """1-based, in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Location("the input", 1, 1)
"""The place of an object that no file holds."""


class Source(Protocol):
    """The text that an object was read from."""

    def locate(self, path: FieldPath) -> Location:
        """
        Find where a field is written.

        A field that the text does not have (a default) is found at its nearest parent that it has.
        """
        ...
