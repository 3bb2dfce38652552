"""Each cross-field rule: objects that keep it, and objects that break several."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from gwsim.resources.rules import tables
from gwsim.resources.rules.tables.rule import Tables
from tests.resources.manifests import (
    CERTIFICATES,
    EXACT_MATCH,
    HTTP,
    PREFIX_REWRITE,
    REDIRECT,
    REWRITE,
    SERVICE,
    auth,
    codes,
    core,
    cors,
    gateway,
    httproute,
    listener,
    mirror,
    rewrite_path,
    session,
    texts,
    with_path,
    with_rule,
)


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(listener("HTTP", hostname="a.example"), id="HTTP without tls"),
        pytest.param(listener("http", tls=CERTIFICATES), id="another protocol in lower case"),
        pytest.param(
            listener("HTTPS", tls={"mode": "Terminate", **CERTIFICATES}), id="HTTPS that terminates"
        ),
        pytest.param(listener("HTTPS"), id="HTTPS without tls"),
        pytest.param(listener("TLS", tls={"mode": "Passthrough"}), id="TLS that passes through"),
        pytest.param(listener("HTTPS", tls={"options": {"a": "b"}}), id="options in place of certificates"),
        pytest.param(gateway(HTTP, {**HTTP, "name": "b", "protocol": "HTTPS"}), id="one port, two protocols"),
        pytest.param(
            gateway(HTTP, {**HTTP, "name": "b", "hostname": "a.example"}), id="no hostname and a hostname"
        ),
        pytest.param(gateway(addresses=[{"value": "1.2.3.4"}, {"value": "::1"}]), id="two addresses"),
        pytest.param(
            gateway(addresses=[{"type": "Hostname", "value": "*.a.example"}, {"type": "Hostname"}]),
            id="names",
        ),
        pytest.param(
            gateway(addresses=[{"type": "a.b/c", "value": "X"}] * 2), id="equal addresses of another type"
        ),
        pytest.param(gateway(addresses=[{"value": "010.1.1.1"}]), id="an address with a zero in front"),
        pytest.param(gateway(infrastructure={"labels": {"a.b/C_d": "e"}}), id="a label with a prefix"),
        pytest.param(
            gateway(
                tls={"frontend": {"default": {}, "perPort": [{"port": 1, "tls": {}}, {"port": 2, "tls": {}}]}}
            ),
            id="two ports",
        ),
        pytest.param(
            httproute(parentRefs=[{"name": "g"}, {"name": "g", "namespace": "b"}]), id="two parents"
        ),
        pytest.param(
            httproute(
                parentRefs=[{"name": "g", "sectionName": "a"}, {"name": "g", "sectionName": "b", "port": 1}]
            ),
            id="two sections, one with a port",
        ),
        pytest.param(
            httproute(parentRefs=[{"name": "g", "port": 1}, {"name": "g", "port": 2}]), id="two ports"
        ),
        pytest.param(httproute(rules=[{"matches": [{}] * 64}] * 2), id="128 matches"),
        pytest.param(with_rule(filters=[REDIRECT], backendRefs=[]), id="a redirect with no backends"),
        pytest.param(
            with_rule(backendRefs=[{**SERVICE, "filters": [REDIRECT]}]), id="a backend's own redirect"
        ),
        pytest.param(with_rule(filters=[PREFIX_REWRITE]), id="the default match is a prefix"),
        pytest.param(
            with_rule(matches=EXACT_MATCH, backendRefs=[{**SERVICE, "filters": [PREFIX_REWRITE]}] * 2),
            id="two backends with prefix rewrites, which the API passes over",
        ),
        pytest.param(
            with_rule(backendRefs=[{"name": "b", "kind": "Backend", "group": "a.b"}]), id="no Service"
        ),
        pytest.param(with_path("/a.b/c..d/.e/%7E"), id="dots within segments"),
        pytest.param(with_path("/a#//../", "RegularExpression"), id="anything as a regular expression"),
        pytest.param(with_path("", "RegularExpression"), id="an empty regular expression"),
        pytest.param(with_rule(timeouts={"request": "1s", "backendRequest": "1000ms"}), id="equal timeouts"),
        pytest.param(with_rule(timeouts={"request": "0s", "backendRequest": "1h"}), id="no request timeout"),
        pytest.param(
            session(absoluteTimeout="1h", cookieConfig={"lifetimeType": "Permanent"}), id="a permanent cookie"
        ),
        pytest.param(with_rule(filters=[REDIRECT]), id="a filter with its field"),
        pytest.param(
            with_rule(
                filters=[
                    mirror_filter := {
                        "type": "ExtensionRef",
                        "extensionRef": {"group": "a.b", "kind": "C", "name": "d"},
                    },
                    mirror_filter,
                ]
            ),
            id="two extensions",
        ),
        pytest.param(mirror(percent=50), id="a mirror by percent"),
        pytest.param(mirror(fraction={"numerator": 100}), id="a mirror of all"),
        pytest.param(cors(allowOrigins=["*"], exposeHeaders=["*", "a"]), id="a lone wildcard"),
        pytest.param(auth(protocol="HTTP", http={}), id="an HTTP authorisation"),
        pytest.param(core("Secret", data={"a": "aGVs\nbG8="}), id="base64 over two lines"),
    ],
)
def test_an_object_that_keeps_the_rules_is_taken(manifest: object) -> None:
    assert texts(manifest) == []


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param(
            gateway(infrastructure={"annotations": {"a" * 253 + "/b": ""}}),
            ["InvalidLabel spec.infrastructure.annotations." + "a" * 253 + "/b"],
            id="a long prefix",
        ),
        pytest.param(
            with_rule(filters=[REDIRECT, REWRITE]),
            ["RedirectWithRewrite spec.rules[0].filters[1]"],
            id="redirect and rewrite",
        ),
        pytest.param(
            with_rule(backendRefs=[{**SERVICE, "filters": [REWRITE, REWRITE]}]),
            ["RepeatedFilter spec.rules[0].backendRefs[0].filters[1]"],
            id="a backend's filter twice",
        ),
        pytest.param(
            rewrite_path(type="ReplaceFullPath", replaceFullPath="/", replacePrefixMatch="/"),
            ["FilterFieldMismatch spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch"],
            id="a modifier with both paths",
        ),
        pytest.param(
            cors(allowOrigins=["*", "https://a.b"], allowMethods=["*", "GET"], allowHeaders=["*", "a"]),
            [
                f"WildcardNotAlone spec.rules[0].filters[0].cors.allow{name}"
                for name in ("Origins", "Methods", "Headers")
            ],
            id="wildcards with others",
        ),
        pytest.param(
            auth(protocol="GRPC", http={}),
            [
                "FilterFieldMissing spec.rules[0].filters[0].externalAuth.grpc",
                "FilterFieldMismatch spec.rules[0].filters[0].externalAuth.http",
            ],
            id="an authorisation of the other protocol",
        ),
        pytest.param(
            auth(protocol="HTTP", http={}, backendRef={"name": "s"}),
            ["PortMissing spec.rules[0].filters[0].externalAuth.backendRef.port"],
            id="an authorisation without a port",
        ),
        pytest.param(
            session(cookieConfig={"lifetimeType": "Permanent"}),
            ["TimeoutMissing spec.rules[0].sessionPersistence.absoluteTimeout"],
            id="a permanent cookie without an end",
        ),
        pytest.param(
            session(type="Header", cookieConfig={}),
            ["CookieConfigNotAllowed spec.rules[0].sessionPersistence.cookieConfig"],
            id="cookie settings for a header",
        ),
        pytest.param(
            with_rule(matches=[{"path": {"value": "a b"}, "headers": [{"name": "x y", "value": "1"}]}]),
            [
                "InvalidPattern spec.rules[0].matches[0].headers[0].name",
                "PathNotAbsolute spec.rules[0].matches[0].path.value",
                "PathCharacters spec.rules[0].matches[0].path.value",
            ],
            id="rules run beside a wrong pattern",
        ),
        pytest.param(
            with_rule(matches=[{"path": {"value": "a b"}, "method": "get"}]),
            ["UnsupportedValue spec.rules[0].matches[0].method"],
            id="rules do not run beside a wrong enum value",
        ),
    ],
)
def test_an_object_that_breaks_rules_is_refused_at_these_fields(
    manifest: object, expected: list[str]
) -> None:
    assert codes(manifest) == expected


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(tables.__path__)])
def test_rules_stand_in_the_table_that_is_named_for_their_types(name: str) -> None:
    made: Tables | None = getattr(importlib.import_module(f"{tables.__name__}.{name}"), "TABLES", None)
    types = () if made is None else (*made.parts, *made.lists, *made.manifests)
    assert {part.__module__.rpartition(".")[2] for part in types} <= {name}
