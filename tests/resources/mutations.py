"""Objects to compare with the official CRDs: drawn from their schemas, or known ones with some changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

from gwsim.resources.releases.release import Release
from tests.resources.differential import RELEASES, official_kinds, vectors


class Example(NamedTuple):
    """An object, and the CRDs that it is for."""

    manifest: dict[str, Any]
    release: Release


API_VERSIONS = ("v1", "v1", "v1beta1", "v1alpha2", "v1alpha3", "v1alpha1", "v2")
ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 80, 80.0, 80.5, 65536, 2**31, 2**40, "", "a", "A", "80", "/", "/a//b",
    "/a/../b", "/a%2Fb", "/a#b", "/ä", "a" * 64, "a" * 254, "a" * 1025, "a" * 4097, "*", "a\n",
    "*.example.com", "Example.com", "1.2.3.4", "01.2.3.4", "::1", "256.1.1.1", "a b", "10s", "0s", "1h30m",
    "1.5s", "2h", "1ms", "HTTP", "HTTPS", "TLS", "TCP", "UDP", "Terminate", "Passthrough", "Exact",
    "PathPrefix", "RegularExpression", "Hostname", "IPAddress", "URI", "ReplaceFullPath",
    "ReplacePrefixMatch", "RequestRedirect", "URLRewrite", "CORS", "RequestMirror", "ExtensionRef",
    "ExternalAuth", "Service", "GRPC", "Permanent", "Header", "Cookie", "GET", 302, 303, 304, 302.0, 500,
    "System", "example.com/roots", "a.cluster.local", "ServerOnly", "ClientAndServer", "None",
    "https://a.example", "ftp://a.example:21", "spiffe://a/b", "foo.Bar", "\u212a.s\u017f", "\u212aa",
    [], {}, [None], ["*", "*"], ["*", "GET"], ["a", "a"], {"a": "b"}, {"a": None}, {"name": "a"},
)  # fmt: skip

FRAGMENTS: Mapping[str, object] = {
    "tls": {"certificateRefs": [{"name": "cert"}]},
    "timeouts": {"request": "1s", "backendRequest": "2s"},
    "retry": {"codes": [500, 500], "attempts": 0, "backoff": "1s"},
    "sessionPersistence": {"type": "Header", "cookieConfig": {"lifetimeType": "Permanent"}},
    "cookie": {"lifetimeType": "Permanent"},
    "header": {"name": "x"},
    "idleTimeout": "1h",
    "absoluteTimeout": "1h",
    "hostname": "a.example.com",
    "hostnames": ["a.example.com", "1.2.3.4", "*.b.example.com"],
    "sectionName": "a",
    "port": 80,
    "namespace": "other",
    "name": "same",
    "requestRedirect": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}},
    "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/"}},
    "cors": {"allowOrigins": ["*", "https://a.example"], "allowCredentials": False, "maxAge": 2**31},
    "externalAuth": {"protocol": "HTTP", "backendRef": {"name": "auth"}, "grpc": {}},
    "requestMirror": {"backendRef": {}, "percent": 1, "fraction": {"numerator": 2, "denominator": 1}},
    "fraction": {"numerator": 2, "denominator": 1},
    "headers": [{"name": "x", "value": "1 2"}, {"name": "x", "value": " 2"}],
    "addresses": [{"value": "::1"}, {"value": "::1"}, {"type": "Hostname", "value": "A"}, {"value": "x"}, {}],
    "infrastructure": {"labels": {"a/b/c": "-", "ok": "v"}, "annotations": {"a" * 253 + "/b": ""}},
    "allowedListeners": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}},
    "backendTLS": {"clientCertificateRef": {"name": "cert"}},
    "frontendValidation": {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}]},
    "defaultScope": "All",
    "useDefaultGateways": "All",
    "filters": [{"type": "RequestRedirect", "requestRedirect": {}}, {"type": "RequestRedirect"}],
    "parentRefs": [{"name": "a", "port": 80}, {"name": "a"}, {"name": "a", "namespace": "b"}],
    "method": {"service": "a.B", "method": "C"},
    "targetRefs": [
        {"group": "", "kind": "Service", "name": "a", "sectionName": "s"},
        {"group": "", "kind": "Service", "name": "a"},
    ],
    "subjectAltNames": [{"type": "URI", "hostname": "a.example"}, {"type": "Hostname", "uri": "a://b"}],
    "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}],
    "wellKnownCACertificates": "System",
    "minRetryRate": {"count": 1, "interval": "0s"},
    "budget": {"percent": 101, "interval": "1ms"},
    "clientCertificateRef": {"name": "cert"},
    "externalHostname": {"hostname": "a.cluster.local"},
    "unheardOf": {"a": 1},
}  # fmt: skip

GOOD_TEXTS: Mapping[str, Sequence[str]] = {
    "path": ("/", "/a"),
    "value": ("/", "/a", "a", "1.2.3.4", "a b"),
    "replaceFullPath": ("/", ""),
    "replacePrefixMatch": ("/", ""),
    "controllerName": ("example.com/a",),
    "protocol": ("HTTP", "HTTPS", "TLS", "TCP", "UDP"),
    "interval": ("1s", "10s", "1h", "2h"),
    "request": ("1s", "0s"),
    "uri": ("spiffe://a/b",),
    "wellKnownCACertificates": ("System", "System", "a.example/b"),
    "allowHeaders": ("*", "a", "b"),
    "sectionName": ("a", "b"),
    "allowOrigins": ("*", "https://a.example", "https://*.a.example:1", "ftp://x"),
    "service": ("a.B",),
    "method": ("C",),
    "kind": ("Service", "Gateway", "ConfigMap"),
    "group": ("", "gateway.networking.k8s.io"),
    "name": ("a", "b", "c"),
    "hostnames": ("a.example", "*.a.example", "b.example", "1.2.3.4"),
    "hostname": ("a.example", "b.example"),
}


def example(seed: int) -> Example:
    """Draw an object and a release; the same for the same number."""
    random = Random(seed)
    release = random.choice(RELEASES)
    if random.random() < 0.6:
        manifest = _from_schema(random, random.choice((release, random.choice(RELEASES))))
        changes = random.choice((0, 0, 0, 1, 2))
    else:
        kind = random.choice(sorted(_starting_texts()))
        manifest = json.loads(random.choice(_starting_texts()[kind]))
        changes = random.choice((0, 1, 1, 2, 3))
    for _ in range(changes):
        _change(random, manifest)
    if random.random() < 0.15:
        group = str(manifest["apiVersion"]).rpartition("/")[0]
        manifest["apiVersion"] = f"{group}/{random.choice(API_VERSIONS)}"
    serving = [other for other in RELEASES if _serves(other, manifest)]
    if serving and random.random() < 0.9:
        release = random.choice(serving)
    # Apart from each other, as in a text: a change left equal items one and the same.
    return Example(json.loads(json.dumps(manifest)), release)


def _serves(release: Release, manifest: Mapping[str, object]) -> bool:
    group, _, version = str(manifest.get("apiVersion")).rpartition("/")
    return (group, version, str(manifest.get("kind"))) in official_kinds(release)


@cache
def _starting_texts() -> Mapping[str, tuple[str, ...]]:
    texts: dict[str, set[str]] = {}
    for vector in vectors():
        texts.setdefault(vector.kind, set()).add(json.dumps(vector.manifest))
    return {kind: tuple(sorted(some)) for kind, some in texts.items()}


def _from_schema(random: Random, release: Release) -> dict[str, Any]:
    """Draw an object of a kind that a release has, mostly a good one."""
    group, version, kind = random.choice(sorted(official_kinds(release)))
    schema = official_kinds(release)[group, version, kind].schema
    manifest = {"apiVersion": f"{group}/{version}", "kind": kind, "metadata": {"name": "a"}}
    if random.random() < 0.98:
        manifest["spec"] = _draw(random, schema["properties"]["spec"], "spec", 0)
    return manifest


def _draw(random: Random, schema: Mapping[str, Any], name: str, depth: int) -> Any:
    if random.random() < 0.004:
        return copy.deepcopy(random.choice(ODD_VALUES))
    if "enum" in schema:
        return "*" if "*" in schema["enum"] and random.random() < 0.4 else random.choice(schema["enum"])
    match schema.get("type"):
        case "object" if "properties" in schema:
            return _draw_object(random, schema, depth)
        case "object":
            inner = schema.get("additionalProperties", {})
            keys = random.sample(("a", "b.example/c", "d_E"), random.randint(0, 2))
            return {key: _draw(random, inner, "", depth + 1) for key in keys}
        case "array":
            return _draw_list(random, schema, name, depth)
        case "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 1000)
            return random.choice((least, most, random.randint(least, most)))
        case "boolean":
            return random.random() < 0.7
        case _:
            return _draw_text(random, schema, name)


def _draw_list(random: Random, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    """Draw a list of up to three items, of which some are nearly equal."""
    if name == "parentRefs" and random.random() < 0.7:
        return [_draw_parent(random) for _ in range(random.choice((2, 2, 3)))]
    most = min(schema.get("maxItems", 3), 3)
    count = min(random.choice((0, 1, 1, 2, 3)), most)
    if count == 0 and schema.get("minItems") and random.random() < 0.9:
        count = 1
    items: list[Any] = []
    for _ in range(count):
        if items and random.random() < 0.4:
            items.append(_nearly(random, copy.deepcopy(random.choice(items))))
        else:
            items.append(_draw(random, schema["items"], name, depth + 1))
    return items


def _draw_parent(random: Random) -> dict[str, Any]:
    """Draw a reference to one of few Gateways, so that references are often equal in part."""
    fields = {"sectionName": random.choice("ab"), "port": random.choice((1, 2)), "namespace": "other"}
    odds = {"sectionName": 0.5, "port": 0.4, "namespace": 0.1}
    return {
        "name": random.choice("aab"),
        **{key: fields[key] for key in fields if random.random() < odds[key]},
    }


def _nearly(random: Random, value: Any) -> Any:
    if isinstance(value, dict) and value:
        key = random.choice(sorted(value))
        match random.choice(("keep", "remove", "change", "section", "port")), value[key]:
            case "remove", _:
                del value[key]
            case "change", str():
                value[key] = random.choice(("a", "b"))
            case "change", int():
                value[key] = random.choice((1, 2))
            case "section", _:
                value["sectionName"] = random.choice(("a", "b"))
            case "port", _:
                value["port"] = random.choice((1, 2))
    return value


def _draw_object(random: Random, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Draw an object; of the fields that a type decides about, mostly the one that belongs to it."""
    properties, required = schema["properties"], schema.get("required", ())
    drawn = {
        name: _draw(random, below, name, depth + 1)
        for name, below in properties.items()
        if random.random() < (0.99 if name in required else 0.45 / (1 + depth / 8))
    }
    type_ = drawn.get("type", drawn.get("protocol"))
    if isinstance(type_, str) and random.random() < 0.8:
        own = next((name for name in properties if name.casefold() == type_.casefold()), None)
        if own is not None:
            others = {name for name in properties if "object" in properties[name].get("type", "")}
            drawn = {name: value for name, value in drawn.items() if name not in others or name in required}
            if random.random() < 0.9:
                drawn[own] = _draw(random, properties[own], own, depth + 1)
    return drawn


def _draw_text(random: Random, schema: Mapping[str, Any], name: str) -> str:
    good = GOOD_TEXTS.get(name)
    if good is not None:
        return random.choice(good)
    if "0-9]{1,5}(h|m|s|ms)" in schema.get("pattern", ""):
        return random.choice(("1s", "500ms", "1h"))
    return random.choice(("a", "b", "c", "a.example"))


def places(value: object) -> Iterator[tuple[Any, str | int]]:
    """Yield each container with each of its keys or indices."""
    match value:
        case dict():
            for key in list(value):
                yield value, key
                yield from places(value[key])
        case list():
            for index, item in enumerate(value):
                yield value, index
                yield from places(item)
        case _:
            return


def _change(random: Random, manifest: dict[str, Any]) -> None:
    if "spec" not in manifest:
        manifest["spec"] = {}
        return
    container, key = random.choice([(manifest, "spec"), *places(manifest["spec"])])
    change = random.choice(
        ("replace", "replace", "remove", "double", "rename", "fragment", "fragment", "null")
    )
    match change, container, key:
        case "fragment", dict(), str():
            holder = container if container is not manifest else container["spec"]
            if isinstance(holder, dict):
                name = random.choice(sorted(FRAGMENTS))
                holder[name] = copy.deepcopy(FRAGMENTS[name])
        case "double", list(), int():
            container.insert(key, copy.deepcopy(container[key]))
        case "double", dict(), str() if isinstance(container[key], list):
            container[key] = copy.deepcopy(container[key] * random.choice((2, 9, 17, 65)))
        case "rename", dict(), str():
            container[key + "s"] = container.pop(key)
        case "remove", _, _:
            del container[key]
        case "null", _, _:
            container[key] = None
        case _:
            container[key] = copy.deepcopy(random.choice(ODD_VALUES))
