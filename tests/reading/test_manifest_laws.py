"""What holds for all text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.addresses import FieldPath
from gwsim.reading.formats.nodes import Builder, find
from gwsim.reading.formats.scalars import PlainScalars, Unusual, resolve
from gwsim.reading.formats.texts import FileText, parts, printable
from gwsim.reading.formats.yaml_text import QuickReader, compose
from gwsim.reading.manifests import Documents, read_documents

ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, labels: &labels {app: "shop"}}
spec:
  hostnames: ['*.example.com', b.example.com]
  rules:
  - matches: # all
    - path: {type: Exact, value: /a}
      headers:
      - name: x-canary
        value: "on"
    backendRefs: [{name: a, port: 80, weight: 0x10}]
    labels: *labels
---
{"apiVersion": "v1", "kind": "List", "items": [{"kind": "A", "x": [1.5, null, "\\u00e9"]}]}
---
text: |
  ---
  a
folded: >-
  b
   c
"""
# What YAML cannot hold even in quotes is left to JSON.
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\x7f\x85\xa0\ufeff\ufffe\uffff"), max_size=20
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(
        ["on", "1:30", "2015-01-01", "0x1", "1_0", "~", "<<", "=", "", "- a", "a: b", "---", "*a", "&a"]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(texts, values, max_size=5)


def read(data: bytes) -> Documents:
    return read_documents(["-"], stdin=io.BytesIO(data))


def check_places(documents: Documents) -> None:
    for document in documents.documents:
        assert isinstance(document.value, dict)
        for key, value in document.value.items():
            inner: tuple[str | int, ...] = (0,) if isinstance(value, list) else ()
            assert document.source.locate((key, *inner)).line >= 1
    for finding in documents.findings:
        assert finding.location.column >= 1
        assert finding.message.startswith("expected ")
        assert (finding.message + finding.help).isprintable()


@given(objects, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_json_reads_back_equal(value: dict[str, object], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    documents = read(text.encode())
    assert [document.value for document in documents.documents] == [value]
    check_places(documents)


class QuotingDumper(yaml.SafeDumper):
    """Quotes all text: PyYAML leaves `y` and `08` bare, which are no text to Kubernetes."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@given(objects, st.sampled_from([None, True, False]), st.sampled_from([None, "'", '"']))
@settings(max_examples=100, deadline=None)
def test_yaml_reads_back_equal(value: dict[str, object], flow: bool | None, style: str | None) -> None:
    text = yaml.dump(
        value,
        Dumper=yaml.SafeDumper if style else QuotingDumper,
        default_flow_style=flow,
        default_style=style,
        allow_unicode=True,
        sort_keys=False,
    )
    documents = read(b"---\n" + text.encode() + b"\n---\nlast: 1\n")
    assert [document.value for document in documents.documents] == [value, {"last": 1}]
    check_places(documents)


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    check_places(read(data))


@given(st.text(alphabet="ab01:-?,[]{}#&*!|>'\"%@` \n\t\r.<=~_x\\u2028\u2028\x85\ufeff\x00é", max_size=60))
@settings(max_examples=1000, deadline=None)
def test_no_text_of_yaml_signs_raises(text: str) -> None:
    check_places(read(text.encode()))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_mutation_of_a_manifest_raises(data: st.DataObject) -> None:
    text = ROUTE
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.sampled_from([0, 1, 2, 10, len(text)]))
        new = data.draw(
            st.sampled_from(
                ["", " ", "\t", "\n", "'", '"', "{", "]", ":", "- ", "---\n", "*x", "<<: ", "\\", "!"]
            )
        )
        text = text[:at] + new + text[at + cut :]
    check_places(read(text.encode()))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_the_quick_reader_and_the_careful_one_agree(data: st.DataObject) -> None:
    lines = data.draw(
        st.lists(st.sampled_from([*ROUTE.splitlines(), "  a: b", "a: 1", "a:", "- on", "? x"]), max_size=9)
    )
    text = "\n".join(lines)
    try:
        quick = QuickReader(PlainScalars()).read(text)
    except Unusual:
        return
    file = FileText("a.yaml", text)
    composition = compose(file, 0, len(text))
    assert composition.finding is None
    builders = [Builder(file) for _ in composition.roots]
    assert [builder.build(root) for builder, root in zip(builders, composition.roots, strict=True)] == quick
    assert [builder.findings for builder in builders] == [[] for _ in builders]


names = st.from_regex(r"[a-z]([a-zA-Z./-]{0,8}[a-z])?", fullmatch=True)
ordinary = st.recursive(
    st.sampled_from(
        [None, True, 0, 80, "", "on", "1:30", "true", "*.example.com", "/a b", "it's", "a: b", "- a"]
    )
    | names
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=20,
)


def paths(value: object, path: FieldPath = ()) -> Iterator[FieldPath]:
    yield path
    yield (*path, "missing")
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(child, (*path, key))


@given(
    st.lists(st.dictionaries(names, ordinary, min_size=1, max_size=4), min_size=1, max_size=3),
    st.sampled_from([False, False, False, None, True]),
    st.sampled_from([None, None, "'", '"']),
    st.integers(2, 6),
    st.integers(10, 100),
)
@settings(max_examples=150, deadline=None)
def test_whichever_reader_takes_a_text_values_and_places_are_the_careful_ones(
    given_values: list[dict[str, object]], flow: bool | None, style: str | None, indent: int, width: int
) -> None:
    text = yaml.dump_all(
        given_values,
        Dumper=yaml.SafeDumper,
        default_flow_style=flow,
        default_style=style,
        indent=indent,
        width=width,
        allow_unicode=True,
        sort_keys=False,
        explicit_start=True,
    )
    documents = read(text.encode())
    file = FileText("<stdin>", text)
    roots = [root for start, end in parts(text) for root in compose(file, start, end).roots]
    builder = Builder(file)
    assert [repr(each.value) for each in documents.documents] == [repr(builder.build(root)) for root in roots]
    for document, root in zip(documents.documents, roots, strict=True):
        for path in paths(document.value):
            assert document.source.locate(path)[1:] == file.place(find(root, path))[1:]


@given(st.text(alphabet="a-%\n\r #.:", max_size=60))
def test_the_parts_of_a_text_are_the_whole_of_it(text: str) -> None:
    pieces = [text[start:end] for start, end in parts(text)]
    assert "".join(pieces) == text
    assert all(pieces)


@given(st.text(max_size=60))
def test_printable_text_is_printable(text: str) -> None:
    assert printable(text).isprintable()


@given(st.text(alphabet="0123456789+-._xXobeEfyn~", min_size=1, max_size=12))
@settings(max_examples=2000, deadline=None)
def test_every_scalar_has_a_meaning(text: str) -> None:
    value = resolve(text)
    if isinstance(value, str):
        assert value == text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_change_nothing(line_break: str) -> None:
    assert [document.value for document in read(ROUTE.replace("\n", line_break).encode()).documents] == [
        document.value for document in read(ROUTE.encode()).documents
    ]
