"""A document with its places: what is built when something is wrong with it, or has to be found in it."""

from __future__ import annotations

import math
from typing import TypeAlias

import msgspec

from gwsim.addresses import FieldPath
from gwsim.findings import Finding
from gwsim.reading.formats.odd_scalars import key_text, resolve_tagged
from gwsim.reading.formats.scalars import Scalar, resolve, whole
from gwsim.reading.formats.texts import FileText, printable
from gwsim.reading.formats.yaml_problems import advice_at

_MERGE = "<<"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_COLLECTION_TAGS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class ScalarNode(msgspec.Struct, frozen=True, gc=False):
    """A scalar as written."""

    start: int
    text: str
    """Without quotes and escapes."""
    plain: bool
    """Whether its text says what type it has: neither quotes nor a tag do."""
    tag: str | None = None
    """In full, where one is written."""


class SequenceNode(msgspec.Struct, frozen=True, gc=False):
    """A list."""

    start: int
    items: tuple[Node, ...]
    tag: str | None = None


class MappingNode(msgspec.Struct, frozen=True, gc=False):
    """A mapping."""

    start: int
    pairs: tuple[tuple[Node, Node], ...]
    """Keys with their values, in the order of the text."""
    tag: str | None = None


class AliasNode(msgspec.Struct, frozen=True, gc=False):
    """A `*name`, with what it stands for."""

    start: int
    target: ScalarNode | SequenceNode | MappingNode


CollectionNode: TypeAlias = SequenceNode | MappingNode
Node: TypeAlias = ScalarNode | SequenceNode | MappingNode | AliasNode


def target_of(node: Node) -> ScalarNode | SequenceNode | MappingNode:
    """Follow an alias."""
    return node.target if isinstance(node, AliasNode) else node


def kind_of(node: Node) -> str:
    """Say in words what a node is."""
    match target_of(node):
        case MappingNode():
            return "a mapping"
        case SequenceNode():
            return "a list"
        case ScalarNode(text=text, plain=plain) as scalar:
            if plain and resolve(text) is None:
                return "nothing"
            return printable(repr(scalar.text) if not plain else scalar.text)


def is_merge(key: Node) -> bool:
    """Whether a key is `<<`, which takes over what another mapping has."""
    node = target_of(key)
    if not isinstance(node, ScalarNode) or node.text != _MERGE:
        return False
    return node.plain or node.tag == _MERGE_TAG


def key_name(key: Node) -> str | None:
    """Give a key as JSON has it; None where no JSON object can have it."""
    node = target_of(key)
    if not isinstance(node, ScalarNode):
        return None
    if node.plain:
        return key_text(resolve(node.text))
    if node.tag is None:
        return node.text
    try:
        return key_text(resolve_tagged(node.tag, node.text))
    except ValueError:
        return None


def find(root: Node, path: FieldPath) -> int:
    """
    Give the offset at which a field is written, or else its nearest parent that is.

    That is where its value starts when this is a scalar, and where its key is when it is a list or mapping:
    an editor is to show `matches:`, not what comes below it.
    """
    node, offset = root, root.start
    for part in path:
        step = _child(node, part)
        if step is None:
            return offset
        offset, node = step
    return offset


def _child(parent: Node, part: str | int) -> tuple[int, Node] | None:
    """Give a field's offset and node."""
    match target_of(parent):
        case SequenceNode(items=items) if isinstance(part, int) and 0 <= part < len(items):
            return items[part].start, items[part]
        case MappingNode() as mapping:
            return _field(mapping, str(part))
        case _:
            return None


def _field(mapping: MappingNode, name: str) -> tuple[int, Node] | None:
    """Find a field in a mapping, or in what is merged into it; what comes later has the last word."""
    for key, value in reversed(mapping.pairs):
        if is_merge(key):
            for merged in _merged(value):
                if found := _field(merged, name):
                    return found
        elif key_name(key) == name:
            written = isinstance(value, AliasNode) or (isinstance(value, ScalarNode) and value.text)
            return (value.start if written else key.start), value
    return None


def _merged(value: Node) -> list[MappingNode]:
    """List the mappings that a `<<` names, the one that wins first."""
    node = target_of(value)
    if isinstance(node, SequenceNode):
        return [item for item in map(target_of, node.items) if isinstance(item, MappingNode)]
    return [node] if isinstance(node, MappingNode) else []


def duplicate_key(file: FileText, name: str, first: int, second: int, path: FieldPath) -> Finding:
    """
    Refuse a key that a mapping has twice.

    Args:
        first: offset of the key.
        second: offset of the same key further down.
        path: of the mapping.
    """
    place = file.place(first)
    message = f"expected the key '{printable(name)}' once, "
    message += f"found it at line {place.line}, column {place.column} as well"
    return file.finding("DuplicateKey", second, message, "remove one of the two", path)


class Builder:
    """
    Makes the value of one document, with a finding for everything in it that JSON cannot hold.

    What an alias stands for is made once and shared. Depth and size are settled before this.
    """

    def __init__(self, file: FileText) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._made: dict[int, object] = {}

    def build(self, node: Node, path: FieldPath = ()) -> object:
        """Make the value of a node; it means nothing when there are findings."""
        match node:
            case AliasNode(target=target):
                return self._made[id(target)] if id(target) in self._made else self.build(target, path)
            case ScalarNode():
                value: object = self._scalar(node, path)
            case SequenceNode(items=items):
                self._refuse_tag(node, path)
                value = [self.build(item, (*path, index)) for index, item in enumerate(items)]
            case MappingNode():
                self._refuse_tag(node, path)
                value = self._mapping(node, path)
        self._made[id(node)] = value
        return value

    def _report(self, code: str, node: Node, message: str, advice: str, path: FieldPath) -> None:
        self.findings.append(self._file.finding(code, node.start, message, advice, path))

    def _refuse_tag(self, node: CollectionNode, path: FieldPath) -> None:
        if node.tag not in _COLLECTION_TAGS:
            message = f"expected a value without a tag, found the tag {_short(node.tag)}"
            self._report("UnsupportedValue", node, message, "remove the tag: JSON has none", path)

    def _scalar(self, node: ScalarNode, path: FieldPath) -> Scalar:
        if node.tag is not None:
            return self._tagged(node, node.tag, path)
        if not node.plain:
            return node.text
        value = whole(resolve(node.text))
        self._refuse_endless(node, value, path)
        return value

    def _refuse_endless(self, node: ScalarNode, value: Scalar, path: FieldPath) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            message = f"expected a number that JSON can hold, found {printable(node.text)}"
            self._report("UnsupportedValue", node, message, "write a finite number, or quote the text", path)

    def _tagged(self, node: ScalarNode, tag: str, path: FieldPath) -> Scalar:
        try:
            value = whole(resolve_tagged(tag, node.text))
        except ValueError as problem:
            found = _short(tag) if str(problem).endswith("tag") else repr(printable(node.text))
            self._report(
                "UnsupportedValue", node, f"{problem} {found}", "remove the tag: JSON has none", path
            )
            return None
        self._refuse_endless(node, value, path)
        return value

    def _mapping(self, node: MappingNode, path: FieldPath) -> dict[str, object]:
        """A later `<<` overwrites what stands before it, as in go-yaml v2."""
        value: dict[str, object] = {}
        seen: dict[str, Node] = {}
        for key, child in node.pairs:
            if is_merge(key):
                self._merge(value, child, path)
                continue
            name = key_name(key)
            if name is None:
                message = f"expected a key that is text, found {kind_of(key)}"
                advice = advice_at(self._file.text, key.start) or "write the key as text, in quotes"
                self._report("UnsupportedValue", key, message, advice, path)
                self.build(child, path)
            elif name in seen:
                self.findings.append(duplicate_key(self._file, name, seen[name].start, key.start, path))
                self.build(child, (*path, name))
            else:
                seen[name] = key
                value[name] = self.build(child, (*path, name))
        return value

    def _merge(self, value: dict[str, object], child: Node, path: FieldPath) -> None:
        node = target_of(child)
        sources = node.items if isinstance(node, SequenceNode) else (child,)
        for source in reversed(sources):
            merged = self.build(source, path)
            if isinstance(merged, dict):
                value.update(merged)
            else:
                message = f"expected a mapping to merge, found {kind_of(source)}"
                self._report(
                    "UnsupportedValue", source, message, "merge a mapping, or quote the key '<<'", path
                )


def _short(tag: str | None) -> str:
    return printable((tag or "").replace("tag:yaml.org,2002:", "!!"))
