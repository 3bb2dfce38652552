"""YAML to values: a quick reader for what manifests are made of, and a careful one for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from gwsim.findings import Finding
from gwsim.reading.formats.nodes import AliasNode, MappingNode, Node, ScalarNode, SequenceNode
from gwsim.reading.formats.scalars import PlainScalars, Unusual
from gwsim.reading.formats.texts import MAX_DEPTH, FileText, printable
from gwsim.reading.formats.yaml_problems import syntax_finding

MAX_SHAPES = 10_000
"""Key tuples that a `QuickReader` keeps."""

_FEW_ALIASED = 100
_FEW_VALUES = 1_000
_SMALL, _LARGE, _BOUND = 400_000, 4_000_000, 100_000_000
_SMALL_SHARE, _LARGE_SHARE = 0.99, 0.10


class QuickReader:
    """
    Reads documents of plain mappings, lists and scalars, without places; one for all files of a call.

    What it accepts, `compose` and `Builder` read as the same value.
    """

    def __init__(self, plain: PlainScalars) -> None:
        self._plain = plain
        self._shapes: set[tuple[object, ...]] = set()

    def read(self, text: str) -> list[object]:
        """
        Read the documents of one part of a file; an empty one is None.

        Raises:
            Unusual: for everything else, be it YAML or not.
        """
        try:
            return self._read(CParser(text).get_event)
        except yaml.YAMLError:
            raise Unusual from None

    def _read(self, next_event: Callable[[], Event | None]) -> list[object]:
        plain, shapes = self._plain, self._shapes
        stack: list[list[object]] = []
        items: list[object] = []
        while True:
            event = next_event()
            if isinstance(event, ScalarEvent):
                if event.anchor is not None or event.tag is not None:
                    raise Unusual
                items.append(plain[event.value] if event.implicit[0] else event.value)
            elif isinstance(event, CollectionStartEvent):
                if event.anchor is not None or event.tag is not None or len(stack) >= MAX_DEPTH:
                    raise Unusual
                stack.append(items)
                items = []
            elif isinstance(event, MappingEndEvent):
                keys = tuple(items[::2])
                try:
                    if keys not in shapes:
                        self._learn(keys)
                except TypeError:  # a list or mapping as key cannot be hashed
                    raise Unusual from None
                mapping = dict(zip(keys, items[1::2], strict=True))
                items = stack.pop()
                items.append(mapping)
            elif isinstance(event, SequenceEndEvent):
                sequence = items
                items = stack.pop()
                items.append(sequence)
            elif isinstance(event, StreamEndEvent):
                return items
            elif isinstance(event, AliasEvent):
                raise Unusual

    def _learn(self, keys: tuple[object, ...]) -> None:
        """Check keys that were not met together before."""
        if not all(type(key) is str for key in keys) or len(set(keys)) < len(keys) or "<<" in keys:
            raise Unusual
        if len(self._shapes) < MAX_SHAPES:
            self._shapes.add(keys)


class _Extent(NamedTuple):
    """How much a node comes to when its aliases are written out; at first that of an empty collection."""

    depth: int = 1
    values: int = 1
    """Counted up to a bound that is far beyond what is accepted."""

    def within(self, child: _Extent) -> _Extent:
        """The extent of a collection with one more child."""
        return _Extent(max(self.depth, child.depth + 1), min(self.values + child.values, _BOUND))


class _Open(msgspec.Struct):
    """A list or mapping that is being read; the outermost one holds the document."""

    start: int
    tag: str | None = None
    anchor: str | None = None
    items: list[Node] = []
    extent: _Extent = msgspec.field(default_factory=_Extent)


class Composition(msgspec.Struct, frozen=True):
    """What the careful reader makes of one part of a file."""

    roots: tuple[Node, ...]
    """The documents before anything that made it stop."""
    finding: Finding | None = None
    """Why it stopped; nothing after it is read."""


def compose(file: FileText, start: int, end: int) -> Composition:
    """Read the documents of one part of a file, with places; keys and tags are settled by `Builder`."""
    return _Composer(file, start).compose(file.text[start:end])


class _Composer:
    """The state of one `compose`."""

    def __init__(self, file: FileText, start: int) -> None:
        self._file = file
        self._start = start
        self._stack: list[_Open] = []
        self._roots: list[Node] = []
        self._anchors: dict[str, tuple[ScalarNode | SequenceNode | MappingNode, _Extent] | _Open] = {}
        self._written = 0
        """Nodes of the document so far, each alias as one."""

    def compose(self, text: str) -> Composition:
        try:
            next_event = CParser(text).get_event
            while (event := next_event()) is not None:
                if finding := self._take(event):
                    return Composition(tuple(self._roots), finding)
        except yaml.YAMLError as error:
            if (
                "nesting depth" in str(error)
                and isinstance(error, yaml.MarkedYAMLError)
                and error.problem_mark
            ):
                # libyaml's own limit is higher, but it looks ahead: the text before it is too deep already.
                return _Composer(self._file, self._start).compose(text[: error.problem_mark.index])
            finding = syntax_finding(error, self._file, self._start, self._start + len(text))
            return Composition(tuple(self._roots), finding)
        return Composition(tuple(self._roots))

    def _take(self, event: Event) -> Finding | None:
        match event:
            case ScalarEvent():
                start = self._offset(event)
                node = ScalarNode(start, event.value, event.implicit[0] and event.tag is None, event.tag)
                self._add(node, _Extent(0, 1), event.anchor)
            case CollectionStartEvent():
                opened = _Open(self._offset(event), event.tag, event.anchor)
                self._stack.append(opened)
                if event.anchor is not None:
                    self._anchors[event.anchor] = opened
                if len(self._stack) > MAX_DEPTH + 1:
                    return self._too_deep(opened.start)
            case SequenceEndEvent():
                opened = self._stack.pop()
                self._close(opened, SequenceNode(opened.start, tuple(opened.items), opened.tag))
            case MappingEndEvent():
                opened = self._stack.pop()
                pairs = tuple(zip(opened.items[::2], opened.items[1::2], strict=True))
                self._close(opened, MappingNode(opened.start, pairs, opened.tag))
            case AliasEvent():
                return self._alias(event)
            case DocumentStartEvent():
                self._stack, self._anchors, self._written = [_Open(self._start, extent=_Extent(0, 0))], {}, 0
            case DocumentEndEvent():
                (root,) = self._stack[0].items
                if finding := self._excess(root):
                    return finding
                self._roots.append(root)
            case StreamStartEvent() | StreamEndEvent():
                pass
        return None

    def _offset(self, event: Event) -> int:
        assert event.start_mark is not None
        return self._start + event.start_mark.index

    def _close(self, opened: _Open, node: SequenceNode | MappingNode) -> None:
        current = opened.anchor is not None and self._anchors.get(opened.anchor) is opened
        self._add(node, opened.extent, opened.anchor if current else None)

    def _add(
        self, node: ScalarNode | SequenceNode | MappingNode, extent: _Extent, anchor: str | None
    ) -> None:
        if anchor is not None:
            self._anchors[anchor] = node, extent
        self._append(node, extent)

    def _append(self, node: Node, extent: _Extent) -> None:
        parent = self._stack[-1]
        parent.items.append(node)
        parent.extent = parent.extent.within(extent)
        self._written += 1

    def _alias(self, event: AliasEvent) -> Finding | None:
        start, name = self._offset(event), printable(event.anchor or "")
        match self._anchors.get(event.anchor or ""):
            case None:
                message = f"expected an alias to an anchor before it, found *{name} without &{name}"
                return self._file.finding("YAMLSyntax", start, message, "add the anchor, or quote the text")
            case _Open():
                message = f"expected an alias to what is complete, found *{name} inside &{name}"
                return self._file.finding("AliasCycle", start, message, "write the value out")
            case (target, extent):
                self._append(AliasNode(start, target), extent)
                if len(self._stack) - 1 + extent.depth > MAX_DEPTH:
                    return self._too_deep(start)
        return None

    def _too_deep(self, offset: int) -> Finding:
        return too_deep(self._file, offset)

    def _excess(self, root: Node) -> Finding | None:
        """Refuse a document that is mostly aliases, by the measure of go-yaml."""
        values = self._stack[0].extent.values
        aliased = values - self._written
        small = min(1.0, max(0.0, (values - _SMALL) / (_LARGE - _SMALL)))
        allowed = _SMALL_SHARE - (_SMALL_SHARE - _LARGE_SHARE) * small
        if aliased <= _FEW_ALIASED or values <= _FEW_VALUES or aliased / values <= allowed:
            return None
        most = f"at least {values:,}" if values >= _BOUND else f"{values:,}"
        message = f"expected at most {allowed:.0%} of the values to come from aliases, "
        message += f"found {self._written:,} values that stand for {most}"
        return self._file.finding("TooManyAliases", root.start, message, "write the values out")


def too_deep(file: FileText, offset: int) -> Finding:
    """Refuse what is nested too deeply."""
    message = f"expected at most {MAX_DEPTH} lists and mappings inside each other, found more"
    return file.finding("TooDeep", offset, message, "flatten the document")
