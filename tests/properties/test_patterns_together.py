"""Many regular expressions at a time take what each of them takes alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.binding.referring.patterns import pattern_test
from gwsim.implementations import SPEC
from gwsim.implementations.choosing import with_choices
from gwsim.routing.indexing.expressions import PatternIndex, PatternSets
from gwsim.routing.indexing.segments import spelled_segments
from gwsim.testing.drawing.dice import Dice, thrown

PIECES: Sequence[tuple[str, tuple[str, ...]]] = (
    *(
        ("/", ("/",)),
        ("/a", ("/a",)),
        ("/b", ("/b",)),
        ("/a", ("/a",)),
        ("/", ("/",)),
        ("a", ("a",)),
        ("b", ("b",)),
    ),
    *(("/?", ("/", "")), ("/+", ("/", "//")), ("(/.*)?", ("", "/x/a", "/")), ("(?:/b)*", ("", "/b/b"))),
    *(
        ("(/a)?", ("", "/a")),
        ("(b)", ("b",)),
        ("(b)?", ("", "b")),
        ("(a|b)", ("a", "b")),
        ("(/a|b)", ("/a", "b")),
        ("(a|/b)?", ("", "a", "/b")),
    ),
    *(
        (".", ("a", "/")),
        (".*", ("", "/a/", "ab")),
        ("[ab]", ("a",)),
        ("[^/]+", ("ab", "1")),
        ("[!-~]+", ("a", "/b")),
    ),
    *(
        (r"\d", ("1",)),
        ("?", ("",)),
        ("*", ("",)),
        ("+", ("",)),
        ("|", ("",)),
        ("|/", ("/", "")),
        ("/b|", ("", "/b")),
        ("$", ("",)),
        ("^", ("",)),
    ),
    *(
        (r"\.", (".",)),
        ("(?i)", ("",)),
        ("()", ("",)),
        ("{2}", ("",)),
        (r"\Q.|\E", (".|",)),
        ("[(]", ("(",)),
        ("é", ("é",)),
    ),
)
"""Parts of patterns, and what each takes."""


def pattern_and_paths(dice: Dice) -> tuple[str, list[str]]:
    pieces = dice.some(PIECES, most=6, least=1)
    paths = ["".join(dice.one(texts) for _, texts in pieces) for _ in range(3)]
    paths += [f"{paths[0]}/a", f"/{paths[0]}", paths[0].upper(), paths[0].replace("a", "b"), paths[0][:-1]]
    return "".join(text for text, _ in pieces), paths


PATTERNS = thrown("patterns", pattern_and_paths, throws=32)
ALL = st.lists(PATTERNS, min_size=1, max_size=12)
ANCHORS = st.sampled_from(("full", "full", "start", "none"))


def takes(pattern: str, path: str) -> bool:
    test = pattern_test(pattern, SPEC)
    return test is not None and test(path)


@given(PATTERNS)
def test_a_pattern_takes_a_path_iff_the_segment_is_there_and_its_shape_takes_it(
    case: tuple[str, list[str]],
) -> None:
    pattern, paths = case
    if pattern_test(pattern, SPEC) is not None:
        for place, text, shape in spelled_segments(pattern):
            for path in paths:
                there = path.split("/")[place : place + 1] == [text]
                assert takes(pattern, path) == (there and takes(shape, path)), (path, place, text, shape)


@settings(max_examples=settings().max_examples // 4)
@given(ALL, ANCHORS)
def test_patterns_together_take_what_each_takes(cases: list[tuple[str, list[str]]], anchor: str) -> None:
    choices = with_choices(SPEC, (f"regexAnchor={anchor}",))
    tests = {pattern: pattern_test(pattern, choices) for pattern, _ in cases}
    # As a table has them: those that compile, each once; and others of the same shapes.
    patterns = [each for each, test in tests.items() if test is not None]
    patterns += [each.replace("a", "b") for each in patterns if each.replace("a", "b") not in tests]
    patterns = list(dict.fromkeys(patterns))
    index = PatternIndex({each: at for at, each in enumerate(patterns)}, choices)
    for path in {path for _, paths in cases for path in paths}:
        alone = [
            at for at, each in enumerate(patterns) if (test := pattern_test(each, choices)) and test(path)
        ]
        assert sorted(index.taking(path)) == alone, (patterns, path)


def services(count: int) -> list[str]:
    return [f"/(de|en)/service-{number}/[a-z]+" for number in range(count)]


@pytest.mark.parametrize(
    "patterns",
    [
        pytest.param(services(40), id="looked up by a segment"),
        pytest.param([f"/(de|en)/service-{number}x*" for number in range(40)], id="in a set"),
        pytest.param([f"/.*/x{number}[^/]{{900}}" for number in range(40)], id="too large for one set"),
    ],
)
def test_one_of_many_patterns_is_found(patterns: list[str]) -> None:
    index = PatternIndex({each: at for at, each in enumerate(patterns)}, SPEC)
    for number in (0, 7, 39):
        path = f"/de/service-{number}/abc" if "service" in patterns[0] else f"/a/x{number}{'y' * 900}"
        path = path.removesuffix("/abc") if patterns[0].endswith("*") else path
        assert index.taking(path) == [number]
    assert index.taking("/de/service-40") == []


def test_a_set_that_runs_out_of_memory_is_asked_one_by_one() -> None:
    options = re2.Options()
    options.max_mem, options.log_errors = 1 << 12, False
    exhausted = re2.Set.FullMatchSet(options)
    exhausted.Add("never")
    exhausted.Compile()
    assert not exhausted.Match("/de/service-2/abc")
    sets = PatternSets(services(3), SPEC)
    assert sets.taking("/de/service-2/abc") == [2]
    sets._sets = [(exhausted, places) for _, places in sets._sets]
    assert sets.taking("/de/service-2/abc") == [2]
