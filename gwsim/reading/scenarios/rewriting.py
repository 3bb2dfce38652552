"""
Values of a YAML file replaced where they stand; all else of it, comments and layout, stays as it is.

A scalar is replaced by a scalar, with the quotes that it had. Of lists and mappings only those parts are
replaced that are not the same; what has another shape than before is written on one line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import yaml

from gwsim.addresses import FieldPath
from gwsim.errors import UsageError
from gwsim.findings import Finding
from gwsim.reading.formats.flow_text import flow_text, quoted
from gwsim.reading.formats.nodes import Builder
from gwsim.reading.formats.texts import decode, printable
from gwsim.reading.formats.yaml_text import compose

_BETWEEN = re.compile(r"\s*:(\s*)")
"""What stands between a key and its value, if no comment does."""


class Replacement(NamedTuple):
    """A value that is to stand in another's place."""

    path: FieldPath
    """From the root of the document."""
    old: object
    new: object


class _Edit(NamedTuple):
    """A piece of text in place of another."""

    start: int
    end: int
    text: str


def rewrite(file: str, data: bytes, replacements: Sequence[Replacement]) -> bytes:
    """
    Replace values in a file of one document.

    Args:
        file: its name, for messages.

    Raises:
        UsageError: its text cannot be changed in these places alone: it has anchors there, or is no UTF-8.
    """
    read = decode(file, data)
    if isinstance(read, Finding) or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UsageError(
            f"{printable(file, at_most=len(file))}: expected UTF-8 to rewrite, found something else"
        )
    text = read.text
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    editor = _Editor(text)
    edits = [
        edit for path, old, new in replacements for edit in editor.replace(*_node_at(root, path), old, new)
    ]
    changed = _edited(text, sorted(edits))
    if _value(file, changed) != _with_values(
        _value(file, text), [(path, new) for path, _, new in replacements]
    ):
        shown = printable(file, at_most=len(file))
        raise UsageError(f"{shown}: expected expectations that share nothing by anchors, found some that do")
    return (codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"") + changed.encode()


def _value(file: str, text: str) -> object:
    read = decode(file, text.encode())
    if isinstance(read, Finding):
        return None
    composition = compose(read, 0, len(read.text))
    return Builder(read).build(composition.roots[0]) if len(composition.roots) == 1 else None


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    """Apply edits, which are in order and do not overlap."""
    pieces, done = [], 0
    for start, end, written in edits:
        pieces += [text[done:start], written]
        done = end
    return "".join([*pieces, text[done:]])


def _with_values(value: object, changes: Sequence[tuple[FieldPath, object]]) -> object:
    """The same value but for some inside of it; what leads there is copied, so that aliases stay apart."""
    if changes and changes[0][0] == ():
        return changes[0][1]
    below: dict[str | int, list[tuple[FieldPath, object]]] = {}
    for (part, *rest), new in changes:
        below.setdefault(part, []).append((tuple(rest), new))
    match value:
        case dict():
            return {
                name: _with_values(inner, below[name]) if name in below else inner
                for name, inner in value.items()
            }
        case list():
            return [
                _with_values(inner, below[index]) if index in below else inner
                for index, inner in enumerate(value)
            ]
        case _:
            return value


def _node_at(root: yaml.Node | None, path: FieldPath) -> tuple[yaml.Node | None, yaml.Node]:
    """Find a value, and the key that it stands at."""
    key, node = None, root
    for part in path:
        match node:
            case yaml.MappingNode():
                key, node = next((pair for pair in node.value if pair[0].value == part), (None, None))
            case yaml.SequenceNode() if isinstance(part, int):
                key, node = None, node.value[part]
    assert node is not None
    return key, node


class _Editor:
    """Makes the edits of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_break = "\r\n" if "\r\n" in text else "\n"

    def replace(self, key: yaml.Node | None, node: yaml.Node, old: object, new: object) -> Iterator[_Edit]:
        """
        Make the edits that put one value in place of another.

        Args:
            key: what the value stands at in a mapping; None in a list.
        """
        if _same(old, new):
            return
        match node, old, new:
            case yaml.MappingNode(), Mapping(), Mapping() if list(old) == list(new) and not _merges(node):
                # By position: a key need not be read as it is written.
                for (inner_key, inner), name in zip(node.value, old, strict=True):
                    yield from self.replace(inner_key, inner, old[name], new[name])
            case yaml.SequenceNode(), list() | tuple(), list() | tuple() if old and new:
                yield from self._items(node, old, new)
            case _:
                yield self._whole(key, node, new)

    def _items(
        self, node: yaml.SequenceNode, old: Sequence[object], new: Sequence[object]
    ) -> Iterator[_Edit]:
        for item, before, after in zip(node.value, old, new, strict=False):
            yield from self.replace(None, item, before, after)
        if len(new) < len(old):
            end = self._end(node.value[len(new) - 1])
            yield _Edit(end if node.flow_style else self._line_end(end), self._end(node.value[-1]), "")
        elif node.flow_style:
            more = "".join(f", {flow_text(item)}" for item in new[len(old) :])
            yield _Edit(end := self._end(node.value[-1]), end, more)
        else:
            indent = " " * node.start_mark.column
            more = "".join(f"{self._line_break}{indent}- {flow_text(item)}" for item in new[len(old) :])
            yield _Edit(end := self._line_end(self._end(node)), end, more)

    def _whole(self, key: yaml.Node | None, node: yaml.Node, new: object) -> _Edit:
        start, end = node.start_mark.index, self._end(node)
        style = node.style if isinstance(node, yaml.ScalarNode) else None
        text = quoted(new, style) if isinstance(new, str) and style in ("'", '"') else flow_text(new)
        if key is not None and (between := _BETWEEN.match(self._text, key.end_mark.index, start)):
            if between.end() == start:
                return _Edit(between.start(1), end, f" {text}")
            if node.start_mark.column <= key.start_mark.column:
                text = f"  {text}"  # behind a comment, on a line of its own
        return _Edit(start, end, text)

    def _end(self, node: yaml.Node) -> int:
        """Where a value ends; by libyaml, one that is written in lines ends where the next begins."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        start, end = node.start_mark.index, node.end_mark.index
        return int(start) + len(self._text[start:end].rstrip())

    def _line_end(self, offset: int) -> int:
        """Where the line ends, behind a comment."""
        end = self._text.find("\n", offset)
        end = len(self._text) if end < 0 else end
        return end - 1 if self._text[offset:end].endswith("\r") else end


def _same(old: object, new: object) -> bool:
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _merges(node: yaml.MappingNode) -> bool:
    return any(key.value == "<<" for key, _ in node.value)
