"""The worked tables of the specification reference, row by row, through the public API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import gwsim
from gwsim.analysis.expecting.comparing import differences
from gwsim.reading.loading import load_files
from tests.test_misunderstandings import (
    ALL,
    MESH,
    Manifest,
    S,
    T,
    accepted,
    answers,
    at,
    authority,
    below,
    born,
    condition,
    configuration,
    exactly,
    gateway,
    grant,
    listener,
    listener_set,
    manifest,
    named,
    reaches,
    redirect,
    refused,
    route,
    rule,
    secret,
    secure,
    service,
    tls_policy,
    to,
)

CERTIFIED = {"mode": "Terminate", "certificateRefs": [{"name": "cert"}]}
PASSED = {"mode": "Passthrough"}


def simulation(folder: Path, *objects: Manifest, **choices: str) -> gwsim.Simulation:
    """Load manifests that are all valid."""
    loaded = load_files([str(configuration(folder, objects))], implementation=replace(gwsim.SPEC, **choices))
    assert loaded.findings == ()
    return loaded.simulation


def decided(simulated: gwsim.Simulation, **fields: object) -> Manifest:
    """Decide a request both ways."""
    request = gwsim.Request.from_dict(fields)
    decision = simulated.trace(request).to_dict()
    assert simulated.decide(request).to_dict() == decision
    return decision


def status_of(simulated: gwsim.Simulation, address: str) -> Any:
    """The status of `KIND/NAME` in the namespace default."""
    kind, name = address.split("/")
    items = json.loads(json.dumps(simulated.status()))
    return next(
        item.get("status") for item in items if item["kind"] == kind and item["metadata"]["name"] == name
    )


def check(expected: object, actual: object) -> None:
    assert list(map(str, differences(expected, actual))) == []


# 2.4: which listeners can share a port


def heard(protocol: str, hostname: str | None = None, name: str = "one", port: int = 443) -> Manifest:
    """A listener; `TLS-` is one that passes through."""
    tls = {"HTTPS": CERTIFIED, "TLS": CERTIFIED, "TLS-": PASSED}.get(protocol)
    more = {} if tls is None else {"tls": tls}
    return listener(hostname, port, protocol.rstrip("-"), name=name, **more)


def conflict(name: str, reason: str | None) -> Manifest:
    """What the status of a listener says of its conflict, None for none."""
    if reason is None:
        return {
            "name": name,
            "conditions": [
                condition("Accepted", True, "Accepted"),
                condition("Programmed", True, "Programmed"),
            ],
        }
    return {
        "name": name,
        "conditions": [
            condition("Accepted", False, reason),
            condition("Conflicted", True, reason),
            condition("Programmed", False, reason),
        ],
    }


DISTINCT = [
    pytest.param(*row[1:], id=row[0])
    for row in [
        ("two names of HTTP", ("HTTP", "a.com"), ("HTTP", "b.com"), {}, None),
        ("a name and any name of HTTP", ("HTTP", "a.com"), ("HTTP", None), {}, None),
        ("overlapping wildcards of HTTP", ("HTTP", "*.a.com"), ("HTTP", "*.b.a.com"), {}, None),
        ("a wildcard and a name below it", ("HTTP", "*.a.com"), ("HTTP", "x.a.com"), {}, None),
        ("two names of HTTPS", ("HTTPS", "a.com"), ("HTTPS", "b.com"), {}, None),
        ("a name and any name of HTTPS", ("HTTPS", "a.com"), ("HTTPS", None), {}, None),
        ("two names of TLS", ("TLS", "a.com"), ("TLS", "b.com"), {}, None),
        ("two names passed through", ("TLS-", "a.com"), ("TLS-", None), {}, None),
        ("passed through and terminated", ("TLS-", "a.com"), ("TLS", "b.com"), {}, None),
        (
            "passed through and terminated without the feature",
            ("TLS-", "a.com"),
            ("TLS", "b.com"),
            {"tls_mode_mixed": "off"},
            "ProtocolConflict",
        ),
        ("HTTPS and TLS of two names", ("HTTPS", "a.com"), ("TLS", "b.com"), {}, None),
        ("HTTPS and TLS of a name and any", ("HTTPS", "a.com"), ("TLS-", None), {}, None),
        (
            "HTTPS and TLS of two names where that is not supported",
            ("HTTPS", "a.com"),
            ("TLS", "b.com"),
            {"https_tls_same_port": "conflict"},
            "ProtocolConflict",
        ),
        ("HTTPS and TLS of one name", ("HTTPS", "a.com"), ("TLS", "a.com"), {}, "HostnameConflict"),
        ("HTTPS and TLS of any name", ("HTTPS", None), ("TLS-", None), {}, "HostnameConflict"),
        ("HTTP and TLS", ("HTTP", "a.com"), ("TLS", "b.com"), {}, "ProtocolConflict"),
        ("HTTP and TLS passed through", ("HTTP", "a.com"), ("TLS-", "b.com"), {}, "ProtocolConflict"),
        ("HTTP and HTTPS", ("HTTP", "a.com"), ("HTTPS", "b.com"), {}, "ProtocolConflict"),
        (
            "HTTP and HTTPS where that is supported",
            ("HTTP", "a.com"),
            ("HTTPS", "b.com"),
            {"http_https_same_port": "allow"},
            None,
        ),
        ("TCP and HTTP", ("TCP", None), ("HTTP", "a.com"), {}, "ProtocolConflict"),
        ("TCP and HTTPS", ("TCP", None), ("HTTPS", "a.com"), {}, "ProtocolConflict"),
        ("TCP and TLS", ("TCP", None), ("TLS", "a.com"), {}, "ProtocolConflict"),
        ("TCP and TLS passed through", ("TCP", None), ("TLS-", "a.com"), {}, "ProtocolConflict"),
        ("UDP and TCP", ("UDP", None), ("TCP", None), {}, None),
        ("UDP and HTTP", ("UDP", None), ("HTTP", None), {}, None),
        ("UDP and HTTPS", ("UDP", None), ("HTTPS", None), {}, None),
        ("UDP and TLS", ("UDP", None), ("TLS", None), {}, None),
        (
            "UDP and TCP where that is not supported",
            ("UDP", None),
            ("TCP", None),
            {"tcp_udp_same_port": "conflict"},
            "ProtocolConflict",
        ),
    ]
]


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "the other way round"])
@pytest.mark.parametrize(("first", "second", "choices", "reason"), DISTINCT)
def test_listeners_of_one_port_conflict_as_the_table_says(
    tmp_path: Path,
    first: tuple[str, str | None],
    second: tuple[str, str | None],
    choices: Mapping[str, str],
    reason: str | None,
    turned: bool,
) -> None:
    first, second = (second, first) if turned else (first, second)
    both = gateway(heard(*first), heard(*second, name="two"), heard(*first, name="elsewhere", port=444))
    status = status_of(simulation(tmp_path, secret(), both, **choices), "Gateway/gw")
    rows = [conflict("one", reason), conflict("two", reason), conflict("elsewhere", None)]
    check({"listeners": rows}, status)


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        pytest.param(("HTTP", "a.com"), ("HTTP", "a.com"), "HostnameConflict", id="one name of HTTP"),
        pytest.param(("HTTP", None), ("HTTP", None), "HostnameConflict", id="any name of HTTP"),
        pytest.param(("HTTPS", "a.com"), ("HTTPS", "a.com"), "HostnameConflict", id="one name of HTTPS"),
        pytest.param(("TLS", "a.com"), ("TLS", "a.com"), "HostnameConflict", id="one name of TLS"),
        pytest.param(("TLS-", "a.com"), ("TLS", "a.com"), "HostnameConflict", id="one name of two modes"),
        pytest.param(("TCP", None), ("TCP", None), "ProtocolConflict", id="TCP twice"),
        pytest.param(("UDP", None), ("UDP", None), "ProtocolConflict", id="UDP twice"),
        pytest.param(("HTTP", None), ("TCP", None), "ProtocolConflict", id="HTTP and TCP"),
        pytest.param(("HTTP", "a.com"), ("HTTP", "b.com"), None, id="two names of HTTP"),
        pytest.param(("TCP", None), ("UDP", None), None, id="TCP and UDP"),
    ],
)
def test_a_listener_set_loses_what_its_gateway_has(
    tmp_path: Path, own: tuple[str, str | None], other: tuple[str, str | None], reason: str | None
) -> None:
    simulated = simulation(
        tmp_path,
        secret(),
        gateway(heard(*own), allowedListeners=ALL),
        listener_set(heard(*other, name="two"), heard("HTTP", name="good", port=81)),
    )
    check({"listeners": [conflict("one", None)]}, status_of(simulated, "Gateway/gw"))
    check(
        {"listeners": [conflict("two", reason), conflict("good", None)]},
        status_of(simulated, "ListenerSet/more"),
    )


@pytest.mark.parametrize("protocol", ["TCP", "UDP"])
def test_two_listeners_without_hostnames_are_refused_at_admission(tmp_path: Path, protocol: str) -> None:
    both = gateway(heard(protocol), heard(protocol, name="two"))
    (finding,) = load_files([str(configuration(tmp_path, [both]))]).findings
    assert finding.severity is gwsim.Severity.ERROR


def test_tcp_costs_its_port_every_listener(tmp_path: Path) -> None:
    three = gateway(heard("HTTP", "a.com"), heard("HTTP", "b.com", "two"), heard("TCP", None, "three"))
    rows = [conflict(name, "ProtocolConflict") for name in ("one", "two", "three")]
    check({"listeners": rows}, status_of(simulation(tmp_path, three), "Gateway/gw"))


def sets(*written: Manifest) -> list[Manifest]:
    """ListenerSets, each a second younger than the one before."""
    return [
        born(index, {**each, "metadata": {**each["metadata"], "name": f"set-{index}"}})
        for index, each in enumerate(written)
    ]


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        pytest.param(
            [("HTTP", "a.com")],
            [[("TCP", None), ("HTTP", "b.com")]],
            [["ProtocolConflict", None]],
            id="a loser of a set frees its place for the next entry",
        ),
        pytest.param(
            [],
            [[("HTTP", "a.com")], [("HTTP", "a.com"), ("HTTP", "b.com")]],
            [[None], ["HostnameConflict", None]],
            id="an older set wins over a younger",
        ),
        pytest.param(
            [],
            [[("TCP", None), ("HTTP", "b.com")], [("HTTP", "b.com")]],
            [["ProtocolConflict", "ProtocolConflict"], [None]],
            id="inside a set nobody wins and both free their place",
        ),
        pytest.param(
            [("HTTP", "a.com"), ("TCP", None)],
            [[("HTTP", "b.com")]],
            [["ProtocolConflict"]],
            id="a Gateway's conflicting listeners keep their port",
        ),
    ],
)
def test_conflicts_between_objects_are_settled_in_order(
    tmp_path: Path,
    own: list[tuple[str, str | None]],
    others: list[list[tuple[str, str | None]]],
    expected: list[list[str | None]],
) -> None:
    mine = [heard(*each, name=f"own-{index}") for index, each in enumerate(own)]
    written = [
        listener_set(*(heard(*each, name=f"l{index}") for index, each in enumerate(rows))) for rows in others
    ]
    spare = listener(port=9999, name="spare")
    simulated = simulation(tmp_path, gateway(*mine, spare, allowedListeners=ALL), *sets(*written))
    for index, reasons in enumerate(expected):
        rows = [conflict(f"l{place}", reason) for place, reason in enumerate(reasons)]
        check({"listeners": rows}, status_of(simulated, f"ListenerSet/set-{index}"))


# 2.8: ListenerSets

ENTRY = listener("set.com", name="entry")
UNRESOLVED = listener(
    "set.com", 443, "HTTPS", name="entry", tls={"certificateRefs": [{"name": "cert", "namespace": "certs"}]}
)
TAKEN = listener("own.com", name="taken")
OWN = listener("own.com", name="own")


def both(accepted: bool, reason: str, programmed: bool, why: str) -> Manifest:
    return {"conditions": [condition("Accepted", accepted, reason), condition("Programmed", programmed, why)]}


@pytest.mark.parametrize(
    ("parent", "entries", "expected", "counted"),
    [
        pytest.param(
            gateway(OWN), [ENTRY], both(False, "NotAllowed", False, "NotAllowed"), 0, id="none by default"
        ),
        pytest.param(
            gateway(OWN, allowedListeners={"namespaces": {"from": "None"}}),
            [ENTRY],
            both(False, "NotAllowed", False, "NotAllowed"),
            0,
            id="none",
        ),
        pytest.param(
            gateway(OWN, allowedListeners={"namespaces": {"from": "Same"}}),
            [ENTRY],
            both(True, "Accepted", True, "Programmed"),
            1,
            id="of the same namespace",
        ),
        pytest.param(
            gateway(
                OWN,
                allowedListeners={
                    "namespaces": {"from": "Selector", "selector": {"matchLabels": {"no": "body"}}}
                },
            ),
            [ENTRY],
            both(False, "NotAllowed", False, "NotAllowed"),
            0,
            id="a selector for others",
        ),
        pytest.param(
            gateway(OWN, allowedListeners={"namespaces": {"from": "Selector"}}),
            [ENTRY],
            both(False, "NotAllowed", False, "NotAllowed"),
            0,
            id="an absent selector",
        ),
        pytest.param(
            gateway(
                OWN,
                allowedListeners={
                    "namespaces": {
                        "from": "Selector",
                        "selector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}},
                    }
                },
            ),
            [ENTRY],
            both(True, "Accepted", True, "Programmed"),
            1,
            id="a selector for its namespace",
        ),
        pytest.param(
            gateway(listener(None, 1111, "INVALID"), allowedListeners=ALL),
            [ENTRY],
            both(False, "ParentNotAccepted", False, "ParentNotProgrammed"),
            0,
            id="a Gateway that is not accepted",
        ),
        pytest.param(
            gateway(OWN, allowedListeners=ALL, addresses=[{"type": "IPAddress", "value": "0.0.0.0"}]),
            [ENTRY],
            {
                "conditions": [
                    {"type": "Accepted", "status": "True"},
                    condition("Programmed", False, "ParentNotProgrammed"),
                ]
            },
            1,
            id="a Gateway that is not programmed",
        ),
        pytest.param(
            gateway(OWN, allowedListeners=ALL),
            [TAKEN],
            both(False, "ListenersNotValid", False, "ListenersNotValid"),
            0,
            id="no valid entry",
        ),
        pytest.param(
            gateway(OWN, allowedListeners=ALL),
            [UNRESOLVED],
            both(False, "ListenersNotValid", False, "ListenersNotValid"),
            0,
            id="an entry without its certificate is not valid",
        ),
        pytest.param(
            gateway(OWN, allowedListeners=ALL),
            [ENTRY, TAKEN],
            {
                "conditions": [
                    condition("Accepted", True, "ListenersNotValid"),
                    condition("Programmed", True, "Programmed"),
                ]
            },
            1,
            id="one valid entry of two",
        ),
        pytest.param(
            gateway(OWN, allowedListeners=ALL),
            [ENTRY],
            both(True, "Accepted", True, "Programmed"),
            1,
            id="all entries valid",
        ),
    ],
)
def test_a_listener_set_is_accepted_as_the_table_says(
    tmp_path: Path, parent: Manifest, entries: list[Manifest], expected: Manifest, counted: int
) -> None:
    simulated = simulation(tmp_path, parent, listener_set(*entries))
    check(expected, status_of(simulated, "ListenerSet/more"))
    assert status_of(simulated, "Gateway/gw").get("attachedListenerSets", 0) == counted


def test_a_listener_set_of_a_missing_gateway_has_no_status_of_a_controller(tmp_path: Path) -> None:
    status = status_of(simulation(tmp_path, listener_set(ENTRY)), "ListenerSet/more")
    assert {each["reason"] for each in (status or {}).get("conditions", ())} <= {"Pending"}


@pytest.mark.parametrize(
    ("kind", "resolved"),
    [
        pytest.param("ListenerSet", True, id="for a ListenerSet"),
        pytest.param("Gateway", False, id="for a Gateway"),
    ],
)
def test_a_listener_set_needs_its_own_grant(tmp_path: Path, kind: str, resolved: bool) -> None:
    simulated = simulation(
        tmp_path,
        secret("cert", "certs"),
        grant("certs", (kind, "default"), ("", "Secret")),
        gateway(OWN, allowedListeners=ALL),
        listener_set(UNRESOLVED),
    )
    reason = "ResolvedRefs" if resolved else "RefNotPermitted"
    check(
        at("entry", conditions=[condition("ResolvedRefs", resolved, reason)]),
        status_of(simulated, "ListenerSet/more"),
    )


# 3.4: hostnames in common

INTERSECTIONS = [
    (None, None, "*"),
    (None, "a.com", "a.com"),
    (None, "*.a.com", "*.a.com"),
    ("a.com", None, "a.com"),
    ("*.a.com", None, "*.a.com"),
    ("www.example.com", "www.example.com", "www.example.com"),
    ("*.example.com", "www.example.com", "www.example.com"),
    ("*.example.com", "a.b.example.com", "a.b.example.com"),
    ("www.example.com", "*.example.com", "www.example.com"),
    ("a.b.example.com", "*.example.com", "a.b.example.com"),
    ("*.example.com", "*.com", "*.example.com"),
    ("*.com", "*.example.com", "*.example.com"),
    ("*.example.com", "*.example.com", "*.example.com"),
    ("*.foo.example.com", "*.example.com", "*.foo.example.com"),
    ("*.example.com", "example.com", None),
    ("example.com", "*.example.com", None),
    ("*.example.com", "test.example.net", None),
    ("*.a.com", "*.b.com", None),
    ("very.specific.com", "*.specific.com", "very.specific.com"),
    ("foo.com", "bar.com", None),
]
KINDS_AND_PROTOCOLS = [("HTTPRoute", "HTTP"), ("GRPCRoute", "HTTP"), ("TLSRoute", "TLS-")]


def asked(protocol: str, host: str) -> Manifest:
    """A request for a host to the listener of a protocol."""
    return {"protocol": protocol.rstrip("-"), "port": 443, "host": host}


@pytest.mark.parametrize(
    ("kind", "protocol", "heard_name", "route_name", "common"),
    [
        pytest.param(kind, protocol, *row, id=f"{kind}, {row[0] or 'any'} and {row[1] or 'any'}")
        for kind, protocol in KINDS_AND_PROTOCOLS
        for row in INTERSECTIONS
        if kind != "TLSRoute" or row[1] is not None
    ],
)
def test_hostnames_intersect_as_the_table_says(
    tmp_path: Path,
    kind: str,
    protocol: str,
    heard_name: str | None,
    route_name: str | None,
    common: str | None,
) -> None:
    names = {} if route_name is None else {"hostnames": [route_name]}
    simulated = simulation(
        tmp_path, S, gateway(heard(protocol, heard_name)), route(rule(), kind=kind, **names)
    )
    status = status_of(simulated, f"{kind}/r")
    if common is None:
        check(refused("NoMatchingListenerHostname"), status)
        check(at("one", attachedRoutes=0), status_of(simulated, "Gateway/gw"))
        return
    check(accepted(), status)
    check(at("one", attachedRoutes=1), status_of(simulated, "Gateway/gw"))
    for host in ["any.test"] if common == "*" else [common.replace("*", label) for label in ("x", "x.y")]:
        shown = None if common == "*" else common
        expected = {"action": "forward", "route": {"kind": kind, "hostname": shown}}
        check(expected, decided(simulated, **asked(protocol, host)))
    if common.startswith("*."):
        assert decided(simulated, **asked(protocol, common[2:]))["action"] != "forward"


def test_a_hostname_without_a_listener_is_ignored_beside_one_with(tmp_path: Path) -> None:
    both = route(hostnames=["test.example.com", "test.example.net"])
    simulated = simulation(tmp_path, S, gateway(listener("*.example.com"), listener("other.org")), both)
    check(reaches(), decided(simulated, url="http://test.example.com/"))
    check(answers(404, "NoListenerForHostname"), decided(simulated, url="http://test.example.net/"))


# 3.6: backends that cannot be used

PORT = {"protocol": "UDP", "port": 53, "name": "dns"}
FAILURES: list[tuple[str, list[Manifest], Manifest, str]] = [
    ("an unknown kind", [], to("s", kind="Thing", group="example.com"), "InvalidKind"),
    ("an unknown kind elsewhere", [], to("s", kind="Thing", group="a.b", namespace="b"), "InvalidKind"),
    ("another namespace", [service("s", "b")], to("s", namespace="b"), "RefNotPermitted"),
    ("a missing Service elsewhere", [], to("s", namespace="b"), "RefNotPermitted"),
    ("a missing Service", [], to("missing"), "BackendNotFound"),
    ("a missing port", [service("s")], to("s", port=8080), "BackendNotFound"),
    (
        "an ExternalName",
        [
            manifest(
                "Service",
                "s",
                spec={"type": "ExternalName", "externalName": "a.com", "ports": [{"port": 80}]},
            )
        ],
        to("s"),
        "InvalidKind",
    ),
]
STREAM_KINDS = ("TLSRoute", "TCPRoute", "UDPRoute")
SENT: dict[str, Manifest] = {
    "HTTPRoute": {"url": "http://a.com/"},
    "GRPCRoute": {"host": "a.com", "grpc": {"service": "x.Y", "method": "Z"}},
    "TLSRoute": {"protocol": "TLS", "host": "a.com"},
    "TCPRoute": {"protocol": "TCP", "port": 90},
    "UDPRoute": {"protocol": "UDP", "port": 90},
}
FAILED: dict[str, Manifest] = {
    "HTTPRoute": {"action": "respond", "status": 500, "grpcStatus": None},
    "GRPCRoute": {"action": "respond", "grpcStatus": 14},
    "TLSRoute": {"action": "refuse", "status": None},
    "TCPRoute": {"action": "refuse", "status": None},
    "UDPRoute": {"action": "refuse", "status": None},
}
LISTENERS = {
    "HTTPRoute": listener(),
    "GRPCRoute": listener(),
    "TLSRoute": listener("a.com", 443, "TLS", tls=PASSED),
    "TCPRoute": listener(None, 90, "TCP"),
    "UDPRoute": listener(None, 90, "UDP"),
}


def as_udp(written: Manifest) -> Manifest:
    """The same Service over UDP."""
    ports = [{**port, "protocol": "UDP"} for port in written.get("spec", {}).get("ports", ())]
    return {**written, "spec": {**written["spec"], "ports": ports}} if ports else written


def streamed(kind: str, *backends: Manifest) -> Manifest:
    names = {"hostnames": ["a.com"]} if kind == "TLSRoute" else {}
    return route(rule(backends=backends), kind=kind, **names)


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize(
    ("objects", "backend", "reason"), [pytest.param(*row[1:], id=row[0]) for row in FAILURES]
)
def test_a_backend_that_fails_costs_its_share(
    tmp_path: Path, objects: list[Manifest], backend: Manifest, reason: str, kind: str
) -> None:
    services = [as_udp(each) if kind == "UDPRoute" else each for each in (*objects, T)]
    split = streamed(kind, backend, to("t"))
    simulated = simulation(tmp_path, *services, gateway(LISTENERS[kind]), split)
    check(accepted(resolved=reason), status_of(simulated, f"{kind}/r"))
    share = {"chosen": 0, "reason": reason, "backends": [{"share": "1/2", "status": 500}, {"share": "1/2"}]}
    check(FAILED[kind] | share, decided(simulated, **SENT[kind], draw=0.49))
    check({"action": "forward", "chosen": 1}, decided(simulated, **SENT[kind], draw=0.5))


@pytest.mark.parametrize(
    ("kind", "protocol"),
    [
        pytest.param("UDPRoute", "TCP", id="a TCP port for UDP"),
        pytest.param("TCPRoute", "UDP", id="a UDP port for TCP"),
        pytest.param("HTTPRoute", "UDP", id="a UDP port for HTTP"),
    ],
)
def test_a_port_of_the_other_transport_is_missing(tmp_path: Path, kind: str, protocol: str) -> None:
    written = service("s", "default", {"port": 80, "protocol": protocol})
    simulated = simulation(tmp_path, written, gateway(LISTENERS[kind]), streamed(kind, to("s")))
    check(accepted(resolved="BackendNotFound"), status_of(simulated, f"{kind}/r"))
    check(FAILED[kind], decided(simulated, **SENT[kind]))


@pytest.mark.parametrize(
    ("kind", "protocol", "objects", "usable"),
    [
        pytest.param("HTTPRoute", "kubernetes.io/h2c", [], True, id="HTTP to h2c"),
        pytest.param("HTTPRoute", "kubernetes.io/ws", [], True, id="HTTP to a WebSocket"),
        pytest.param("HTTPRoute", "kubernetes.io/wss", [], False, id="HTTP to a secure WebSocket, no policy"),
        pytest.param(
            "HTTPRoute", "kubernetes.io/wss", [tls_policy("p")], True, id="HTTP to a secure WebSocket"
        ),
        pytest.param("HTTPRoute", "example.com/other", [], True, id="HTTP to what nobody knows"),
        pytest.param("GRPCRoute", "kubernetes.io/h2c", [], True, id="gRPC to h2c"),
        pytest.param("GRPCRoute", "kubernetes.io/ws", [], False, id="gRPC to a WebSocket"),
        pytest.param("GRPCRoute", "kubernetes.io/wss", [tls_policy("p")], False, id="gRPC to a secure one"),
        pytest.param("TLSRoute", "kubernetes.io/wss", [], True, id="TLS to a secure WebSocket"),
    ],
)
def test_a_backend_speaks_what_its_port_says(
    tmp_path: Path, kind: str, protocol: str, objects: list[Manifest], usable: bool
) -> None:
    written = service("s", "default", {"port": 80, "appProtocol": protocol})
    simulated = simulation(tmp_path, written, *objects, gateway(LISTENERS[kind]), streamed(kind, to("s")))
    check(
        accepted(resolved="ResolvedRefs" if usable else "UnsupportedProtocol"),
        status_of(simulated, f"{kind}/r"),
    )
    expected = {"action": "forward"} if usable else {**FAILED[kind], "reason": "UnsupportedProtocol"}
    check(expected, decided(simulated, **SENT[kind]))


@pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
def test_a_backend_whose_policy_cannot_be_met_gets_nothing_in_plain_text(tmp_path: Path, kind: str) -> None:
    missing = {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "missing"}]}
    policy = tls_policy("p", **missing)
    simulated = simulation(tmp_path, S, policy, gateway(LISTENERS[kind]), streamed(kind, to("s")))
    nothing = {"backends": [{"status": 500, "tls": None, "request": None}]}
    check(FAILED[kind] | nothing, decided(simulated, **SENT[kind]))


def test_a_terminated_stream_whose_policy_cannot_be_met_is_closed(tmp_path: Path) -> None:
    missing = {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "missing"}]}
    ended = listener("a.com", 443, "TLS", tls=CERTIFIED)
    simulated = simulation(
        tmp_path, S, secret(), tls_policy("p", **missing), gateway(ended), streamed("TLSRoute", to("s"))
    )
    check(FAILED["TLSRoute"], decided(simulated, **SENT["TLSRoute"]))


@pytest.mark.parametrize("kind", SENT)
def test_where_every_backend_is_invalid_everything_fails(tmp_path: Path, kind: str) -> None:
    split = streamed(kind, to("missing"), to("gone", weight=3))
    simulated = simulation(tmp_path, gateway(LISTENERS[kind]), split)
    for draw in (0, 0.2, 0.3, 0.99):
        check(FAILED[kind], decided(simulated, **SENT[kind], draw=draw))


@pytest.mark.parametrize("kind", SENT)
def test_where_every_weight_is_0_everything_fails(tmp_path: Path, kind: str) -> None:
    services = [as_udp(each) if kind == "UDPRoute" else each for each in (S, T)]
    split = streamed(kind, to("s", weight=0), to("t", weight=0))
    simulated = simulation(tmp_path, *services, gateway(LISTENERS[kind]), split)
    expected = {"reason": "ZeroWeights", "chosen": None, "backends": [{"share": "0"}, {"share": "0"}]}
    check(FAILED[kind] | expected, decided(simulated, **SENT[kind]))
    check(accepted(), status_of(simulated, f"{kind}/r"))


@pytest.mark.parametrize("kind", SENT)
def test_a_service_without_ready_endpoints_fails_its_share(tmp_path: Path, kind: str) -> None:
    services = [as_udp(each) if kind == "UDPRoute" else each for each in (S, T)]
    empty = manifest("EndpointSlice", "s-1", addressType="IPv4", endpoints=[])
    empty["metadata"]["labels"] = {"kubernetes.io/service-name": "s"}
    split = streamed(kind, to("s"), to("t"))
    simulated = simulation(tmp_path, *services, empty, gateway(LISTENERS[kind]), split)
    expected = FAILED[kind] | ({"status": 503} if kind == "HTTPRoute" else {})
    check(expected, decided(simulated, **SENT[kind], draw=0.1))
    check({"action": "forward"}, decided(simulated, **SENT[kind], draw=0.6))
    check(accepted(), status_of(simulated, f"{kind}/r"))


@pytest.mark.parametrize("backends", [{}, {"backendRefs": []}], ids=["absent", "empty"])
@pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
def test_a_rule_without_backends_fails(tmp_path: Path, kind: str, backends: Manifest) -> None:
    simulated = simulation(tmp_path, gateway(), route({"filters": [], **backends}, kind=kind))
    code = None if kind == "HTTPRoute" else 12
    check(
        answers(500, "NoBackends", grpcStatus=code)
        if code is None
        else {"action": "respond", "grpcStatus": 12},
        decided(simulated, **SENT[kind]),
    )
    check(accepted(), status_of(simulated, f"{kind}/r"))


def test_a_redirect_needs_no_backend(tmp_path: Path) -> None:
    simulated = simulation(
        tmp_path, gateway(), route(rule(backends=(), filters=[redirect(hostname="b.com")]))
    )
    check({"action": "redirect", "status": 302}, decided(simulated, url="http://a.com/"))


# 4.1: the listener of a request

ISOLATED = (None, "*.example.com", "*.foo.example.com", "abc.foo.example.com")
ISOLATION = [
    ("bar.com", 0),
    ("bar.example.com", 1),
    ("bar.foo.example.com", 2),
    ("abc.foo.example.com", 3),
    ("example.com", 0),
]


def isolated(folder: Path, **choices: str) -> gwsim.Simulation:
    listeners = [listener(name, name=f"l{index}") for index, name in enumerate(ISOLATED)]
    routes = [
        route(rule(below(f"/l{index}")), name=f"r{index}", parent={"name": "gw", "sectionName": f"l{index}"})
        for index in range(len(ISOLATED))
    ]
    return simulation(folder, S, gateway(*listeners), *routes, **choices)


@pytest.mark.parametrize(("host", "taken_by"), ISOLATION, ids=[row[0] for row in ISOLATION])
def test_only_the_most_specific_listener_answers(tmp_path: Path, host: str, taken_by: int) -> None:
    simulated = isolated(tmp_path)
    for index in range(len(ISOLATED)):
        decision = decided(simulated, url=f"http://{host}/l{index}")
        assert decision["listener"]["name"] == f"l{taken_by}"
        check(reaches() if index == taken_by else answers(404, "NoMatchingRule"), decision)


@pytest.mark.parametrize(("host", "taken_by"), ISOLATION, ids=[row[0] for row in ISOLATION])
def test_without_isolation_every_listener_that_hits_answers(tmp_path: Path, host: str, taken_by: int) -> None:
    simulated = isolated(tmp_path, listener_isolation="off")
    hits = {0: {0}, 1: {0, 1}, 2: {0, 1, 2}, 3: {0, 1, 2, 3}}[taken_by]
    answered = {
        index
        for index in range(len(ISOLATED))
        if decided(simulated, url=f"http://{host}/l{index}")["action"] == "forward"
    }
    assert answered == hits


@pytest.mark.parametrize(
    ("host", "action"),
    [
        pytest.param("a.com:1234", "forward", id="a port is not compared"),
        pytest.param("A.COM", "forward", id="case is not compared"),
        pytest.param("a.com.", "forward", id="one trailing dot is stripped"),
        pytest.param("a.com..", "respond", id="a second one is not"),
        pytest.param("a.com.:80", "forward", id="a trailing dot before a port"),
        pytest.param("10.0.0.1", "respond", id="an address hits no name"),
        pytest.param("[::1]:80", "respond", id="an IPv6 address neither"),
        pytest.param("", "respond", id="an empty host neither"),
    ],
)
def test_a_host_is_compared_without_port_case_and_dot(tmp_path: Path, host: str, action: str) -> None:
    simulated = simulation(tmp_path, S, gateway(listener("a.com")), route())
    decision = decided(simulated, host=host)
    assert decision["action"] == action
    if action == "forward":
        assert decision["backends"][0]["request"]["host"] == host
    anywhere = simulation(tmp_path, S, gateway(), route())
    assert decided(anywhere, host=host)["action"] == "forward"


def test_without_a_server_name_only_a_listener_without_hostname_serves(tmp_path: Path) -> None:
    named = simulation(tmp_path, S, secret(), gateway(secure("a.com")), route())
    check({"action": "refuse"}, decided(named, url="https://a.com/", sni=None))
    anything = simulation(tmp_path, S, secret(), gateway(secure("a.com"), secure()), route())
    check({"listener": {"hostname": None}}, decided(anything, url="https://b.com/", sni=None))


# 4.2: misdirected requests

EXAMPLE, SECOND, UNKNOWN = "example.org", "second-example.org", "unknown-example.org"
THIRD, FOURTH, FIFTH = (f"{name}-example.wildcard.org" for name in ("third", "fourth", "fith"))
MISDIRECTED = [
    (EXAMPLE, EXAMPLE, 200),
    (EXAMPLE, SECOND, 421),
    (EXAMPLE, UNKNOWN, 404),
    (SECOND, SECOND, 200),
    (SECOND, EXAMPLE, 421),
    (SECOND, UNKNOWN, 421),
    (THIRD, FIFTH, 200),
    (THIRD, FOURTH, 421),
    (THIRD, SECOND, 421),
    (THIRD, UNKNOWN, 421),
    (FOURTH, FIFTH, 421),
    (UNKNOWN, EXAMPLE, 200),
    (UNKNOWN, UNKNOWN, 404),
]


@pytest.mark.parametrize("field", ["sni", "connectionSNI"])
@pytest.mark.parametrize(
    ("sni", "host", "status"), [pytest.param(*row, id=f"{row[0]} asked for {row[1]}") for row in MISDIRECTED]
)
def test_a_request_for_another_listener_is_misdirected(
    tmp_path: Path, sni: str, host: str, status: int, field: str
) -> None:
    names = {"https": None, "second": SECOND, "wild": "*.wildcard.org", "fourth": FOURTH}
    wanted = {"https": [EXAMPLE], "second": [SECOND], "wild": ["*.wildcard.org"], "fourth": [FOURTH]}
    routes = [
        route(name=name, parent={"name": "gw", "sectionName": name}, hostnames=hostnames)
        for name, hostnames in wanted.items()
    ]
    listeners = [secure(hostname, name=name) for name, hostname in names.items()]
    simulated = simulation(tmp_path, S, secret(), gateway(*listeners), *routes)
    decision = decided(simulated, **{"url": f"https://{host}/", field: sni})
    assert (decision["status"] or 200) == status
    assert (decision["reason"] == "MisdirectedRequest") is (status == 421)


# 4.3: one match

PATHS = ("/foo", "/foo/", "/foo/bar", "/foobar", "/Foo", "/")
HITS = [
    (exactly("/foo"), {"/foo"}),
    (exactly("/foo/"), {"/foo/"}),
    (below("/foo"), {"/foo", "/foo/", "/foo/bar"}),
    (below("/foo/"), {"/foo", "/foo/", "/foo/bar"}),
    (below("/"), set(PATHS)),
    (exactly("/"), {"/"}),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("match", "hits"),
    [pytest.param(*row, id=f"{row[0]['path']['type']} {row[0]['path']['value']}") for row in HITS],
)
def test_paths_hit_as_the_table_says(tmp_path: Path, match: Manifest, hits: set[str], path: str) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(match)))
    for query in ("", "?x=/foo", "?"):
        assert (decided(simulated, host="a.com", path=path + query)["action"] == "forward") is (path in hits)


ANIMAL = {"queryParams": named(("animal", "whale"))}
VERSION = {"headers": named(("version", "one"))}


@pytest.mark.parametrize(
    ("match", "asked_for", "hits"),
    [
        pytest.param(below("/v2"), {"path": "/v2example"}, False, id="/v2example is not below /v2"),
        pytest.param(below("/v2"), {"path": "/foo/v2/example"}, False, id="nor is /foo/v2/example"),
        pytest.param(below("/v2/"), {"path": "/v2"}, True, id="/v2 is below /v2/"),
        pytest.param(exactly("/two"), {"path": "/Two"}, False, id="paths are case-sensitive"),
        pytest.param(below("/"), {"path": "*", "method": "OPTIONS"}, False, id="* is below no prefix"),
        pytest.param(below("/foo"), {"path": "//foo"}, False, id="slashes are not merged"),
        pytest.param(below("/foo"), {"path": "/%66oo"}, False, id="paths are not decoded"),
        pytest.param(below("/a"), {"path": "/a%2Fb"}, False, id="an escaped slash is part of its segment"),
        pytest.param(below("/a"), {"path": "/a;x=1"}, False, id="a matrix parameter is part of its segment"),
        pytest.param(exactly("/a"), {"path": "/a?b"}, True, id="the query is not part of the path"),
        pytest.param({"method": "GET"}, {"method": "HEAD"}, False, id="HEAD is not GET"),
        pytest.param({"method": "GET"}, {"method": "get"}, False, id="methods are case-sensitive"),
        pytest.param(VERSION, {"headers": {"VERSION": "one"}}, True, id="a header's name in capitals"),
        pytest.param(VERSION, {"headers": {"version": "ONE"}}, False, id="a header's value in capitals"),
        pytest.param(VERSION, {"headers": {"version": "one,two"}}, False, id="a part of a header's value"),
        pytest.param(
            VERSION, {"headers": {"version": ["one", "two"]}}, False, id="a repeated header is joined"
        ),
        pytest.param(
            {"headers": named(("version", "one,two"))},
            {"headers": {"version": ["one", "two"]}},
            True,
            id="and so is it compared",
        ),
        pytest.param(VERSION, {}, False, id="an absent header"),
        pytest.param(
            {"headers": named(("foo", "1"), ("Foo", "2"))},
            {"headers": {"foo": "1"}},
            True,
            id="of equivalent names the first counts",
        ),
        pytest.param(ANIMAL, {"path": "/?animal=whale"}, True, id="a query parameter"),
        pytest.param(ANIMAL, {"path": "/?ANIMAL=whale"}, False, id="its name in capitals"),
        pytest.param(ANIMAL, {"path": "/?animal=whaledolphin"}, False, id="a part of its value"),
        pytest.param(ANIMAL, {"path": "/?x=1&animal=whale&y"}, True, id="beside others"),
        pytest.param(ANIMAL, {"path": "/?animal=whale&animal=hydra"}, True, id="repeated, the first counts"),
        pytest.param(ANIMAL, {"path": "/?animal=hydra&animal=whale"}, False, id="and only the first"),
        pytest.param(ANIMAL, {"path": "/?anim%61l=wh%61le"}, True, id="it is decoded"),
        pytest.param(
            {"queryParams": named(("animal", "a b"))}, {"path": "/?animal=a+b"}, True, id="and + is a space"
        ),
    ],
)
def test_a_match_hits_as_its_parts_say(
    tmp_path: Path, match: Manifest, asked_for: Manifest, hits: bool
) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(match)))
    assert (decided(simulated, host="a.com", **asked_for)["action"] == "forward") is hits


# 4.4: precedence

FIVE = named(*((f"h{index}", "1") for index in range(5)))
LONG = "very-long-name.example.com"
R1, R2 = {"route": {"name": "r1"}}, {"route": {"name": "r2"}}


def two(one: Manifest, other: Manifest, **names: str) -> list[Manifest]:
    """Routes r1 and r2 of one match each, the first the older; `first` and `second` name their hosts."""
    host = {key: {"hostnames": [value]} for key, value in names.items()}
    return [
        born(0, route(rule(one), name="r1", **host.get("first", {}))),
        born(1, route(rule(other), name="r2", **host.get("second", {}))),
    ]


PRECEDENCE = [
    ("a: exact before prefix", two(below("/"), exactly("/a")), {"path": "/a"}, R2),
    (
        "b: a longer prefix before headers",
        two(below("/a/b"), below("/a", headers=FIVE)),
        {"path": "/a/b/c", "headers": {f"h{index}": "1" for index in range(5)}},
        R1,
    ),
    (
        "c: a method before headers",
        two(below("/a", headers=named(("x", "1"))), below("/a", method="GET")),
        {"path": "/a", "headers": {"x": "1"}},
        R2,
    ),
    (
        "d: headers before query parameters",
        two(
            below("/a", queryParams=named(("p", "1"), ("q", "1"))),
            below("/a", headers=named(("x", "1"))),
        ),
        {"path": "/a?p=1&q=1", "headers": {"x": "1"}},
        R2,
    ),
    (
        "e: more headers before fewer",
        two(below("/a", headers=named(("x", "1"))), below("/a", headers=named(("x", "1"), ("y", "1")))),
        {"path": "/a", "headers": {"x": "1", "y": "1"}},
        R2,
    ),
    ("f: the older of equals", two(below("/a"), below("/a")), {"path": "/a"}, R1),
    (
        "g: of one age the smaller name",
        [route(rule(below("/a")), name="b"), route(rule(below("/a")), name="a")],
        {"path": "/a"},
        {"route": {"name": "a"}},
    ),
    ("h: the first of equal rules", [route(rule(), rule())], {"path": "/a"}, {"route": {"rule": 0}}),
    (
        "i: a precise host before an exact path",
        two(exactly("/a"), below("/"), first="*.example.com", second="foo.example.com"),
        {"host": "foo.example.com", "path": "/a"},
        R2,
    ),
    (
        "j: a longer wildcard before a shorter",
        two(below("/"), below("/"), first="*.example.com", second="*.foo.example.com"),
        {"host": "x.foo.example.com"},
        R2,
    ),
    (
        "k: a precise host before a wildcard of one length",
        two(below("/"), below("/"), first=f"*.{LONG}", second=f"a.{LONG}"),
        {"host": f"a.{LONG}"},
        R2,
    ),
    (
        "l: a less specific host where the other does not hit",
        two(exactly("/a"), below("/"), first="foo.example.com"),
        {"host": "foo.example.com", "path": "/b"},
        R2,
    ),
    (
        "m: a method where it hits",
        two(exactly("/a"), exactly("/a", method="POST")),
        {"method": "POST", "path": "/a"},
        R2,
    ),
    ("m: and only there", two(exactly("/a"), exactly("/a", method="POST")), {"path": "/a"}, R1),
    (
        "n: the next rule where the first does not hit",
        [route(rule(below("/a", headers=named(("v", "1")))), rule(below("/")))],
        {"path": "/a"},
        {"route": {"rule": 1}},
    ),
    (
        "o: a longer path before query parameters",
        [route(rule(below("/", queryParams=named(("animal", "hydra")))), rule(below("/path5")))],
        {"path": "/path5?animal=hydra"},
        {"route": {"rule": 1}},
    ),
]


@pytest.mark.parametrize(
    ("routes", "asked_for", "expected"), [pytest.param(*row[1:], id=row[0]) for row in PRECEDENCE]
)
def test_the_winner_is_the_one_of_the_table(
    tmp_path: Path, routes: list[Manifest], asked_for: Manifest, expected: Manifest
) -> None:
    simulated = simulation(tmp_path, S, gateway(), *routes)
    check(expected, decided(simulated, **{"host": "a.com", **asked_for}))
    turned = simulation(tmp_path, *routes[::-1], gateway(), S)
    check(expected, decided(turned, **{"host": "a.com", **asked_for}))


@pytest.mark.parametrize(("choice", "expected"), [("effective", R1), ("literal", R2)])
def test_the_hostname_that_is_measured_can_be_chosen(tmp_path: Path, choice: str, expected: Manifest) -> None:
    routes = two(below("/x"), below("/"), second="foo.example.com")
    simulated = simulation(
        tmp_path, S, gateway(listener("foo.example.com")), *routes, hostname_precedence=choice
    )
    check(expected, decided(simulated, host="foo.example.com", path="/x"))


def test_without_fallback_the_most_specific_host_is_final(tmp_path: Path) -> None:
    routes = two(exactly("/a"), below("/"), first="foo.example.com")
    simulated = simulation(tmp_path, S, gateway(), *routes, hostname_fallback="off")
    check(answers(404, "NoMatchingRule"), decided(simulated, host="foo.example.com", path="/b"))


# 5.3: redirects

REDIRECTS = [
    ("HTTP", 80, {}, "http://example.org/x"),
    ("HTTP", 80, {"port": 80}, "http://example.org/x"),
    ("HTTP", 80, {"port": 8080}, "http://example.org:8080/x"),
    ("HTTP", 80, {"scheme": "https"}, "https://example.org/x"),
    ("HTTP", 80, {"scheme": "https", "port": 443}, "https://example.org/x"),
    ("HTTP", 80, {"scheme": "https", "port": 8443}, "https://example.org:8443/x"),
    ("HTTP", 8080, {}, "http://example.org:8080/x"),
    ("HTTP", 8080, {"port": 80}, "http://example.org/x"),
    ("HTTP", 8080, {"scheme": "https"}, "https://example.org/x"),
    ("HTTPS", 443, {}, "https://example.org/x"),
    ("HTTPS", 443, {"port": 443}, "https://example.org/x"),
    ("HTTPS", 443, {"port": 8443}, "https://example.org:8443/x"),
    ("HTTPS", 443, {"scheme": "http"}, "http://example.org/x"),
    ("HTTPS", 443, {"scheme": "http", "port": 80}, "http://example.org/x"),
    ("HTTPS", 443, {"scheme": "http", "port": 8080}, "http://example.org:8080/x"),
    ("HTTPS", 8443, {}, "https://example.org:8443/x"),
    ("HTTP", 80, {"scheme": "http", "port": 443}, "http://example.org:443/x"),
    ("HTTP", 8080, {"scheme": "http"}, "http://example.org/x"),
]


@pytest.mark.parametrize(
    ("protocol", "port", "fields", "location"),
    [
        pytest.param(
            *row, id=f"{row[0]} {row[1]}, {', '.join(f'{k} {v}' for k, v in row[2].items()) or 'bare'}"
        )
        for row in REDIRECTS
    ],
)
@pytest.mark.parametrize("status", [None, 301, 302, 303, 307, 308])
def test_a_redirect_leads_where_the_table_says(
    tmp_path: Path, protocol: str, port: int, fields: Manifest, location: str, status: int | None
) -> None:
    stated = {} if status is None else {"statusCode": status}
    leading = redirect(hostname="example.org", **fields, **stated)
    simulated = simulation(
        tmp_path, secret(), gateway(heard(protocol, port=port)), route(rule(backends=(), filters=[leading]))
    )
    decision = decided(simulated, protocol=protocol, port=port, host="a.com:9999", path="/x")
    assert decision["action"] == "redirect"
    assert decision["status"] == decision["response"]["status"] == (status or 302)
    assert decision["response"]["headers"] == [["location", location]]


@pytest.mark.parametrize(
    ("host", "path", "location"),
    [
        pytest.param("example.com:9999", "/", "http://example.com/", id="the port of the Host is dropped"),
        pytest.param("example.com", "/a/b?c=d", "http://example.com/a/b?c=d", id="the query is kept"),
        pytest.param("Example.COM", "/", "http://Example.COM/", id="the spelling of the host is kept"),
        pytest.param("[::1]:9", "/", "http://[::1]/", id="an IPv6 address keeps its brackets"),
    ],
)
def test_an_empty_redirect_leads_to_the_same_url(tmp_path: Path, host: str, path: str, location: str) -> None:
    simulated = simulation(tmp_path, gateway(), route(rule(backends=(), filters=[redirect()])))
    decision = decided(simulated, host=host, path=path)
    assert decision["response"]["headers"] == [["location", location]]


# 5.4: paths that are written anew

REPLACED = [
    ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
    ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
    ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
    ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
    ("/foo", "/foo", "/xyz", "/xyz"),
    ("/foo/", "/foo", "/xyz", "/xyz/"),
    ("/foo/bar", "/foo", "", "/bar"),
    ("/foo/", "/foo", "", "/"),
    ("/foo", "/foo", "", "/"),
    ("/foo/", "/foo", "/", "/"),
    ("/foo", "/foo", "/", "/"),
    ("/foo", "/foo", "/xyz/", "/xyz/"),
    ("/foo", "/foo/", "/xyz", "/xyz"),
    ("/foo/", "/foo/", "/xyz", "/xyz/"),
    ("/foo/bar", "/foo", "/", "/bar"),
    ("/bar", "/", "/xyz", "/xyz/bar"),
    ("/", "/", "/xyz", "/xyz/"),
    ("/foo//bar", "/foo", "/xyz", "/xyz//bar"),
    ("/prefix/one/two", "/prefix/one", "/one", "/one/two"),
    ("/strip-prefix/three", "/strip-prefix", "/", "/three"),
    ("/strip-prefix", "/strip-prefix", "/", "/"),
    ("/original-prefix/lemon", "/original-prefix", "/replacement-prefix", "/replacement-prefix/lemon"),
    ("/foo/bar", "/foo", "xyz", "/xyz/bar"),
]


@pytest.mark.parametrize("query", ["", "?a=/foo"], ids=["bare", "with a query"])
@pytest.mark.parametrize(
    ("path", "prefix", "replacement", "result"),
    [pytest.param(*row, id=f"{row[0]}, {row[1]} to {row[2] or 'nothing'}") for row in REPLACED],
)
def test_a_prefix_is_replaced_as_the_table_says(
    tmp_path: Path, path: str, prefix: str, replacement: str, result: str, query: str
) -> None:
    modifier = {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": replacement}}
    rewrite = {"type": "URLRewrite", "urlRewrite": modifier}
    simulated = simulation(tmp_path, S, gateway(), route(rule(below(prefix), filters=[rewrite])))
    decision = decided(simulated, host="a.com", path=path + query)
    assert decision["backends"][0]["request"]["path"] == result + query
    leading = rule(below(prefix), backends=(), filters=[redirect(**modifier)])
    redirected = decided(simulation(tmp_path, gateway(), route(leading)), host="a.com", path=path + query)
    assert redirected["response"]["headers"] == [["location", f"http://a.com{result}{query}"]]


@pytest.mark.parametrize(
    ("replacement", "result"),
    [("/one", "/one?q=1"), ("one", "/one?q=1"), ("", "/?q=1"), ("/", "/?q=1")],
    ids=["a path", "without its slash", "empty", "the root"],
)
def test_a_full_path_is_replaced(tmp_path: Path, replacement: str, result: str) -> None:
    modifier = {"path": {"type": "ReplaceFullPath", "replaceFullPath": replacement}}
    rewrite = {"type": "URLRewrite", "urlRewrite": {"hostname": "other.example", **modifier}}
    simulated = simulation(tmp_path, S, gateway(), route(rule(below("/full"), filters=[rewrite])))
    decision = decided(simulated, host="a.com:81", path="/full/one/two?q=1")
    check({"path": result, "host": "other.example"}, decision["backends"][0]["request"])


# 5.7: CORS


def cors(**fields: object) -> Manifest:
    return {"type": "CORS", "cors": {"allowOrigins": ["https://a.example"], **fields}}


ORIGIN, METHODS, NAMES = (
    f"Access-Control-{name}" for name in ("Allow-Origin", "Allow-Methods", "Allow-Headers")
)
EXPOSED, CREDENTIALS, AGE = (
    f"Access-Control-{name}" for name in ("Expose-Headers", "Allow-Credentials", "Max-Age")
)
FROM_A = {"origin": "https://a.example"}
ASKS = {**FROM_A, "access-control-request-method": "PUT", "access-control-request-headers": "X-One"}
CORS_ROWS = [
    ("the origin", cors(), {ORIGIN: "https://a.example", CREDENTIALS: None, AGE: "5", METHODS: None}),
    ("any origin", cors(allowOrigins=["*"]), {ORIGIN: "*", CREDENTIALS: None}),
    (
        "any origin with credentials",
        cors(allowOrigins=["*"], allowCredentials=True),
        {ORIGIN: "https://a.example", CREDENTIALS: "true"},
    ),
    ("credentials", cors(allowCredentials=True), {CREDENTIALS: "true"}),
    ("no credentials", cors(allowCredentials=False), {CREDENTIALS: None}),
    ("methods", cors(allowMethods=["GET", "POST"]), {METHODS: "GET, POST"}),
    ("any method", cors(allowMethods=["*"]), {METHODS: "*"}),
    ("any method with credentials", cors(allowMethods=["*"], allowCredentials=True), {METHODS: "PUT"}),
    ("headers", cors(allowHeaders=["x-a", "x-b"]), {NAMES: "x-a, x-b"}),
    ("any header", cors(allowHeaders=["*"]), {NAMES: "*"}),
    ("any header with credentials", cors(allowHeaders=["*"], allowCredentials=True), {NAMES: "X-One"}),
    ("headers to show", cors(exposeHeaders=["x-c"]), {EXPOSED: "x-c"}),
    ("any header to show", cors(exposeHeaders=["*"]), {EXPOSED: "*"}),
    ("any to show with credentials", cors(exposeHeaders=["*"], allowCredentials=True), {EXPOSED: None}),
    ("an age", cors(maxAge=600), {AGE: "600"}),
]


@pytest.mark.parametrize(("spec", "headers"), [pytest.param(*row[1:], id=row[0]) for row in CORS_ROWS])
def test_a_preflight_is_answered_with_the_headers_of_the_table(
    tmp_path: Path, spec: Manifest, headers: Manifest
) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[spec])))
    decision = decided(simulated, method="OPTIONS", host="a.com", headers=ASKS)
    check(answers(204, "CORSPreflight", response={"status": 204}), decision)
    found = decision["response"]["headers"]
    check(headers, [[name, value.replace(",", ", ").replace(",  ", ", ")] for name, value in found])
    actual = decided(simulated, host="a.com", headers=FROM_A)
    assert actual["action"] == "forward"
    kept = {name: value for name, value in headers.items() if name in (ORIGIN, CREDENTIALS, EXPOSED)}
    check(kept, actual["backends"][0]["responseHeaders"]["set"])
    assert not any(
        name in (METHODS, NAMES, AGE) for name, _ in actual["backends"][0]["responseHeaders"]["set"]
    )


def test_any_header_with_credentials_is_left_out_where_none_is_asked_for(tmp_path: Path) -> None:
    spec = cors(allowHeaders=["*"], allowCredentials=True)
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[spec])))
    asks = {name: value for name, value in ASKS.items() if not name.endswith("headers")}
    decision = decided(simulated, method="OPTIONS", host="a.com", headers=asks)
    check({NAMES: None}, decision["response"]["headers"])


@pytest.mark.parametrize(
    ("method", "headers", "action"),
    [
        pytest.param("OPTIONS", {**ASKS, "origin": "https://b.example"}, "respond", id="a foreign preflight"),
        pytest.param("GET", {"origin": "https://b.example"}, "forward", id="a foreign request"),
        pytest.param("GET", {}, "forward", id="no origin"),
        pytest.param(
            "OPTIONS", {"access-control-request-method": "PUT"}, "forward", id="a preflight of nobody"
        ),
    ],
)
def test_a_request_that_is_not_allowed_has_no_cors_headers(
    tmp_path: Path, method: str, headers: Manifest, action: str
) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[cors()])))
    decision = decided(simulated, method=method, host="a.com", headers=headers)
    assert decision["action"] == action
    edits = decision["backends"][0]["responseHeaders"]["set"] if decision["backends"] else []
    answer = decision["response"]["headers"] if decision["response"] else []
    assert not [name for name, _ in (*edits, *answer) if name.lower().startswith("access-control")]
    assert decision["status"] == (204 if action == "respond" else None)


def test_options_without_a_method_to_ask_for_is_an_actual_request(tmp_path: Path) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[cors()])))
    decision = decided(simulated, method="OPTIONS", host="a.com", headers=FROM_A)
    assert decision["action"] == "forward"
    check({ORIGIN: "https://a.example"}, decision["backends"][0]["responseHeaders"]["set"])


def test_a_preflight_for_another_method_or_header_is_answered_with_the_lists(tmp_path: Path) -> None:
    spec = cors(allowMethods=["GET"], allowHeaders=["x-a"])
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[spec])))
    decision = decided(simulated, method="OPTIONS", host="a.com", headers=ASKS)
    check({"status": 204, "response": {"headers": {METHODS: "GET", NAMES: "x-a"}}}, decision)


ORIGINS = [
    ("https://a.example", "https://a.example", True),
    ("https://a.example", "https://A.EXAMPLE", True),
    ("https://a.example", "http://a.example", False),
    ("https://a.example", "https://a.example:443", True),
    ("https://a.example:443", "https://a.example", True),
    ("http://a.example", "http://a.example:80", True),
    ("https://a.example", "https://a.example:8443", False),
    ("https://a.example:8443", "https://a.example:8443", True),
    ("https://a.example:8443", "https://a.example", False),
    ("https://*.a.example", "https://b.a.example", True),
    ("https://*.a.example", "https://c.b.a.example", True),
    ("https://*.a.example", "https://a.example", False),
    ("https://*.a.example", "https://ba.example", False),
    ("https://*.a.example:8443", "https://b.a.example:8443", True),
    ("https://*", "https://anything.test", True),
    ("https://*", "https://anything.test:8443", False),
    ("https://*", "http://anything.test", False),
    ("*", "https://anything.test:8443", True),
    ("*", "null", True),
    ("https://*", "null", False),
    ("https://a.example", "https://a.example.evil", False),
    ("https://*.a.example", "https://a.example.evil", False),
]


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"), [pytest.param(*row, id=f"{row[0]} and {row[1]}") for row in ORIGINS]
)
def test_origins_match_as_the_specification_says(
    tmp_path: Path, pattern: str, origin: str, allowed: bool
) -> None:
    simulated = simulation(tmp_path, S, gateway(), route(rule(filters=[cors(allowOrigins=[pattern])])))
    decision = decided(simulated, host="a.com", headers={"origin": origin})
    assert decision["cors"]["originAllowed"] is allowed
    assert (decision["backends"][0]["responseHeaders"]["set"] != []) is allowed


# 6: weights

MISSING = "missing"
SPLITS = [
    ([("s", 70), ("t", 30), ("s", 0)], ["7/10", "3/10", "0"], {0: 0, 0.69: 0, 0.7: 1, 0.999: 1}),
    ([("s", None), (MISSING, None)], ["1/2", "1/2"], {0.49: 0, 0.5: 500}),
    ([(MISSING, 9), ("s", 1)], ["9/10", "1/10"], {0: 500, 0.89: 500, 0.91: 1}),
    ([("s", 0), (MISSING, 5)], ["0", "1"], {0: 500, 0.99: 500}),
    ([("s", None), ("t", None), ("s", None)], ["1/3", "1/3", "1/3"], {0: 0, 0.34: 1, 0.67: 2}),
    ([("s", 1)], ["1"], {0: 0, 0.99: 0}),
    ([("s", 0)], ["0"], {0: 500}),
    ([("s", 0), ("t", 0)], ["0", "0"], {0.5: 500}),
    ([("s", 3), ("s", 1)], ["3/4", "1/4"], {0.74: 0, 0.75: 1}),
    ([("s", 0), ("t", 7)], ["0", "1"], {0: 1, 0.99: 1}),
]


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize(
    ("weights", "shares", "draws"),
    [pytest.param(*row, id=", ".join(f"{name} {weight}" for name, weight in row[0])) for row in SPLITS],
)
def test_shares_are_exact_and_draws_fall_where_they_say(
    tmp_path: Path,
    weights: Sequence[tuple[str, int | None]],
    shares: list[str],
    draws: Mapping[float, int],
    kind: str,
) -> None:
    backends = [to(name, **({} if weight is None else {"weight": weight})) for name, weight in weights]
    services = [as_udp(each) if kind == "UDPRoute" else each for each in (S, T)]
    simulated = simulation(tmp_path, *services, gateway(LISTENERS[kind]), streamed(kind, *backends))
    for draw, chosen in draws.items():
        decision = decided(simulated, **SENT[kind], draw=draw)
        assert [each["share"] for each in decision["backends"]] == shares
        check(FAILED[kind] if chosen == 500 else {"action": "forward", "chosen": chosen}, decision)


def test_a_backend_of_weight_0_is_resolved_all_the_same(tmp_path: Path) -> None:
    split = route(rule(backends=[to("s"), to("missing", weight=0)]))
    simulated = simulation(tmp_path, S, gateway(), split)
    check(accepted(resolved="BackendNotFound"), status_of(simulated, "HTTPRoute/r"))


# 7.1: BackendTLSPolicy


def trusting(*names: str, kind: str = "ConfigMap") -> Manifest:
    return {"caCertificateRefs": [{"group": "", "kind": kind, "name": name} for name in names]}


def ancestor(accepted: bool, reason: str, resolved: bool, why: str) -> Manifest:
    conditions = [condition("Accepted", accepted, reason), condition("ResolvedRefs", resolved, why)]
    return {"ancestors": [{"ancestorRef": {"name": "gw"}, "conditions": conditions}]}


CONFIG_MAPS = [
    authority(),
    manifest("ConfigMap", "no-key", data={"other": "x"}),
    manifest("ConfigMap", "empty", data={"ca.crt": ""}),
    manifest("ConfigMap", "garbage", data={"ca.crt": "no certificate"}),
    secret("secret"),
]
POLICIES = [
    ("a good CA", trusting("ca"), ancestor(True, "Accepted", True, "ResolvedRefs"), True),
    (
        "well known CAs",
        {"wellKnownCACertificates": "System"},
        ancestor(True, "Accepted", True, "ResolvedRefs"),
        True,
    ),
    *(
        (
            f"a ConfigMap that is {name}",
            trusting(name),
            ancestor(False, "NoValidCACertificate", False, "InvalidCACertificateRef"),
            False,
        )
        for name in ("missing", "no-key", "empty", "garbage")
    ),
    (
        "a bad one beside a good one",
        trusting("missing", "ca"),
        ancestor(True, "Accepted", False, "InvalidCACertificateRef"),
        True,
    ),
    (
        "a Secret",
        trusting("secret", kind="Secret"),
        ancestor(False, "NoValidCACertificate", False, "InvalidKind"),
        False,
    ),
    (
        "well known CAs of somebody",
        {"wellKnownCACertificates": "example.com/ours"},
        ancestor(False, "Invalid", True, "ResolvedRefs"),
        False,
    ),
]


@pytest.mark.parametrize(
    ("validation", "status", "usable"), [pytest.param(*row[1:], id=row[0]) for row in POLICIES]
)
def test_a_policy_is_accepted_as_the_table_says(
    tmp_path: Path, validation: Manifest, status: Manifest, usable: bool
) -> None:
    policy = tls_policy("p", **validation)
    simulated = simulation(tmp_path, S, *CONFIG_MAPS, policy, gateway(), route())
    check(status, status_of(simulated, "BackendTLSPolicy/p"))
    check(
        {"parents": [{"parentRef": {}, "conditions": [condition("Accepted", True, "Accepted")]}]},
        status_of(simulated, "HTTPRoute/r"),
    )
    decision = decided(simulated, url="http://a.com/")
    if usable:
        check(reaches(tls={"sni": "s.internal", "policy": "default/p"}), decision)
    else:
        check({"action": "respond", "status": 500, "backends": [{"tls": None, "request": None}]}, decision)


def test_without_a_route_a_policy_has_no_ancestors(tmp_path: Path) -> None:
    simulated = simulation(tmp_path, S, tls_policy("p"), gateway())
    assert not (status_of(simulated, "BackendTLSPolicy/p") or {}).get("ancestors")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param({"name": "missing"}, "TargetNotFound", id="a missing Service"),
        pytest.param({"sectionName": "nowhere"}, "TargetNotFound", id="a port that is not there"),
    ],
)
def test_a_policy_without_its_target_is_nowhere_accepted(
    tmp_path: Path, target: Manifest, reason: str
) -> None:
    split = route(rule(backends=[to("s"), to("missing")]))
    simulated = simulation(tmp_path, S, tls_policy("p", target), gateway(), split)
    status = status_of(simulated, "BackendTLSPolicy/p") or {}
    for each in status.get("ancestors", ()):
        check(
            [condition("Accepted", False, reason)],
            [row for row in each["conditions"] if row["type"] == "Accepted"],
        )
    check({"backends": [{"tls": None}, {}]}, decided(simulated, url="http://a.com/"))


def test_of_one_age_the_policy_of_the_smaller_name_wins(tmp_path: Path) -> None:
    simulated = simulation(tmp_path, S, tls_policy("b"), tls_policy("a"), gateway(), route())
    check(reaches(tls={"policy": "default/a"}), decided(simulated, url="http://a.com/"))
    check(ancestor(False, "Conflicted", True, "ResolvedRefs"), status_of(simulated, "BackendTLSPolicy/b"))
    check(ancestor(True, "Accepted", True, "ResolvedRefs"), status_of(simulated, "BackendTLSPolicy/a"))


# 8: mesh

PORTS = service("s", "p", {"port": 80, "name": "http"}, {"port": 81, "name": "other"})
MY_SERVICE = {**MESH, "namespace": "p"}


def bound(
    *matches: Manifest, name: str = "r", namespace: str = "p", kind: str = "HTTPRoute", **parent: object
) -> Manifest:
    """A route of the Service p/s, to it."""
    return route(
        rule(*matches, backends=[to("s", namespace="p")]),
        name=name,
        namespace=namespace,
        kind=kind,
        parent={**MY_SERVICE, **parent},
    )


def called(client: str, **fields: object) -> Manifest:
    return {"service": "p/s", "source": {"namespace": client}, "port": 80, **fields}


ITSELF = {
    "action": "forward",
    "reason": "ServiceItself",
    "route": None,
    "backends": [{"name": "s", "port": 80}],
}
BY_R = {"action": "forward", "reason": "RuleMatched", "route": {"name": "r"}}
MESH_ROWS: list[tuple[str, list[Manifest], Manifest, Manifest]] = [
    ("no route", [], called("c"), ITSELF),
    ("a producer's route holds for others", [bound()], called("c"), BY_R),
    ("and for its own namespace", [bound()], called("p"), BY_R),
    ("what it does not hit is rejected", [bound(below("/a"))], called("c"), answers(404, "NoMatchingRule")),
    ("a consumer's route holds for its namespace", [bound(namespace="c")], called("c"), BY_R),
    ("and for no other", [bound(namespace="c")], called("d"), ITSELF),
    ("and not for the producer", [bound(namespace="c")], called("p"), ITSELF),
    (
        "a consumer's routes stand in for the producer's",
        [bound(name="produced"), bound(below("/a"), namespace="c")],
        called("c"),
        answers(404, "NoMatchingRule"),
    ),
    (
        "others stay with the producer's",
        [bound(), bound(below("/a"), name="consumed", namespace="c")],
        called("d"),
        BY_R,
    ),
    ("a port of its own", [bound(port=80)], called("c"), BY_R),
    ("another port", [bound(port=81)], called("c"), ITSELF),
    ("the name of its port", [bound(sectionName="http")], called("c"), BY_R),
    ("the name of another port", [bound(sectionName="other")], called("c"), ITSELF),
    ("port and name that differ", [bound(port=80, sectionName="other")], called("c"), ITSELF),
    ("another Host is the same Service", [bound()], called("c", host="elsewhere.test"), BY_R),
    (
        "hostnames are ignored",
        [{**bound(), "spec": {**bound()["spec"], "hostnames": ["other.test"]}}],
        called("c"),
        BY_R,
    ),
    (
        "a HTTPRoute comes before a TCPRoute",
        [bound(), bound(name="stream", kind="TCPRoute")],
        called("c"),
        BY_R,
    ),
    (
        "a GRPCRoute comes before an HTTPRoute",
        [bound(name="http"), bound(kind="GRPCRoute")],
        called("c", grpc={"service": "x.Y", "method": "Z"}),
        BY_R,
    ),
]


@pytest.mark.parametrize(
    ("routes", "asked_for", "expected"), [pytest.param(*row[1:], id=row[0]) for row in MESH_ROWS]
)
def test_a_call_in_a_mesh_is_led_by_the_routes_of_its_service(
    tmp_path: Path, routes: list[Manifest], asked_for: Manifest, expected: Manifest
) -> None:
    check(expected, decided(simulation(tmp_path, PORTS, *routes), **asked_for))


def test_a_route_of_a_lower_kind_is_conflicted(tmp_path: Path) -> None:
    routes = [bound(), bound(name="stream", kind="TCPRoute"), bound(name="calls", kind="GRPCRoute")]
    simulated = simulation(tmp_path, PORTS, *routes)
    check(refused("Conflicted"), status_of(simulated, "TCPRoute/stream"))
    check(refused("Conflicted"), status_of(simulated, "HTTPRoute/r"))
    check(accepted(), status_of(simulated, "GRPCRoute/calls"))


def test_a_mesh_route_may_refer_to_other_namespaces(tmp_path: Path) -> None:
    simulated = simulation(tmp_path, PORTS, bound(namespace="c"))
    check(accepted(), status_of(simulated, "HTTPRoute/r"))
    strict = simulation(tmp_path, PORTS, bound(namespace="c"), mesh_reference_grant="on")
    check(accepted(resolved="RefNotPermitted"), status_of(strict, "HTTPRoute/r"))


@pytest.mark.parametrize(
    ("scheme", "location"), [({}, "http://s.p:81/x"), ({"scheme": "https"}, "https://s.p/x")]
)
def test_a_redirect_in_a_mesh_takes_the_port_of_the_service(
    tmp_path: Path, scheme: Manifest, location: str
) -> None:
    leading = route(rule(backends=(), filters=[redirect(**scheme)]), namespace="p", parent=MY_SERVICE)
    decision = decided(
        simulation(tmp_path, PORTS, leading), **{**called("c", host="s.p", path="/x"), "port": 81}
    )
    assert decision["response"]["headers"] == [["location", location]]


def test_a_chain_ends_after_its_first_hop(tmp_path: Path) -> None:
    first = route(rule(backends=[to("t", namespace="p")]), namespace="p", parent=MY_SERVICE)
    second = route(
        rule(backends=[to("s", namespace="p")]),
        name="second",
        namespace="p",
        parent={**MY_SERVICE, "name": "t"},
    )
    simulated = simulation(tmp_path, PORTS, service("t", "p"), first, second)
    check(BY_R | {"backends": [{"name": "t"}]}, decided(simulated, **called("c")))


def test_traffic_of_a_gateway_is_led_by_its_own_routes(tmp_path: Path) -> None:
    own = route(rule(backends=[to("s", namespace="p")]), name="own", namespace="p")
    simulated = simulation(
        tmp_path, PORTS, gateway(listener(allowedRoutes=ALL)), own, bound(below("/a"), name="mesh")
    )
    check({"action": "forward", "route": {"name": "own"}}, decided(simulated, url="http://a.com/"))
