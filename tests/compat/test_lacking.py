"""What becomes of a construct whose feature an implementation does not support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import gwsim
from gwsim.implementations import SPEC
from gwsim.implementations.lacking import CHOICES, CONSEQUENCES, RULE_FEATURES, Effect
from gwsim.reading.conformance.packaged import packaged_registry
from gwsim.resources.features.using import uses_of
from gwsim.resources.snapshot import Snapshot
from gwsim.simulation import Simulation
from gwsim.testing.strategies import requests_for, snapshots
from tests.compat.manifests import PAIRS, SERVICE, documents, simulated

NO_IMPLEMENTATION = {"Gateway", "ReferenceGrant"}
"""What lacks these is no implementation of the API."""
MESH = {"service": "default/web", "port": 80, "source": {"namespace": "default"}}


def without(feature: str, manifests: str | None = None) -> Simulation:
    """The manifests that need a feature, on an implementation that lacks it."""
    lacking = replace(SPEC, name="lacking", unsupported_features=frozenset({feature}))
    return simulated(PAIRS[feature].needs if manifests is None else manifests, lacking)


def sent(simulation: Simulation, **fields: object) -> dict[str, Any]:
    """The decision about a request."""
    request = gwsim.Request.from_dict({"method": "GET", "path": "/?a=b", "host": "b.test", **fields})
    assert simulation.decide(request) == replace(simulation.trace(request), trace=())
    return dict(simulation.decide(request).to_dict())


def conditions(simulation: Simulation, kind: str) -> Iterator[tuple[str, str, str]]:
    """Type, status and reason of every condition of the objects of a kind, their listeners' among them."""
    for item in simulation.status():
        if item["kind"] == kind:
            status: Any = item.get("status", {})
            rows = list(status.get("conditions", ()))
            for name in ("listeners", "parents", "ancestors"):
                rows += [each for entry in status.get(name, ()) for each in entry["conditions"]]
            yield from ((each["type"], each["status"], each["reason"]) for each in rows)


def of_effect(effect: Effect) -> list[str]:
    return [feature for feature, each in CONSEQUENCES.items() if each.effect is effect]


def test_every_feature_has_a_consequence() -> None:
    assert set(CONSEQUENCES) == {each.name for each in packaged_registry().features} - NO_IMPLEMENTATION


@pytest.mark.parametrize("feature", of_effect(Effect.RULE))
def test_a_rule_that_cannot_be_implemented_is_dropped_and_its_route_refused(feature: str) -> None:
    kind = "GRPCRoute" if feature.startswith("GRPC") else "HTTPRoute"
    fields: dict[str, object] = dict(MESH) if feature.startswith("Mesh") else {}
    if kind == "GRPCRoute":
        fields = {"grpc": {"service": "s", "method": "m"}, "method": None, "path": None}
    supported, lacking = simulated(PAIRS[feature].needs), without(feature)
    assert sent(supported, **fields)["route"] is not None
    assert sent(lacking, **fields)["route"] is None
    assert ("Accepted", "False", "UnsupportedValue") in conditions(lacking, kind)
    assert ("Accepted", "True", "Accepted") in conditions(supported, kind)


def test_a_rule_beside_one_that_is_dropped_still_works() -> None:
    feature = "HTTPRouteMethodMatching"
    manifests = PAIRS[feature].needs.replace("rules: [", "rules: [{matches: [{path: {value: /b}}]}, ")
    lacking = without(feature, manifests)
    assert ("PartiallyInvalid", "True", "UnsupportedValue") in conditions(lacking, "HTTPRoute")
    assert sent(lacking, path="/b")["route"]["rule"] == 0
    assert sent(lacking)["reason"] == "NoMatchingRule"


@pytest.mark.parametrize(
    ("feature", "field"),
    [
        ("HTTPRouteRequestTimeout", "timeouts"),
        ("HTTPRouteBackendTimeout", "timeouts"),
        ("HTTPRouteRetry", "retry"),
        ("HTTPRouteRetryBackendTimeout", "timeouts"),
    ],
)
def test_a_field_that_is_not_supported_has_no_effect(feature: str, field: str) -> None:
    assert sent(simulated(PAIRS[feature].needs))[field] is not None
    assert sent(without(feature))[field] is None
    assert sent(without(feature))["route"] is not None


def test_a_parent_ref_port_that_is_not_supported_attaches_to_every_listener() -> None:
    feature = "HTTPRouteParentRefPort"
    manifests = PAIRS[feature].needs.replace(
        "protocol: HTTP}", "protocol: HTTP}, {name: other, port: 81, protocol: HTTP}"
    )
    assert sent(simulated(manifests), port=81)["route"] is None
    assert sent(without(feature, manifests), port=81)["route"] is not None


def test_names_in_a_certificate_that_are_not_supported_are_not_asked_for() -> None:
    feature = "BackendTLSPolicySANValidation"
    (with_names,), (bare,) = (
        sent(each)["backends"] for each in (simulated(PAIRS[feature].needs), without(feature))
    )
    assert (with_names["tls"]["subjectAltNames"], bare["tls"]["subjectAltNames"]) == (["other.test"], [])


def test_a_policy_that_is_not_supported_leaves_plain_text() -> None:
    assert sent(simulated(PAIRS["BackendTLSPolicy"].needs))["backends"][0]["tls"] is not None
    lacking = without("BackendTLSPolicy")
    assert sent(lacking)["backends"][0]["tls"] is None
    assert list(conditions(lacking, "BackendTLSPolicy")) == []


def test_listener_sets_that_are_not_supported_are_not_there() -> None:
    assert (
        sent(simulated(PAIRS["ListenerSet"].needs), port=8443, gateway="default/edge")["listener"] is not None
    )
    lacking = without("ListenerSet")
    assert sent(lacking, port=8443, gateway="default/edge")["listener"] is None
    assert list(conditions(lacking, "ListenerSet")) == []


@pytest.mark.parametrize("feature", ["Mesh", "MeshConsumerRoute"])
def test_a_mesh_that_is_not_supported_routes_nothing(feature: str) -> None:
    fields = dict(MESH)
    manifests = PAIRS[feature].needs
    if feature == "MeshConsumerRoute":
        fields["service"] = "shop/web"
        manifests = documents(manifests, SERVICE.replace("name: web", "name: web, namespace: shop"))
    assert sent(simulated(manifests), **fields)["route"] is not None
    assert sent(without(feature, manifests), **fields)["route"] is None


@pytest.mark.parametrize("feature", of_effect(Effect.KIND))
def test_routes_of_a_kind_that_is_not_supported_attach_nowhere(feature: str) -> None:
    supported, lacking = simulated(PAIRS[feature].needs), without(feature)
    assert ("Accepted", "True", "Accepted") in conditions(supported, feature)
    assert ("Accepted", "False", "NotAllowedByListeners") in conditions(lacking, feature)
    protocols = ("Accepted", "False", "UnsupportedProtocol")
    assert (protocols in conditions(lacking, "Gateway")) is (feature not in ("HTTPRoute", "GRPCRoute"))


@pytest.mark.parametrize("feature", of_effect(Effect.BACKEND))
def test_a_backend_of_a_protocol_that_is_not_supported_gets_nothing(feature: str) -> None:
    assert sent(simulated(PAIRS[feature].needs))["action"] == "forward"
    answer = sent(without(feature))
    assert (answer["status"], answer["reason"]) == (500, "UnsupportedProtocol")


@pytest.mark.parametrize(
    ("feature", "condition"),
    [
        ("GatewayStaticAddresses", ("Accepted", "False", "UnsupportedAddress")),
        ("GatewayAddressEmpty", ("Programmed", "False", "AddressNotAssigned")),
    ],
)
def test_a_gateway_says_what_of_its_addresses_is_not_supported(
    feature: str, condition: tuple[str, str, str]
) -> None:
    assert condition in conditions(without(feature), "Gateway")
    assert condition not in conditions(simulated(PAIRS[feature].needs), "Gateway")


CLIENT_CHECKS: Mapping[str, tuple[str, bool, bool]] = {
    "GatewayFrontendClientCertificateValidation": ("AllowValidOnly", False, True),
    "GatewayFrontendClientCertificateValidationInsecureFallback": ("AllowInsecureFallback", True, False),
}


@pytest.mark.parametrize("feature", CLIENT_CHECKS)
def test_checks_of_clients_certificates_are_as_the_feature_allows(feature: str) -> None:
    mode, with_it, without_it = CLIENT_CHECKS[feature]
    manifests = (
        PAIRS["HTTPRoute"]
        .needs.replace(
            "{name: http, port: 80, protocol: HTTP}",
            "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}",
        )
        .replace(
            "spec: {gatewayClassName",
            "spec: {tls: {frontend: {default: {validation: {caCertificateRefs:"
            f" [{{group: '', kind: ConfigMap, name: ca}}], mode: {mode}}}}}}}}}, gatewayClassName",
        )
    )
    served = [
        sent(each, protocol="HTTPS", port=443)["action"] == "forward"
        for each in (simulated(manifests), without(feature, manifests))
    ]
    assert served == [with_it, without_it]


def test_a_gateways_own_certificate_that_is_not_supported_is_not_shown() -> None:
    feature = "GatewayBackendClientCertificate"
    gateway = PAIRS[feature].needs
    manifests = documents(gateway, *PAIRS["BackendTLSPolicy"].needs.split("\n---\n")[1:])
    shown = [
        sent(each)["backends"][0]["tls"]["clientCertificate"]
        for each in (simulated(manifests), without(feature, manifests))
    ]
    assert shown == [{"secret": "default/cert"}, None]


@pytest.mark.parametrize("feature", of_effect(Effect.NOTHING))
def test_a_feature_without_which_requests_go_the_same_way_changes_no_answer(feature: str) -> None:
    fields: dict[str, object] = dict(MESH) if feature.startswith("Mesh") else {}
    if feature == "GatewayPort8080":
        fields = {"port": 8080}
    assert sent(without(feature), **fields) == sent(simulated(PAIRS[feature].needs), **fields)


def test_features_that_are_choices_are_choices() -> None:
    named = {*of_effect(Effect.CHOICE), *of_effect(Effect.LISTENER)}
    assert named == set(CHOICES)
    assert all(getattr(SPEC, field) == "on" for field in CHOICES.values())


FEATURES = st.frozensets(st.sampled_from(sorted(CONSEQUENCES)), min_size=1, max_size=5)


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(snapshots(), FEATURES, st.data())
def test_both_evaluators_pass_over_and_refuse_the_same(
    snapshot: Snapshot, missing: frozenset[str], data: st.DataObject
) -> None:
    choices = {CHOICES[feature]: "off" for feature in missing & CHOICES.keys()}
    lacking = replace(SPEC, name="lacking", unsupported_features=missing, **choices)
    simulation = Simulation.of(snapshot, lacking)
    request = data.draw(requests_for(Simulation.of(snapshot)))
    try:
        decision = simulation.decide(request)
    except gwsim.RequestError:
        return
    assert decision == replace(simulation.trace(request), trace=())
    assert simulation.status()
    taken = None if decision.route is None else decision.route.key
    if taken is not None:
        resource = snapshot.objects[taken.route]
        rule = ("spec", "rules", taken.rule)
        mesh = request.service is not None
        needed = {use.feature for use in uses_of(resource) if use.path[:3] == rule and use.counts(mesh=mesh)}
        assert not needed & missing & RULE_FEATURES
