"""Schema, defaults and metadata: what is taken, and as which value."""

from __future__ import annotations

import pytest

from gwsim.addresses import FieldPath, Location, ObjectKey
from gwsim.findings import Severity
from gwsim.resources.admission.admitting import admit
from gwsim.resources.admission.plain import plain
from gwsim.resources.cluster import Service
from gwsim.resources.gateways import Gateway, GatewayClass
from gwsim.resources.releases.release import LENIENT
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.versions import find_kind, kinds
from tests.resources.differential import Nowhere, admitted
from tests.resources.manifests import GATEWAY_API, codes, core, gateway, httproute, with_rule


def test_all_errors_of_an_object_are_found_at_once() -> None:
    manifest = {
        "apiVersion": GATEWAY_API,
        "kind": "HTTPRoute",
        "metadata": {"name": "R", "labels": {"a": 1}},
        "spec": {"hostnames": [80, "A"], "rules": [{"backendRefs": [{"port": 0}], "nme": "x"}]},
    }
    assert codes(manifest) == [
        "InvalidName metadata.name",
        "InvalidType metadata.labels.a",
        "InvalidType spec.hostnames[0]",
        "InvalidPattern spec.hostnames[1]",
        "Required spec.rules[0].backendRefs[0].name",
        "OutOfRange spec.rules[0].backendRefs[0].port",
        "UnknownField spec.rules[0].nme",
    ]


def test_nulls_count_as_absent_and_get_the_default() -> None:
    manifest = httproute(
        parentRefs=None, hostnames=None, rules=[{"matches": None, "filters": None, "name": None}]
    )
    manifest["metadata"] = {"name": "r", "creationTimestamp": None, "labels": None, "namespace": None}
    manifest["status"] = {"parents": "anything"}
    assert admitted(manifest) == admitted(httproute(rules=[{}]))


def test_a_null_item_of_a_map_is_dropped() -> None:
    resource = admitted(gateway(infrastructure={"labels": {"a": None, "b": "c"}})).resource
    assert isinstance(resource, Gateway)
    assert resource.spec.infrastructure is not None
    assert resource.spec.infrastructure.labels == {"b": "c"}


def test_a_whole_float_is_an_integer() -> None:
    resource = admitted(gateway({"name": "http", "port": 80.0, "protocol": "HTTP"})).resource
    assert isinstance(resource, Gateway)
    assert resource.spec.listeners[0].port == 80
    assert type(resource.spec.listeners[0].port) is int


def test_the_careful_reader_makes_the_same_value_as_the_fast_one() -> None:
    good = with_rule(matches=[{"path": {"value": "/a"}}], backendRefs=[{"name": "s", "port": 80}], name="n")
    odd = with_rule(
        matches=[{"path": {"value": "/a"}}], backendRefs=[{"name": "s", "port": 80}], name="n", colour="red"
    )
    assert admitted(odd).resource == admitted(good).resource
    assert [finding.severity for finding in admitted(odd).findings] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("metadata", "namespace"),
    [
        pytest.param({"name": "r"}, "shop", id="absent"),
        pytest.param({"name": "r", "namespace": ""}, "shop", id="empty"),
        pytest.param({"name": "r", "namespace": "own"}, "own", id="written"),
    ],
)
def test_a_namespaced_object_is_in_a_namespace(metadata: object, namespace: str) -> None:
    manifest = {**httproute(), "metadata": metadata}
    resource = admit(manifest, Nowhere(), default_namespace="shop").resource
    assert isinstance(resource, HTTPRoute)
    assert resource.metadata.namespace == namespace


def test_a_cluster_scoped_object_is_in_none() -> None:
    manifest = {
        "apiVersion": GATEWAY_API,
        "kind": "GatewayClass",
        "metadata": {"name": "c", "namespace": "written"},
        "spec": {"controllerName": "a.example/b"},
    }
    resource = admitted(manifest).resource
    assert isinstance(resource, GatewayClass)
    assert resource.metadata.namespace == ""


def test_a_kind_that_is_not_read_is_no_error() -> None:
    admission = admitted({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": 1})
    assert (admission.resource, admission.findings, admission.known) == (None, (), False)


def test_other_fields_of_core_kinds_pass_without_a_word() -> None:
    manifest = core("Service", spec={"ports": [{"port": 80, "nodePort": 1}], "ipFamilies": ["IPv4"]})
    admission = admitted(manifest)
    assert admission.findings == ()
    assert isinstance(admission.resource, Service)
    assert admission.resource.spec.ports[0].port == 80


def test_an_object_with_an_error_is_no_resource() -> None:
    assert admitted(httproute(hostnames=["A"])).resource is None


class Lines:
    """A source that writes each field on the line of its path's length."""

    def locate(self, path: FieldPath) -> Location:
        return Location("routes.yaml", len(path) + 1, 1)


def test_a_finding_names_the_object_and_the_place() -> None:
    (finding,) = admit(httproute(hostnames=["A"]), Lines(), default_namespace="shop").findings
    assert finding.key == ObjectKey("gateway.networking.k8s.io", "HTTPRoute", "shop", "r")
    assert finding.location == Location("routes.yaml", 4, 1)
    assert finding.path == ("spec", "hostnames", 0)


def test_every_kind_is_found_by_each_of_its_versions() -> None:
    for known in kinds():
        for api_version in known.api_versions_in(LENIENT):
            assert find_kind(api_version, known.kind) is known


def test_a_kind_of_another_group_is_another_kind() -> None:
    assert find_kind("networking.istio.io/v1", "Gateway") is None


def test_a_resource_is_written_with_its_defaults_and_without_what_is_absent() -> None:
    rule = {"matches": [], "backendRefs": [{"name": "s", "port": 80}]}
    resource = admitted(httproute(hostnames=[], rules=[rule])).resource
    assert isinstance(resource, HTTPRoute)
    assert plain(resource.spec) == {
        "rules": [
            {
                "matches": [],
                "backendRefs": [{"name": "s", "group": "", "kind": "Service", "port": 80, "weight": 1}],
            }
        ]
    }
