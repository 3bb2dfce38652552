"""Conditions that are said to be apart are met by no request at once."""

from __future__ import annotations

import pytest

from gwsim.analysis.space.conditions import Asked, Condition, PathIs
from gwsim.analysis.space.implying import are_apart
from gwsim.implementations import SPEC
from gwsim.implementations.choosing import with_choices
from gwsim.resources.routes import HTTPPathMatch
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.request import Request

MATCHES = (
    *(HTTPPathMatch(type="PathPrefix", value=value) for value in ("/", "/a", "/a/b/", "/c")),
    *(HTTPPathMatch(type="Exact", value=value) for value in ("/a", "/a/b", "/c/d")),
    *(
        HTTPPathMatch(type="RegularExpression", value=value)
        for value in (
            *(
                "/a/[0-9]+",
                "/c/[0-9]+",
                "/[a-z]+/b",
                "/[a-z]+/d/.*",
                "/a(/b)?",
                "/(a|c)/b",
                "/a|/c",
                "(?i)/A/b",
            ),
            *("/a/?b", "/a.*/d", ".*/b", "/a/b|/c/d", "/a/b/?", "/a+/b", "/ab?/b"),
        )
    ),
)
PATHS = (
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/a/7",
    "/c/7",
    "/c",
    "/c/d",
    "/x/b",
    "/x/d/y",
    "/ab",
    "/ab/b",
    "/A/b",
)


@pytest.mark.parametrize("anchor", ["full", "start", "none"])
def test_no_path_is_taken_by_two_matches_that_are_apart(anchor: str) -> None:
    implementation = with_choices(SPEC, (f"regexAnchor={anchor}",))
    requests = [Asked(Request(path=path), implementation, Snapshot.of(())) for path in PATHS]
    apart = 0
    for one in MATCHES:
        for other in MATCHES:
            conditions: tuple[tuple[Condition], tuple[Condition]] = ((PathIs(one),), (PathIs(other),))
            if are_apart(*conditions, implementation):
                apart += 1
                both = [each for each in requests if all(pair[0].holds(each) for pair in conditions)]
                assert both == [], (one, other)
    assert (apart > 0) is (anchor == "full")
