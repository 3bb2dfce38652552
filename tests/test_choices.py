"""Every value of every choice does something: a configuration and a question that it answers otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from gwsim.analysis.hinging.alternatives import NOT_COMPARED, alternatives
from gwsim.analysis.hinging.hinges import HINGES
from gwsim.errors import UsageError
from gwsim.implementations import SPEC
from gwsim.implementations.choosing import choices, with_choices
from gwsim.implementations.known import KNOWN
from gwsim.reading.loading import load_files
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

ROOT = Path(__file__).parents[1]
API = "gateway.networking.k8s.io/v1"
EXPERIMENTAL = "gateway.networking.x-k8s.io/v1alpha1"
Manifest = Mapping[str, Any]


class Row(NamedTuple):
    """A question whose answer hangs on one value of one choice."""

    setting: str
    """`NAME=VALUE`, another value than the default."""
    manifests: Sequence[Manifest]
    request: Mapping[str, Any]
    base: tuple[str, ...] = ()
    """Settings that both answers have in common."""


def thing(
    kind: str, name: str, spec: Manifest, *, api: str = API, namespace: str = "apps", **rest: Any
) -> Manifest:
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
        **rest,
    }


def gateway(*listeners: Manifest, **spec: Any) -> Manifest:
    return thing("Gateway", "edge", {"gatewayClassName": "public", "listeners": list(listeners), **spec})


def listener(name: str, port: int = 80, protocol: str = "HTTP", **fields: Any) -> Manifest:
    return {"name": name, "port": port, "protocol": protocol, **fields}


def tls(*secrets: str, mode: str = "Terminate") -> Manifest:
    return {"mode": mode, "certificateRefs": [{"name": secret} for secret in secrets]}


def route(name: str, *rules: Manifest, kind: str = "HTTPRoute", **spec: Any) -> Manifest:
    return thing(kind, name, {"parentRefs": [{"name": "edge"}], "rules": list(rules), **spec})


def rule(*matches: Manifest, to: str | None = "one", **fields: Any) -> Manifest:
    backends = {} if to is None else {"backendRefs": [{"name": to, "port": 80}]}
    return {**({"matches": list(matches)} if matches else {}), **backends, **fields}


def path(value: str, kind: str = "PathPrefix", **conditions: Any) -> Manifest:
    return {"path": {"type": kind, "value": value}, **conditions}


def service(name: str, *, namespace: str = "apps", type: str = "ClusterIP", **port: Any) -> Manifest:
    spec = {"type": type, "ports": [{"port": 80, "name": "http", **port}]}
    return thing("Service", name, spec, api="v1", namespace=namespace)


@cache
def key_pair() -> Manifest:
    text = (ROOT / "scenarios/storefront/certificates.yaml").read_text(encoding="utf-8")
    data: Manifest = next(yaml.safe_load_all(text))["data"]
    return data


def secret(name: str) -> Manifest:
    return {**thing("Secret", name, {}, api="v1"), "data": key_pair()}


def filtered(kind: str, field: str, content: Manifest) -> Manifest:
    return {"filters": [{"type": kind, field: content}]}


def redirect(**content: Any) -> Manifest:
    return filtered("RequestRedirect", "requestRedirect", content)


SERVICES = (service("one"), service("two"))
PLAIN = (gateway(listener("http")), *SERVICES)
GET = {"url": "http://a.test/a"}
HEADER = {"name": "x-a", "value": "1"}
UNREADY = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "one", "namespace": "apps", "labels": {"kubernetes.io/service-name": "one"}},
    "endpoints": [],
}
MIRROR = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "two", "port": 80}}}
ADD_HEADER = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"add": [HEADER]}}
PERSISTENT = thing(
    "XBackendTrafficPolicy",
    "sticky",
    {
        "targetRefs": [{"group": "", "kind": "Service", "name": "two"}],
        "sessionPersistence": {"sessionName": "s"},
    },
    api=EXPERIMENTAL,
)
BOTH = [{"name": "one", "port": 80}, {"name": "two", "port": 80}]
SECURE = (gateway(listener("a", 443, "HTTPS", hostname="a.test", tls=tls("good"))), secret("good"), *SERVICES)
TLS_ROUTE = route(
    "tls", {"backendRefs": [{"name": "one", "port": 80}]}, kind="TLSRoute", hostnames=["a.test"]
)
HELLO = {"protocol": "TLS", "host": "a.test", "port": 443}
GRPC = route("grpc", rule(), kind="GRPCRoute", hostnames=["a.test"])
CALL = {"url": "http://a.test", "grpc": {"service": "s", "method": "m"}}
CORS = {"method": "OPTIONS", "headers": {"origin": "https://b.test", "access-control-request-method": "PUT"}}
MESH = {"service": "apps/one", "port": 80, "source": {"namespace": "apps"}}
UDP_SERVICES = (service("one", protocol="UDP"), service("two", protocol="UDP"))
WEIGHTLESS = route("r", {"backendRefs": [{"name": "one", "port": 80, "weight": 0}]})


def in_mesh(group: str, *, to: Manifest) -> Manifest:
    parent = {"group": group, "kind": "Service", "name": "one", "port": 80}
    return thing("HTTPRoute", "mesh", {"parentRefs": [parent], "rules": [{"backendRefs": [to]}]})


def exact_or_below(*, first: Manifest, second: Manifest) -> Sequence[Manifest]:
    """Two rules that take one request, each with a backend of its own."""
    return (*PLAIN, route("r", rule(first, to="one"), rule(second, to="two")))


ROWS = (
    Row(
        "listenerIsolation=off",
        (
            gateway(listener("any"), listener("own", hostname="a.test")),
            thing(
                "HTTPRoute",
                "r",
                {"parentRefs": [{"name": "edge", "sectionName": "any"}], "rules": [rule()]},
            ),
            *SERVICES,
        ),
        GET,
    ),
    Row(
        "detectMisdirected=off",
        (
            gateway(
                listener("any", 443, "HTTPS", tls=tls("good")),
                listener("own", 443, "HTTPS", hostname="b.test", tls=tls("good")),
            ),
            secret("good"),
            route("r", rule()),
            *SERVICES,
        ),
        {"url": "https://b.test/", "sni": "a.test"},
    ),
    Row(
        "httpHttpsSamePort=allow",
        (
            gateway(listener("a"), listener("b", 80, "HTTPS", tls=tls("good")), listener("c", 81)),
            secret("good"),
            route("r", rule()),
            *SERVICES,
        ),
        GET,
    ),
    Row(
        "httpsTlsSamePort=conflict",
        (
            gateway(
                listener("a", 443, "HTTPS", hostname="b.test", tls=tls("good")),
                listener("b", 443, "TLS", hostname="a.test", tls=tls(mode="Passthrough")),
            ),
            secret("good"),
            TLS_ROUTE,
            *SERVICES,
        ),
        HELLO,
    ),
    Row(
        "tcpUdpSamePort=conflict",
        (
            gateway(listener("a", 53, "TCP"), listener("b", 53, "UDP")),
            route("r", {"backendRefs": [{"name": "one", "port": 80}]}, kind="UDPRoute"),
            *UDP_SERVICES,
        ),
        {"protocol": "UDP", "port": 53},
    ),
    Row(
        "gatewayConflict=firstWins",
        (
            gateway(listener("a"), listener("b", 80, "TCP"), listener("c", 81)),
            route("r", rule()),
            *SERVICES,
        ),
        GET,
    ),
    Row(
        "listenerSetInternalConflict=firstWins",
        (
            gateway(listener("c", 81), allowedListeners={"namespaces": {"from": "Same"}}),
            thing(
                "ListenerSet",
                "set",
                {"parentRef": {"name": "edge"}, "listeners": [listener("a"), listener("b", 80, "TCP")]},
            ),
            route("r", rule(), parentRefs=[{"kind": "ListenerSet", "name": "set"}]),
            *SERVICES,
        ),
        GET,
    ),
    Row(
        "partialGateway=reject",
        (gateway(listener("a"), listener("b", 81, "example.com/own")), route("r", rule()), *SERVICES),
        GET,
    ),
    Row(
        "unresolvedListenerAccepted=false",
        (
            gateway(listener("a"), listener("b", 443, "HTTPS", tls=tls("missing"))),
            route("r", rule()),
            *SERVICES,
        ),
        GET,
        ("partialGateway=reject",),
    ),
    Row(
        "multipleCertificates=first",
        (
            gateway(listener("a", 443, "HTTPS", tls=tls("missing", "good"))),
            secret("good"),
            route("r", rule()),
            *SERVICES,
        ),
        {"url": "https://a.test/"},
    ),
    Row(
        "tlsModeTerminate=off",
        (gateway(listener("a", 443, "TLS", tls=tls("good"))), secret("good"), TLS_ROUTE, *SERVICES),
        HELLO,
    ),
    Row(
        "tlsModeMixed=off",
        (
            gateway(
                listener("a", 443, "TLS", tls=tls("good")),
                listener("b", 443, "TLS", hostname="a.test", tls=tls(mode="Passthrough")),
            ),
            secret("good"),
            TLS_ROUTE,
            *SERVICES,
        ),
        HELLO,
    ),
    Row(
        "tcpRouteOnTlsTerminate=on",
        (
            gateway(listener("a", 443, "TLS", tls=tls("good"))),
            secret("good"),
            route("r", {"backendRefs": [{"name": "one", "port": 80}]}, kind="TCPRoute"),
            *SERVICES,
        ),
        HELLO,
    ),
    Row(
        "hostnameFallback=off",
        (
            *PLAIN,
            route("own", rule(path("/b")), hostnames=["a.test"]),
            route("any", rule(to="two"), hostnames=["*.test"]),
        ),
        GET,
    ),
    Row(
        "hostnamePrecedence=literal",
        (
            gateway(listener("http", hostname="*.a.test")),
            route("first", rule(), hostnames=["*.test"]),
            route("second", rule(to="two"), hostnames=["*.a.test"]),
            *SERVICES,
        ),
        {"url": "http://b.a.test/"},
    ),
    Row(
        "hostnameRank=afterPath",
        (
            *PLAIN,
            route("own", rule(), hostnames=["a.test"]),
            route("any", rule(path("/a"), to="two"), hostnames=["*.test"]),
        ),
        GET,
    ),
    Row(
        "regexRank=exact>prefix>regex",
        exact_or_below(first=path("/.*", "RegularExpression"), second=path("/a")),
        GET,
    ),
    Row(
        "regexRank=byLength",
        exact_or_below(first=path("/.", "RegularExpression"), second=path("/abc")),
        {"url": "http://a.test/abc"},
        ("regexAnchor=start",),
    ),
    Row("regexDialect=go", exact_or_below(first=path(r"/\C", "RegularExpression"), second=path("/a")), GET),
    Row("regexAnchor=start", exact_or_below(first=path("/", "RegularExpression"), second=path("/a")), GET),
    Row("regexAnchor=none", exact_or_below(first=path("a", "RegularExpression"), second=path("/a")), GET),
    Row(
        "methodRank=asHeader",
        exact_or_below(
            first=path("/", headers=[HEADER, {"name": "x-b", "value": "1"}]), second=path("/", method="GET")
        ),
        {**GET, "headers": {"x-a": "1", "x-b": "1"}},
    ),
    Row("pathFallback=off", exact_or_below(first=path("/"), second=path("/a", headers=[HEADER])), GET),
    Row(
        "pathNormalize=rfc3986",
        exact_or_below(first=path("/"), second=path("/a")),
        {"url": "http://a.test/b/../a"},
    ),
    Row(
        "pathNormalize=decode",
        exact_or_below(first=path("/"), second=path("/a")),
        {"url": "http://a.test/%61"},
    ),
    Row(
        "mergeSlashes=on", exact_or_below(first=path("/"), second=path("/a/b")), {"url": "http://a.test/a//b"}
    ),
    *(
        Row(
            f"escapedSlash={value}",
            exact_or_below(first=path("/"), second=path("/a/b")),
            {"url": "http://a.test/a%2Fb"},
        )
        for value in ("reject", "unescape", "redirect")
    ),
    Row(
        "exactEncoded=decoded",
        exact_or_below(first=path("/"), second=path("/a", "Exact")),
        {"url": "http://a.test/%61"},
    ),
    *(
        Row(
            f"repeatedHeader={value}",
            exact_or_below(first=path("/"), second=path("/", headers=[HEADER])),
            {**GET, "headers": {"x-a": ["1", "2"]}},
        )
        for value in ("any", "first")
    ),
    *(
        Row(
            f"repeatedQuery={value}",
            exact_or_below(first=path("/"), second=path("/", queryParams=[{"name": "q", "value": "2"}])),
            {"url": "http://a.test/?q=1&q=2"},
        )
        for value in ("any", "last")
    ),
    Row(
        "queryDecoding=raw",
        exact_or_below(first=path("/"), second=path("/", queryParams=[{"name": "q", "value": "a b"}])),
        {"url": "http://a.test/?q=a%20b"},
    ),
    Row(
        "grpcHttpCoexistence=merge",
        (*PLAIN, GRPC, route("web", rule(path("/a"), to="two"), hostnames=["a.test"])),
        {"url": "http://a.test/a/b/c"},
    ),
    Row(
        "grpcHttpCoexistence=merge",
        (
            *PLAIN,
            route("own", rule({"method": {"service": "s", "method": "m"}}), kind="GRPCRoute"),
            route(
                "any",
                rule({"method": {"type": "RegularExpression", "service": "s|other"}}, to="two"),
                kind="GRPCRoute",
            ),
        ),
        CALL,
    ),
    Row("grpcContentTypeCheck=on", (*PLAIN, GRPC), GET),
    Row(
        "invalidRule=fallBack",
        (*PLAIN, route("r", rule(path("(", "RegularExpression")), rule(to="two"))),
        GET,
    ),
    Row("zeroWeights=503", (*PLAIN, WEIGHTLESS), GET),
    Row("zeroWeights=404", (*PLAIN, WEIGHTLESS), GET),
    Row("noEndpoints=500", (*PLAIN, route("r", rule()), UNREADY), GET),
    Row(
        "externalName=allow",
        (PLAIN[0], route("r", rule()), service("one", type="ExternalName")),
        GET,
    ),
    Row(
        "unknownAppProtocol=reject",
        (PLAIN[0], route("r", rule()), service("one", appProtocol="example.com/own")),
        GET,
    ),
    Row(
        "unknownExtensionRef=passThrough",
        (
            *PLAIN,
            route(
                "r",
                rule(
                    **filtered("ExtensionRef", "extensionRef", {"group": "x.test", "kind": "P", "name": "p"})
                ),
            ),
        ),
        GET,
    ),
    Row("mirrorInvalid=500", (*PLAIN[:2], route("r", rule(filters=[MIRROR]))), GET),
    Row("mirrorSees=final", (*PLAIN, route("r", rule(filters=[MIRROR, ADD_HEADER]))), GET),
    Row(
        "duplicateHeaderAction=all",
        (
            *PLAIN,
            route(
                "r",
                rule(
                    **filtered(
                        "RequestHeaderModifier", "requestHeaderModifier", {"set": [HEADER], "add": [HEADER]}
                    )
                ),
            ),
        ),
        GET,
    ),
    Row(
        "redirectQuery=drop",
        (*PLAIN, route("r", rule(to=None, **redirect(hostname="b.test")))),
        {"url": "http://a.test/?q=1"},
    ),
    Row("redirectPort80=show", (*PLAIN, route("r", rule(to=None, **redirect(hostname="b.test")))), GET),
    Row(
        "redirectResponseHeaders=skip",
        (
            *PLAIN,
            route(
                "r",
                rule(
                    to=None,
                    filters=[
                        {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [HEADER]}},
                        *redirect(hostname="b.test")["filters"],
                    ],
                ),
            ),
        ),
        GET,
    ),
    Row(
        "prefixReplaceRoot=slashDropped",
        (
            *PLAIN,
            route(
                "r",
                rule(
                    path("/a"),
                    **filtered(
                        "URLRewrite",
                        "urlRewrite",
                        {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/b/"}},
                    ),
                ),
            ),
        ),
        GET,
    ),
    *(
        Row(
            f"corsNoMatch={value}",
            (*PLAIN, route("r", rule(**filtered("CORS", "cors", {"allowOrigins": ["https://a.test"]})))),
            {**GET, **CORS},
        )
        for value in ("200", "403")
    ),
    Row(
        "corsEmptyOrigins=all",
        (*PLAIN, route("r", rule(**filtered("CORS", "cors", {"allowMethods": ["PUT"]})))),
        {**GET, **CORS},
    ),
    *(
        Row(
            f"authFailStatus={value}",
            (
                *PLAIN,
                route(
                    "r",
                    rule(
                        to="two",
                        **filtered(
                            "ExternalAuth",
                            "externalAuth",
                            {"protocol": "HTTP", "backendRef": {"name": "one", "port": 80}, "http": {}},
                        ),
                    ),
                ),
                UNREADY,
            ),
            GET,
        )
        for value in ("503", "500")
    ),
    Row("requestTimeoutDefault=15s", (*PLAIN, route("r", rule())), GET),
    Row("backendTimeoutDefault=15s", (*PLAIN, route("r", rule())), GET),
    Row(
        "backendTimeoutWithoutRetry=whole",
        (*PLAIN, route("r", rule(timeouts={"request": "5s", "backendRequest": "2s"}))),
        GET,
    ),
    Row("retryDefaultAttempts=2", (*PLAIN, route("r", rule(retry={"codes": [500]}))), GET),
    Row("retryDefaultBackoff=1s", (*PLAIN, route("r", rule(retry={"codes": [500]}))), GET),
    *(
        Row(
            f"forwardedHeaders={value}",
            (*PLAIN, route("r", rule())),
            {**GET, "source": {"address": "192.0.2.1"}},
        )
        for value in ("xff", "full")
    ),
    Row(
        "sessionPersistencePartialSplit=all",
        (*PLAIN, route("r", {"backendRefs": BOTH}), PERSISTENT),
        {**GET, "draw": 0},
    ),
    Row(
        "sessionPersistencePartialSplit=none",
        (*PLAIN, route("r", {"backendRefs": BOTH}), PERSISTENT),
        {**GET, "draw": 0.5},
    ),
    Row(
        "udpUnit=flow",
        (
            gateway(listener("a", 53, "UDP")),
            route("r", {"backendRefs": BOTH}, kind="UDPRoute"),
            *UDP_SERVICES,
        ),
        {"protocol": "UDP", "port": 53, "id": 3, "source": {"address": "192.0.2.1"}},
    ),
    Row(
        "meshReferenceGrant=on",
        (
            service("one"),
            service("three", namespace="others"),
            in_mesh("", to={"name": "three", "namespace": "others", "port": 80}),
        ),
        MESH,
    ),
    Row("meshGroupCore=alias", (*SERVICES, in_mesh("core", to={"name": "two", "port": 80})), MESH),
)


def simulation(row: Row, *settings: str) -> Simulation:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": row.manifests}).encode()
    implementation = with_choices(SPEC, (*row.base, *settings))
    loaded = load_files(["-"], implementation=implementation, stdin=BytesIO(text))
    assert loaded.findings == ()
    return loaded.simulation


def answers(asked: Simulation, request: Request) -> Mapping[str, object]:
    """What both evaluators say, apart from what does not make another answer."""
    decision = asked.trace(request)
    assert asked.decide(request).to_dict() == decision.to_dict()
    return {name: value for name, value in decision.to_dict().items() if name not in NOT_COMPARED}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.setting)
def test_a_choice_gives_another_answer_and_the_first_answer_tells_so(row: Row) -> None:
    first, second = simulation(row), simulation(row, row.setting)
    request = Request.from_dict(row.request)
    assert answers(first, request) != answers(second, request)
    name, _, value = row.setting.partition("=")
    choice = next(each for each in choices() if each.name == name)
    found = {each.name: each for each in alternatives(first, request, first.trace(request))}
    if choice.field in HINGES:
        (other,) = (each for each in found[name].others if each.value == value)
        assert other.decision.to_dict() == second.decide(request).to_dict()
        back = {each.name: each for each in alternatives(second, request, second.trace(request))}
        assert choice.default in {each.value for each in back[name].others}
    else:
        assert name not in found


def test_every_other_value_of_every_choice_has_a_row() -> None:
    values = {f"{each.name}={value}" for each in choices() for value in each.values[1:]}
    texts = {each.name for each in choices() if not each.values}
    shown = {row.setting for row in ROWS}
    assert values <= shown
    assert {setting.partition("=")[0] for setting in shown - values} == texts


@pytest.mark.parametrize("choice", choices(), ids=lambda choice: choice.name)
def test_a_choice_is_complete(choice: Any) -> None:
    assert choice.says
    assert choice.source
    assert not (choice.says + choice.source).endswith(".")
    assert bool(choice.values) != bool(choice.form)
    assert not choice.values or choice.values[0] == choice.default
    assert with_choices(SPEC, (f"{choice.name}={choice.default}",)) == SPEC


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        pytest.param("regexRanks=byLength", "expected NAME=VALUE with a NAME of listener", id="no such name"),
        pytest.param("regexRank", "expected NAME=VALUE", id="no value"),
        pytest.param("regexRank=pcre", "expected one of exact>regex>prefix, exact>", id="no such value"),
        pytest.param("regexDialect=pcre", "expected one of re2, go, found 'pcre'", id="no such dialect"),
        pytest.param("requestTimeoutDefault=15", "expected none, or a duration such as 15s", id="no unit"),
        pytest.param("retryDefaultBackoff=none", "expected a duration such as 25ms", id="a wait of none"),
        pytest.param("retryDefaultAttempts=-1", "expected a whole number such as 2", id="a negative number"),
    ],
)
def test_a_setting_that_is_none_is_refused_with_what_is_expected(setting: str, expected: str) -> None:
    with pytest.raises(UsageError) as error:
        with_choices(SPEC, (setting,))
    assert str(error.value).startswith(f"--set {setting}: {expected}")


def test_the_named_implementations_choose_otherwise() -> None:
    assert KNOWN[0] == SPEC
    assert len({each.name for each in KNOWN}) == len(KNOWN)
    assert all(with_choices(each, ()) is each != SPEC for each in KNOWN[1:])


def test_datagrams_of_one_flow_go_to_one_backend() -> None:
    row = next(row for row in ROWS if row.setting == "udpUnit=flow")
    chosen = {
        setting: {
            simulation(row, setting).decide(Request.from_dict({**row.request, "id": number})).chosen_index
            for number in range(12)
        }
        for setting in ("udpUnit=datagram", "udpUnit=flow")
    }
    assert chosen["udpUnit=datagram"] == {0, 1}
    assert len(chosen["udpUnit=flow"]) == 1
