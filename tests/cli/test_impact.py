"""`gwsim impact`: who refers to an object, and what requests would notice if it vanished."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_main import run

BEFORE = "scenarios/pull-request/before"


@pytest.mark.parametrize(
    ("name", "manifests", "dependants", "classes"),
    [
        pytest.param("Service/payments/pay", BEFORE, ["HTTPRoute/shop/shop"], 1, id="a Service"),
        pytest.param("ReferenceGrant/payments/shop-may-pay", BEFORE, [], 1, id="a grant that nobody names"),
        pytest.param("GatewayClass/edge", BEFORE, ["Gateway/shop/edge"], 7, id="a GatewayClass"),
        pytest.param("Gateway/shop/edge", BEFORE, ["HTTPRoute/shop/shop"], 7, id="a Gateway"),
        pytest.param(
            "Secret/shop/shop-example-com",
            "scenarios/storefront",
            ["Gateway/shop/storefront"],
            None,
            id="a certificate",
        ),
        pytest.param("HTTPRoute/shop/shop", BEFORE, [], 5, id="a route"),
    ],
)
def test_who_depends_on_an_object_and_what_would_change(
    name: str, manifests: str, dependants: list[str], classes: int | None
) -> None:
    process = run("impact", name, "-f", manifests, "-o", "json")
    assert process.returncode == 0, process.stderr
    data = json.loads(process.stdout)
    assert [each["object"] for each in data["dependants"]] == dependants
    found = [each for cause in data["causes"] for each in cause["classes"]]
    assert len(found) == classes if classes is not None else found


def test_a_namespace_takes_with_it_what_it_holds() -> None:
    data = json.loads(
        run("impact", "Namespace/platform", "-f", "scenarios/platform-teams", "-o", "json").stdout
    )
    assert data["vanished"][0] == "Namespace/platform"
    assert len(data["vanished"]) > 1
    assert all("/platform/" in each for each in data["vanished"][1:])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        pytest.param(
            "Service/shop/crat", "such as Service/payments/pay, Service/shop/cart", id="none of this name"
        ),
        pytest.param("service/shop/cart", "such as Service/payments/pay, Service/shop/cart", id="lower case"),
        pytest.param(
            "Namespace/shop", "which has Gateway, GatewayClass, HTTPRoute, ", id="no object of this kind"
        ),
    ],
)
def test_an_object_that_is_not_there_is_a_wrong_call(name: str, known: str) -> None:
    process = run("impact", name, "-f", BEFORE)
    assert process.returncode == 2
    assert f"expected KIND/NAMESPACE/NAME of the input, {known}" in process.stderr
    assert process.stderr.endswith(f"; found '{name}'\n")
