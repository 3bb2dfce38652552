"""Manifests as plain values, each with the way back to its place in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from msgspec import structs

from gwsim.addresses import FieldPath, Location
from gwsim.findings import Finding
from gwsim.reading.formats.block_lines import LineReader
from gwsim.reading.formats.block_places import LinePlaces
from gwsim.reading.formats.scalars import PlainScalars, Unusual
from gwsim.reading.formats.texts import FileText, bad_byte, decode, parts, printable, too_many_directives
from gwsim.reading.paths import read_files

if TYPE_CHECKING:
    from gwsim.reading.formats.nodes import Node
    from gwsim.reading.formats.yaml_text import QuickReader

_MAY_BE_SECRET = re.compile(r"Secret")
_MAY_BE_JSON = re.compile(r"(?:---)?[ \t\r\n]*\{")


BY_LINES, JSON = -2, -1


class TextSource(msgspec.Struct, frozen=True, gc=False):
    """
    The text of one document: an `addresses.Source`.

    Nothing but offsets is kept; the document is read again when a place in it is asked for.
    """

    file: FileText
    """Shared by all documents of the file."""
    start: int
    """Offset of the JSON value, or of the part of the file that the YAML document is in."""
    end: int
    index: int
    """Which document of the part; `BY_LINES` for the only one, read a line at a time; `JSON`."""
    prefix: FieldPath = ()
    """Where the object is inside the document: `("items", 3)` for one of a `kind: List`."""

    def locate(self, path: FieldPath) -> Location:
        """Find where a field is written, or else its nearest parent that is."""
        return self.file.place(self.offset(path))

    def below(self, *path: str | int) -> TextSource:
        """The source of an object inside this one."""
        return structs.replace(self, prefix=(*self.prefix, *path))

    def finding(self, code: str, path: FieldPath, message: str, advice: str) -> Finding:
        """Make the error about a field of this object."""
        return self.file.finding(code, self.offset(path), message, advice, path)

    def offset(self, path: FieldPath) -> int:
        """Find the character at which a field is written, or else its nearest parent that is."""
        whole = (*self.prefix, *path)
        if self.index == BY_LINES:
            return _places(self.file, self.start, self.end).find(whole)
        from gwsim.reading.formats.nodes import find

        return find(_root(self.file, self.start, self.end, self.index), whole)


@lru_cache(maxsize=4)
def _root(file: FileText, start: int, end: int, index: int) -> Node:
    """Read a document with places; several places are mostly asked for in the same one."""
    if index == JSON:
        from gwsim.reading.formats.json_text import json_node

        return json_node(file, start, end)
    from gwsim.reading.formats.yaml_text import compose

    return compose(file, start, end).roots[index]


@lru_cache(maxsize=4)
def _places(file: FileText, start: int, end: int) -> LinePlaces:
    return LinePlaces(_line_reader(file).lines(file.text[start:end], start))


@lru_cache(maxsize=1)
def _line_reader(file: FileText) -> LineReader:  # noqa: ARG001 - one for each file
    """Keep the lines of a file for the next document of it."""
    return LineReader(PlainScalars())


class Document(msgspec.Struct, frozen=True, gc=False):
    """One manifest."""

    value: object
    """A mapping of plain values, shared where the text has aliases: nothing may write into it."""
    source: TextSource


class Documents(msgspec.Struct, frozen=True):
    """What was read of some files."""

    documents: tuple[Document, ...]
    """In the order of the paths, then of the text."""
    findings: tuple[Finding, ...]
    """What could not be read, in the same order."""


def read_documents(
    paths: Sequence[str], *, recursive: bool = False, stdin: BinaryIO | None = None
) -> Documents:
    """
    Read all that `iter_documents` yields.

    Raises:
        UsageError: for a path that cannot be read, and a folder without manifests.
    """
    read = list(iter_documents(paths, recursive=recursive, stdin=stdin))
    return Documents(
        tuple(item for item in read if isinstance(item, Document)),
        tuple(item for item in read if isinstance(item, Finding)),
    )


def iter_documents(
    paths: Sequence[str], *, recursive: bool = False, stdin: BinaryIO | None = None
) -> Iterator[Document | Finding]:
    """
    Read what `-f` names: files, folders (with `recursive` the folders below as well), and `-` for `stdin`.

    Empty documents are skipped, and a `kind: List` comes as its items. In a folder, `scenario.yaml` is left
    to gwsim. A document that cannot be read becomes a finding and does no harm to the others.

    Raises:
        UsageError: for a path that cannot be read, and a folder without manifests.
    """
    readers = _Readers()
    for name, data in read_files(paths, recursive=recursive, stdin=stdin):
        file = decode(name, data)
        if isinstance(file, Finding):
            yield file
            continue
        for start, end in parts(file.text):
            secret = _MAY_BE_SECRET.search(file.text, start, end) is not None
            items = _read_part(file, start, end, readers)
            yield from (_without_contents(item) for item in items) if secret else items


class _Readers:
    """
    What one call reads YAML with; they remember what was met before.

    Most manifests are read by their lines. What others need is imported when the first of them is met: to
    load libyaml alone takes longer than to read a small configuration.
    """

    def __init__(self) -> None:
        self._plain = PlainScalars()
        self.lines = LineReader(self._plain)
        """Reads most documents; it is asked first."""

    @cached_property
    def quick(self) -> QuickReader:
        """Reads nearly all others."""
        from gwsim.reading.formats.yaml_text import QuickReader

        return QuickReader(self._plain)


def _without_contents(item: Document | Finding) -> Document | Finding:
    """A finding of a text that may be a Secret's, without any of that text."""
    if isinstance(item, Document):
        return item
    expected = (
        item.message.partition(", found ")[0] if ", found " in item.message else "expected another text"
    )
    message = f"{expected.partition(chr(39))[0].rstrip()}, found what is not shown: it may be a Secret's"
    return structs.replace(item, message=message, help="", path=())


def _read_part(file: FileText, start: int, end: int, readers: _Readers) -> Iterable[Document | Finding]:
    """Read what stands between two `---`; what starts with a brace is tried as JSON first, as in kubectl."""
    if finding := bad_byte(file, start, end) or too_many_directives(file, start, end):
        return (finding,)
    read = None
    if _MAY_BE_JSON.match(file.text, start, end):
        from gwsim.reading.formats.json_text import read_json

        read = read_json(file, start, end)
    if read is None:
        return _read_yaml(file, start, end, readers)
    if read.findings and read.perhaps_yaml:
        from_yaml = tuple(_read_yaml(file, start, end, readers))
        is_json = read.typical or file.name.endswith(".json")
        if not is_json or all(isinstance(item, Document) for item in from_yaml):
            return from_yaml
    documents = (
        item
        for value, offset in read.documents
        for item in _unfold(value, TextSource(file, offset, end, JSON), inside_list=False)
    )
    return (*documents, *read.findings)


def _read_yaml(file: FileText, start: int, end: int, readers: _Readers) -> Iterator[Document | Finding]:
    text = file.text[start:end]
    try:
        values, first = readers.lines.read(text), BY_LINES
    except Unusual:
        try:
            values, first = readers.quick.read(text), 0
        except Unusual:
            yield from _read_carefully(file, start, end)
            return
    for index, value in enumerate(values, first):
        yield from _unfold(value, TextSource(file, start, end, index), inside_list=False)


def _read_carefully(file: FileText, start: int, end: int) -> Iterator[Document | Finding]:
    from gwsim.reading.formats.nodes import Builder
    from gwsim.reading.formats.yaml_text import compose

    composition = compose(file, start, end)
    for index, root in enumerate(composition.roots):
        builder = Builder(file)
        value = builder.build(root)
        if builder.findings:
            yield from builder.findings
        else:
            yield from _unfold(value, TextSource(file, start, end, index), inside_list=False)
    if composition.finding:
        yield composition.finding


def _unfold(value: object, source: TextSource, *, inside_list: bool) -> Iterator[Document | Finding]:
    """Give a document, or the objects of a list of any kind; what is no object becomes a finding."""
    if value is None and not inside_list:
        return
    if not isinstance(value, dict):
        message = f"expected an object with apiVersion and kind, found {_in_words(value)}"
        yield source.finding("NotAnObject", (), message, "write each manifest as a mapping")
        return
    kind, items = value.get("kind"), value.get("items")
    listed = "apiVersion" in value and isinstance(kind, str) and kind.endswith("List") and "items" in value
    if not listed or not (kind == "List" or items is None or isinstance(items, list)):
        yield Document(value, source)
    elif items is not None and not isinstance(items, list):
        message = f"expected a list, found {_in_words(items)}"
        yield source.finding("NotAnObject", ("items",), message, "write the objects as a list")
    else:
        for index, item in enumerate(items or ()):
            yield from _unfold(item, source.below("items", index), inside_list=True)


def _in_words(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return f"'{printable(value)}'"
        case _:
            return printable(str(value))
