"""Automata take the texts that RE2 takes, and find one where there is one."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gwsim.analysis.patterns.characters import EVERY
from gwsim.analysis.patterns.parsing import automaton_by, automaton_of
from gwsim.analysis.patterns.searching import Language, Search, shortest

ATOMS = st.sampled_from(
    [
        *("a", "b", "/", "-", ".", "^", "$", "[ab]", "[^a]", "[]a-]", "[^/]", r"\d", r"\W", r"\.", r"\x61"),
        *("(?:)", "[[:alpha:]]", "(?i:a)", "(?i)", r"\Qa.\E", "[a-k]", r"[\w-]", "K", "é", r"\A", r"\z"),
    ]
)


def _grow(patterns: SearchStrategy[str]) -> SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "{1}"])
    return st.one_of(
        st.lists(patterns, min_size=2, max_size=4).map("".join),
        st.lists(patterns, min_size=2, max_size=3).map(lambda each: f"({'|'.join(each)})"),
        st.tuples(patterns, repeats).map(lambda each: f"(?:{each[0]}){each[1]}"),
    )


PATTERNS = st.recursive(ATOMS, _grow, max_leaves=6)
TEXTS = st.text(alphabet="abkK/-.1é\u212a\n", max_size=5)
ANCHORS = {"full": "fullmatch", "start": "match", "none": "search"}


def language(pattern: str, anchor: str = "full") -> Language:
    automaton = automaton_of(pattern, anchor)
    if automaton is None:
        reject()
    return [automaton]


@settings(max_examples=200, deadline=None)
@given(PATTERNS, TEXTS, st.sampled_from(list(ANCHORS)))
def test_an_automaton_takes_what_re2_takes(pattern: str, text: str, anchor: str) -> None:
    expected = getattr(re2.compile(pattern), ANCHORS[anchor])(text) is not None
    found = shortest([language(pattern, anchor), [automaton_by(lambda new: new.text(text))]], [], EVERY)
    assert (found.text == text) is expected
    assert found.settled


@settings(max_examples=100, deadline=None)
@given(PATTERNS, PATTERNS)
def test_what_one_pattern_takes_and_another_does_not_is_found(held: str, missed: str) -> None:
    found = shortest([language(held)], [language(missed)], EVERY)
    if found.text is not None:
        assert re2.fullmatch(held, found.text)
        assert not re2.fullmatch(missed, found.text)


@pytest.mark.parametrize(
    ("held", "missed", "expected"),
    [
        pytest.param(["/a.*"], ["/a[b-z]*"], Search("/aa", settled=True), id="the shortest"),
        pytest.param(["/a/.*", ".*/b"], [], Search("/a/b", settled=True), id="in common"),
        pytest.param(["/a/.*"], ["/a(/.*)?"], Search(None, settled=True), id="one inside another"),
        pytest.param(["a+"], ["a", "aa+"], Search(None, settled=True), id="one inside two others"),
        pytest.param(
            ["(a|b)*a(a|b){20}"], ["(a|b)*b(a|b){20}"], Search(None, settled=False), id="too much to look at"
        ),
    ],
)
def test_patterns_are_compared(held: list[str], missed: list[str], expected: Search) -> None:
    assert shortest([language(each) for each in held], [language(each) for each in missed], EVERY) == expected


@pytest.mark.parametrize("pattern", [r"\pL", r"a\b", r"\C", "(?m)^a$", "(a{1000}){4}"])
def test_what_is_not_read_is_said_to_be_so(pattern: str) -> None:
    assert automaton_of(pattern, "full") is None
