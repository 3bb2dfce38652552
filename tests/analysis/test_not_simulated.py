"""No field that is set is passed over in silence: it is read, or named, or it cannot change an answer."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import gwsim
from gwsim.analysis.not_simulated import not_simulated
from gwsim.findings import Severity
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.resources.meta import Part

ROOT = Path(__file__).parents[2] / "scenarios"
MODULES = ("meta", "gateways", "routes", "grpc_routes", "stream_routes", "filters", "policies", "cluster")
READERS = ("gwsim.binding.", "gwsim.routing.", "gwsim.resources.snapshot")
NAMED = frozenset(
    {
        ("ListenerTLSConfig", "options"),
        ("BackendTLSPolicySpec", "options"),
        ("RetryConstraint", "budget"),
        ("RetryConstraint", "min_retry_rate"),
        ("RetryBudget", "percent"),
        ("RetryBudget", "interval"),
        ("RequestRate", "count"),
        ("RequestRate", "interval"),
        ("BackendSpec", "protocol"),
        ("ServiceSpec", "session_affinity"),
    }
)
"""Fields that nothing reads to find an answer, and that are named by a finding where they are set."""
HARMLESS: Mapping[tuple[str, str], str] = {
    ("ObjectMeta", "annotations"): "the API gives none a meaning",
    ("HTTPRouteFilter", "type"): "admission makes sure that it names the field that is set",
    ("SubjectAltName", "type"): "admission makes sure that it names the field that is set",
    ("BackendSpec", "type"): "has one value only",
    ("GatewayClassSpec", "description"): "is for people",
    ("MeshSpec", "description"): "is for people",
    ("GatewayInfrastructure", "labels"): "go onto what an implementation makes for the Gateway",
    ("GatewayInfrastructure", "annotations"): "go onto what an implementation makes for the Gateway",
    ("BackendPort", "name"): "no reference names it",
    ("ExternalHostnameBackend", "hostname"): "an answer names the XBackend, not where that leads",
    ("BackendSpec", "external_hostname"): "an answer names the XBackend, not where that leads",
    ("ServicePort", "target_port"): "an answer names the Service's port, not the Pods'",
    ("ServiceSpec", "cluster_ip"): "a gateway sends to endpoints; without an IP they are the same",
    ("ServiceSpec", "external_name"): "an answer names the Service, not where that leads",
    ("ServiceSpec", "selector"): "EndpointSlices tell which endpoints there are",
    ("Secret", "type"): "what it holds tells whether it serves TLS",
}
"""Fields that nothing reads to find an answer, and why no answer could be another."""


def parts() -> Iterator[type[Part]]:
    """Every type of a piece of a manifest; not the variants that earlier releases have."""
    todo = list(Part.__subclasses__())
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if kind.__module__ in {f"gwsim.resources.{name}" for name in MODULES}:
            yield kind


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Every type and field that binding and routing have not read so far."""
    left: set[tuple[str, str]] = set()
    for name in MODULES:
        importlib.import_module(f"gwsim.resources.{name}")
    for kind in parts():
        for name in kind.__struct_fields__:
            if name in vars(kind):
                left.add((kind.__name__, name))
                monkeypatch.setattr(kind, name, property(reader(left, kind.__name__, name, vars(kind)[name])))
    return left


def reader(left: set[tuple[str, str]], kind: str, name: str, field: Any) -> Any:
    def read(self: object) -> object:
        if sys._getframe(1).f_globals.get("__name__", "").startswith(READERS):
            left.discard((kind, name))
        return field.__get__(self)

    return read


def test_every_field_is_read_or_named_or_cannot_change_an_answer(unread: set[tuple[str, str]]) -> None:
    assert len(unread) > 300
    for path in sorted(ROOT.glob(f"*/{FILE_NAME}")):
        simulation = gwsim.load(path.parent)
        simulation.status()
        for case in read_scenario(path.parent).requests:
            simulation.trace(gwsim.Request.from_dict(case.request))
    assert unread == NAMED | set(HARMLESS)


API = "gateway.networking.k8s.io/v1"
EXPERIMENTAL = "gateway.networking.x-k8s.io/v1alpha1"


def thing(kind: str, spec: Mapping[str, Any], api: str = API) -> Mapping[str, Any]:
    cluster_wide = kind in ("GatewayClass", "XMesh")
    metadata = {"name": "it"} if cluster_wide else {"name": "it", "namespace": "apps"}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def gateway(**spec: Any) -> Mapping[str, Any]:
    listeners = [{"name": "a", "port": 80, "protocol": "HTTP"}]
    return thing("Gateway", {"gatewayClassName": "public", "listeners": listeners, **spec})


def route(*, kind: str = "HTTPRoute", **rule: Any) -> Mapping[str, Any]:
    return thing(kind, {"rules": [rule]})


def backend(protocol: str) -> Mapping[str, Any]:
    host = {"type": "ExternalHostname", "externalHostname": {"hostname": "a.test"}}
    return thing("XBackend", {**host, "port": {"port": 80}, "protocol": protocol}, EXPERIMENTAL)


CA = {"group": "", "kind": "ConfigMap", "name": "ca"}
TARGETS = [{"group": "", "kind": "Service", "name": "it"}]
TLS = {"hostname": "a.test", "wellKnownCACertificates": "System"}
PARAMETERS = {
    "apiVersion": "example.com/v1",
    "kind": "Settings",
    "metadata": {"name": "s", "namespace": "apps"},
}
AUTH = {"protocol": "HTTP", "backendRef": {"name": "it", "port": 80}, "http": {}}
AUTH_FILTERS = [{"type": "ExternalAuth", "externalAuth": AUTH}]
TO_BACKEND = [{"group": "gateway.networking.x-k8s.io", "kind": "XBackend", "name": "it", "port": 80}]
ROWS = [
    pytest.param(
        [
            gateway(
                listeners=[
                    {
                        "name": "a",
                        "port": 443,
                        "protocol": "HTTPS",
                        "tls": {"certificateRefs": [{"name": "c"}], "options": {"example.com/o": "x"}},
                    }
                ]
            )
        ],
        "spec.listeners[0].tls.options",
        id="TLS options of a listener",
    ),
    pytest.param(
        [thing("BackendTLSPolicy", {"targetRefs": TARGETS, "validation": TLS})],
        "spec.validation.wellKnownCACertificates",
        id="authorities of the system",
    ),
    pytest.param(
        [
            thing(
                "BackendTLSPolicy",
                {
                    "targetRefs": TARGETS,
                    "validation": {"hostname": "a.test", "caCertificateRefs": [CA]},
                    "options": {"example.com/o": "x"},
                },
            )
        ],
        "spec.options",
        id="TLS options of a policy",
    ),
    pytest.param(
        [thing("XBackendTrafficPolicy", {"targetRefs": TARGETS, "retryConstraint": {}}, EXPERIMENTAL)],
        "spec.retryConstraint",
        id="a retry budget",
    ),
    pytest.param(
        [thing("XBackendTrafficPolicy", {"targetRefs": TARGETS, "sessionPersistence": {}}, EXPERIMENTAL)],
        "spec.sessionPersistence",
        id="session persistence of a policy",
    ),
    pytest.param(
        [route(sessionPersistence={})], "spec.rules[0].sessionPersistence", id="session persistence of a rule"
    ),
    pytest.param(
        [route(filters=AUTH_FILTERS)], "spec.rules[0].filters[0].externalAuth", id="external authorisation"
    ),
    pytest.param(
        [route(backendRefs=[{"name": "it", "port": 80, "filters": AUTH_FILTERS}])],
        "spec.rules[0].backendRefs[0].filters[0].externalAuth",
        id="external authorisation of a backend",
    ),
    pytest.param([backend("MCP")], "spec.protocol", id="an XBackend of MCP"),
    pytest.param(
        [backend("TCP"), route(backendRefs=TO_BACKEND)], "spec.protocol", id="HTTP to an XBackend of TCP"
    ),
    pytest.param(
        [backend("HTTP11"), route(kind="GRPCRoute", backendRefs=TO_BACKEND)],
        "spec.protocol",
        id="gRPC to an XBackend of HTTP/1.1",
    ),
    pytest.param([backend("HTTP"), route(backendRefs=TO_BACKEND)], None, id="HTTP to an XBackend of HTTP"),
    pytest.param(
        [thing("Service", {"sessionAffinity": "ClientIP", "ports": [{"port": 80}]}, "v1")],
        "spec.sessionAffinity",
        id="a Service that keeps clients",
    ),
    pytest.param([thing("Service", {"ports": [{"port": 80}]}, "v1")], None, id="a Service that does not"),
    pytest.param(
        [
            PARAMETERS,
            gateway(
                infrastructure={"parametersRef": {"group": "example.com", "kind": "Settings", "name": "s"}}
            ),
        ],
        "spec.infrastructure.parametersRef",
        id="settings of a Gateway",
    ),
    pytest.param(
        [
            gateway(
                infrastructure={"parametersRef": {"group": "example.com", "kind": "Settings", "name": "s"}}
            )
        ],
        None,
        id="settings that are not there, which status names",
    ),
    *(
        pytest.param(
            [
                PARAMETERS,
                thing(
                    kind,
                    {
                        "controllerName": "example.com/c",
                        "parametersRef": {
                            "group": "example.com",
                            "kind": "Settings",
                            "name": "s",
                            "namespace": "apps",
                        },
                    },
                    api,
                ),
            ],
            "spec.parametersRef",
            id=f"settings of a {kind}",
        )
        for kind, api in (("GatewayClass", API), ("XMesh", EXPERIMENTAL))
    ),
    pytest.param(
        [gateway(tls={"frontend": {"default": {"validation": {"caCertificateRefs": [CA]}}}})],
        "spec.tls.frontend.default.validation",
        id="when clients' certificates are valid",
    ),
]


@pytest.mark.parametrize(("manifests", "path"), ROWS)
def test_a_field_that_is_not_simulated_is_named_where_it_is_set(
    manifests: list[Mapping[str, Any]], path: str | None
) -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}).encode()
    loaded = load_files(["-"], stdin=BytesIO(text))
    assert loaded.findings == ()
    found = not_simulated(loaded.simulation.snapshot)
    assert [finding.severity for finding in found] == [Severity.INFO] * (path is not None)
    assert [str(finding).split(": ")[1] for finding in found] == [path] * (path is not None)
