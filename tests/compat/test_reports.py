"""Conformance reports: those that come with gwsim, and upstream's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from gwsim.errors import UsageError
from gwsim.implementations.conformance import TITLES, Feature, Profile, Report, chosen_reports
from gwsim.implementations.reported import known_choices, named_reports, reported_implementation
from gwsim.implementations.supporting import Support, verdict
from gwsim.reading.conformance.packaged import packaged_registry
from gwsim.reading.conformance.report_files import LARGEST, read_reports
from tests.compat.packing import PACKAGED, features_of, packed, reports_of

FEATURES = Path(__file__).parents[3] / "shared/features"
needs_features = pytest.mark.skipif(
    not FEATURES.is_dir(), reason="upstream's features and reports are not beside the project"
)
REPORT = """
apiVersion: gateway.networking.k8s.io/v1
kind: ConformanceReport
date: "2026-11-01T10:00:00Z"
gatewayAPIChannel: experimental
gatewayAPIVersion: v1.7.0
implementation: {contact: [], organization: nginx, project: nginx-gateway-fabric, version: v3.0.0}
mode: default
profiles:
- name: GATEWAY-HTTP
  core: {result: success, statistics: {Failed: 0, Passed: 40, Skipped: 0}}
  extended:
    result: partial
    skippedTests: [HTTPRouteTimeoutRequest]
    supportedFeatures: [HTTPRouteRequestTimeout]
    unsupportedFeatures: [HTTPRouteCORS]
  summary: ""
succeededProvisionalTests: []
"""


@needs_features
def test_the_packaged_reports_are_upstreams() -> None:
    assert PACKAGED.read_bytes() == packed(FEATURES), "run python -m tests.compat.packing"
    registry = packaged_registry()
    assert registry.features == features_of(FEATURES)
    assert registry.reports == reports_of(FEATURES)


NEWEST = {
    "nginx-gateway-fabric": ("v2.7.0-pre-release", "v1.6.1"),
    "istio": ("1.30.1", "v1.5.1"),
    "linkerd": ("version-2.18", "v1.3.0"),
    "azure-application-gateway-for-containers": ("1.7.9", "v1.2.1"),
    "gke-gateway": ("1.36.2-gke.2154000", "v1.6.0"),
    "aws-load-balancer-controller": ("v3.5.0", "v1.6.1"),
    "aws-application-networking-k8s": ("v2.0.1", "v1.4.0"),
    "contour": ("v1.33.0", "v1.3.0"),
    "traefik": ("v3.7.10", "v1.6.1"),
    "envoy-gateway": ("v1.9.0", "v1.6.1"),
    "cilium": ("v1.20.0", "v1.6.1"),
    "kong-operator": ("v2.3.0-rc.3", "v1.6.1"),
    "kgateway": ("v2.4.0-rc.1", "v1.6.1"),
    "haproxy-unified-gateway": None,
}
"""Version and Gateway API release of the newest report; None where there is none."""


@pytest.mark.parametrize("name", TITLES)
def test_the_newest_report_of_an_implementation_is_found_or_known_to_be_absent(name: str) -> None:
    found = chosen_reports(packaged_registry().reports, name)
    assert {(each.version, each.gateway_api) for each in found} == ({NEWEST[name]} if NEWEST[name] else set())


@pytest.mark.parametrize(
    ("text", "gateway_api", "version"),
    [
        pytest.param("istio@1.28", "", "1.28", id="a version"),
        pytest.param("envoy-gateway@1.7", "", "v1.7.0", id="the first parts of one"),
        pytest.param("kong@v2.2.0", "", "v2.2.0", id="a short name"),
        pytest.param("nginx-gateway-fabric", "1.2", "2.2.0", id="of an older release of the API"),
        pytest.param("NGINX Gateway Fabric", "", "v2.7.0-pre-release", id="as its makers write it"),
    ],
)
def test_an_implementation_is_found_by_name_version_and_release(
    text: str, gateway_api: str, version: str
) -> None:
    _, reports = named_reports(packaged_registry(), text, gateway_api)
    assert {each.version for each in reports} == {version}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("ngnix-gateway-fabric", "did you mean nginx-gateway-fabric", id="a slip"),
        pytest.param("x" * 10_000, "compat --list", id="nothing like it"),
        pytest.param("istio@9", r"expected a version with a report \(.*1.28", id="no such version"),
        pytest.param("haproxy-unified-gateway@1", r"\(none\), found '1'", id="no version at all"),
    ],
)
def test_an_implementation_that_is_not_known_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        reported_implementation(packaged_registry(), text)


def feature(name: str, core: tuple[str, ...] = (), extended: tuple[str, ...] = ("GATEWAY-HTTP",)) -> Feature:
    return Feature(name, "extended", "standard", "v1.0.0", core, extended, (f"{name}Test",))


def report(*profiles: Profile, gateway_api: str = "v1.6.0", channel: str = "standard") -> Report:
    return Report("some", "v1", gateway_api, channel, "default", "2026-01-01", profiles)


HTTP = Profile("GATEWAY-HTTP", "success", (), ("Yes",), ("No",))
PART = Profile("GATEWAY-HTTP", "partial", ("KindTest",), ("No",), ())
OLD_MESH = Profile("MESH-HTTP", "success", (), ("HTTPRouteQueryParamMatching",), ())


@pytest.mark.parametrize(
    ("asked", "reports", "support"),
    [
        pytest.param(feature("Yes"), [report(HTTP)], Support.YES, id="listed as supported"),
        pytest.param(feature("No"), [report(HTTP)], Support.NO, id="listed as unsupported"),
        pytest.param(feature("Other"), [report(HTTP)], Support.UNKNOWN, id="in neither list"),
        pytest.param(feature("Yes"), [], Support.UNKNOWN, id="no report"),
        pytest.param(feature("Yes", extended=()), [report(HTTP)], Support.UNKNOWN, id="in no profile"),
        pytest.param(
            feature("No"),
            [report(HTTP), report(PART, channel="experimental")],
            Support.PARTLY,
            id="two channels",
        ),
        pytest.param(feature("Kind", core=("GATEWAY-HTTP",)), [report(HTTP)], Support.YES, id="core"),
        pytest.param(
            feature("Kind", core=("GATEWAY-HTTP",)),
            [report(PART)],
            Support.PARTLY,
            id="core, its test skipped",
        ),
        pytest.param(
            feature("Kind", core=("GATEWAY-TCP",)), [report(HTTP)], Support.UNKNOWN, id="no profile"
        ),
        pytest.param(
            feature("MeshHTTPRouteQueryParamMatching", extended=("MESH-HTTP",)),
            [report(OLD_MESH)],
            Support.YES,
            id="a mesh's feature by its older name",
        ),
        pytest.param(
            feature("HTTPRouteQueryParamMatching"), [report(OLD_MESH)], Support.UNKNOWN, id="of a mesh alone"
        ),
    ],
)
def test_nothing_is_guessed(asked: Feature, reports: list[Report], support: Support) -> None:
    assert verdict(asked, reports).support is support


BOTH = Profile("GATEWAY-HTTP", "success", (), ("HTTPRouteQueryParamMatching",), ())
NOT_IN_MESH = Profile("MESH-HTTP", "success", (), (), ("HTTPRouteQueryParamMatching",))
QUERY = feature("HTTPRouteQueryParamMatching", extended=("GATEWAY-HTTP",))
KIND = feature("HTTPRoute", core=("GATEWAY-HTTP", "MESH-HTTP"))
WHERE_CASES = [
    pytest.param(QUERY, [BOTH], ["gateway"], Support.YES, False, id="at a Gateway"),
    pytest.param(
        QUERY, [BOTH], ["mesh"], Support.UNKNOWN, False, id="what a Gateway does tells nothing of meshes"
    ),
    pytest.param(QUERY, [BOTH], ["gateway", "mesh"], Support.UNKNOWN, False, id="half of it told"),
    pytest.param(
        QUERY, [BOTH, NOT_IN_MESH], ["gateway"], Support.YES, False, id="a mesh lacks what a Gateway has"
    ),
    pytest.param(QUERY, [BOTH, NOT_IN_MESH], ["mesh"], Support.NO, True, id="in a mesh that lacks it"),
    pytest.param(QUERY, [BOTH, NOT_IN_MESH], ["gateway", "mesh"], Support.PARTLY, True, id="one of both"),
    pytest.param(
        KIND, [NOT_IN_MESH], ["gateway"], Support.UNKNOWN, False, id="a kind at Gateways, of a mesh alone"
    ),
    pytest.param(KIND, [NOT_IN_MESH], ["mesh"], Support.YES, False, id="a kind in a mesh"),
]


@pytest.mark.parametrize(("asked", "profiles", "where", "support", "lacks"), WHERE_CASES)
def test_a_mesh_and_a_gateway_are_told_apart(
    asked: Feature, profiles: list[Profile], where: list[str], support: Support, lacks: bool
) -> None:
    found = verdict(asked, [report(*profiles)], where)
    assert (found.support, found.lacks) == (support, lacks)


def test_a_skipped_test_makes_it_partly_and_lacks_nothing() -> None:
    skipping = Profile("GATEWAY-HTTP", "partial", ("HTTPRouteWeight", "YesTest"), ("Yes",), ())
    route = Feature("HTTPRoute", "core", "standard", "v1.0.0", ("GATEWAY-HTTP",), (), ())
    gateway = Feature("Gateway", "core", "standard", "v1.0.0", ("GATEWAY-HTTP",), (), ())
    found = [verdict(each, [report(skipping)]) for each in (route, feature("Yes"), gateway)]
    assert [each.support for each in found] == [Support.PARTLY, Support.PARTLY, Support.YES]
    assert not any(each.lacks for each in found)
    assert "skipped HTTPRouteWeight" in found[0].basis


def test_the_packaged_features_have_tests_by_name() -> None:
    tests = [test for each in packaged_registry().features for test in each.tests]
    assert min(map(len, tests)) > 5


def test_a_patch_release_adds_no_feature() -> None:
    asked = Feature("New", "extended", "standard", "v1.6.1", (), ("GATEWAY-HTTP",), ())
    assert "neither" in verdict(asked, [report(HTTP, gateway_api="v1.6.0")]).basis
    assert "does not have it yet" in verdict(asked, [report(HTTP, gateway_api="v1.5.1")]).basis


@pytest.mark.parametrize(
    ("text", "field", "value", "basis"),
    [
        pytest.param("istio", "detect_misdirected", "off", "its conformance report", id="told"),
        pytest.param("istio@1.28", "detect_misdirected", "on", None, id="an older report does not tell"),
        pytest.param("traefik", "listener_isolation", "off", "its conformance report", id="told too"),
        pytest.param(
            "nginx-gateway-fabric", "path_fallback", "off", "read in its source, August 2026", id="read"
        ),
        pytest.param("gke-gateway", "path_fallback", "on", None, id="not known"),
    ],
)
def test_a_choice_is_made_as_its_basis_tells(text: str, field: str, value: str, basis: str | None) -> None:
    registry = packaged_registry()
    name, reports = named_reports(registry, text)
    assert getattr(reported_implementation(registry, text), field) == value
    assert known_choices(registry, name, reports).get(field) == basis


def test_the_versions_that_are_named_are_those_of_the_release() -> None:
    with pytest.raises(UsageError, match=r"1.3 or older \((?!.*1[.]28.*\))"):
        named_reports(packaged_registry(), "istio@1.28", "1.3")


def test_a_report_of_a_commit_has_the_release_of_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "v1.2.1/some/report.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(REPORT.replace("v1.7.0", "4c436290f2bfeaeaf0b1a367449e16de3e0addc4"), encoding="utf-8")
    assert [each.gateway_api for each in read_reports([tmp_path])] == ["v1.2.1"]
    path.rename(tmp_path / "report.yaml")
    assert [each.gateway_api for each in read_reports([tmp_path])] == ["unknown"]


def test_a_report_that_is_read_again_replaces_the_one_of_the_same_run() -> None:
    packaged = packaged_registry()
    old = chosen_reports(packaged.reports, "istio")
    newer = replace(old[0], date="2027-01-01")
    found = chosen_reports(packaged.with_reports((newer, newer)).reports, "istio")
    assert found == (newer,)
    assert set(packaged.with_reports(packaged.reports).reports) == set(packaged.reports)


@pytest.mark.parametrize("title", TITLES.values())
def test_an_implementation_is_found_as_its_makers_write_it(title: str) -> None:
    name, _ = named_reports(packaged_registry(), title)
    assert TITLES[name] == title


def test_reports_of_upstream_are_read_from_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "v1.7").mkdir()
    path = tmp_path / "v1.7/report.yaml"
    path.write_text(REPORT, encoding="utf-8")
    (tmp_path / "v1.7/other.yaml").write_text("a: [", encoding="utf-8")
    found = read_reports([tmp_path])
    assert found == read_reports([path])
    assert [str(each) for each in found] == [
        "nginx-gateway-fabric v3.0.0, Gateway API v1.7.0 (experimental), 2026-11-01"
    ]
    profile = Profile(
        "GATEWAY-HTTP",
        "success",
        ("HTTPRouteTimeoutRequest",),
        ("HTTPRouteRequestTimeout",),
        ("HTTPRouteCORS",),
    )
    assert found[0].profiles == (profile,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("kind: Service", "expected kind: ConformanceReport", id="something else"),
        pytest.param("kind: ConformanceReport\nprofiles: []", "missing required field", id="half a report"),
        pytest.param("kind: ConformanceReport\nprofiles: [", "expected a report in YAML", id="broken YAML"),
        pytest.param("# ConformanceReport\n" + "[" * 5000, "expected a report in YAML", id="too deep"),
        pytest.param(
            "kind: ConformanceReport\nprofiles: 7\nimplementation: {project: a}", "array", id="a number"
        ),
        pytest.param(
            "kind: ConformanceReport\nimplementation: {project: a}\n"
            f"profiles: [&p {{name: a}}, {'*p, ' * 99}]",
            "length <= 50",
            id="profiles by alias without end",
        ),
        pytest.param("#" * (LARGEST + 1), "at most", id="too large"),
        pytest.param(
            "kind: ConformanceReport\nprofiles: []\nimplementation: {project: '?!'}", "a name", id="no name"
        ),
    ],
)
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_reports([path])
