"""What gwsim refuses, drops and stores is what the official CRDs refuse, drop and store, in every release."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gwsim.resources.releases.release import NEWEST, V1_6, Channel, Release
from tests.resources import differential
from tests.resources.differential import (
    admitted,
    differences,
    disagreements,
    official_fields,
    our_fields,
    our_unknown_fields,
    vectors,
)
from tests.resources.mutations import example

pytestmark = pytest.mark.skipif(
    not differential.AVAILABLE,
    reason=differential.UNAVAILABLE,
)


def test_every_vector_is_judged_as_the_api_server_does() -> None:
    wrong = set()
    for vector in vectors():
        admission = admitted(vector.manifest, vector.release)
        refused = our_fields(admission) | (our_unknown_fields(admission) if vector.strict else set())
        if (not refused) != vector.valid:
            wrong.add(vector.id)
    assert len(vectors()) > 900
    assert wrong == set()


def test_every_vector_is_refused_and_stored_as_the_crds_say() -> None:
    wrong = {
        vector.id: found for vector in vectors() if (found := differences(vector.manifest, vector.release))
    }
    assert wrong == {}


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_drawn_objects_are_refused_and_stored_as_the_crds_say(seed: int) -> None:
    assert differences(*example(seed)) == set()


@pytest.mark.parametrize("channel", [Channel.STANDARD, Channel.EXPERIMENTAL])
def test_lenient_reading_takes_what_either_channel_takes_whole(channel: Channel) -> None:
    good = [vector for vector in vectors() if not admitted(vector.manifest, Release(V1_6, channel)).findings]
    assert len(good) > 100
    assert {vector.id for vector in good if our_fields(admitted(vector.manifest))} == set()


METADATA_CHANGES = (
    pytest.param({"name": None}, id="no name"),
    pytest.param({"name": 5}, id="a number as name"),
    pytest.param({"name": "Shop"}, id="an upper-case name"),
    pytest.param({"name": "a" * 254}, id="a long name"),
    pytest.param({"name": "a.b-c.d"}, id="a good name"),
    pytest.param({"namespace": "a.b"}, id="a dotted namespace"),
    pytest.param({"namespace": ""}, id="an empty namespace"),
    pytest.param({"labels": {"a": "b c"}}, id="a label value with a space"),
    pytest.param({"labels": {"a": True}}, id="a boolean label"),
    pytest.param({"labels": {"a": None}}, id="a null label"),
    pytest.param({"labels": {"-a": "b"}}, id="a label key that begins with a dash"),
    pytest.param({"labels": {"a/b/c": "b"}}, id="a label key with two slashes"),
    pytest.param({"labels": {"Example.com/b": "b"}}, id="a label key with an upper-case prefix"),
    pytest.param({"labels": {"example.com/B": ""}}, id="an empty label"),
    pytest.param({"annotations": {"Example.com/b": "b"}}, id="an annotation key with an upper-case prefix"),
    pytest.param({"annotations": {"a": 1}}, id="a number as annotation"),
    pytest.param({"annotations": {"a": "b" * 262_144}}, id="long annotations"),
    pytest.param({"labels": None, "annotations": None}, id="nulls"),
)


@pytest.mark.parametrize("change", METADATA_CHANGES)
@pytest.mark.parametrize("kind", ["GatewayClass", "HTTPRoute"])
def test_metadata_fails_where_the_checker_says(kind: str, change: Mapping[str, object]) -> None:
    spec = {"controllerName": "example.com/c"} if kind == "GatewayClass" else {}
    manifest = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "a", **change},
        "spec": spec,
    }
    ours = our_fields(admitted(manifest, NEWEST))
    assert disagreements(ours, official_fields(manifest, NEWEST)) == set()
