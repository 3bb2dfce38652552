"""JSON to values, as Go reads it; a second reader with places explains what the first one refused."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec

from gwsim.addresses import FieldPath
from gwsim.findings import Finding
from gwsim.reading.formats.nodes import MappingNode, Node, ScalarNode, SequenceNode, duplicate_key
from gwsim.reading.formats.scalars import resolve, whole
from gwsim.reading.formats.texts import MAX_DEPTH, FileText, printable
from gwsim.reading.formats.yaml_problems import found_at
from gwsim.reading.formats.yaml_text import too_deep

_SPACE = re.compile(r"[ \t\r\n]*")
_START = re.compile(r"(?:---(?=[ \t\r\n{]))?[ \t\r\n]*\{")
_TYPICAL_START = re.compile(r"(?:---)?\s*\{\s*[\"}]")
_STRING = re.compile(
    r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"',
)
_STRING_PART = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![-+.\w])|(?:true|false|null)\b")
_SURROGATE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_MIN_DIGITS_OF_64_BITS = 19
_MAX_DIGITS = 300


class _RefusedError(ValueError):
    """Something that Go's reader would refuse, or that JSON has no meaning for."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _RefusedError
    return value


def _float(text: str) -> object:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError
    return whole(number)


def _integer(text: str) -> object:
    if len(text) < _MIN_DIGITS_OF_64_BITS:
        return int(text)
    if len(text) > _MAX_DIGITS:
        raise _RefusedError
    return whole(resolve(text))


def _constant(text: str) -> object:
    raise _RefusedError(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_float, parse_int=_integer, parse_constant=_constant
)


class JSONRead(msgspec.Struct, frozen=True):
    """What was read of a text that starts as JSON does."""

    documents: tuple[tuple[object, int], ...] = ()
    """Each value with the offset at which it starts."""
    findings: tuple[Finding, ...] = ()
    perhaps_yaml: bool = False
    """Whether the findings are about syntax only: YAML in flow style starts with a brace as well."""
    typical: bool = False
    """Whether it starts as JSON is written and YAML is not, so that the findings are the ones to show."""


def read_json(file: FileText, start: int, end: int) -> JSONRead | None:
    """
    Read one JSON object, or several with white space between them.

    Returns:
        None for text that does not start with a brace.
    """
    if _START.match(file.text, start, end) is None:
        return None
    first = file.text.index("{", start)
    text = _without_lone_surrogates(file.text[first:end])
    documents: list[tuple[object, int]] = []
    offset = 0
    try:
        while offset < len(text):
            value, after = _DECODER.raw_decode(text, offset)
            if _nested_too_deeply(value):
                raise _RefusedError
            documents.append((value, first + offset))
            offset = _SPACE.match(text, after).end()  # type: ignore[union-attr]  # it matches nothing as well
    except (ValueError, RecursionError):
        findings, perhaps_yaml = _explain(file, first + offset, end)
        typical = offset > 0 or _TYPICAL_START.match(file.text, start, end) is not None
        return JSONRead(tuple(documents), findings, perhaps_yaml, typical)
    return JSONRead(tuple(documents))


def _without_lone_surrogates(text: str) -> str:
    r"""
    Write the escape of half a character as `\ufffd`, as Go's reader does.

    Every other character keeps its place.
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATE.sub(lambda match: "\\ufffd" if match["lone"] else match[0], text)


def _nested_too_deeply(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (
                parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ()
            )
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _explain(file: FileText, offset: int, end: int) -> tuple[tuple[Finding, ...], bool]:
    """Give the findings about a document that was refused, and whether they are about syntax only."""
    reader = _Reader(file, end)
    try:
        reader.read(offset)
    except _Stopped as stopped:
        complete = not file.text[stopped.offset : end].isspace() and stopped.offset < end
        return (*reader.findings, stopped.finding), complete and stopped.finding.code == "JSONSyntax"
    return tuple(reader.findings) or (too_deep(file, offset),), False


def json_node(file: FileText, offset: int, end: int) -> Node:
    """Read one document with places: one that was read before without a finding."""
    return _Reader(file, end).read(offset)


class _Stopped(Exception):  # noqa: N818 - carries a finding out of the reader, never out of the module
    def __init__(self, finding: Finding, offset: int) -> None:
        super().__init__(str(finding))
        self.finding = finding
        self.offset = offset


@dataclass(slots=True)
class _Open:
    """An object or array that is being read."""

    start: int
    is_object: bool
    items: list[Node] = field(default_factory=list)
    keys: list[ScalarNode] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def node(self) -> Node:
        if self.is_object:
            return MappingNode(self.start, tuple(zip(self.keys, self.items, strict=True)))
        return SequenceNode(self.start, tuple(self.items))


class _Reader:
    """Reads one document; syntax errors stop it, other findings are collected."""

    def __init__(self, file: FileText, end: int) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._text = file.text
        self._end = end
        self._stack: list[_Open] = []

    def read(self, offset: int) -> Node:
        """Read the value at `offset`."""
        while True:
            offset = self._space(offset)
            if self._text.startswith(("{", "["), offset, self._end):
                opened = _Open(offset, self._text[offset] == "{")
                self._stack.append(opened)
                if len(self._stack) > MAX_DEPTH:
                    raise _Stopped(too_deep(self._file, offset), offset)
                offset = self._space(offset + 1)
                if not self._text.startswith("}" if opened.is_object else "]", offset, self._end):
                    offset = self._key(offset) if opened.is_object else offset
                    continue
                node, offset = self._stack.pop().node(), offset + 1
            else:
                node, offset = self._scalar(offset)
            next_value = self._after(node, offset)
            if not isinstance(next_value, int):
                return next_value
            offset = next_value

    def _after(self, node: Node, offset: int) -> int | Node:
        """Put a value where it belongs; give the place of the next one, or the whole document."""
        while self._stack:
            opened = self._stack[-1]
            opened.items.append(node)
            offset = self._space(offset)
            closing = "}" if opened.is_object else "]"
            if self._text.startswith(",", offset, self._end):
                return self._key(self._space(offset + 1)) if opened.is_object else offset + 1
            if not self._text.startswith(closing, offset, self._end):
                place = self._file.place(opened.start)
                self._stop(
                    offset, f"',' or '{closing}' for the bracket at line {place.line}, column {place.column}"
                )
            self._stack.pop()
            node, offset = opened.node(), offset + 1
        return node

    def _key(self, offset: int) -> int:
        """Read a key with its colon."""
        if not self._text.startswith('"', offset, self._end):
            self._stop(offset, "a key in double quotes", "JSON allows neither trailing commas nor comments")
        node, after = self._string(offset)
        opened = self._stack[-1]
        first = opened.seen.setdefault(node.text, offset)
        if first != offset:
            self.findings.append(duplicate_key(self._file, node.text, first, offset, self._path()))
        opened.keys.append(node)
        after = self._space(after)
        if not self._text.startswith(":", after, self._end):
            self._stop(after, "':' after the key")
        return after + 1

    def _path(self) -> FieldPath:
        """Give the path of the object or array that is being read."""
        return tuple(
            outer.keys[-1].text if outer.is_object else len(outer.items) for outer in self._stack[:-1]
        )

    def _scalar(self, offset: int) -> tuple[ScalarNode, int]:
        if self._text.startswith('"', offset, self._end):
            return self._string(offset)
        match = _PLAIN.match(self._text, offset, self._end)
        if match is None:
            self._stop(offset, "a value")
        text = match.group()
        if text[-1].isdigit() and (len(text) > _MAX_DIGITS or not math.isfinite(float(text))):
            message = f"expected a number of 64 bits, found {printable(text)}"
            self.findings.append(
                self._file.finding("UnsupportedValue", offset, message, "write it as text, in quotes")
            )
        return ScalarNode(offset, text, plain=True), match.end()

    def _string(self, offset: int) -> tuple[ScalarNode, int]:
        match = _STRING.match(self._text, offset, self._end)
        if match is None:
            part = _STRING_PART.match(self._text, offset, self._end)
            stop = part.end() if part else offset
            if self._text.startswith("\\", stop, self._end):
                self._stop(stop, "an escape sequence that JSON has", "double the backslash")
            self._stop(
                stop, "a closing '\"'", "close the quote, or write the character as an escape sequence"
            )
        text: str = json.loads(_without_lone_surrogates(match.group()))
        return ScalarNode(offset, text, plain=False), match.end()

    def _stop(self, offset: int, expected: str, advice: str = "mend the JSON") -> NoReturn:
        found = found_at(self._text, offset, self._end)
        message = f"expected {expected}, found {found}"
        raise _Stopped(self._file.finding("JSONSyntax", offset, message, advice), offset)

    def _space(self, offset: int) -> int:
        match = _SPACE.match(self._text, offset, self._end)
        return match.end() if match else offset
