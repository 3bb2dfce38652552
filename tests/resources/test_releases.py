"""What differs between releases and channels, without the CRDs at hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gwsim.resources.gateways import Gateway
from gwsim.resources.releases.editing import edited
from gwsim.resources.releases.installed import BUNDLE_VERSION, CHANNEL, installed
from gwsim.resources.releases.release import (
    LENIENT,
    NEWEST,
    RELEASED,
    V1_3,
    V1_4,
    V1_5,
    V1_6,
    Channel,
    Edition,
    Release,
    Version,
)
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.versions import kinds
from tests.resources.differential import admitted
from tests.resources.manifests import cors, gateway, httproute, listener, session, with_filter, with_rule

STANDARD, EXPERIMENTAL = Channel.STANDARD, Channel.EXPERIMENTAL
BACKENDS = [{"backendRefs": [{"name": "s", "port": 80}]}]
PARENTS = [{"name": "g", "port": 1}, {"name": "g", "port": 2}]


def of(api_version: str, kind: str, **spec: object) -> dict[str, object]:
    """Write an object of some version."""
    return {
        "apiVersion": f"gateway.networking.k8s.io/{api_version}",
        "kind": kind,
        "metadata": {"name": "a"},
        "spec": spec,
    }


def codes(manifest: Mapping[str, object], version: Version, channel: Channel) -> list[str]:
    return [finding.code for finding in admitted(manifest, Release(version, channel)).findings]


@pytest.mark.parametrize(
    ("manifest", "channel", "before", "since", "refusal"),
    [
        pytest.param(listener("TLS"), STANDARD, V1_4, V1_5, "TLSMissing", id="TLS without tls"),
        pytest.param(httproute(rules=[]), STANDARD, V1_4, V1_5, "TooFew", id="no rules"),
        pytest.param(
            with_rule(filters=[{"type": "CORS", "cors": {}}] * 2),
            EXPERIMENTAL,
            V1_4,
            V1_5,
            "RepeatedFilter",
            id="two CORS filters",
        ),
        pytest.param(
            cors(allowHeaders=["*", "a"]),
            EXPERIMENTAL,
            V1_4,
            V1_5,
            "WildcardNotAlone",
            id="any header and one",
        ),
        pytest.param(
            cors(allowOrigins=["ftp://b"]), EXPERIMENTAL, V1_4, V1_5, "InvalidPattern", id="an origin of ftp"
        ),
        pytest.param(
            session(type="Header", cookieConfig={}),
            EXPERIMENTAL,
            V1_4,
            V1_5,
            "CookieConfigNotAllowed",
            id="a header with a cookie's settings",
        ),
        pytest.param(
            with_rule(retry={"attempts": 0}), EXPERIMENTAL, V1_5, V1_6, "OutOfRange", id="no attempts at all"
        ),
        pytest.param(
            with_rule(retry={"codes": [500, 500]}), EXPERIMENTAL, V1_5, V1_6, "Duplicate", id="equal codes"
        ),
    ],
)
def test_a_later_release_refuses_what_an_earlier_one_takes(
    manifest: dict[str, object], channel: Channel, before: Version, since: Version, refusal: str
) -> None:
    assert codes(manifest, before, channel) == []
    assert codes(manifest, since, channel) == [refusal]


@pytest.mark.parametrize(
    ("manifest", "channel", "before", "since", "refusal"),
    [
        pytest.param(
            gateway(addresses=[{}]), STANDARD, V1_3, V1_4, "Required", id="an address without a value"
        ),
        pytest.param(
            with_filter(type="RequestRedirect", requestRedirect={"statusCode": 308}),
            STANDARD,
            V1_4,
            V1_5,
            "UnsupportedValue",
            id="a permanent redirect",
        ),
        pytest.param(
            gateway(infrastructure={"annotations": {f"a{number}": "" for number in range(9)}}),
            STANDARD,
            V1_5,
            V1_6,
            "TooMany",
            id="nine annotations",
        ),
        pytest.param(
            cors(allowCredentials=False), EXPERIMENTAL, V1_3, V1_4, "UnsupportedValue", id="no credentials"
        ),
        pytest.param(
            of("v1", "TLSRoute", hostnames=[f"a{number}.example" for number in range(17)], rules=BACKENDS),
            STANDARD,
            V1_5,
            V1_6,
            "TooMany",
            id="seventeen hostnames",
        ),
    ],
)
def test_a_later_release_takes_what_an_earlier_one_refuses(
    manifest: dict[str, object], channel: Channel, before: Version, since: Version, refusal: str
) -> None:
    assert codes(manifest, before, channel) == [refusal]
    assert codes(manifest, since, channel) == []


@pytest.mark.parametrize(
    ("manifest", "standard", "experimental"),
    [
        pytest.param(
            httproute(parentRefs=PARENTS), ["DuplicateParentRef"], [], id="parents told apart by port"
        ),
        pytest.param(
            httproute(rules=[{"name": "a"}, {"name": "a"}]),
            [],
            ["DuplicateRuleName"],
            id="equal names of rules",
        ),
        pytest.param(
            with_rule(matches=[{"headers": [{"name": "a", "value": " "}]}]),
            [],
            ["InvalidPattern"],
            id="a blank",
        ),
        pytest.param(httproute(useDefaultGateways="All"), ["UnknownField"], [], id="default Gateways"),
        pytest.param(
            of("v1alpha2", "TCPRoute", rules=BACKENDS), ["UnservedVersion"], [], id="an alpha version"
        ),
    ],
)
def test_channels_of_one_release_differ(
    manifest: dict[str, object], standard: list[str], experimental: list[str]
) -> None:
    assert codes(manifest, V1_6, STANDARD) == standard
    assert codes(manifest, V1_6, EXPERIMENTAL) == experimental
    assert codes(manifest, V1_6, Channel.EITHER) == []


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        pytest.param(of("v1", "TLSRoute", rules=BACKENDS), ["Required"], id="TLSRoute v1 without hostnames"),
        pytest.param(
            of("v1alpha2", "TLSRoute", rules=BACKENDS), [], id="TLSRoute v1alpha2 without hostnames"
        ),
        pytest.param(
            of("v1", "TLSRoute", hostnames=["1.2.3.4"], rules=BACKENDS),
            ["InvalidPattern"],
            id="v1 with an IP",
        ),
        pytest.param(
            of("v1alpha2", "TLSRoute", hostnames=["1.2.3.4"], rules=BACKENDS), [], id="alpha with an IP"
        ),
        pytest.param(of("v1", "UDPRoute", rules=BACKENDS * 2), ["TooMany"], id="UDPRoute v1 with two rules"),
        pytest.param(
            of("v1alpha2", "UDPRoute", rules=BACKENDS * 2), [], id="UDPRoute v1alpha2 with two rules"
        ),
    ],
)
def test_an_object_is_checked_by_its_own_version(manifest: dict[str, object], found: list[str]) -> None:
    assert codes(manifest, V1_6, EXPERIMENTAL) == found


def test_a_dropped_field_gets_no_default_and_breaks_no_rule() -> None:
    broken = with_rule(sessionPersistence={"type": 5, "cookieConfig": {"lifetimeType": "Forever"}})
    admission = admitted(broken, NEWEST)
    assert [finding.code for finding in admission.findings] == ["UnknownField"]
    assert isinstance(admission.resource, HTTPRoute)
    assert admission.resource.spec.rules[0].session_persistence is None


def test_types_are_made_anew_only_where_something_differs() -> None:
    assert edited(HTTPRoute, Edition(LENIENT, "v1")) is HTTPRoute
    older = edited(Gateway, Edition(Release(V1_3, STANDARD), "v1"))
    assert older is not Gateway
    assert (older.__name__, issubclass(older, Gateway)) == ("Gateway", True)


def test_kinds_whose_versions_differ_say_so() -> None:
    differ = {
        known.kind
        for known in kinds()
        for version in known.versions_in(LENIENT)
        if edited(known.part, Edition(LENIENT, version)) is not known.part
    }
    assert differ == {known.kind for known in kinds() if known.versions_differ}


def test_an_object_of_another_release_is_an_object_of_its_kind() -> None:
    for release in (LENIENT, *(Release(version, STANDARD) for version in RELEASED)):
        resource = admitted(gateway(), release).resource
        assert isinstance(resource, Gateway)


def test_no_version_of_a_kind_is_standard_and_not_experimental() -> None:
    for version in RELEASED:
        for known in kinds():
            standard = set(known.versions_in(Release(version, STANDARD)))
            assert standard <= set(known.versions_in(Release(version, EXPERIMENTAL)))


def definition(kind: str, bundle: str, channel: str) -> dict[str, object]:
    return {
        "kind": "CustomResourceDefinition",
        "metadata": {"annotations": {BUNDLE_VERSION: bundle, CHANNEL: channel}},
        "spec": {"group": "gateway.networking.k8s.io", "names": {"kind": kind}},
    }


def test_each_kind_is_checked_by_the_release_of_its_own_definition() -> None:
    found = installed(
        [
            definition("Gateway", "v1.5.1", "standard"),
            definition("HTTPRoute", "v1.5.1", "standard"),
            definition("TCPRoute", "v1.4.0", "experimental"),
        ]
    )
    assert found.release_of(gateway()) == Release(V1_5, STANDARD)
    assert found.release_of(of("v1alpha2", "TCPRoute")) == Release(V1_4, EXPERIMENTAL)
    assert found.release_of(of("v1", "GRPCRoute")) == Release(V1_5, STANDARD)
