"""What people often believe of the Gateway API, and what holds instead: a configuration for each belief."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import gwsim
from gwsim.analysis.expecting.comparing import differences
from gwsim.reading.loading import load_files
from tests.certificates import OWN, key_pem

Manifest = dict[str, Any]
GROUP = "gateway.networking.k8s.io"


def manifest(kind: str, name: str, namespace: str | None = "default", **fields: object) -> Manifest:
    """Write an object of the Gateway API, or of the core where it has the kind."""
    versions = {"Service": "v1", "Secret": "v1", "ConfigMap": "v1", "EndpointSlice": "discovery.k8s.io/v1"}
    place = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": versions.get(kind, f"{GROUP}/v1"), "kind": kind, "metadata": place, **fields}


def born(second: int, written: Manifest) -> Manifest:
    """State when an object was made."""
    stamp = {"creationTimestamp": f"2026-01-01T00:00:{second:02}Z"}
    return {**written, "metadata": {**written["metadata"], **stamp}}


def listener(
    hostname: str | None = None, port: int = 80, protocol: str = "HTTP", **fields: object
) -> Manifest:
    name = fields.pop("name", f"{protocol}-{port}-{hostname or 'any'}".lower().replace("*", "all"))
    named = {} if hostname is None else {"hostname": hostname}
    return {"name": name, "port": port, "protocol": protocol, **named, **fields}


def secure(hostname: str | None = None, secret: str = "cert", **fields: object) -> Manifest:
    return listener(hostname, 443, "HTTPS", tls={"certificateRefs": [{"name": secret}]}, **fields)


def gateway(*listeners: Manifest, **spec: object) -> Manifest:
    return manifest(
        "Gateway", "gw", spec={"gatewayClassName": "gc", "listeners": [*listeners] or [listener()], **spec}
    )


def listener_set(*listeners: Manifest, namespace: str = "default") -> Manifest:
    parent = {"name": "gw", "namespace": "default"}
    return manifest(
        "ListenerSet", "more", namespace, spec={"parentRef": parent, "listeners": list(listeners)}
    )


def route(
    *rules: Manifest,
    name: str = "r",
    namespace: str = "default",
    kind: str = "HTTPRoute",
    parent: Mapping[str, object] | None = None,
    **spec: object,
) -> Manifest:
    ref = {"name": "gw", "namespace": "default"} if parent is None else dict(parent)
    given = {"parentRefs": [ref], "rules": list(rules) or [rule()]}
    return manifest(kind, name, namespace, spec={**given, **spec})


def to(name: str, **fields: object) -> Manifest:
    return {"name": name, "port": 80, **fields}


def rule(*matches: Manifest, backends: Sequence[Manifest] = (to("s"),), **fields: object) -> Manifest:
    matching = {"matches": list(matches)} if matches else {}
    return {**matching, **({"backendRefs": list(backends)} if backends else {}), **fields}


def below(value: str, **more: object) -> Manifest:
    return {"path": {"type": "PathPrefix", "value": value}, **more}


def exactly(value: str, **more: object) -> Manifest:
    return {"path": {"type": "Exact", "value": value}, **more}


def named(*pairs: tuple[str, str]) -> list[Manifest]:
    return [{"name": name, "value": value} for name, value in pairs]


def redirect(**fields: object) -> Manifest:
    return {"type": "RequestRedirect", "requestRedirect": fields}


def service(name: str = "s", namespace: str = "default", *ports: Manifest) -> Manifest:
    return manifest("Service", name, namespace, spec={"ports": list(ports) or [{"port": 80}]})


def grant(namespace: str, source: tuple[str, str], *targets: tuple[str, str]) -> Manifest:
    """Permit references: from kind and namespace, to group and kind."""
    kind, origin = source
    return manifest(
        "ReferenceGrant",
        "grant",
        namespace,
        spec={
            "from": [{"group": GROUP, "kind": kind, "namespace": origin}],
            "to": [{"group": group, "kind": target} for group, target in targets],
        },
    )


def secret(name: str = "cert", namespace: str = "default") -> Manifest:
    certificate, key = (base64.b64encode(part).decode() for part in (OWN, key_pem()))
    data = {"tls.crt": certificate, "tls.key": key}
    return manifest("Secret", name, namespace, type="kubernetes.io/tls", data=data)


def authority() -> Manifest:
    return manifest("ConfigMap", "ca", data={"ca.crt": OWN.decode()})


def tls_policy(name: str, target: Mapping[str, object] = {}, **validation: object) -> Manifest:
    checks = validation or {"wellKnownCACertificates": "System"}
    return manifest(
        "BackendTLSPolicy",
        name,
        spec={
            "targetRefs": [{"group": "", "kind": "Service", "name": "s", **target}],
            "validation": {"hostname": "s.internal", **checks},
        },
    )


def configuration(folder: Path, objects: Sequence[Manifest]) -> Path:
    """Write the objects into one file, with a class for the Gateway."""
    served = manifest("GatewayClass", "gc", None, spec={"controllerName": "gateway.example.com/controller"})
    path = folder / "manifests.json"
    items = {"apiVersion": "v1", "kind": "List", "items": [served, *objects]}
    path.write_text(json.dumps(items), encoding="utf-8")
    return path


def condition(type: str, status: bool | None, reason: str | None = None) -> Manifest:
    return {"type": type, "status": None if status is None else str(status), "reason": reason}


def accepted(reason: str = "Accepted", *, holds: bool = True, resolved: str = "ResolvedRefs") -> Manifest:
    """The status of a route with one parent."""
    refs = condition("ResolvedRefs", resolved == "ResolvedRefs", resolved)
    return {"parents": [{"parentRef": {}, "conditions": [condition("Accepted", holds, reason), refs]}]}


def refused(reason: str) -> Manifest:
    return {"parents": [{"parentRef": {}, "conditions": [condition("Accepted", False, reason)]}]}


def at(listener: str, **fields: object) -> Manifest:
    """Of a status, one listener."""
    return {"listeners": [{"name": listener, **fields}]}


def answers(status: int, reason: str, **more: object) -> Manifest:
    return {"action": "respond", "status": status, "reason": reason, **more}


def reaches(name: str = "s", rule: int | None = None, **more: object) -> Manifest:
    """Forwarded to this backend, the only one of its rule."""
    by = {} if rule is None else {"route": {"rule": rule}}
    return {"action": "forward", "backends": [{"name": name, **more}], **by}


S, T = service(), service("t")
ALL = {"namespaces": {"from": "All"}}
MESH = {"group": "", "kind": "Service", "name": "s"}
SLICE = manifest(
    "EndpointSlice",
    "s-1",
    addressType="IPv4",
    endpoints=[{"addresses": ["10.0.0.1"], "conditions": {"ready": False}}],
)
SLICE["metadata"]["labels"] = {"kubernetes.io/service-name": "s"}
SPLIT = [S, gateway(), route(rule(backends=[to("s"), to("missing")]))]
MISSING = [gateway(), route(rule(backends=[to("missing")]))]
LEVELS = [
    S,
    gateway(listener("a.com", name="a"), listener(name="any")),
    route(rule(below("/y")), name="specific", parent={"name": "gw", "sectionName": "a"}),
    route(rule(below("/x")), name="general", parent={"name": "gw", "sectionName": "any"}),
]
CORS = {"type": "CORS", "cors": {"allowOrigins": ["https://good.example"]}}
GET_CORS = rule(below("/", method="GET"), filters=[CORS])
PREFLIGHT = {"origin": "https://good.example", "access-control-request-method": "GET"}
CLIENTS = {"frontend": {"default": {"validation": {"caCertificateRefs": [
    {"group": "", "kind": "ConfigMap", "name": "ca"}
]}}}}  # fmt: skip
INSECURE = {"frontend": {"default": {"validation": {
    "mode": "AllowInsecureFallback",
    "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}],
}}}}  # fmt: skip
TERMINATED = listener(
    "t.com", 8443, "TLS", name="tls", tls={"mode": "Terminate", "certificateRefs": [{"name": "cert"}]}
)
TLS_TO_S = route(
    kind="TLSRoute", hostnames=["t.com"], parent={"name": "gw", "sectionName": "tls"}, name="tls"
)
FRONTEND = [S, secret(), authority(), gateway(secure("a.com"), TERMINATED, tls=CLIENTS), route(), TLS_TO_S]
POLICY = [S, authority(), gateway(), route()]
CA = {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}]}
CONFLICTING = [
    *POLICY,
    born(1, tls_policy("younger", {"sectionName": "http"})),
    born(0, tls_policy("older", {"sectionName": "http"}, subjectAltNames=[], **CA)),
]
PORTS = service("s", "default", {"port": 80, "name": "http"}, {"port": 81, "name": "other"})
KINDS = [S, gateway(), born(0, route(name="older")), born(1, route(name="younger", kind="GRPCRoute"))]
STREAMS = [
    S,
    T,
    gateway(listener(None, 90, "TCP")),
    born(1, route(rule(backends=[to("t")]), name="younger", kind="TCPRoute")),
    born(0, route(name="older", kind="TCPRoute")),
]
PRODUCED = [S, route(rule(below("/known")), parent=MESH)]
CONSUMED = [
    service("s", "producer"),
    T,
    route(
        rule(below("/only"), backends=[to("s", namespace="producer")]),
        name="consumed",
        namespace="consumer",
        parent={**MESH, "namespace": "producer"},
    ),
]
RETRIED = rule(timeouts={"request": "1s"}, retry={"attempts": 3, "codes": [500]}, backends=[to("s")])


def selected(**namespaces: object) -> list[Manifest]:
    """A route of another namespace than its Gateway's, whose listener says which namespaces it takes."""
    allowed = {"namespaces": namespaces} if namespaces else None
    extra = {} if allowed is None else {"allowedRoutes": allowed}
    return [service("s", "b"), gateway(listener(**extra)), route(namespace="b")]


REQUESTS: list[tuple[int, str, list[Manifest], Manifest, Manifest]] = [
    (
        1,
        "a wildcard of a listener leaves out the apex",
        [S, gateway(listener("*.example.com")), route()],
        {"url": "http://example.com/"},
        answers(404, "NoListenerForHostname"),
    ),
    (
        1,
        "a wildcard of a route leaves out the apex",
        [S, gateway(), route(hostnames=["*.example.com"])],
        {"url": "http://example.com/"},
        answers(404, "NoRouteMatched"),
    ),
    (
        2,
        "a wildcard stands for several labels",
        [S, gateway(), route(hostnames=["*.example.com"])],
        {"url": "http://a.b.example.com/"},
        reaches(),
    ),
    (
        3,
        "hostnames of a route do not widen its listener",
        [S, gateway(listener("foo.com")), route(hostnames=["foo.com", "bar.com"])],
        {"url": "http://bar.com/"},
        answers(404, "NoListenerForHostname"),
    ),
    (
        3,
        "not even where another listener has the host",
        [
            S,
            gateway(listener("foo.com", name="foo"), listener(name="any")),
            route(hostnames=["foo.com", "bar.com"], parent={"name": "gw", "sectionName": "foo"}),
        ],
        {"url": "http://bar.com/"},
        answers(404, "NoRouteMatched", listener={"name": "any"}),
    ),
    (
        5,
        "a prefix ends at a segment",
        [S, gateway(), route(rule(below("/foo")))],
        {"url": "http://a.com/foobar"},
        answers(404, "NoMatchingRule"),
    ),
    (
        6,
        "a prefix's trailing slash changes nothing",
        [S, gateway(), route(rule(below("/foo/")))],
        {"url": "http://a.com/foo"},
        reaches(),
    ),
    (
        7,
        "an exact path means its trailing slash",
        [S, gateway(), route(rule(exactly("/foo")))],
        {"url": "http://a.com/foo/"},
        answers(404, "NoMatchingRule"),
    ),
    (
        8,
        "the longer prefix wins, not the first rule",
        [S, T, gateway(), route(rule(below("/")), rule(below("/a"), backends=[to("t")]))],
        {"url": "http://a.com/a"},
        reaches("t", rule=1),
    ),
    (
        9,
        "a longer path beats any number of headers",
        [
            S,
            T,
            gateway(),
            route(
                rule(below("/a", headers=named(("x", "1"), ("y", "1"), ("z", "1")))),
                rule(below("/a/b"), backends=[to("t")]),
            ),
        ],
        {"url": "http://a.com/a/b", "headers": {"x": "1", "y": "1", "z": "1"}},
        reaches("t", rule=1),
    ),
    (
        10,
        "path and header of one match are both needed",
        [S, gateway(), route(rule(below("/a", headers=named(("x", "1")))))],
        {"url": "http://a.com/a"},
        answers(404, "NoMatchingRule"),
    ),
    (
        10,
        "of two matches one is enough",
        [S, gateway(), route(rule(below("/a"), {"headers": named(("x", "1"))}))],
        {"url": "http://a.com/a"},
        reaches(),
    ),
    (
        11,
        "the older of two equal matches wins",
        [S, T, gateway(), born(1, route(rule(backends=[to("t")]), name="a")), born(0, route(name="z"))],
        {"url": "http://a.com/"},
        reaches("s"),
    ),
    (
        12,
        "of one age the first by namespace and name wins",
        [
            service("s", "z"),
            service("s", "a"),
            gateway(listener(allowedRoutes=ALL)),
            route(name="a", namespace="z"),
            route(name="z", namespace="a"),
        ],
        {"url": "http://a.com/"},
        {"action": "forward", "route": {"namespace": "a", "name": "z"}},
    ),
    (
        13,
        "a missing backend keeps its share",
        SPLIT,
        {"url": "http://a.com/", "draw": 0.49},
        {"action": "forward", "chosen": 0, "backends": [{"share": "1/2"}, {"share": "1/2", "status": 500}]},
    ),
    (
        13,
        "and the share fails",
        SPLIT,
        {"url": "http://a.com/", "draw": 0.5},
        answers(500, "BackendNotFound", chosen=1),
    ),
    (
        14,
        "a missing Service answers 500",
        MISSING,
        {"url": "http://a.com/"},
        answers(500, "BackendNotFound"),
    ),
    (
        15,
        "503 is for a Service without ready endpoints",
        [S, SLICE, gateway(), route()],
        {"url": "http://a.com/"},
        answers(503, "NoEndpoints"),
    ),
    (
        15,
        "a missing Service is 500",
        MISSING,
        {"url": "http://a.com/"},
        answers(500, "BackendNotFound"),
    ),
    (
        16,
        "weights are relative",
        [S, T, gateway(), route(rule(backends=[to("s", weight=1), to("t", weight=3)]))],
        {"url": "http://a.com/", "draw": 0.25},
        {"action": "forward", "chosen": 1, "backends": [{"share": "1/4"}, {"share": "3/4"}]},
    ),
    (
        17,
        "weight 0 holds for an only backend too",
        [S, gateway(), route(rule(backends=[to("s", weight=0)]))],
        {"url": "http://a.com/"},
        answers(500, "ZeroWeights", chosen=None, backends=[{"share": "0"}]),
    ),
    (
        18,
        "a rule without backends answers 500",
        [
            gateway(),
            route(
                rule(
                    backends=(),
                    filters=[
                        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": named(("x", "1"))}}
                    ],
                )
            ),
        ],
        {"url": "http://a.com/"},
        answers(500, "NoBackends"),
    ),
    (
        19,
        "an attached route answers 404 where its paths do not hit",
        [S, gateway(), route(rule(below("/a")))],
        {"url": "http://a.com/b"},
        answers(404, "NoMatchingRule"),
    ),
    (
        20,
        "a backend's port is the Service's, not the pod's",
        [
            service("s", "default", {"port": 80, "name": "http", "targetPort": 8080}),
            gateway(),
            route(rule(backends=[to("s", port=8080)])),
        ],
        {"url": "http://a.com/"},
        answers(500, "BackendNotFound"),
    ),
    (
        21,
        "a grant beside the route permits nothing",
        [
            service("s", "b"),
            gateway(),
            route(rule(backends=[to("s", namespace="b")])),
            grant("default", ("HTTPRoute", "default"), ("", "Service")),
        ],
        {"url": "http://a.com/"},
        answers(500, "RefNotPermitted"),
    ),
    (
        21,
        "a grant beside the Service does",
        [
            service("s", "b"),
            gateway(),
            route(rule(backends=[to("s", namespace="b")])),
            grant("b", ("HTTPRoute", "default"), ("", "Service")),
        ],
        {"url": "http://a.com/"},
        reaches(namespace="b"),
    ),
    (
        22,
        "a route of another namespace needs no grant for its parent",
        selected(**{"from": "All"}),
        {"url": "http://a.com/"},
        reaches(namespace="b"),
    ),
    (
        26,
        "a Gateway as parent leaves its ListenerSets out",
        [
            S,
            gateway(listener("own.com"), allowedListeners=ALL),
            listener_set(listener("set.com")),
            route(),
        ],
        {"url": "http://set.com/"},
        answers(404, "NoRouteMatched", listener={"parent": "ListenerSet/default/more"}),
    ),
    (
        30,
        "TCP and HTTP on one port are both lost",
        [
            S,
            gateway(listener(name="http"), listener(None, 80, "TCP")),
            route(parent={"name": "gw", "sectionName": "http"}),
        ],
        {"url": "http://a.com/"},
        {"action": "refuse", "reason": "NoListener"},
    ),
    (
        31,
        "a Gateway keeps what a ListenerSet claims as well",
        [S, gateway(listener("a.com"), allowedListeners=ALL), listener_set(listener("a.com")), route()],
        {"url": "http://a.com/"},
        reaches(),
    ),
    (
        33,
        "a less specific listener does not step in",
        LEVELS,
        {"url": "http://a.com/x"},
        answers(404, "NoMatchingRule", listener={"name": "a"}),
    ),
    (
        33,
        "it answers for other hosts",
        LEVELS,
        {"url": "http://b.com/x"},
        reaches(),
    ),
    (
        34,
        "another host of the same listener is served",
        [S, secret(), gateway(secure("*.a.com")), route()],
        {"url": "https://y.a.com/", "sni": "x.a.com"},
        reaches(),
    ),
    (
        35,
        "a host of another listener is misdirected",
        [S, secret(), gateway(secure("a.com"), secure("b.com")), route()],
        {"url": "https://b.com/", "sni": "a.com"},
        answers(421, "MisdirectedRequest"),
    ),
    (
        36,
        "the port of a Host header is not compared, and goes on",
        [S, gateway(), route(hostnames=["a.com"])],
        {"host": "a.com:1234"},
        reaches(request={"host": "a.com:1234"}),
    ),
    (
        37,
        "a redirect shows the listener's port, not the client's",
        [gateway(), route(rule(backends=(), filters=[redirect()]))],
        {"host": "a.com:8080", "path": "/x"},
        {"action": "redirect", "response": {"headers": {"location": "http://a.com/x"}}},
    ),
    (
        38,
        "a redirect to https leaves the listener's port",
        [gateway(listener(None, 8080)), route(rule(backends=(), filters=[redirect(scheme="https")]))],
        {"url": "http://a.com:8080/x"},
        {"action": "redirect", "response": {"headers": {"location": "https://a.com/x"}}},
    ),
    (
        39,
        "a redirect is 302 unless it says more",
        [gateway(), route(rule(backends=(), filters=[redirect(hostname="b.com")]))],
        {"url": "http://a.com/"},
        {"action": "redirect", "status": 302, "response": {"status": 302}},
    ),
    (
        40,
        "a backend's own filters may redirect",
        [S, gateway(), route(rule(backends=[to("s", filters=[redirect(hostname="b.com")])]))],
        {"url": "http://a.com/"},
        {"action": "redirect", "status": 302, "response": {"headers": {"location": "http://b.com/"}}},
    ),
    (
        42,
        "an empty replacement leaves a slash",
        [
            S,
            gateway(),
            route(
                rule(
                    below("/foo"),
                    filters=[
                        {
                            "type": "URLRewrite",
                            "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": ""}},
                        }
                    ],
                )
            ),
        ],
        {"url": "http://a.com/foo"},
        reaches(request={"path": "/"}),
    ),
    (
        43,
        "an added value is appended",
        [
            S,
            gateway(),
            route(
                rule(
                    filters=[
                        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"add": named(("a", "2"))}}
                    ]
                )
            ),
        ],
        {"url": "http://a.com/", "headers": {"a": "1"}},
        reaches(request={"headers": {"a": "1,2"}}),
    ),
    (
        44,
        "names of query parameters are case-sensitive",
        [S, gateway(), route(rule({"queryParams": named(("animal", "x"))}))],
        {"url": "http://a.com/?ANIMAL=x"},
        answers(404, "NoMatchingRule"),
    ),
    (
        45,
        "names of headers are not",
        [S, gateway(), route(rule({"headers": named(("version", "one"))}))],
        {"url": "http://a.com/", "headers": {"VERSION": "one"}},
        reaches(),
    ),
    (
        46,
        "GET does not cover HEAD",
        [S, gateway(), route(rule(below("/", method="GET")))],
        {"method": "HEAD", "url": "http://a.com/"},
        answers(404, "NoMatchingRule"),
    ),
    (
        47,
        "a foreign origin is served without CORS headers",
        [S, gateway(), route(GET_CORS)],
        {"url": "http://a.com/", "headers": {"origin": "https://bad.example"}},
        reaches(responseHeaders={"set": [], "add": [], "remove": []}),
    ),
    (
        48,
        "a preflight has to match a rule",
        [S, gateway(), route(GET_CORS)],
        {"method": "OPTIONS", "url": "http://a.com/", "headers": PREFLIGHT},
        answers(404, "NoMatchingRule"),
    ),
    (
        48,
        "one that does is answered by the gateway",
        [S, gateway(), route(rule(filters=[CORS]))],
        {"method": "OPTIONS", "url": "http://a.com/", "headers": PREFLIGHT},
        answers(204, "CORSPreflight"),
    ),
    (
        49,
        "a bad listener leaves the good one working",
        [S, gateway(listener(), listener(None, 1111, "INVALID")), route()],
        {"url": "http://a.com/"},
        reaches(),
    ),
    (
        50,
        "a listener without its certificate refuses",
        [S, gateway(secure()), route()],
        {"url": "https://a.com/"},
        {"action": "refuse", "status": None},
    ),
    (
        54,
        "TLS to a backend never falls back to plain text",
        [S, gateway(), route(), tls_policy("p", **CA)],
        {"url": "http://a.com/"},
        {"action": "respond", "status": 500, "backends": [{"tls": None, "status": 500, "request": None}]},
    ),
    (
        55,
        "a client certificate alone starts no TLS",
        [
            S,
            secret(),
            gateway(tls={"backend": {"clientCertificateRef": {"name": "cert"}}}),
            route(),
        ],
        {"url": "http://a.com/"},
        reaches(tls=None, request={"scheme": "http"}),
    ),
    (
        55,
        "it is shown where a policy starts TLS",
        [
            S,
            secret(),
            gateway(tls={"backend": {"clientCertificateRef": {"name": "cert"}}}),
            route(),
            tls_policy("p"),
        ],
        {"url": "http://a.com/"},
        reaches(tls={"clientCertificate": {"secret": "default/cert"}}),
    ),
    (
        56,
        "with subjectAltNames the hostname is for the SNI",
        [
            *POLICY,
            tls_policy("p", subjectAltNames=[{"type": "Hostname", "hostname": "x.internal"}], **CA),
        ],
        {"url": "http://a.com/"},
        reaches(tls={"sni": "s.internal", "subjectAltNames": ["x.internal"]}),
    ),
    (
        57,
        "of two policies for one port the older holds",
        [PORTS, *CONFLICTING[1:]],
        {"url": "http://a.com/"},
        reaches(tls={"policy": "default/older"}),
    ),
    (
        58,
        "a policy for the port beats one for the Service",
        [
            PORTS,
            *POLICY[1:3],
            route(rule(backends=[to("s"), to("s", port=81)])),
            born(0, tls_policy("general")),
            born(1, tls_policy("for-port", {"sectionName": "http"})),
        ],
        {"url": "http://a.com/"},
        {
            "backends": [
                {"port": 80, "tls": {"policy": "default/for-port"}},
                {"port": 81, "tls": {"policy": "default/general"}},
            ]
        },
    ),
    (
        59,
        "the younger of the two kinds does not answer",
        KINDS,
        {"host": "a.com", "grpc": {"service": "x.Y", "method": "Z"}},
        {"route": {"kind": "HTTPRoute", "name": "older"}},
    ),
    (
        60,
        "a gRPC call that nothing matches is unimplemented",
        [
            S,
            gateway(),
            route({"matches": [{"method": {"service": "x.Y"}}], "backendRefs": [to("s")]}, kind="GRPCRoute"),
        ],
        {"host": "a.com", "grpc": {"service": "other.Y", "method": "Z"}},
        {"action": "respond", "grpcStatus": 12, "reason": "NoMatchingRule"},
    ),
    (
        61,
        "the older TCPRoute has all connections",
        STREAMS,
        {"protocol": "TCP", "port": 90, "draw": 0.99},
        {"action": "forward", "route": {"name": "older"}, "backends": [{"name": "s", "share": "1"}]},
    ),
    (
        62,
        "in a mesh what no match hits is rejected",
        PRODUCED,
        {"service": "default/s", "path": "/other", "source": {"namespace": "default"}},
        answers(404, "NoMatchingRule"),
    ),
    (
        62,
        "without routes traffic goes to the Service",
        [S],
        {"service": "default/s", "path": "/other", "source": {"namespace": "default"}},
        {"action": "forward", "reason": "ServiceItself"},
    ),
    (
        63,
        "a consumer's route leaves other namespaces alone",
        CONSUMED,
        {"service": "producer/s", "path": "/x", "source": {"namespace": "elsewhere"}},
        {"action": "forward", "reason": "ServiceItself", "route": None},
    ),
    (
        63,
        "it holds for its own",
        CONSUMED,
        {"service": "producer/s", "path": "/only", "source": {"namespace": "consumer"}},
        {"action": "forward", "route": {"namespace": "consumer", "rule": 0}},
    ),
    (
        64,
        "a mesh parent without its group attaches nothing",
        [S, route(rule(below("/known")), parent={"kind": "Service", "name": "s"})],
        {"service": "default/s", "path": "/other", "source": {"namespace": "default"}},
        {"action": "forward", "reason": "ServiceItself"},
    ),
    (
        65,
        "the request timeout is for all attempts together",
        [S, gateway(), route(RETRIED)],
        {"url": "http://a.com/"},
        {"timeouts": {"request": "1s", "backendRequest": None}, "retry": {"attempts": 3}},
    ),
    (
        66,
        "attempts are retries after the first try",
        [S, gateway(), route(RETRIED)],
        {"url": "http://a.com/"},
        {"retry": {"attempts": 3, "codes": [500]}},
    ),
    (
        67,
        "a session is reported for a backend whose weight is 0 now",
        [
            S,
            T,
            gateway(),
            route(
                rule(
                    backends=[to("s", weight=0), to("t")],
                    sessionPersistence={"sessionName": "sticky", "type": "Cookie"},
                )
            ),
        ],
        {"url": "http://a.com/"},
        {"chosen": 1, "sessionPersistence": {"type": "Cookie", "sessionName": "sticky"}},
    ),
    (
        68,
        "0s is no timeout",
        [S, gateway(), route(rule(timeouts={"request": "0s"}))],
        {"url": "http://a.com/"},
        {"action": "forward", "timeouts": None},
    ),
    (
        69,
        "a route without rules answers 500 everywhere",
        [
            gateway(),
            manifest("HTTPRoute", "r", spec={"parentRefs": [{"name": "gw"}], "hostnames": ["a.com"]}),
        ],
        {"url": "http://a.com/whatever"},
        answers(500, "NoBackends"),
    ),
    (
        70,
        "AllowInsecureFallback takes a client without certificate",
        [S, secret(), authority(), gateway(secure("a.com"), tls=INSECURE), route()],
        {"url": "https://a.com/"},
        reaches(),
    ),
    (
        71,
        "every HTTPS listener asks for the certificate",
        FRONTEND,
        {"url": "https://a.com/"},
        {"action": "refuse", "reason": "ClientCertificateRequired"},
    ),
    (
        71,
        "a TLS listener does not",
        FRONTEND,
        {"protocol": "TLS", "host": "t.com", "port": 8443},
        reaches(),
    ),
    (
        72,
        "a missing mirror leaves the request alone",
        [
            S,
            gateway(),
            route(rule(filters=[{"type": "RequestMirror", "requestMirror": {"backendRef": to("missing")}}])),
        ],
        {"url": "http://a.com/"},
        reaches(),
    ),
    (
        74,
        "an empty selector takes all namespaces",
        selected(**{"from": "Selector", "selector": {}}),
        {"url": "http://a.com/"},
        reaches(),
    ),
    (
        75,
        "a selector says nothing beside All",
        selected(**{"from": "All", "selector": {"matchLabels": {"nobody": "has-this"}}}),
        {"url": "http://a.com/"},
        reaches(),
    ),
]

ROUTE = "HTTPRoute/default/r"
STATUSES: list[tuple[int, str, list[Manifest], str, Manifest]] = [
    (
        4,
        "without a common hostname a route is not accepted, its references are fine",
        [S, gateway(listener("a.com")), route(hostnames=["b.com"])],
        ROUTE,
        accepted("NoMatchingListenerHostname", holds=False),
    ),
    (
        4,
        "and the Gateway is programmed",
        [S, gateway(listener("a.com")), route(hostnames=["b.com"])],
        "Gateway/default/gw",
        {"conditions": [condition("Programmed", True, "Programmed")]},
    ),
    (
        14,
        "a missing Service is unresolved, not unaccepted",
        MISSING,
        ROUTE,
        accepted(resolved="BackendNotFound"),
    ),
    (
        18,
        "a rule without backends has nothing to resolve",
        [
            gateway(),
            route(
                rule(
                    backends=(),
                    filters=[{"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": ["x"]}}],
                )
            ),
        ],
        ROUTE,
        accepted(),
    ),
    (19, "a route that answers 404 is attached", [S, gateway(), route(rule(below("/a")))], ROUTE, accepted()),
    (
        21,
        "a grant beside the route is none",
        [
            service("s", "b"),
            gateway(),
            route(rule(backends=[to("s", namespace="b")])),
            grant("default", ("HTTPRoute", "default"), ("", "Service")),
        ],
        ROUTE,
        accepted(resolved="RefNotPermitted"),
    ),
    (
        22,
        "from All accepts without a grant",
        selected(**{"from": "All"}),
        "HTTPRoute/b/r",
        accepted(),
    ),
    (
        23,
        "by default only the Gateway's namespace attaches",
        selected(),
        "HTTPRoute/b/r",
        refused("NotAllowedByListeners"),
    ),
    (
        24,
        "a missing Gateway leaves no trace",
        [S, route(parent={"name": "nobody"})],
        ROUTE,
        {"parents": []},
    ),
    (
        25,
        "an entry of a ListenerSet is no section of the Gateway",
        [
            S,
            gateway(listener("own.com"), allowedListeners=ALL),
            listener_set(listener("set.com", name="entry")),
            route(parent={"name": "gw", "sectionName": "entry"}),
        ],
        ROUTE,
        refused("NoMatchingParent"),
    ),
    (
        27,
        "ListenerSets attach only where the Gateway says so",
        [gateway(), listener_set(listener("set.com"))],
        "ListenerSet/default/more",
        {
            "conditions": [
                condition("Accepted", False, "NotAllowed"),
                condition("Programmed", False, "NotAllowed"),
            ]
        },
    ),
    (
        28,
        "a grant for the Gateway is none for its ListenerSets",
        [
            secret("cert", "certs"),
            grant("certs", ("Gateway", "default"), ("", "Secret")),
            gateway(allowedListeners=ALL),
            listener_set(
                listener(
                    "a.com",
                    443,
                    "HTTPS",
                    name="entry",
                    tls={"certificateRefs": [{"name": "cert", "namespace": "certs"}]},
                )
            ),
        ],
        "ListenerSet/default/more",
        at("entry", conditions=[condition("ResolvedRefs", False, "RefNotPermitted")]),
    ),
    (
        29,
        "Same means the ListenerSet's own namespace",
        [
            S,
            gateway(allowedListeners=ALL),
            listener_set(listener("set.com"), namespace="t"),
            route(parent={"group": GROUP, "kind": "ListenerSet", "name": "more", "namespace": "t"}),
        ],
        ROUTE,
        refused("NotAllowedByListeners"),
    ),
    (
        30,
        "neither of two conflicting listeners wins",
        [gateway(listener(name="http"), listener(None, 80, "TCP", name="tcp"))],
        "Gateway/default/gw",
        {
            "listeners": [
                {
                    "name": name,
                    "conditions": [
                        condition("Accepted", False, "ProtocolConflict"),
                        condition("Conflicted", True, "ProtocolConflict"),
                        condition("Programmed", False, "ProtocolConflict"),
                    ],
                }
                for name in ("http", "tcp")
            ]
        },
    ),
    (
        31,
        "a ListenerSet loses to its Gateway",
        [gateway(listener("a.com"), allowedListeners=ALL), listener_set(listener("a.com", name="entry"))],
        "ListenerSet/default/more",
        at(
            "entry",
            conditions=[
                condition("Accepted", False, "HostnameConflict"),
                condition("Conflicted", True, "HostnameConflict"),
            ],
        ),
    ),
    (
        31,
        "which keeps its listener",
        [gateway(listener("a.com", name="own"), allowedListeners=ALL), listener_set(listener("a.com"))],
        "Gateway/default/gw",
        at(
            "own",
            conditions=[condition("Accepted", True, "Accepted"), condition("Programmed", True, "Programmed")],
        ),
    ),
    (
        49,
        "a bad listener does not cost the Gateway its acceptance",
        [gateway(listener(), listener(None, 1111, "INVALID"))],
        "Gateway/default/gw",
        {"conditions": [condition("Accepted", True, "ListenersNotValid")]},
    ),
    (
        50,
        "a broken listener counts its routes",
        [S, gateway(secure(name="https")), route()],
        "Gateway/default/gw",
        at("https", attachedRoutes=1, conditions=[{"type": "Programmed", "status": "False"}]),
    ),
    (
        51,
        "a listener counts the routes whose hostname it takes",
        [
            S,
            gateway(listener("a.com", name="a"), listener("b.com", name="b")),
            route(hostnames=["a.com"]),
        ],
        "Gateway/default/gw",
        {"listeners": [{"name": "a", "attachedRoutes": 1}, {"name": "b", "attachedRoutes": 0}]},
    ),
    (
        52,
        "an HTTPS listener takes no TLSRoute",
        [S, secret(), gateway(secure()), route(kind="TLSRoute", hostnames=["a.com"])],
        "TLSRoute/default/r",
        refused("NotAllowedByListeners"),
    ),
    (
        54,
        "a policy without its CA is not accepted",
        [S, gateway(), route(), tls_policy("p", **CA)],
        "BackendTLSPolicy/default/p",
        {
            "ancestors": [
                {
                    "ancestorRef": {"name": "gw"},
                    "conditions": [
                        condition("Accepted", False, "NoValidCACertificate"),
                        condition("ResolvedRefs", False, "InvalidCACertificateRef"),
                    ],
                }
            ]
        },
    ),
    *(
        (
            57,
            f"the {name} of two policies for one port is {reason}",
            [PORTS, *CONFLICTING[1:]],
            f"BackendTLSPolicy/default/{name}",
            {
                "ancestors": [
                    {"ancestorRef": {"name": "gw"}, "conditions": [condition("Accepted", holds, reason)]}
                ]
            },
        )
        for name, holds, reason in (("older", True, "Accepted"), ("younger", False, "Conflicted"))
    ),
    *(
        (
            58,
            f"the policy {name} is accepted beside the other",
            [PORTS, *POLICY[1:], tls_policy("general"), tls_policy("for-port", {"sectionName": "http"})],
            f"BackendTLSPolicy/default/{name}",
            {
                "ancestors": [
                    {"ancestorRef": {"name": "gw"}, "conditions": [condition("Accepted", True, "Accepted")]}
                ]
            },
        )
        for name in ("general", "for-port")
    ),
    (59, "the older of the two kinds is accepted", KINDS, "HTTPRoute/default/older", accepted()),
    (
        59,
        "the younger of the two kinds is not",
        KINDS,
        "GRPCRoute/default/younger",
        {"parents": [{"parentRef": {}, "conditions": [{"type": "Accepted", "status": "False"}]}]},
    ),
    *(
        (61, f"the {name} TCPRoute is accepted", STREAMS, f"TCPRoute/default/{name}", accepted())
        for name in ("older", "younger")
    ),
    (
        64,
        "and leaves no trace in the status",
        [S, route(parent={"kind": "Service", "name": "s"})],
        ROUTE,
        {"parents": []},
    ),
    (
        70,
        "the Gateway says that it falls back",
        [S, secret(), authority(), gateway(secure("a.com"), tls=INSECURE), route()],
        "Gateway/default/gw",
        {"conditions": [condition("InsecureFrontendValidationMode", True, "ConfigurationChanged")]},
    ),
    (
        72,
        "a missing mirror is unresolved",
        [
            S,
            gateway(),
            route(rule(filters=[{"type": "RequestMirror", "requestMirror": {"backendRef": to("missing")}}])),
        ],
        ROUTE,
        accepted(resolved="BackendNotFound"),
    ),
]

CERTIFIED = {"certificateRefs": [{"name": "cert"}]}
REFUSED: list[tuple[int, str, Manifest, str]] = [
    (
        32,
        "TLS settings do not make listeners distinct",
        gateway(
            listener("a.com", 443, "TLS", name="a", tls={"mode": "Passthrough"}),
            listener("a.com", 443, "TLS", name="b", tls={"mode": "Terminate", **CERTIFIED}),
        ),
        "spec.listeners",
    ),
    (
        40,
        "a rule redirects or forwards, not both",
        route(rule(filters=[redirect(hostname="b.com")])),
        "spec.rules[0]",
    ),
    (
        41,
        "ReplacePrefixMatch needs one prefix",
        route(
            rule(
                below("/a"),
                below("/b"),
                filters=[
                    {
                        "type": "URLRewrite",
                        "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/c"}},
                    }
                ],
            )
        ),
        "spec.rules[0]",
    ),
    (
        53,
        "an HTTPS listener passes no TLS through",
        gateway(listener("a.com", 443, "HTTPS", tls={"mode": "Passthrough"})),
        "spec.listeners",
    ),
    (
        73,
        "percent and fraction exclude each other",
        route(
            rule(
                filters=[
                    {
                        "type": "RequestMirror",
                        "requestMirror": {
                            "backendRef": to("t"),
                            "percent": 10,
                            "fraction": {"numerator": 1},
                        },
                    }
                ]
            )
        ),
        "spec.rules[0].filters[0].requestMirror",
    ),
]


def _params(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [pytest.param(*values, id=f"{number}: {words}") for number, words, *values in rows]


@pytest.mark.parametrize(("objects", "request_fields", "expected"), _params(REQUESTS))
def test_a_request_is_decided_as_the_specification_says(
    tmp_path: Path, objects: list[Manifest], request_fields: Manifest, expected: Manifest
) -> None:
    path = configuration(tmp_path, objects)
    assert load_files([str(path)]).findings == ()
    simulation, request = gwsim.load(path), gwsim.Request.from_dict(request_fields)
    decision = simulation.trace(request).to_dict()
    assert list(map(str, differences(expected, decision))) == []
    assert simulation.decide(request).to_dict() == decision


@pytest.mark.parametrize(("objects", "subject", "expected"), _params(STATUSES))
def test_a_status_is_written_as_the_specification_says(
    tmp_path: Path, objects: list[Manifest], subject: str, expected: Manifest
) -> None:
    loaded = load_files([str(configuration(tmp_path, objects))])
    assert loaded.findings == ()
    items = {
        f"{item['kind']}/{item['metadata']['namespace']}/{item['metadata']['name']}": item.get("status")
        for item in json.loads(json.dumps(loaded.simulation.status()))
        if "namespace" in item["metadata"]
    }
    assert subject in items
    assert list(map(str, differences(expected, items[subject]))) == []


@pytest.mark.parametrize(("written", "place"), _params(REFUSED))
def test_an_object_is_refused_at_admission(tmp_path: Path, written: Manifest, place: str) -> None:
    loaded = load_files([str(configuration(tmp_path, [written]))])
    assert loaded.findings
    assert all(finding.severity is gwsim.Severity.ERROR for finding in loaded.findings)
    assert any(str(finding).partition(": ")[2].startswith(place) for finding in loaded.findings)
    kinds = {item["kind"] for item in loaded.simulation.status()}
    assert written["kind"] not in kinds


def test_a_request_of_a_session_is_not_drawn_by_weight_without_a_word(tmp_path: Path) -> None:
    session = {"sessionName": "sticky", "type": "Cookie"}
    split = rule(backends=[to("s", weight=0), to("t")], sessionPersistence=session)
    simulation = gwsim.load(configuration(tmp_path, [S, T, gateway(), route(split)]))
    decision = simulation.trace(gwsim.Request.get("http://a.com/", headers={"cookie": "sticky=token-of-s"}))
    assert decision.chosen_index == 0 or any("session" in each.lower() for each in decision.not_modelled)


def test_every_belief_has_its_row() -> None:
    assert {row[0] for row in (*REQUESTS, *STATUSES, *REFUSED)} == set(range(1, 76))
