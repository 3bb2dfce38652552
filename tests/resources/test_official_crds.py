"""What gwsim refuses is what the official CRDs refuse, at the same fields."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.resources import differential
from tests.resources.differential import Vector, admitted, disagreements, official_fields, our_fields

pytestmark = pytest.mark.skipif(
    not differential.FOLDER.is_dir(),
    reason=f"the official CRDs and their checker are not in {differential.FOLDER}",
)

INTENDED: Mapping[str, str] = {
    "v1.6.1/experimental/HTTPRouteRuleExperimental/invalid-because-multiple-names-are-repeated": (
        "the standard channel lets names of rules repeat"
    ),
    "v1.6.1/experimental/HTTPRouteRuleExperimental/invalid-because-multiple-names-are-repeated-with-others": (
        "the standard channel lets names of rules repeat"
    ),
    "v1.6.1/experimental/extra/httproute-rule-names-duplicate-experimental": (
        "the standard channel lets names of rules repeat"
    ),
    "v1.6.1/experimental/invalid-example/experimental-httproute-invalid-header-value": (
        "the standard channel has no pattern for values of headers"
    ),
    "v1.6.1/standard/extra/filter-externalauth-in-standard-pruned": (
        "fields of the experimental channel are read, so an incomplete one is an error"
    ),
    "v1.6.1/standard/extra/gateway-defaultscope-standard-strict": (
        "fields of the experimental channel are read"
    ),
    "v1.6.1/standard/extra/httproute-retry-standard-strict": "fields of the experimental channel are read",
    "v1.6.1/standard/extra/httproute-parentrefs-ports-standard": (
        "the experimental channel tells references to one parent apart by port"
    ),
}
"""Vectors on which we differ, because what either channel takes is taken."""

ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 80, 80.0, 80.5, 65536, 2**31, 2**40, "", "a", "A", "80", "/", "/a//b",
    "/a/../b", "/a%2Fb", "/a#b", "/ä", "a" * 64, "a" * 254, "a" * 1025, "a" * 4097, "*",
    "*.example.com", "Example.com", "1.2.3.4", "::1", "256.1.1.1", "a b", "10s", "0s", "1h30m", "1.5s",
    "HTTP", "HTTPS", "TLS", "TCP", "UDP", "Terminate", "Passthrough", "Exact", "PathPrefix",
    "RegularExpression", "Hostname", "IPAddress", "ReplaceFullPath", "ReplacePrefixMatch",
    "RequestRedirect", "URLRewrite", "CORS", "RequestMirror", "ExtensionRef", "Service", "GRPC",
    "Permanent", "Header", "GET", 302, 304, 302.0, [], {}, [None], ["*", "*"], ["*", "GET"], ["a", "a"],
    {"a": "b"}, {"a": None}, {"name": "a"},
)  # fmt: skip

FRAGMENTS: Mapping[str, object] = {
    "tls": {"certificateRefs": [{"name": "cert"}]},
    "timeouts": {"request": "1s", "backendRequest": "2s"},
    "retry": {"codes": [500, 500], "attempts": 0, "backoff": "1s"},
    "sessionPersistence": {"type": "Header", "cookieConfig": {"lifetimeType": "Permanent"}},
    "hostname": "a.example.com",
    "sectionName": "a",
    "port": 80,
    "namespace": "other",
    "requestRedirect": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}},
    "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/"}},
    "cors": {"allowOrigins": ["*", "https://a.example"], "maxAge": 2**31},
    "externalAuth": {"protocol": "HTTP", "backendRef": {"name": "auth"}, "grpc": {}},
    "requestMirror": {"backendRef": {}, "percent": 1, "fraction": {"numerator": 2, "denominator": 1}},
    "fraction": {"numerator": 2, "denominator": 1},
    "headers": [{"name": "x", "value": "1"}, {"name": "x", "value": "2"}],
    "addresses": [{"value": "::1"}, {"value": "::1"}, {"type": "Hostname", "value": "A"}, {"value": "x"}],
    "infrastructure": {"labels": {"a/b/c": "-", "ok": "v"}, "annotations": {"a" * 253 + "/b": ""}},
    "filters": [{"type": "RequestRedirect", "requestRedirect": {}}, {"type": "RequestRedirect"}],
    "parentRefs": [{"name": "a", "port": 80}, {"name": "a"}, {"name": "a", "namespace": "b"}],
    "unheardOf": {"a": 1},
}  # fmt: skip


@cache
def cases() -> tuple[Vector, ...]:
    return tuple(differential.vectors())


@cache
def starting_texts() -> tuple[str, ...]:
    return tuple(sorted({json.dumps(case.manifest) for case in cases()}))


def test_every_vector_is_judged_as_the_api_server_does() -> None:
    wrong = {
        case.id
        for case in cases()
        if (not our_fields(admitted(case.manifest))) != case.valid and case.id not in INTENDED
    }
    assert wrong == set()


def test_every_intended_difference_is_still_one() -> None:
    by_id = {case.id: case for case in cases()}
    same = {
        name for name in INTENDED if (not our_fields(admitted(by_id[name].manifest))) == by_id[name].valid
    }
    assert same == set()


def test_every_vector_fails_at_the_fields_that_the_crds_name() -> None:
    wrong = {
        case.id: found
        for case in cases()
        if case.channel == "experimental"
        and (found := disagreements(our_fields(admitted(case.manifest)), official_fields(case.manifest)))
    }
    assert wrong == {}


def places(value: object) -> Iterator[tuple[object, str | int]]:
    """Yield each container with each of its keys or indices."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])  # type: ignore[index]


@st.composite
def mutated_manifests(draw: st.DrawFn) -> object:
    """Draw the manifest of a vector with one to three changes."""
    manifest = json.loads(draw(st.sampled_from(starting_texts())))
    for _ in range(draw(st.integers(1, 3))):
        at = [(manifest, "spec"), *places(manifest.get("spec"))] if "spec" in manifest else []
        if not at:
            break
        container, key = at[draw(st.integers(0, len(at) - 1))]
        change = draw(
            st.sampled_from(("replace", "replace", "remove", "double", "rename", "fragment", "fragment"))
        )
        _apply(draw, change, container, key)
    return manifest


def _apply(draw: st.DrawFn, change: str, container: object, key: str | int) -> None:
    match change, container, key:
        case "fragment", dict(), str():
            name = draw(st.sampled_from(sorted(FRAGMENTS)))
            container[name] = copy.deepcopy(FRAGMENTS[name])
        case "double", list(), int():
            container.insert(key, copy.deepcopy(container[key]))
        case "double", dict(), str() if isinstance(container[key], list):
            container[key] = container[key] * draw(st.sampled_from((2, 17, 65)))
        case "rename", dict(), str():
            container[key + "s"] = container.pop(key)
        case "remove", dict(), _:
            del container[key]
        case "remove", list(), int():
            del container[key]
        case _, dict(), _:
            container[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        case _, list(), int():
            container[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        case _:
            raise AssertionError(change)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(manifest=st.deferred(mutated_manifests))
def test_mutated_objects_fail_at_the_fields_that_the_crds_name(manifest: object) -> None:
    assert disagreements(our_fields(admitted(manifest)), official_fields(manifest)) == set()


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
    assert disagreements(our_fields(admitted(manifest)), official_fields(manifest)) == set()
