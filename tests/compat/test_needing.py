"""Every feature of the API is found where a manifest needs it, and nowhere else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from gwsim.analysis.portability.comparing import uncovered
from gwsim.analysis.portability.needing import needs
from gwsim.reading.conformance.packaged import packaged_registry
from gwsim.reading.loading import load_files
from gwsim.simulation import Simulation
from tests.compat.manifests import PAIRS, TERMINATE, gateway, route, simulated
from tests.compat.packing import GONE

SHARED = Path(__file__).parents[3] / "shared"
CONFORMANCE = SHARED / "conformance"
needs_cases = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason="the conformance suite's manifests are not beside the project"
)
WIDER = {
    "GatewayPort8080",
    "GatewayHTTPListenerIsolation",
    "GatewayHTTPSListenerDetectMisdirectedRequests",
    "HTTPRouteDestinationPortMatching",
    "HTTPRouteParentRefPort",
    "HTTPRouteSchemeRedirect",
    "HTTPRouteRequestMirror",
    "HTTPRouteRetryConnectionError",
    "TLSRouteModeTerminate",
    "MeshClusterIPMatching",
    "ReferenceGrant",
    "HTTPRoute",
}
"""Features whose construct tests use that do not name them: a Gateway on 8080, a mirror by percent, …"""
NOT_BY_MANIFEST = {
    *("BackendTLSPolicy", "HTTPRoute", "HTTPRouteParentRefPort", "Mesh", "ReferenceGrant", "TLSRoute"),
}
"""Features that some test names without their construct in its manifests: made in code, or absent."""


def found_in(manifests: str) -> set[str]:
    return {need.feature for need in needs(simulated(manifests).topology)}


@pytest.mark.parametrize("feature", PAIRS)
def test_a_feature_is_needed_where_its_construct_is(feature: str) -> None:
    assert feature in found_in(PAIRS[feature].needs)


@pytest.mark.parametrize("feature", PAIRS)
def test_a_feature_is_not_needed_where_its_construct_is_not(feature: str) -> None:
    assert feature not in found_in(PAIRS[feature].does_not)


def test_the_pairs_are_of_every_feature() -> None:
    assert set(PAIRS) == {feature.name for feature in packaged_registry().features}


@pytest.mark.skipif(
    not (SHARED / "features").is_dir(), reason="upstream's features are not beside the project"
)
def test_the_pairs_are_of_every_feature_that_upstream_has() -> None:
    rows = json.loads((SHARED / "features/features.json").read_text(encoding="utf-8"))
    assert set(PAIRS) == {row["name"] for row in rows} - GONE


def test_a_need_has_its_place() -> None:
    needed = needs(simulated(route("matches: [{method: GET}, {}, {method: PUT}]")).topology)
    assert [str(need.address) for need in needed if need.feature == "HTTPRouteMethodMatching"] == [
        "HTTPRoute/default/web#rules[0].matches[0].method",
        "HTTPRoute/default/web#rules[0].matches[2].method",
    ]


def test_what_the_api_server_fills_in_needs_nothing() -> None:
    plain = found_in(route("filters: [{type: RequestRedirect, requestRedirect: {hostname: a.test}}]"))
    assert plain == {"Gateway", "HTTPRoute"}


@pytest.mark.parametrize(
    ("field", "feature"),
    [
        pytest.param(
            "backendRefs: [{name: web, namespace: other, port: 80}]", True, id="a backend elsewhere"
        ),
        pytest.param(
            "backendRefs: [{name: web, namespace: default, port: 80}]", False, id="its own namespace"
        ),
    ],
)
def test_a_reference_to_another_namespace_needs_grants(field: str, feature: bool) -> None:
    assert ("ReferenceGrant" in found_in(route(field))) is feature


IN_MESH = "{group: '', kind: Service, name: web}"
UNCOVERED_CASES = [
    pytest.param(
        route("matches: [{method: GET}]", parent=IN_MESH),
        "HTTPRouteMethodMatching in a mesh",
        id="a method in a mesh",
    ),
    pytest.param(route("matches: [{method: GET}]"), None, id="a method at a Gateway"),
    pytest.param(route("name: main", parent=IN_MESH), None, id="what is a feature of meshes"),
    pytest.param(
        route("backendRefs: [{group: a.test, kind: Bucket, name: b}]"),
        "backends that are no Services",
        id="a bucket",
    ),
    pytest.param(route("backendRefs: [{name: web, port: 80}]"), None, id="a Service"),
    pytest.param(
        route("matches: [{path: {type: RegularExpression, value: /a}}]"),
        "regular expressions in paths",
        id="a pattern",
    ),
]


@pytest.mark.parametrize(("manifests", "what"), UNCOVERED_CASES)
def test_what_no_feature_covers_is_said(manifests: str, what: str | None) -> None:
    assert set(uncovered(simulated(manifests).topology)) == ({what} if what else set())


def test_a_tls_listener_that_no_tls_route_can_use_needs_no_termination_of_its_kind() -> None:
    kinds = TERMINATE.replace("tls:", "allowedRoutes: {kinds: [{kind: KIND}]}, tls:")
    needed = [
        "TLSRouteModeTerminate" in found_in(gateway(listeners=kinds.replace("KIND", kind)))
        for kind in ("TCPRoute", "TLSRoute")
    ]
    assert needed == [False, True]


@cache
def conformance_tests() -> Mapping[str, tuple[frozenset[str], tuple[str, ...]]]:
    """The features that each of upstream's tests names, and its manifests."""
    features: defaultdict[str, set[str]] = defaultdict(set)
    manifests: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in ("vectors.jsonl", "status.jsonl"):
        for line in (CONFORMANCE / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not row["test"].startswith("_"):
                features[row["test"]].update(row["features"])
                manifests[row["test"]].update(dict.fromkeys(row["manifests"]))
    return {test: (frozenset(features[test]), tuple(manifests[test])) for test in features}


@needs_cases
def test_upstreams_tests_need_what_they_name() -> None:
    known = set(PAIRS)
    missing, extra = defaultdict(set), defaultdict(set)
    for test, (named, paths) in conformance_tests().items():
        own = [path for path in paths if not path.startswith(("base/", "mesh/"))]
        found = {
            which: {need.feature for need in needs(load(names).topology)}
            for which, names in (("all", paths), ("own", own))
            if names
        }
        for feature in (named & known) - found["all"]:
            missing[feature].add(test)
        for feature in found.get("own", set()) - named:
            extra[feature].add(test)
    assert set(missing) <= set(NOT_BY_MANIFEST), missing
    assert set(extra) <= WIDER, extra


def load(paths: Sequence[str]) -> Simulation:
    """Load some of the suite's manifests."""
    return load_files([str(CONFORMANCE / "manifests" / path) for path in paths]).simulation
