"""The reader of lines: what it takes it reads as the careful reader does, and it takes ordinary manifests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gwsim.addresses import FieldPath
from gwsim.reading.formats.block_lines import LineReader
from gwsim.reading.formats.block_places import LinePlaces
from gwsim.reading.formats.nodes import Builder, find
from gwsim.reading.formats.scalars import PlainScalars, Unusual, resolve
from gwsim.reading.formats.texts import MAX_DEPTH, FileText, parts
from gwsim.reading.formats.yaml_text import compose

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FRAGMENTS = (
    *("a:", "b:", "a: 1", "b: x y", "c: 'it'", 'c: "on"', "d: on", "e:  # why", "f: ''", "- ", "-", "- a"),
    *("- a: 1", "- a:", "-  b: 2", "- 'q'", "-   c:", "- - a", "# why", "", "x", "x: - y", "g: |", "h: >-"),
    *("---", "--- # why", "...", "i: [1]", "j: {}", "k: &k v", "l: *k", "m: !!str 1", "? n", ": o", "<<: a"),
    *(
        "y: 1",
        "~: 1",
        "p: a #b",
        "p: a#b",
        "p: a: b",
        "p: a:",
        "q: 'it''s'",
        'r: "a\\n"',
        "s: .inf",
        "t: 0x1",
    ),
    *(
        "u: -1",
        "- -1",
        "v: é",
        "# é",
        "w:\t1",
        "x: 1\t",
        "'z': 1",
        "a/b.c: /d",
        "1: a",
        "aa:b",
        "- a:b",
        "- {}",
        "- a: []",
        "k: {} # c",
        "k: {}x",
        "%A",
    ),
    *(
        "- ---",
        "k: ---",
        'k: "a',
        "b'",
        "k: 'a' b",
        "k: 'a' # b",
        "k: 'a'#b",
        "k: `a",
        "k: @a",
        "k: a,b",
        'k: "a"b"',
        "k: a  # b",
    ),
)
lines = st.builds(
    lambda indent, text, end: " " * indent + text + end,
    st.integers(0, 5),
    st.sampled_from(FRAGMENTS) | st.text("ab:- #'\"~1.\\\t\r,[]{}&*!|>%@`?=<", max_size=8),
    st.sampled_from(["", "", "", " ", "\r", " # c"]),
)
words = st.from_regex(r"[a-z]([a-z./-]{0,8}[a-z])?", fullmatch=True).filter(
    lambda text: resolve(text) == text
)
numbers = st.integers(-(2**63), 2**64 - 1)
quoted = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="'\\\""), max_size=9)
trees = st.recursive(
    st.none() | st.booleans() | numbers | words | quoted,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=25,
)


def carefully(text: str) -> list[object] | None:
    """What the careful reader makes of a text; None for a text that it refuses."""
    file = FileText("a.yaml", text)
    composition = compose(file, 0, len(text))
    builder = Builder(file)
    values = [builder.build(root) for root in composition.roots]
    return None if composition.finding or builder.findings else values


def quickly(text: str) -> list[object] | None:
    """What the reader of lines makes of a text; None for a text that it leaves to others."""
    reader = LineReader(PlainScalars())
    try:
        value = reader.read(text)
    except Unusual:
        return None
    assert repr(reader.read(text)) == repr(value), "a line that is remembered means the same"
    if value not in ([], [None]):
        file = FileText("a.yaml", f"# one\n{text}")
        (root,) = compose(file, 6, len(file.text)).roots
        places = LinePlaces(reader.lines(text, 6))
        for path in paths(value[0]):
            assert places.find(path) == find(root, path), f"{path} is at the same place"
    return value


def paths(value: object, path: FieldPath = ()) -> Iterator[FieldPath]:
    """The path of everything in a value, and of what is not there."""
    yield path
    yield (*path, "missing")
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(child, (*path, key))
        yield (*path, len(value))


def written(value: object, column: int, data: st.DataObject) -> list[str]:
    """The lines of a list or mapping in block style, indented as it comes."""
    rows: list[str] = []
    for key, child in value.items() if isinstance(value, dict) else ((None, each) for each in value):
        head = " " * column + ("-" if key is None else f"{key}:")
        if data.draw(st.integers(0, 9)) == 0:
            rows.append(data.draw(st.sampled_from(["", "  ", "# a: b", "   # - a", "\r"])))
        if not isinstance(child, dict | list) or not child:
            rows.append(
                f"{head} {scalar(child)}{data.draw(st.sampled_from(['', '', ' # why', '  ', chr(13)]))}"
            )
            continue
        in_column = isinstance(child, list) and key is not None
        deeper = column + data.draw(st.integers(0 if in_column else 1, 4))
        below = written(child, deeper, data)
        if key is None and isinstance(child, dict) and deeper > column + 1 and below[0].strip()[:1].isalpha():
            rows += [f"{head}{' ' * (deeper - column - 1)}{below[0].lstrip()}", *below[1:]]
        else:
            rows += [head + data.draw(st.sampled_from(["", " ", " # why"])), *below]
    return rows


def scalar(value: object) -> str:
    """A scalar as it is written: text without quotes where that means the same."""
    match value:
        case str():
            return value if value.isalpha() and resolve(value) == value else f"'{value}'"
        case None:
            return "~"
        case list() | dict():
            return "[]" if isinstance(value, list) else "{}"
        case _:
            return str(value).lower()


@pytest.mark.parametrize("indent", [0, 2])
def test_any_two_lines_that_are_taken_mean_the_same_to_the_careful_reader(indent: int) -> None:
    taken = 0
    for first in FRAGMENTS:
        for second in ("", *FRAGMENTS):
            text = f"{first}\n{' ' * indent}{second}"
            value = quickly(text)
            if value is not None:
                taken += 1
                assert repr(value) == repr(carefully(text)), text
    assert taken > 300


@given(st.lists(lines, max_size=9).map("\n".join))
@settings(max_examples=1000, deadline=None)
@example("a: b\n  - c")
@example("- a\n  - b")
@example("a:\n- b\nc: d")
@example("- a:\n  - b\n- c")
@example("a:\n\n\n  b: 1\n# c\n  d: 2")
@example("a: 1\n a: 2")
@example("a: 1\na: 2")
@example("---\na: 1\n---\nb: 1")
@example("a: 1\r\nb: 2\r\n")
@example("a: 1\rb: 2\n")
@example("a: b\n  c")
@example("a: 'b\n  c'")
def test_what_the_reader_of_lines_takes_means_the_same_to_the_careful_one(text: str) -> None:
    value = quickly(text)
    if value is not None:
        assert repr(value) == repr(carefully(text))


@given(trees.filter(lambda tree: bool(tree) and isinstance(tree, dict | list)), st.integers(0, 3), st.data())
@settings(max_examples=300, deadline=None)
def test_ordinary_block_style_is_taken_however_it_is_indented(
    tree: object, column: int, data: st.DataObject
) -> None:
    text = "\n".join(
        [*data.draw(st.sampled_from([[], ["---"], ["# why", "", "--- # a"]])), *written(tree, column, data)]
    )
    assert repr(quickly(text)) == repr([tree])


@given(trees.filter(lambda tree: bool(tree) and isinstance(tree, dict | list)), st.data())
@settings(max_examples=300, deadline=None)
def test_block_style_with_a_line_moved_or_broken_means_the_same_or_is_left_to_others(
    tree: object, data: st.DataObject
) -> None:
    rows = written(tree, 0, data)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        change = data.draw(st.sampled_from(["indent", "outdent", "drop", "twice", "cut", "insert"]))
        row = rows[at]
        new = {
            "indent": [" " * data.draw(st.integers(1, 3)) + row],
            "outdent": [row.removeprefix(" ")],
            "drop": [],
            "twice": [row, row],
            "cut": [row[: data.draw(st.integers(0, len(row)))]],
            "insert": [data.draw(lines), row],
        }[change]
        rows[at : at + 1] = new or [""]
    text = "\n".join(rows)
    value = quickly(text)
    if value is not None:
        assert repr(value) == repr(carefully(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: b\n  c: d", id="a mapping inside a scalar"),
        pytest.param("a:\n    b: 1\n  c: 2", id="a column between two others"),
        pytest.param("  a: 1\nb: 2", id="a column left of the outermost"),
        pytest.param("- a\nb: 1", id="a key after a list"),
        pytest.param("a: 1\n- b", id="an item after a key with a value"),
        pytest.param("a: 1\na: 2", id="a key twice"),
        pytest.param("y: 1", id="a key that is no text"),
        pytest.param("<<: a", id="a merge"),
        pytest.param("a: .inf", id="a number that JSON cannot hold"),
        pytest.param("a: b\x85c: d", id="a line break beyond ASCII"),
        pytest.param("a: 1\n---\nb: 1", id="two documents"),
        pytest.param("\n".join(" " * depth + "a:" for depth in range(MAX_DEPTH + 1)), id="great depth"),
        pytest.param(
            "\n".join(" " * depth + "a:" for depth in range(MAX_DEPTH)) + " {}", id="an empty mapping in that"
        ),
    ],
)
def test_what_bears_on_other_lines_is_left_to_others(text: str) -> None:
    assert quickly(text) is None


def test_most_documents_of_the_scenarios_are_taken() -> None:
    texts = [path.read_text() for path in sorted(SCENARIOS.glob("*/*.yaml"))]
    documents = [text[start:end] for text in texts for start, end in parts(text)]
    taken = [value is not None for value in map(quickly, documents)]
    assert sum(taken) > len(taken) / 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" " * 200_000 + "\x01", id="spaces"),
        pytest.param("a: " + "b " * 100_000 + "\x01", id="words"),
        pytest.param("a:" + " " * 200_000 + "\x01", id="spaces after a key"),
        pytest.param("-" + " " * 200_000 + "\x01", id="spaces after a dash"),
        pytest.param("#" * 200_000 + "\x01", id="a comment"),
        pytest.param("a: x" + " #" * 100_000 + "\x01", id="signs of comments"),
        pytest.param("a: '" + " " * 200_000, id="quotes that are not closed"),
    ],
)
def test_no_line_is_read_in_more_than_linear_time(text: str) -> None:
    assert quickly(text) is None
