"""Values are replaced where they stand, and nothing else of a file is touched."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.errors import UsageError
from gwsim.reading.formats.flow_text import flow_text, quoted
from gwsim.reading.formats.nodes import Builder
from gwsim.reading.formats.texts import FileText
from gwsim.reading.formats.yaml_text import compose
from gwsim.reading.scenarios.rewriting import Replacement, rewrite


def read(text: str) -> object:
    file = FileText("x", text)
    (root,) = compose(file, 0, len(text)).roots
    builder = Builder(file)
    value = builder.build(root)
    assert not builder.findings
    return value


def replaced(text: str, new: object) -> str:
    """Replace the value of the key `a`."""
    old = read(text)
    assert isinstance(old, dict)
    return rewrite("x", text.encode(), [Replacement(("a",), old["a"], new)]).decode()


@pytest.mark.parametrize(
    ("text", "new", "wanted"),
    [
        pytest.param("a: 1 # one\n", 2, "a: 2 # one\n", id="a scalar"),
        pytest.param("{a: 1, b: 2}", None, "{a: null, b: 2}", id="a scalar between braces"),
        pytest.param('a: "1"\n', "it's", 'a: "it\'s"\n', id="double quotes stay"),
        pytest.param("a: '1'\n", "it's", "a: 'it''s'\n", id="single quotes stay"),
        pytest.param("a: x\n", "true", 'a: "true"\n', id="quotes where they are needed"),
        pytest.param("a: '1'\n", 1, "a: 1\n", id="no quotes for a number"),
        pytest.param("a: # nothing\nb: 1", 7, "a: 7 # nothing\nb: 1", id="in place of nothing"),
        pytest.param("a:\nb: 1", 7, "a: 7\nb: 1", id="in place of nothing at all"),
        pytest.param("a: |\n  x\n  y\n# c\nb: 1\n", "z", "a: z\n# c\nb: 1\n", id="a block of text"),
        pytest.param(
            "a: {x: 1,  z: 2} # c", {"x": 1, "z": 3}, "a: {x: 1,  z: 3} # c", id="a part between braces"
        ),
        pytest.param(
            "a:\n  x: 1 # c\n\n  z: 2\nb: 1", {"x": 5, "z": 2}, "a:\n  x: 5 # c\n\n  z: 2\nb: 1", id="a part"
        ),
        pytest.param("a: {x: 1}\n", {"z": 1}, "a: {z: 1}\n", id="other keys"),
        pytest.param("a:\n  x: 1\n# c\nb: 1", None, "a: null\n# c\nb: 1", id="a block by a scalar"),
        pytest.param("a: # c\n- x\nb: 1", [], "a: # c\n  []\nb: 1", id="a list under a comment by none"),
        pytest.param("a: [x,  y, z] # c", ["x"], "a: [x] # c", id="items taken away between brackets"),
        pytest.param("a: [x]", ["x", "y z", 3], 'a: [x, "y z", 3]', id="items added between brackets"),
        pytest.param("a:\n- x # c\n- y\n# d\nb: 1", ["z"], "a:\n- z # c\n# d\nb: 1", id="items taken away"),
        pytest.param(
            "a:\n  - x: 1 # c\n# d\nb: 1",
            [{"x": 1}, {"x": 2}],
            "a:\n  - x: 1 # c\n  - {x: 2}\n# d\nb: 1",
            id="items added",
        ),
        pytest.param("a: [1]\r\nb: 2\r\n", [2], "a: [2]\r\nb: 2\r\n", id="line breaks stay"),
        pytest.param("a:\r\n- 1\r\n", [1, 2], "a:\r\n- 1\r\n- 2\r\n", id="line breaks are those of the file"),
        pytest.param("\ufeffa: 1", 2, "\ufeffa: 2", id="a byte order mark stays"),
        pytest.param("b: &x 1\na: *x\n", 2, None, id="an alias is not followed"),
        pytest.param(
            "b: &x {c: 1}\na: {<<: *x}", {"c": 2}, "b: &x {c: 1}\na: {c: 2}", id="a merge is written out"
        ),
        pytest.param(
            "a: {on: 1, x: 2}", {"true": 3, "x": 2}, "a: {on: 3, x: 2}", id="a key that is read otherwise"
        ),
    ],
)
def test_a_value_is_replaced_where_it_stands(text: str, new: object, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(UsageError, match="share nothing by anchors"):
            replaced(text, new)
    else:
        bare = text.removeprefix("\ufeff")
        old = read(bare)
        assert isinstance(old, dict)
        assert rewrite("x", text.encode(), [Replacement(("a",), old["a"], new)]).decode() == wanted


def test_other_encodings_are_refused() -> None:
    with pytest.raises(UsageError, match="expected UTF-8"):
        rewrite("x", "a: 1".encode("utf-16"), [Replacement(("a",), 1, 2)])


TEXTS = st.text(max_size=6) | st.sampled_from(
    ["yes", "null", "1", "0x1", "9/10", "cart#1", "a: b", "- a", "#a", "{", "'"]
)
SCALARS = st.none() | st.booleans() | st.integers(-9, 99) | st.sampled_from([0.5, 1e-7, 1e300]) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_on_one_line_is_read_as_the_same(value: object) -> None:
    text = flow_text(value)
    assert "\n" not in text
    assert read(f"a: [{text}]") == {"a": [value]}


@given(st.text(), st.sampled_from("'\""))
def test_a_text_in_quotes_is_read_as_the_same(text: str, quote: str) -> None:
    assert read(quoted(text, quote)) == text


WORDS = st.sampled_from(["alpha", "beta", "gamma"])
PLAIN = st.recursive(
    WORDS | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(old=PLAIN, new=PLAIN, style=st.sampled_from([None, True, False]), indent=st.sampled_from([2, 4]))
def test_in_every_layout_the_value_is_the_new_one_and_comments_outside_stay(
    old: object, new: object, style: bool | None, indent: int
) -> None:
    written = yaml.safe_dump({"a": old, "b": 1}, default_flow_style=style, indent=indent, width=1000)
    if flow := written.startswith("{"):
        text = f"# before\n{written}# after\n"
    else:
        text = "# before\n" + re.sub(r"$(?!\Z)", " # here", written, flags=re.MULTILINE) + "# after\n"
        text = text.replace("b: 1 # here", "# between\nb: 1 # here")
    changed = replaced(text, new)
    assert read(changed) == {"a": new, "b": 1}
    marks = ["# before", "# after", *([] if flow else ["# between", "b: 1 # here"])]
    assert all(mark in changed for mark in marks)
    assert replaced(changed, new) == changed
