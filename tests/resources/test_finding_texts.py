"""Schema and metadata: what is refused, and in which words."""

from __future__ import annotations

import pytest

from tests.resources.manifests import GATEWAY_API, core, gateway, httproute, texts, with_rule


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param([], ["InvalidType : expected a mapping, found a list (remove the '- ')"], id="a list"),
        pytest.param(
            {"metadata": {}},
            [
                (
                    "Required apiVersion: expected apiVersion, found none "
                    "(add it, such as gateway.networking.k8s.io/v1)"
                ),
                "Required kind: expected kind, found none (add it, such as HTTPRoute)",
            ],
            id="no type",
        ),
        pytest.param(
            {"apiVersion": 1, "kind": "HTTPRoute"},
            ["InvalidType apiVersion: expected a string, found 1 (quote it: YAML reads it as a number)"],
            id="a number as apiVersion",
        ),
        pytest.param(
            {**httproute(), "apiVersion": "gateway.networking.k8s.io/v1alpha2"},
            [
                (
                    "UnservedVersion apiVersion: expected gateway.networking.k8s.io/v1 or "
                    "gateway.networking.k8s.io/v1beta1 for HTTPRoute, found "
                    '"gateway.networking.k8s.io/v1alpha2" '
                    "(use gateway.networking.k8s.io/v1)"
                )
            ],
            id="a version that is not served",
        ),
        pytest.param(
            {**httproute(), "kind": "HttpRoute"},
            [
                (
                    'UnknownKind kind: expected a kind of gateway.networking.k8s.io/v1, found "HttpRoute" '
                    "(did you mean HTTPRoute?)"
                )
            ],
            id="a kind in other letters",
        ),
        pytest.param(
            {**httproute(), "metadata": {"generateName": "r-"}},
            [
                (
                    "Required metadata.name: expected a name, found only generateName "
                    "(write the name that the API server would make)"
                )
            ],
            id="a generated name",
        ),
        pytest.param(
            {**httproute(), "metadata": {"name": True}},
            [
                (
                    "InvalidType metadata.name: expected a name, found true "
                    "(quote it: YAML reads on/off/yes/no/true/false as booleans)"
                )
            ],
            id="a boolean as name",
        ),
        pytest.param(
            {**core("Service"), "metadata": {"name": "1shop"}},
            [
                (
                    "InvalidName metadata.name: expected a DNS label of at most 63 characters that "
                    "begins with a letter, "
                    "found \"1shop\" (use lower-case letters, digits and '-'; begin with a letter, "
                    "end with a letter or digit)"
                )
            ],
            id="a Service's name with a digit in front",
        ),
        pytest.param(
            {**core("Namespace"), "metadata": {"name": "a.b"}},
            [
                (
                    'InvalidName metadata.name: expected a DNS label of at most 63 characters, found "a.b" '
                    "(use lower-case letters, digits and '-'; begin and end with a letter or digit)"
                )
            ],
            id="a namespace's name with a dot",
        ),
        pytest.param(
            {**httproute(), "metadata": {"name": "r", "lables": {}}},
            [
                (
                    'UnknownField metadata.lables: expected a field of metadata, found "lables" (a mapping) '
                    "(did you mean labels?)"
                )
            ],
            id="misspelt labels",
        ),
        pytest.param(
            {**httproute(), "metadata": {"name": "r", "creationTimestamp": "2026-02-30T00:00:00Z"}},
            [
                (
                    "InvalidTimestamp metadata.creationTimestamp: expected a time as in RFC 3339, "
                    'found "2026-02-30T00:00:00Z" (write it as 2026-01-31T12:00:00Z)'
                )
            ],
            id="a day that is none",
        ),
        pytest.param(
            with_rule(matches=[{"path": {"type": "PathPrefx", "value": "/"}}]),
            [
                (
                    "UnsupportedValue spec.rules[0].matches[0].path.type: expected Exact, PathPrefix or "
                    'RegularExpression, found "PathPrefx" (did you mean PathPrefix?)'
                )
            ],
            id="a misspelt enum value",
        ),
        pytest.param(
            with_rule(backendRef=[]),
            [
                (
                    "UnknownField spec.rules[0].backendRef: expected a field of spec.rules[0], found "
                    '"backendRef" '
                    "(a list) (did you mean backendRefs?)"
                )
            ],
            id="a misspelt field",
        ),
        pytest.param(
            {**httproute(), "data": {}},
            [
                (
                    'UnknownField data: expected a field of the object, found "data" (a mapping) '
                    "(remove it: the API server drops it)"
                )
            ],
            id="a field at the root",
        ),
        pytest.param(
            with_rule(matches=[{"headers": [{"name": "x-canary", "value": True}]}]),
            [
                (
                    "InvalidType spec.rules[0].matches[0].headers[0].value: expected a string, found true "
                    "(quote it: YAML reads on/off/yes/no/true/false as booleans)"
                )
            ],
            id="an unquoted header value",
        ),
        pytest.param(
            with_rule(backendRefs=[{"name": "s", "port": "80"}]),
            [
                (
                    'InvalidType spec.rules[0].backendRefs[0].port: expected a port number, found "80" '
                    "(write it without quotes)"
                )
            ],
            id="a quoted port",
        ),
        pytest.param(
            with_rule(backendRefs=[{"name": "s", "port": 70000}]),
            [
                (
                    "OutOfRange spec.rules[0].backendRefs[0].port: expected an integer from 1 to 65535, "
                    "found 70000"
                )
            ],
            id="a port beyond the last",
        ),
        pytest.param(
            with_rule(retry={"attempts": 0}),
            ["OutOfRange spec.rules[0].retry.attempts: expected an integer of 1 or more, found 0"],
            id="no attempts",
        ),
        pytest.param(
            with_rule(matches={"path": {}}),
            [
                (
                    "InvalidType spec.rules[0].matches: expected a list, found a mapping (begin each item "
                    "with '- ')"
                )
            ],
            id="a mapping for a list",
        ),
        pytest.param(
            httproute(rules=[None]),
            ["InvalidType spec.rules[0]: expected a mapping, found null (write a value, or remove it)"],
            id="an empty item",
        ),
        pytest.param(
            httproute(rules=[]),
            ["TooFew spec.rules: expected at least 1 items, found 0 (add one, or remove the field)"],
            id="no rules",
        ),
        pytest.param(
            httproute(rules=[{}] * 17),
            ["TooMany spec.rules: expected at most 16 items, found 17 (remove 1)"],
            id="17 rules",
        ),
        pytest.param(
            httproute(hostnames=["Shop.example.com"]),
            [
                (
                    'InvalidPattern spec.hostnames[0]: expected a hostname, found "Shop.example.com" '
                    "(use a lower-case DNS name without a port; a wildcard is one leading '*.')"
                )
            ],
            id="an upper-case hostname",
        ),
        pytest.param(
            httproute(hostnames=[""]),
            [
                (
                    "TooShort spec.hostnames[0]: expected a hostname, found an empty string "
                    "(use a lower-case DNS name without a port; a wildcard is one leading '*.')"
                )
            ],
            id="an empty hostname",
        ),
        pytest.param(
            httproute(hostnames=["a" * 254]),
            ["TooLong spec.hostnames[0]: expected at most 253 characters, found 254 (shorten it)"],
            id="a long hostname",
        ),
        pytest.param(
            httproute(hostnames=["a\x1b[31m" + "b" * 80]),
            [
                'InvalidPattern spec.hostnames[0]: expected a hostname, found "a\\x1b[31m' + "b" * 53 + '…" '
                "(use a lower-case DNS name without a port; a wildcard is one leading '*.')"
            ],
            id="control characters are escaped and long values cut",
        ),
        pytest.param(
            with_rule(matches=[{"queryParams": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}]),
            [
                (
                    "Duplicate spec.rules[0].matches[0].queryParams[1]: expected a different name in "
                    'each item, found "a" '
                    "twice (join the two, or rename one of them)"
                )
            ],
            id="a repeated key",
        ),
        pytest.param(
            with_rule(retry={"codes": [500, 503, 500]}),
            [
                (
                    "Duplicate spec.rules[0].retry.codes[2]: expected different items, found 500 twice "
                    "(remove one of them)"
                )
            ],
            id="a repeated item",
        ),
        pytest.param(
            with_rule(retry={"codes": 500}),
            ["InvalidType spec.rules[0].retry.codes: expected a list, found 500"],
            id="a number for a list of different items",
        ),
        pytest.param(
            gateway(addresses=[{"type": {"a": "b"}, "value": "x"}]),
            ["InvalidType spec.addresses[0].type: expected an address type, found a mapping"],
            id="a mapping for a string",
        ),
        pytest.param(
            {"apiVersion": GATEWAY_API, "kind": "GatewayClass", "metadata": {"name": "c"}},
            ["Required spec: expected a mapping, found none (add spec)"],
            id="no spec",
        ),
        pytest.param(
            core("Secret", data={"password": 12345}, stringData={"token": True}),
            [
                (
                    "InvalidType data.password: expected a string, found an integer (quote it: YAML reads "
                    "it as a number)"
                ),
                (
                    "InvalidType stringData.token: expected a string, found a boolean "
                    "(quote it: YAML reads on/off/yes/no/true/false as booleans)"
                ),
            ],
            id="a Secret's data is not shown",
        ),
    ],
)
def test_what_is_wrong_is_said_in_these_words(manifest: object, expected: list[str]) -> None:
    assert texts(manifest) == expected
