"""Examples of what is wrong with texts, and with single fields of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gwsim.resources.examples.example import Example, gateway, manifest, route, rule

_ROUTE = manifest("HTTPRoute", "hostnames: [shop.example.com]")
_SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\n"

SCHEMA_EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "YAMLSyntax": Example(_ROUTE.replace("]", ""), _ROUTE),
        "JSONSyntax": Example(
            '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}\n',
            '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}\n',
        ),
        "Encoding": Example(_ROUTE + "# \x07\n", _ROUTE),
        "DuplicateKey": Example(_ROUTE + "  hostnames: [www.example.com]\n", _ROUTE),
        "AliasCycle": Example(_ROUTE.replace("[shop", "&all [*all, shop"), _ROUTE),
        "TooManyAliases": Example(
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
                for before, name in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            _ROUTE,
        ),
        "TooDeep": Example(_ROUTE.replace("[shop.example.com]", "[" * 20_000 + "]" * 20_000), _ROUTE),
        "NotAnObject": Example("- " + _ROUTE.replace("\n", "\n  ").rstrip() + "\n", _ROUTE),
        "DuplicateObject": Example(
            f"{_ROUTE}---\n{_ROUTE}", f"{_ROUTE}---\n{_ROUTE.replace(': shop', ': www')}"
        ),
        "UnknownKind": Example(_ROUTE.replace("HTTPRoute", "HttpRoute"), _ROUTE),
        "UnservedKind": Example(
            manifest(
                "XListenerSet",
                "parentRef: {name: public}\nlisteners:\n- {name: http, port: 80, protocol: HTTP}",
                api_version="gateway.networking.x-k8s.io/v1alpha1",
            ),
            manifest(
                "ListenerSet",
                "parentRef: {name: public}\nlisteners:\n- {name: http, port: 80, protocol: HTTP}",
            ),
        ),
        "UnservedVersion": Example(_ROUTE.replace("/v1\n", "/v1alpha2\n"), _ROUTE),
        "UnknownField": route("hostname: shop.example.com", "hostnames: [shop.example.com]"),
        "Required": rule("backendRefs:\n- port: 80", "backendRefs:\n- {name: cart, port: 80}"),
        "InvalidType": rule(
            "backendRefs:\n- {name: cart, port: '80'}", "backendRefs:\n- {name: cart, port: 80}"
        ),
        "UnsupportedValue": rule(
            "matches:\n- path: {type: PathPrefx, value: /cart}",
            "matches:\n- path: {type: PathPrefix, value: /cart}",
        ),
        "InvalidPattern": route("hostnames: [Shop.example.com]", "hostnames: [shop.example.com]"),
        "TooLong": rule(
            f"matches:\n- path: {{value: /{'a' * 1024}}}", f"matches:\n- path: {{value: /{'a' * 1023}}}"
        ),
        "TooShort": rule("backendRefs:\n- {name: '', port: 80}", "backendRefs:\n- {name: cart, port: 80}"),
        "TooMany": route(
            "hostnames:\n" + "".join(f"- host-{number}.example.com\n" for number in range(17)),
            "hostnames: ['*.example.com']",
        ),
        "TooFew": route("rules: []", "rules:\n- backendRefs:\n  - {name: cart, port: 80}"),
        "OutOfRange": rule("backendRefs:\n- {name: cart, port: 0}", "backendRefs:\n- {name: cart, port: 80}"),
        "Duplicate": gateway(
            "listeners:\n- {name: web, port: 80, protocol: HTTP}\n- {name: web, port: 81, protocol: HTTP}",
            "listeners:\n- {name: web, port: 80, protocol: HTTP}\n- {name: other, port: 81, protocol: HTTP}",
        ),
        "InvalidName": Example(_ROUTE.replace("name: shop", "name: my_shop"), _ROUTE),
        "InvalidLabel": Example(
            _ROUTE.replace("name: shop", "name: shop\n  labels: {team: a b}"),
            _ROUTE.replace("name: shop", "name: shop\n  labels: {team: a-b}"),
        ),
        "InvalidTimestamp": Example(
            _ROUTE.replace("name: shop", "name: shop\n  creationTimestamp: yesterday"), _ROUTE
        ),
        "InvalidBase64": Example(
            _SECRET + "data: {key: geheim!}\n", _SECRET + "stringData: {key: geheim!}\n"
        ),
        "InvalidAddress": gateway(
            "listeners:\n- {name: web, port: 80, protocol: HTTP}\naddresses:\n- {value: lb.example.com}",
            "listeners:\n- {name: web, port: 80, protocol: HTTP}\n"
            "addresses:\n- {type: Hostname, value: lb.example.com}",
        ),
    }
)
"""By code."""
