"""Where fields are: `locate` against places that are marked in the text."""

from __future__ import annotations

import io

import pytest

from gwsim.addresses import FieldPath
from gwsim.reading.manifests import Document, read_documents

ROUTE = """\
# a comment
apiVersion: v1
kind: HTTPRoute
metadata:
  name:   shop
  labels: {a: b, "c": 'd'}
spec:
  hostnames:
  - "é.example.com"
  - &host b.example.com
  rules:
    - matches:
        - path:
            type: Exact
            value: >-
              long
              text
      empty:
    -
      - nested
  alias: *host
  tagged: !!str 1
  1: number
  yes: [on, [off]]
"""
LIST = """\
first: 1
---
apiVersion: v1
kind: List
items:
- kind: A
- kind: B
  spec:
    x: 1
- apiVersion: v1
  kind: BList
  items:
  - kind: C
"""
MERGE = """\
base: &base
  x: 1
  w: {z: 2}
over: &over
  x: 3
both:
  <<: [*over, *base]
late:
  x: 4
  <<: *base
"""
JSON = """\
{"apiVersion": "v1",
\t"kind": "A\\u00e9",
 "spec": {"a\\n": [1,
  {"b": null}], "c": {}}}
{"kind":"B"}
"""


def read(text: str) -> tuple[Document, ...]:
    result = read_documents(["-"], stdin=io.BytesIO(text.encode()))
    assert result.findings == ()
    return result.documents


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param((), "2:1", id="the object itself"),
        pytest.param(("kind",), "3:7", id="a scalar"),
        pytest.param(("metadata",), "4:1", id="a mapping: its key"),
        pytest.param(("metadata", "name"), "5:11", id="a scalar behind spaces"),
        pytest.param(("metadata", "labels"), "6:3", id="a mapping in braces: its key"),
        pytest.param(("metadata", "labels", "c"), "6:23", id="a quoted scalar: its quote"),
        pytest.param(("spec", "hostnames"), "8:3", id="a list: its key"),
        pytest.param(("spec", "hostnames", 0), "9:5", id="an item: behind its dash"),
        pytest.param(("spec", "hostnames", 1), "10:5", id="an anchor is part of the item"),
        pytest.param(("spec", "rules", 0), "12:7", id="a mapping as item: its first key"),
        pytest.param(("spec", "rules", 0, "matches", 0, "path"), "13:11", id="a key behind a dash"),
        pytest.param(("spec", "rules", 0, "matches", 0, "path", "value"), "15:20", id="a block scalar"),
        pytest.param(("spec", "rules", 0, "empty"), "18:7", id="nothing: its key"),
        pytest.param(("spec", "rules", 1, 0), "20:9", id="an item of an item"),
        pytest.param(("spec", "alias"), "21:10", id="an alias: where it is used"),
        pytest.param(("spec", "tagged"), "22:11", id="a tag is part of the value"),
        pytest.param(("spec", "1"), "23:6", id="a number as key"),
        pytest.param(("spec", "true", 1, 0), "24:14", id="a boolean as key"),
        pytest.param(("spec", "rules", 0, "filters", 0, "type"), "12:7", id="a default: its parent"),
        pytest.param(("spec", "rules", 7), "11:3", id="an item too many: its list"),
        pytest.param(("metadata", "name", "x"), "5:11", id="below a scalar: the scalar"),
        pytest.param(("status",), "2:1", id="no parent but the object"),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_field_is_found(path: FieldPath, place: str, line_break: str) -> None:
    (document,) = read(ROUTE.replace("\n", line_break))
    assert str(document.source.locate(path)) == f"<stdin>:{place}"


@pytest.mark.parametrize(
    ("index", "path", "place"),
    [
        pytest.param(0, ("first",), "1:8", id="the document before"),
        pytest.param(1, (), "6:3", id="an item of the List"),
        pytest.param(2, ("spec",), "8:3", id="a field of an item"),
        pytest.param(2, ("spec", "x"), "9:8", id="a scalar of an item"),
        pytest.param(3, ("kind",), "13:11", id="an item of a List in the List"),
    ],
)
def test_an_object_in_a_list_is_found(index: int, path: FieldPath, place: str) -> None:
    assert str(read(LIST)[index].source.locate(path)) == f"<stdin>:{place}"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param(("both", "x"), "5:6", id="from the first of the list"),
        pytest.param(("both", "w"), "3:3", id="from the second"),
        pytest.param(("both", "w", "z"), "3:10", id="further down"),
        pytest.param(("both", "v"), "6:1", id="from none"),
        pytest.param(("late", "x"), "2:6", id="from a merge that overwrites"),
    ],
)
def test_a_merged_field_is_found_where_it_is_written(path: FieldPath, place: str) -> None:
    (document,) = read(MERGE)
    assert str(document.source.locate(path)) == f"<stdin>:{place}"


@pytest.mark.parametrize(
    ("index", "path", "place"),
    [
        pytest.param(0, (), "1:1", id="the object itself"),
        pytest.param(0, ("kind",), "2:10", id="behind a tab"),
        pytest.param(0, ("spec", "a\n"), "3:11", id="a key with an escape"),
        pytest.param(0, ("spec", "a\n", 0), "3:19", id="an item"),
        pytest.param(0, ("spec", "a\n", 1, "b"), "4:9", id="null"),
        pytest.param(0, ("spec", "c"), "4:17", id="an empty object: its key"),
        pytest.param(0, ("spec", "d"), "3:2", id="a default: its parent"),
        pytest.param(1, ("kind",), "5:9", id="a second object"),
    ],
)
def test_a_field_of_json_is_found(index: int, path: FieldPath, place: str) -> None:
    assert str(read(JSON)[index].source.locate(path)) == f"<stdin>:{place}"


def test_a_place_is_counted_from_the_start_of_a_file_with_a_byte_order_mark() -> None:
    read_bom = read_documents(["-"], stdin=io.BytesIO(b"\xef\xbb\xbfkind: A\n--- # b\nkind: B\n"))
    places = [str(document.source.locate(("kind",))) for document in read_bom.documents]
    assert places == ["<stdin>:1:7", "<stdin>:3:7"]


def test_directives_belong_to_the_document_after_them() -> None:
    text = "a: b\n...\n# c\n%TAG !y! tag:yaml.org,2002:\n---\nc: !y!int '1'\n"
    documents = read(text)
    assert [document.value for document in documents] == [{"a": "b"}, {"c": 1}]
    assert str(documents[1].source.locate(("c",))) == "<stdin>:6:4"
