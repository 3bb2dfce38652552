"""`gwsim find`: classes of requests with an outcome, and the exit code for 'there is one'."""

from __future__ import annotations

import json
from typing import Any

import pytest

import gwsim
from tests.cli.test_main import ROOT, run


def found(*arguments: str) -> list[dict[str, Any]]:
    process = run("find", "-f", *arguments, "-o", "json")
    assert process.returncode == 0, process.stderr
    classes: list[dict[str, Any]] = json.loads(process.stdout)["classes"]
    return classes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ["scenarios/storefront", "--backend", "shop/cart-canary"],
            ["any request to shop.example.com under /cart where header x-canary is true"],
            id="a backend",
        ),
        pytest.param(
            ["scenarios/storefront", "--backend", "Service/shop/cart"],
            ["any request to shop.example.com under /cart, unless header x-canary is true"],
            id="a backend by kind, less what comes before",
        ),
        pytest.param(
            ["scenarios/storefront", "--status", "404", "--host", "shop.example.com"],
            [],
            id="a status for a host",
        ),
        pytest.param(
            ["scenarios/storefront", "--status", "301"], ["any request to shop.example.com"], id="a redirect"
        ),
        pytest.param(
            [
                "scenarios/storefront",
                "--path-prefix",
                "/cart",
                "--not-backend",
                "shop/cart",
                "--action",
                "forward",
            ],
            ["any request to shop.example.com under /cart where header x-canary is true"],
            id="a path, and not a backend",
        ),
        pytest.param(
            [
                "scenarios/monolith",
                "--route",
                "legacy/www",
                "--host",
                "www.bigcorp.example",
                "--path-prefix",
                "/users",
            ],
            [
                "any request to www.bigcorp.example with path /users/1",
                "any request to www.bigcorp.example with a path that matches /users/[0-9]+/orders(/.*)?",
                (
                    "any request to www.bigcorp.example with a path that matches /users/[0-9]+, "
                    "unless the path is /users/1"
                ),
            ],
            id="regular expressions",
        ),
    ],
)
def test_classes_are_told_in_words(arguments: list[str], words: list[str]) -> None:
    assert [each["words"] for each in found(*arguments)][: len(words)] == words
    assert words or not found(*arguments)


def test_methods_of_one_rule_are_put_together() -> None:
    texts = [each["words"] for each in found("scenarios/grpc-beside-http", "--path-prefix", "/")]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("scenario", ["three-teams", "cors", "monolith", "tls-modes", "client-certificates"])
def test_a_witness_is_a_request_that_gets_the_decision(scenario: str) -> None:
    simulation = gwsim.load(ROOT / "scenarios" / scenario)
    for each in found(f"scenarios/{scenario}", "--action", "forward", "--action", "refuse"):
        if not each["approximate"]:
            decision = simulation.decide(gwsim.Request.from_dict(each["witness"])).to_dict()
            assert decision["route"] == each["route"]
            assert decision["listener"] == each["listener"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--backend", "shop/cart", "--expect-none"], 1, id="there is one"),
        pytest.param(["--backend", "shop/cart"], 0, id="there may be one"),
        pytest.param(
            ["--backend", "shop/cart", "--host", "other.example", "--expect-none"], 0, id="there is none"
        ),
        pytest.param(["--status", "teapot"], 2, id="no status"),
        pytest.param(["--status", "99"], 2, id="below all statuses"),
        pytest.param(["--not-status", "600"], 2, id="beyond all statuses"),
        pytest.param(["--host", "shop.example.com:443"], 2, id="a host with a port"),
        pytest.param(["--host", "192.0.2.1"], 2, id="an address"),
        pytest.param(["--host", "shop_1.example", "--expect-none"], 1, id="a host that DNS would not have"),
        pytest.param(["--not-host", "a..b"], 2, id="a host that is none"),
        pytest.param(["--host", "*.EXAMPLE.com", "--not-host", "*", "--expect-none"], 0, id="wildcards"),
        pytest.param(["--path-prefix", "cart"], 2, id="a prefix that no path has"),
        pytest.param(["--not-path-prefix", "/", "--not-path-prefix", ""], 2, id="an empty prefix"),
    ],
)
def test_exit_code_says_whether_there_is_such_a_request(arguments: list[str], code: int) -> None:
    assert run("find", "-f", "scenarios/storefront", *arguments).returncode == code


@pytest.mark.parametrize(
    ("command", "service"),
    [("find", ""), ("diff", ""), ("impact", "Service/shop/cart")],
    ids=["find", "diff", "impact"],
)
@pytest.mark.parametrize(
    ("scenario", "routes", "says"),
    [
        pytest.param("mesh-routes", 8, "8 routes whose parents are Services", id="a mesh"),
        pytest.param("storefront", 0, "", id="no mesh"),
    ],
)
def test_requests_in_a_mesh_are_said_to_be_left_out(
    command: str, service: str, scenario: str, routes: int, says: str
) -> None:
    folder = f"scenarios/{scenario}"
    arguments = [folder, folder] if command == "diff" else ["-f", folder, *filter(None, [service])]
    process = run(command, *arguments, "-o", "json")
    said = [line.rpartition(": ")[2] for line in process.stderr.splitlines() if "in a mesh" in line]
    assert said == ([says] if says else [])
    assert json.loads(process.stdout)["meshRoutes"] == routes


def test_a_name_that_stands_for_nothing_is_said_to() -> None:
    process = run("find", "-f", "scenarios/storefront", "--backend", "shop/crat", "--expect-none")
    assert process.returncode == 0
    assert process.stderr == "shop/crat: no object of this name is in the input\n"
