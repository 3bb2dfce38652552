"""Whatever it is given, gwsim answers or refuses: no bug report, hang, terminal escape or leaked Secret."""

from __future__ import annotations

import base64
import contextlib
import copy
import io
import json
import os
import pty
import re
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import quote

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gwsim
from gwsim.cli.main import run
from gwsim.reading.loading import load_files
from gwsim.reading.manifests import read_documents
from gwsim.reading.traffic import request_from_words
from tests.certificates import KEY, OWN, SINCE, certificate, key_pem, pem
from tests.test_misunderstandings import (
    ALL,
    GROUP,
    Manifest,
    S,
    below,
    configuration,
    exactly,
    gateway,
    listener,
    manifest,
    named,
    redirect,
    route,
    rule,
    secure,
    service,
    to,
)

ROOT = Path(__file__).parents[1]
MEMORY = 2 << 30
"""Bytes that a command may ask for; an ordinary one needs a tenth."""
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What a terminal would obey, or show in another order or not at all; line feeds are gwsim's own."""
ESC, CSI, BIDI = "\x1b[31mred\x1b]8;;http://evil\x07", "\x9b31mred", "\u202egnp.exe\u2066"


class Ran(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    error: str


def ran(*words: str | bytes | Path, given: bytes = b"", timeout: float = 30) -> Ran:
    """Run gwsim with limits on memory and time; whatever happens, it must not be a bug of gwsim."""
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *words],
        input=given,
        capture_output=True,
        cwd=ROOT,
        timeout=timeout,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    error = process.stderr.decode()
    assert "bug in gwsim" not in error, error
    assert "Traceback" not in error, error
    assert process.returncode in (0, 1, 2), (process.returncode, error)
    assert not UNSAFE.search(error), error
    return Ran(process.returncode, process.stdout.decode(), error)


def ran_here(*words: str | Path, given: bytes = b"") -> Ran:
    """Run a command in this process, which is quick; an exception that nothing expects fails the test."""
    out, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(30)
    try:
        with (
            mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(error),
        ):
            code = run([str(word) for word in words])
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    texts = [(stream.flush(), stream.buffer.getvalue().decode())[1] for stream in (out, error)]  # type: ignore[attr-defined]
    assert code in (0, 1, 2)
    assert not UNSAFE.search(texts[1]), texts[1]
    return Ran(code, *texts)


def _too_slow(*_: object) -> None:
    raise TimeoutError("expected an answer within 30 seconds")


def simulated(*objects: Manifest) -> gwsim.Simulation:
    """Load manifests from JSON in memory."""
    served = manifest("GatewayClass", "gc", None, spec={"controllerName": "example.com/controller"})
    text = "\n".join(json.dumps(each) for each in (served, *objects))
    return load_files(["-"], stdin=io.BytesIO(text.encode())).simulation


def check_form(form: str, text: str) -> None:
    """Parse an answer as what it says it is."""
    match form:
        case "json":
            assert json.loads(text) is not None
        case "yaml":
            assert yaml.safe_load(text) is not None
        case "jsonl":
            assert all(isinstance(json.loads(line), dict) for line in text.split("\n") if line)
        case "curl":
            assert all(shlex.split(line)[0] == "curl" for line in text.split("\n") if line)


# Text that a terminal would obey

STRANGE = [
    pytest.param(ESC, id="terminal escapes"),
    pytest.param(CSI, id="a single control character that starts an escape"),
    pytest.param(BIDI, id="text that runs backwards"),
    pytest.param("a\x00b\x7f\x08", id="NUL and DEL"),
    pytest.param("a\rb\nc\u2028d\u0085", id="line breaks of all sorts"),
    pytest.param("\ufeff\u200b\u2060\U000e0001", id="invisible characters"),
    pytest.param("[/red]x[link=http://evil]y[/]:bomb: {x} %s \\[b]", id="markup"),
    pytest.param("x" * 1000, id="a thousand letters"),
]
REGEX = {"type": "RegularExpression", "value": "/never"}


def strange_manifests(text: str) -> list[Manifest]:
    """Write a text wherever admission lets it through, and where it does not."""
    changed = {"type": "ReplaceFullPath", "replaceFullPath": f"/{text}"}
    rules = [
        rule({"path": {"type": "Exact", "value": "/"}, "headers": named(("x", text))}),
        rule({"path": {**REGEX, "value": f"/{text}"[:1000]}}),
        rule({"path": {**REGEX, "value": "/"}, "queryParams": named(("q", text))}),
        rule(
            below("/set"),
            filters=[
                {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": named(("y", text))}},
                {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"add": named(("z", text))}},
                {"type": "URLRewrite", "urlRewrite": {"path": changed}},
            ],
        ),
        rule(below("/go"), backends=(), filters=[redirect(path=changed)]),
    ]
    foreign = manifest("Service", text, spec={"targetRef": {"group": "", "kind": "Service", "name": "s"}})
    return [
        service("s", "default", {"port": 80, "appProtocol": text}),
        gateway(),
        *(route(each, name=f"r{index}") for index, each in enumerate(rules)),
        {**foreign, "apiVersion": f"example.com/{text}", "kind": f"Policy{text}"},
        {**foreign, "apiVersion": f"{GROUP}/v1", "kind": text},
        manifest("HTTPRoute", text),
        route(name="refused", hostnames=[text]),
        {**gateway(), "metadata": {"name": "notes", "annotations": {"note": text}, "labels": {text: text}}},
    ]


COMMANDS = [
    ("status", "-o", "wide"),
    ("routes",),
    ("validate",),
    ("trace", "http://a.com/"),
    ("trace", "http://a.com/set"),
    ("trace", "http://a.com/go"),
    ("trace", "http://a.com/", "--why-not", "HTTPRoute/default/r0"),
]


@pytest.mark.parametrize("text", STRANGE)
def test_text_of_manifests_does_not_reach_the_terminal_raw(tmp_path: Path, text: str) -> None:
    path = configuration(tmp_path, strange_manifests(text))
    for command, *words in COMMANDS:
        answer = ran_here(command, "-f", path, *words)
        assert answer.out, (command, words)
        assert not UNSAFE.search(answer.out), (command, words)


@pytest.mark.parametrize("text", STRANGE)
def test_data_stay_well_formed_whatever_manifests_say(tmp_path: Path, text: str) -> None:
    path = configuration(tmp_path, strange_manifests(text))
    for command, form, *words in [
        ("status", "json"),
        ("status", "yaml"),
        ("routes", "yaml"),
        ("trace", "json", "http://a.com/set", "--explain"),
        ("trace", "yaml", "http://a.com/set"),
        ("trace", "yaml", "http://a.com/go"),
        ("trace", "jsonl", "http://a.com/go"),
    ]:
        answer = ran_here(command, "-f", path, "-o", form, *words)
        assert answer.code == 0, (command, words)
        check_form(form, answer.out)


@pytest.mark.parametrize("form", ["text", "json", "yaml", "jsonl", "curl"])
@pytest.mark.parametrize(
    "path", ["/%1b%5b31m", "/x?q=\x9b31m", "/\u202egnp", "/'\"$(id)`\\", "/[/red]", "/é\ufffe"]
)
def test_data_stay_well_formed_whatever_is_asked(tmp_path: Path, path: str, form: str) -> None:
    written = configuration(tmp_path, [S, gateway(), route()])
    answer = ran_here("trace", "-f", written, "-o", form, f"http://a.com{path}", "-H", f"x: {path}")
    assert answer.code == 0
    check_form(form, answer.out)
    if form == "text":
        assert not UNSAFE.search(answer.out)


@pytest.mark.parametrize("form", ["json", "jsonl", "curl"])
@pytest.mark.parametrize("text", [CSI, BIDI], ids=["C1", "bidi"])
def test_data_do_not_reach_the_terminal_raw(tmp_path: Path, text: str, form: str) -> None:
    leading = redirect(path={"type": "ReplaceFullPath", "replaceFullPath": f"/{text}"})
    path = configuration(tmp_path, [gateway(), route(rule(exactly("/"), backends=(), filters=[leading]))])
    answer = ran_here("trace", "-f", path, "-o", form, "http://a.com/", "--follow")
    assert not UNSAFE.search(answer.out)


def test_markup_is_not_obeyed_on_a_terminal_with_colours(tmp_path: Path) -> None:
    markup = "[/red]x[link=http://evil]y[/]:bomb:\\[b]"
    path = configuration(tmp_path, strange_manifests(markup))
    for words in (
        ("trace", "-f", path, "http://a.com/", "-H", f"x: {markup}"),
        ("routes", "-f", path),
        ("status", "-f", path),
    ):
        text = on_terminal(*words)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        assert "\x1b" in text
        assert "\x1b" not in plain
        if words[0] != "status":
            assert markup in plain


def on_terminal(*words: str | Path) -> str:
    """Run a command that takes its standard output for a terminal."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gwsim", *words],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**environment, "TERM": "xterm-256color", "COLUMNS": "400"},
    )
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # how Linux says that the other side is closed
        pass
    finally:
        os.close(ours)
        process.wait(30)
    return b"".join(parts).decode()


@pytest.mark.parametrize("length", [253, 254, 100_000])
def test_long_names_are_taken_or_refused(tmp_path: Path, length: int) -> None:
    name = "a" * length
    named_so = {**gateway(), "metadata": {"name": name}}
    path = configuration(tmp_path, [S, named_so, route(name=name, parent={"name": name})])
    answer = ran_here("trace", "-f", path, "http://a.com/", "-o", "json")
    assert json.loads(answer.out)["action"] == ("forward" if length == 253 else "refuse")
    assert max(map(len, answer.error.splitlines()), default=0) < 1000
    ran_here("status", "-f", path)


# Files that are no manifests

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
MERGED = "a0: &a0 {x: 1}\n" + "".join(
    f"a{level}: &a{level} {{<<: [{','.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 12)
)
PORT = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: %s}]}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"kind: \xff\xfe", id="invalid UTF-8"),
        pytest.param(b'{"kind": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param(b"kind: Gateway\x00", id="a NUL"),
        pytest.param(LAUGHS.encode(), id="a billion laughs"),
        pytest.param(MERGED.encode(), id="a billion merges"),
        pytest.param(b"a: &a [*a]", id="an alias of itself"),
        pytest.param(b"a: " + b"[" * 200_000, id="YAML lists without an end"),
        pytest.param(b"a: " + b"[" * 5000 + b"]" * 5000, id="deep YAML lists"),
        pytest.param(b'{"a":' * 200_000, id="JSON objects without an end"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="deep JSON objects"),
        pytest.param(b"".join(b" " * level + b"a:\n" for level in range(2000)), id="deep YAML mappings"),
        pytest.param(b"- " * 50_000, id="deep block lists"),
        pytest.param(b"? " * 50_000, id="deep keys"),
        pytest.param((PORT % ("9" * 6000)).encode(), id="an integer of 6000 digits"),
        pytest.param((PORT % f"0x{'f' * 6000}").encode(), id="a hexadecimal number of 6000 digits"),
        pytest.param((PORT % ("1:" * 3000 + "1")).encode(), id="a number to base 60"),
        pytest.param(f'{{"a": {"9" * 6000}}}'.encode(), id="a JSON integer of 6000 digits"),
        pytest.param(b'{"a": 1e999999}', id="a JSON number beyond all bounds"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b"a: !!python/object/apply:os.system [id]", id="a tag that runs a command"),
        pytest.param(b"a: !!binary '====", id="an open quote"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(
            b'{"apiVersion":"v1","kind":"List","items":[1,null,[],{"kind":7}]}', id="a list of junk"
        ),
        pytest.param(b"%YAML 1.1\n" * 5000, id="directives"),
        pytest.param(b"---\n" * 20_000, id="empty documents"),
        pytest.param("a: \u2028\ud7ff\ufffe".encode(), id="odd characters"),
        pytest.param(b"\x1b[31mkind: x: y", id="a terminal escape"),
    ],
)
def test_a_broken_file_is_refused_at_once(text: bytes) -> None:
    answer = ran("status", "-f", "-", given=text, timeout=10)
    assert answer.code in (0, 2)
    assert answer.code == 0 or answer.error
    assert max(map(len, answer.error.splitlines()), default=0) < 1000
    checked = ran_here("validate", "-f", "-", "-o", "json", given=text)
    check_form("json", checked.out)


# Patterns and sizes

PATTERNS = [
    pytest.param("/" + "(a*)*" * 100 + "$", id="nested quantifiers"),
    pytest.param("/(a{1,1000}){1,1000}", id="multiplied repetitions"),
    pytest.param("/((((a{30}){30}){30}){30})", id="repetitions of repetitions"),
    pytest.param(r"/(a)\1", id="a back reference"),
    pytest.param("/(?=a)", id="a look-ahead"),
    pytest.param("/(", id="an open group"),
    pytest.param("/" + "(" * 500 + ")" * 500, id="five hundred groups"),
    pytest.param("/" + "|".join(["a" * 10] * 90), id="many alternatives"),
    pytest.param("/[\U00010000-\U0010ffff]{50}", id="large classes"),
    pytest.param("/\\x00(?i)\\pN\\C", id="bytes and classes"),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_takes_no_time(tmp_path: Path, pattern: str) -> None:
    matches = [
        {"path": {"type": "RegularExpression", "value": pattern}},
        {"headers": [{"type": "RegularExpression", "name": "x", "value": pattern}]},
        {"queryParams": [{"type": "RegularExpression", "name": "x", "value": pattern}]},
    ]
    rules = [route(rule(each), name=f"r{index}") for index, each in enumerate(matches)]
    path = configuration(tmp_path, [S, gateway(), *rules])
    text = "a" * 30_000
    answer = ran("trace", "-f", path, f"http://a.com/{text}b?x={text}b", "-H", f"x: /{text}b", timeout=10)
    assert answer.code == 0
    assert ran("status", "-f", path, timeout=10).code == 0


def test_a_pattern_of_5_mb_is_refused_without_being_repeated(tmp_path: Path) -> None:
    long = {"path": {"type": "RegularExpression", "value": "/" + "(a*)*" * 1_000_000}}
    path = configuration(tmp_path, [S, gateway(), route(rule(long))])
    answer = ran("trace", "-f", path, "http://a.com/", timeout=20)
    assert "at most 1024 characters" in answer.error
    assert len(answer.error) < 2000


def test_100_000_matches_are_answered(tmp_path: Path) -> None:
    def rules(number: int) -> list[Manifest]:
        return [rule(*(exactly(f"/{number}/{index}/{each}") for each in range(8))) for index in range(16)]

    routes = [route(*rules(number), name=f"r{number}") for number in range(782)]
    path = configuration(tmp_path, [S, gateway(), *routes])
    answer = ran("trace", "-f", path, "http://a.com/781/15/7", "-o", "json", timeout=60)
    assert json.loads(answer.out)["route"]["name"] == "r781"
    stream = b"".join(b'{"host":"a.com","path":"/%d/3/3"}\n' % number for number in range(782))
    answers = ran("trace", "-f", path, "--requests", "-", given=stream, timeout=60).out.splitlines()
    assert [json.loads(line)["route"]["name"] for line in answers] == [f"r{number}" for number in range(782)]


# Redirects that go on and on


def leading(name: str, source: str, **fields: object) -> Manifest:
    return route(rule(backends=(), filters=[redirect(**fields)]), name=name, hostnames=[source])


LONGER = {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/longer" * 100}
JOURNEYS = [
    pytest.param([leading("a", "a.com")], id="to itself"),
    pytest.param(
        [leading("a", "a.com", hostname="b.com"), leading("b", "b.com", hostname="a.com")], id="a loop"
    ),
    pytest.param([leading("a", "a.com", path=LONGER)], id="ever longer"),
    pytest.param([leading("a", "a.com", port=81)], id="to a port without listener"),
    pytest.param([leading("a", "a.com", scheme="https")], id="to https without listener"),
    pytest.param([leading("a", "a.com", hostname="elsewhere.example")], id="to a host without route"),
]


@pytest.mark.parametrize("form", ["text", "json", "yaml", "jsonl", "curl"])
@pytest.mark.parametrize("routes", JOURNEYS)
def test_redirects_are_followed_to_an_end(tmp_path: Path, routes: list[Manifest], form: str) -> None:
    path = configuration(tmp_path, [gateway(), *routes])
    answer = ran_here("trace", "-f", path, "http://a.com/", "--follow", "-o", form)
    assert answer.code == 0
    assert len(answer.out) < 2_000_000
    check_form(form, answer.out)


@pytest.mark.parametrize("path", ["/a b", "/a\x7f", "/\x1b"], ids=["a space", "DEL", "an escape"])
def test_a_redirect_to_what_cannot_be_sent_is_an_ending(tmp_path: Path, path: str) -> None:
    target = {"type": "ReplaceFullPath", "replaceFullPath": path}
    written = configuration(tmp_path, [gateway(), leading("a", "a.com", path=target)])
    assert ran_here("trace", "-f", written, "http://a.com/").code == 0
    answer = ran_here("trace", "-f", written, "http://a.com/", "--follow", "-o", "json")
    assert answer.code == 0
    assert json.loads(answer.out)["hops"][0]["status"] == 302


@pytest.mark.parametrize(
    ("request_fields", "location"),
    [
        pytest.param(
            {"method": "OPTIONS", "host": "a.com", "path": "*"},
            "http://a.com:81",
            id="a request for * has no path",
        ),
        pytest.param(
            {"host": "a.com:"},
            "http://a.com:81/",
            id="an empty port",
        ),
        pytest.param(
            {"host": "\u0130.com:80"},
            "http://\u0130.com:81/",
            id="a host that grows in lower case",
        ),
    ],
)
def test_a_location_is_a_url(request_fields: Manifest, location: str) -> None:
    anything = {"path": {"type": "RegularExpression", "value": ".*"}}
    simulation = simulated(gateway(), route(rule(anything, backends=(), filters=[redirect(port=81)])))
    decision = simulation.trace(gwsim.Request.from_dict(request_fields))
    assert decision.response is not None
    assert decision.response.headers == (("location", location),)


# References in circles


def set_of(name: str, parent: str, kind: str) -> Manifest:
    ref = {"kind": kind, "name": parent}
    spec = {"parentRef": ref, "listeners": [listener(port=81, name="more")]}
    return manifest("ListenerSet", name, spec=spec)


CIRCLES = [
    pytest.param([set_of("a", "a", "ListenerSet")], id="a ListenerSet of itself"),
    pytest.param(
        [set_of("a", "b", "ListenerSet"), set_of("b", "a", "ListenerSet")],
        id="two ListenerSets of each other",
    ),
    pytest.param([set_of("gw", "gw", "Gateway"), set_of("b", "gw", "ListenerSet")], id="one name for all"),
    pytest.param([set_of(f"s{index}", "gw", "Gateway") for index in range(300)], id="300 ListenerSets"),
    pytest.param([route(name="r", parent={"kind": "HTTPRoute", "name": "r"})], id="a route of itself"),
    pytest.param(
        [route(rule(backends=[to("r", kind="HTTPRoute", group=GROUP)]), name="r")], id="a route to itself"
    ),
    pytest.param(
        [gateway(infrastructure={"parametersRef": {"group": GROUP, "kind": "Gateway", "name": "gw"}})],
        id="a Gateway with itself as parameters",
    ),
    pytest.param(
        [
            route(rule(backends=[to("s")]), parent={"group": "", "kind": "Service", "name": "s"}),
            manifest(
                "ReferenceGrant",
                "g",
                spec={
                    "from": [{"group": GROUP, "kind": "ReferenceGrant", "namespace": "default"}],
                    "to": [{"group": GROUP, "kind": "ReferenceGrant"}],
                },
            ),
        ],
        id="a mesh route to its own Service",
    ),
]


@pytest.mark.parametrize("objects", CIRCLES)
def test_references_in_circles_end(tmp_path: Path, objects: list[Manifest]) -> None:
    if not any(each["kind"] == "Gateway" for each in objects):
        objects = [*objects, gateway(allowedListeners=ALL)]
    path = configuration(tmp_path, [S, *objects])
    for words in (("status", "-o", "json"), ("routes",), ("trace", "http://a.com/"), ("validate",)):
        ran_here(words[0], "-f", path, *words[1:])


# Certificates and Secrets

CANARY = "tell-nobody-4711"
CLIENT_AUTH = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH])
SERVER_AUTH = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])


def altered(old: str, new: str) -> bytes:
    """A certificate some bytes of which, in hexadecimal, are others."""
    der = certificate("altered", "altered", ca=True).public_bytes(forms.Encoding.DER)
    assert bytes.fromhex(old) in der
    changed = der.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(changed) + b"-----END CERTIFICATE-----\n"


LOCKED = forms.BestAvailableEncryption(CANARY.encode())
VERSION_8 = altered("a003020102", "a003020107")
UNKNOWN_KEY = altered("06072a8648ce3d0201", "06072a8648ce3d027f")
UNKNOWN_CURVE = altered("06082a8648ce3d030107", "06082a8648ce3d03017e")
PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"


def pair_of(key: Any) -> tuple[bytes, bytes]:
    return pem(certificate("pair", "pair", key=key, signer=key)), key_pem(key)


RSA = rsa.generate_private_key(65537, 2048)
PAIRS: list[Any] = [
    pytest.param(OWN, key_pem(), True, id="EC"),
    pytest.param(*pair_of(RSA), True, id="RSA"),
    pytest.param(*pair_of(ed25519.Ed25519PrivateKey.generate()), True, id="Ed25519"),
    pytest.param(*pair_of(ec.generate_private_key(ec.SECP521R1())), True, id="another curve"),
    pytest.param(OWN, key_pem(form=forms.PrivateFormat.TraditionalOpenSSL), True, id="an EC PRIVATE KEY"),
    pytest.param(
        OWN,
        PARAMETERS + key_pem(form=forms.PrivateFormat.TraditionalOpenSSL),
        True,
        id="a key behind its parameters, as openssl ecparam writes it",
    ),
    pytest.param(
        pem(certificate("old", "old", since=SINCE.replace(year=2000))), key_pem(), True, id="expired long ago"
    ),
    pytest.param(OWN + OWN, key_pem(), True, id="a chain"),
    pytest.param(b"a comment\n" + OWN, b"a comment\n" + key_pem(), True, id="comments before the blocks"),
    pytest.param(OWN, key_pem(encryption=LOCKED), False, id="an encrypted key"),
    pytest.param(
        OWN,
        key_pem(form=forms.PrivateFormat.TraditionalOpenSSL, encryption=LOCKED),
        False,
        id="encrypted by hand",
    ),
    pytest.param(OWN, key_pem(RSA), False, id="the key of another"),
    pytest.param(OWN, key_pem(x25519.X25519PrivateKey.generate()), False, id="a key that signs nothing"),
    pytest.param(
        OWN,
        KEY.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo),
        False,
        id="a public key",
    ),
    pytest.param(OWN, OWN, False, id="a certificate for a key"),
    pytest.param(key_pem(), key_pem(), False, id="a key for a certificate"),
    pytest.param(b"", b"", False, id="nothing"),
    pytest.param(b"\x00" * 100, b"\xff" * 100, False, id="bytes"),
    pytest.param(OWN[:200], key_pem(), False, id="half a certificate"),
    pytest.param(OWN, key_pem()[:100], False, id="half a key"),
    pytest.param(
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        key_pem(),
        False,
        id="a short block",
    ),
    pytest.param(UNKNOWN_KEY, key_pem(), False, id="an unknown kind of key"),
    pytest.param(UNKNOWN_CURVE, key_pem(), False, id="an unknown curve"),
    pytest.param(VERSION_8, key_pem(), False, id="an X.509 version 8"),
]


def tls_secret(certified: bytes, key: bytes, name: str = "cert") -> Manifest:
    data = {"tls.crt": base64.b64encode(certified).decode(), "tls.key": base64.b64encode(key).decode()}
    return manifest("Secret", name, type="kubernetes.io/tls", data=data)


def conditions_of(simulation: gwsim.Simulation, kind: str) -> Mapping[str, Any]:
    """By type, the conditions of the first listener of the only object of a kind."""
    items: list[Any] = json.loads(json.dumps(simulation.status()))
    (status,) = (each["status"] for each in items if each["kind"] == kind)
    return {each["type"]: each for each in status["listeners"][0]["conditions"]}


@pytest.mark.parametrize(("certified", "key", "good"), PAIRS)
def test_a_pair_serves_or_is_an_invalid_reference(certified: bytes, key: bytes, good: bool) -> None:
    simulation = simulated(S, tls_secret(certified, key), gateway(secure()), route())
    resolved = conditions_of(simulation, "Gateway")["ResolvedRefs"]
    assert resolved["reason"] == ("ResolvedRefs" if good else "InvalidCertificateRef")
    decision = simulation.trace(gwsim.Request.get("https://a.com/"))
    assert decision.action.value == ("forward" if good else "refuse")


def asking_for(bundle: bytes, presented: bytes) -> gwsim.Simulation:
    refs = [{"group": "", "kind": "ConfigMap", "name": "ca"}]
    return simulated(
        S,
        tls_secret(OWN, key_pem()),
        tls_secret(presented, b"", "client"),
        manifest("ConfigMap", "ca", data={"ca.crt": bundle.decode()}, binaryData={"x": "//8="}),
        gateway(secure(), tls={"frontend": {"default": {"validation": {"caCertificateRefs": refs}}}}),
        route(),
    )


OTHER = ec.generate_private_key(ec.SECP384R1())
ROOT_CA = certificate("root", "root", ca=True)
MIDDLE = certificate("middle", "root", key=OTHER, ca=True)
LEAF_AS_CA = certificate("middle", "root", key=OTHER, ca=False)
CLIENT = certificate("client", "root", key=RSA, usage=CLIENT_AUTH)
BELOW = certificate("client", "middle", key=RSA, signer=OTHER, usage=CLIENT_AUTH)
VERIFIED: list[Any] = [
    pytest.param(pem(ROOT_CA), pem(CLIENT), True, id="issued by the CA"),
    pytest.param(pem(ROOT_CA), pem(BELOW, MIDDLE), True, id="with an intermediate CA"),
    pytest.param(pem(ROOT_CA), pem(BELOW), False, id="without the intermediate CA"),
    pytest.param(OWN, pem(CLIENT), False, id="issued by somebody else"),
    pytest.param(OWN + pem(ROOT_CA), pem(CLIENT), True, id="by the second of a bundle"),
    pytest.param(
        pem(certificate("root", "root", key=OTHER, signer=OTHER, ca=True)),
        pem(CLIENT),
        False,
        id="by one of the same name with another key",
    ),
    pytest.param(
        pem(ROOT_CA),
        pem(certificate("client", "root", key=RSA, since=SINCE.replace(year=2000))),
        True,
        id="expired, since nothing reads the clock",
    ),
    pytest.param(pem(ROOT_CA), b"no certificate", False, id="no certificate"),
    pytest.param(
        pem(ROOT_CA),
        pem(BELOW, LEAF_AS_CA),
        False,
        id="issued by what is no CA",
    ),
    pytest.param(
        pem(certificate("root", "root", ca=False)),
        pem(CLIENT),
        False,
        id="a trusted one that is no CA",
    ),
    pytest.param(
        pem(ROOT_CA),
        pem(certificate("client", "root", key=RSA, usage=SERVER_AUTH)),
        False,
        id="a certificate for servers alone",
    ),
    pytest.param(pem(ROOT_CA), VERSION_8, False, id="of X.509 version 8"),
    pytest.param(VERSION_8, pem(CLIENT), False, id="a CA of X.509 version 8"),
    pytest.param(
        UNKNOWN_KEY,
        altered("a003020102", "a003020102"),
        False,
        id="a CA with an unknown kind of key",
    ),
    pytest.param(
        UNKNOWN_CURVE,
        altered("a003020102", "a003020102"),
        False,
        id="a CA with an unknown curve",
    ),
]


@pytest.mark.parametrize(("bundle", "presented", "served"), VERIFIED)
def test_a_client_certificate_is_verified(bundle: bytes, presented: bytes, served: bool) -> None:
    simulation = asking_for(bundle, presented)
    certificate = {"secret": "default/client"}
    decision = simulation.trace(gwsim.Request.get("https://a.com/", clientCertificate=certificate))
    assert decision.action.value == ("forward" if served else "refuse")


def spelled(text: str) -> list[str]:
    """A text as it may appear: plain, in base64, in a URL, in JSON."""
    return [text, base64.b64encode(text.encode()).decode()[:20], quote(text), json.dumps(text)[1:-1]]


def test_what_is_in_secrets_is_never_printed(tmp_path: Path) -> None:
    private = key_pem().decode().splitlines()[1]
    coded = base64.b64encode(CANARY.encode()).decode()
    kinds: list[Manifest] = [
        {"data": {"tls.crt": coded, "tls.key": coded}},
        {"data": {"tls.crt": CANARY, "tls.key": [CANARY]}},
        {"data": {"tls.crt": {CANARY: 1}, "tls.key": 4711}},
        {"data": CANARY},
        {"data": [CANARY]},
        {"stringData": {"tls.crt": OWN.decode(), "tls.key": f"{CANARY}{private}"}},
        {"stringData": {"tls.crt": 7, "tls.key": [CANARY]}},
        {"stringData": {"tls.crt": f"-----BEGIN CERTIFICATE-----\n{CANARY}", "tls.key": key_pem().decode()}},
        {"type": [CANARY], "immutable": CANARY, "data": {"tls.key": coded}},
        {"kubernetes": CANARY, "data": {"tls.crt": base64.b64encode(OWN).decode(), "tls.key": coded}},
    ]
    secrets = [
        manifest("Secret", f"s{index}", **{"type": "kubernetes.io/tls", **each})
        for index, each in enumerate(kinds)
    ]
    listeners = [
        listener(f"h{index}.com", 443, "HTTPS", tls={"certificateRefs": [{"name": f"s{index}"}]})
        for index in range(len(kinds))
    ]
    path = configuration(tmp_path, [S, *secrets, gateway(*listeners), route()])
    twice = configuration(tmp_path / "..", [secrets[0], secrets[0]])
    commands = [
        ("status", "-f", path, "-o", "yaml"),
        ("status", "-f", path, "-o", "wide"),
        ("routes", "-f", path),
        *(("validate", "-f", path, "-o", form) for form in ("text", "json", "sarif", "junit", "github")),
        ("trace", "-f", path, "https://h5.com/", "-o", "json", "--explain"),
        ("trace", "-f", path, "https://h1.com/", "--client-certificate", "default/s0"),
        ("status", "-f", twice),
    ]
    for words in commands:
        answer = ran_here(*words)
        shown = answer.out + answer.error
        assert not [each for each in (*spelled(CANARY), private) if each in shown], words


BAD_SECRETS = [
    pytest.param(f"  p: @{CANARY}\n", id="a password that starts with @"),
    pytest.param(f"  p: %{CANARY}\n", id="a password that starts with %"),
    pytest.param(f"  p: *{CANARY}\n", id="a password that starts with an asterisk"),
    pytest.param(f"  p: !{CANARY} x\n", id="a password that starts with !"),
    pytest.param(f"  p: ,{CANARY}\n", id="a password that starts with a comma"),
    pytest.param(f"  p: 'a'{CANARY}\n", id="a password with quotes"),
    pytest.param(f'  p: "\\q{CANARY}"\n', id="a password with a backslash"),
    pytest.param(f"  p: |{CANARY}\n", id="a password that starts with a bar"),
    pytest.param(f"  p: !!int {CANARY}\n", id="a password with the tag of a number"),
    pytest.param(f"  p: |\n    BEGIN\n   {CANARY}\n", id="a key that is indented badly"),
    pytest.param(f"  <<: [{CANARY}]\n", id="a merge of text"),
    pytest.param(f"  p: {CANARY}: x\n", id="a password with a colon"),
    pytest.param(f"  p: '{CANARY}\n  x: y\n", id="an open quote"),
    pytest.param(f"  p: {CANARY}\n  p: {CANARY}\n", id="one key twice"),
    pytest.param(f"  p: [{CANARY}]\n", id="a list"),
    pytest.param(f"  p: {{x: {CANARY}}}\n", id="a mapping"),
]


@pytest.mark.parametrize("text", BAD_SECRETS)
def test_a_secret_that_cannot_be_read_is_not_printed(text: str) -> None:
    given = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{text}"
    for command in ("status", "validate"):
        answer = ran_here(command, "-f", "-", given=given.encode())
        assert CANARY not in answer.out + answer.error


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(f'"\\q{CANARY}"', id="a backslash"),
        pytest.param(f'"a" {CANARY}', id="text after a quote"),
        pytest.param(f'"{CANARY}', id="an open quote"),
        pytest.param(f'["{CANARY}"]', id="a list"),
    ],
)
def test_a_secret_in_broken_json_is_not_printed(value: str) -> None:
    given = f'{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"s"}},"stringData":{{"p":{value}}}}}'
    answer = ran_here("status", "-f", "-", given=given.encode())
    assert CANARY not in answer.out + answer.error


@pytest.mark.parametrize("number", ["1234567e12345678", f"0x{'f' * 300}"], ids=["a hash", "hexadecimal"])
def test_a_secret_that_looks_like_a_number_is_not_printed(number: str) -> None:
    given = json.dumps(manifest("Secret", "s", data={"p": 4711})).replace("4711", number)
    answer = ran_here("status", "-f", "-", given=given.encode())
    assert number[:16] not in answer.out + answer.error


@pytest.mark.parametrize(
    "text",
    [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, data: 7, binaryData: {ca.crt: AAAA}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, data: {ca.crt: 7}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, binaryData: {ca.crt: !!binary AAAA}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, binaryData: [7]}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, data: {ca.crt: null}}",
        '{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, data: {ca.crt: "\\ud800"}}',
    ],
    ids=["data that is a number", "a CA that is a number", "a tag", "a list", "null", "half a character"],
)
def test_odd_config_maps_do_no_harm(text: str) -> None:
    refs = [{"group": "", "kind": "ConfigMap", "name": "ca"}]
    asking = gateway(secure(), tls={"frontend": {"default": {"validation": {"caCertificateRefs": refs}}}})
    given = f"{text}\n---\n{json.dumps(asking)}\n"
    ran_here("status", "-f", "-", "-o", "json", given=given.encode())
    ran_here("trace", "-f", "-", "https://a.com/", given=given.encode())


# Streams of requests

GARBAGE: list[bytes] = [
    b"nonsense", b"null", b"[]", b"7", b'""', b"{}{}", b'{"a":', b"\xff\xfe\x00", b'{"id":"\x00"}',
    b'{"url":7}', b'{"url":""}', b'{"url":"http://"}', b'{"url":"http://[::1/"}', b'{"url":"ftp://a/"}',
    b'{"url":"http://a:99999/"}', b'{"url":"http://a:x/"}', b'{"url":"http://\\u2100.com/"}',
    b'{"host":"\\ud800"}', b'{"path":"/\\ud800"}', b'{"headers":{"x":"\\ud800"}}', b'{"id":"\\ud800"}',
    b'{"host":"a b"}', b'{"path":"x"}', b'{"path":"/\\u0000"}', b'{"path":"/ "}', b'{"path":"/#"}',
    b'{"method":"G T"}', b'{"method":"\\u001b[31m"}', b'{"method":[]}', b'{"headers":7}',
    b'{"headers":{"a":7}}', b'{"headers":[["a"]]}', b'{"headers":{"":"x"}}', b'{"headers":{"x":"a\\nb"}}',
    b'{"headers":{"\\u001b":"x"}}', b'{"port":0}', b'{"port":"80"}', b'{"port":true}', b'{"port":1e400}',
    b'{"port":99999999999999999999999}', b'{"draw":NaN}', b'{"draw":1}', b'{"draw":-1e-9}',
    b'{"draw":Infinity}', b'{"draw":"0.5"}', b'{"draw":1e999}', b'{"protocol":"QUIC"}', b'{"protocol":"TCP"}',
    b'{"gateway":"gw"}', b'{"gateway":"a/b"}', b'{"gateway":"\\u001b/\\u001b"}', b'{"service":"a/b"}',
    b'{"grpc":[]}', b'{"grpc":{"service":"x"}}', b'{"grpc":{"service":"\\u0000","method":"x"}}',
    b'{"source":7}', b'{"clientCertificate":{}}', b'{"clientCertificate":7}', b'{"websocket":1}',
    b'{"sni":7}', b'{"\\u001b[31m":1}', b'{"clientCertificate":{"secret":"a","pem":"b"}}',
    b"[" * 100_000, b'{"id":' * 10_000 + b"1" + b"}" * 10_000, b'{"id":' + b"9" * 5000 + b"}x",
    b'{"path":"/' + b"x" * (1 << 20) + b'"}',
]  # fmt: skip
"""Lines each of which is no valid request."""
GOOD = b'{"id":"good","url":"http://a.com/"}'


def test_every_garbage_line_is_refused_on_its_own(tmp_path: Path) -> None:
    path = configuration(tmp_path, [S, gateway(), route()])
    lines = b"\n".join(line for garbage in GARBAGE for line in (garbage, GOOD)) + b"\n"
    answer = ran("trace", "-f", path, "--requests", "-", given=lines)
    assert answer.code == 2
    assert not UNSAFE.search(answer.out)
    answers = [json.loads(line) for line in answer.out.splitlines()]
    assert len(answers) == 2 * len(GARBAGE)
    for garbage, refused, good in zip(GARBAGE, answers[::2], answers[1::2], strict=True):
        assert set(refused) == {"id", "error"}, garbage[:80]
        assert len(refused["error"]) < 1000, garbage[:80]
        assert good["id"] == "good"
        assert good["action"] == "forward"


@pytest.mark.parametrize("explain", [(), ("--explain",)], ids=["decided", "explained"])
def test_odd_requests_are_answered(tmp_path: Path, explain: tuple[str, ...]) -> None:
    path = configuration(tmp_path, [S, gateway(), route()])
    ids = ["1e308", "123456789012345678901234567890", "-1", "[]", '{"a":[{}]}', '"\\u001b"', "false", "0"]
    lines = [
        *(f'{{"id":{each},"host":"a.com"}}' for each in ids),
        '{"path":"/%","host":"a.com"}',
        '{"path":"/?%zz=%&&==","host":"a.com"}',
        '{"path":"//evil.com/..//x","host":"a.com"}',
        '{"host":"[::1%25eth0]:80"}',
        '{"host":"\\u202e"}',
        '{"host":":"}',
        '{"draw":5e-324,"host":"a.com"}',
        f'{{"headers":{json.dumps({f"x{number}": "y" * 100 for number in range(5000)})}}}',
    ]
    answer = ran_here("trace", "-f", path, "--requests", "-", *explain, given="\n".join(lines).encode())
    assert answer.code == 0
    assert len(answer.out.splitlines()) == len(lines)
    check_form("jsonl", answer.out)


def test_an_id_that_nests_too_deep_is_refused_on_its_own(tmp_path: Path) -> None:
    path = configuration(tmp_path, [S, gateway(), route()])
    lines = [b'{"id":' + b"[" * depth + b"]" * depth + b',"host":"a.com"}' for depth in range(900, 1000)]
    answer = ran("trace", "-f", path, "--requests", "-", given=b"\n".join([*lines, GOOD]))
    assert len(answer.out.splitlines()) == len(lines) + 1


# Words and curl commands

CURL_OPTIONS = (
    "-H", "-X", "-d", "-G", "-u", "-b", "-T", "-I", "-F", "-A", "-e", "-r", "-k", "-g", "-E", "--json",
    "--url",
    "--url-query", "--data-urlencode", "--connect-to", "--resolve", "--request-target", "--path-as-is",
    "--oauth2-bearer", "--next", "--config", "--", "-", "-:", "--unknown",
)  # fmt: skip
WORDS = (
    "", "a", "http://a.com/", "https://[::1]:8443/x?y#z", "http://[::1", "{a,b}", "[1-3]", ":", ";", "a;",
    "@x",
    "=x", "a=b", "::::", "h:80:i:81", "a:1:b:99999999", "https://u:p%40w@h/", "http://h:0/", "http://h:99999/",
    "ftp://x", "x" * 5000, "../..", "?", "#", "http:///", "wss://a", "http://a/..%2f", "*", "GET", "\u0663",
    "http://\u2100/", "http://a\tb/", "\x00", "\x1b[31m", "'", '"', "\\", "$(id)", "Host: x", "Name:",
    "\u202e: x",
)  # fmt: skip


def answered(words: Sequence[str], headers: Sequence[str]) -> None:
    """Words are a request, or refused."""
    with contextlib.suppress(gwsim.RequestError):
        assert isinstance(request_from_words(list(words), list(headers)), gwsim.Request)


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.lists(st.sampled_from([*CURL_OPTIONS, *WORDS]), max_size=6),
    headers=st.lists(st.sampled_from(WORDS), max_size=2),
    form=st.sampled_from(["words", "curl", "one word"]),
)
def test_words_are_a_request_or_refused(words: list[str], headers: list[str], form: str) -> None:
    if form != "words" and any("[" in each or "\u2100" in each for each in words):
        return  # such hosts of a curl command have a test of their own
    command = words if form == "words" else ["curl", *words]
    answered([shlex.join(command)] if form == "one word" else command, headers)


@pytest.mark.parametrize("url", ["[1-3]", "http://[::1", "http://a[/", "http://\u2100/"])
def test_an_odd_host_of_a_curl_command_is_refused(url: str) -> None:
    with pytest.raises(gwsim.RequestError):
        request_from_words(["curl", url])


@pytest.mark.parametrize(
    "words",
    [["-u", "\udcff"], ["--url-query", "\udcff"], ["-G", "--data-urlencode", "x=\udcff"]],
    ids=["user", "query", "data"],
)
def test_half_characters_in_a_curl_command_are_taken_or_refused(words: list[str]) -> None:
    answered(["curl", *words, "http://a.com/"], [])


MATCHING = {
    "path": {"type": "RegularExpression", "value": "/.*"},
    "headers": [{"type": "RegularExpression", "name": "x", "value": ".*"}],
}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"path": "/\ud800"}, id="path"),
        pytest.param({"path": "/?q=\udfff"}, id="query"),
        pytest.param({"headers": {"x": "\ud800"}}, id="header"),
        pytest.param({"host": "\ud800.com"}, id="host"),
        pytest.param({"id": "\ud800"}, id="id"),
        pytest.param(
            {"id": object()},
            id="an id that is no JSON",
        ),
        pytest.param({"method": "\ud800"}, id="method"),
        pytest.param({"draw": float("nan")}, id="draw"),
    ],
)
def test_a_request_that_cannot_be_written_as_json_is_refused(fields: Mapping[str, object]) -> None:
    simulation = simulated(S, gateway(), route(rule(MATCHING)))

    def answer() -> bytes:
        request = gwsim.Request.from_dict({"headers": {"x": "1"}, **fields})
        return json.dumps(simulation.trace(request).to_dict(), ensure_ascii=False).encode()

    with pytest.raises(gwsim.RequestError):
        answer()


@pytest.mark.parametrize(
    "form",
    ["text", "yaml", *(pytest.param(form) for form in ("json", "jsonl"))],
)
def test_a_command_line_that_is_no_utf_8_is_answered_or_refused(tmp_path: Path, form: str) -> None:
    path = configuration(tmp_path, [S, gateway(), route()])
    answer = ran("trace", "-f", path, "-o", form, b"http://a.com/\xff")
    if answer.code == 0:
        check_form(form, answer.out)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(
            "http://a.com:0/",
        ),
        pytest.param(
            "http://a.com/a\tb\nc",
        ),
        "http://a.com:65536/",
        "http://a.com/a b",
        "http://:80/",
        "http://a.com/\x00",
    ],
)
def test_a_url_that_cannot_be_sent_is_refused(url: str) -> None:
    with pytest.raises(gwsim.RequestError):
        gwsim.Request.get(url)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(
            {"method": ""},
        ),
        pytest.param(
            {"grpc": {"service": "", "method": ""}},
        ),
        pytest.param(
            {"grpc": {"service": "a/b", "method": "c"}},
        ),
    ],
    ids=["an empty method", "an empty call", "a call with a slash"],
)
def test_a_field_that_says_nothing_is_refused(fields: Mapping[str, object]) -> None:
    with pytest.raises(gwsim.RequestError):
        gwsim.Request.from_dict(fields)


@pytest.mark.parametrize("origin", ["https://[2001:db8::1]", "https://[2001:db8::1]:443"])
def test_an_origin_may_be_an_ipv6_address(origin: str) -> None:
    cors = {"type": "CORS", "cors": {"allowOrigins": ["https://*"]}}
    simulation = simulated(S, gateway(), route(rule(filters=[cors])))
    decision = simulation.trace(gwsim.Request.get("http://a.com/", headers={"origin": origin}))
    assert decision.cors is not None
    assert decision.cors.origin_allowed


@pytest.mark.parametrize(
    "options",
    [
        ("--gateway", "\x1b[31m/x"),
        ("--host", "\x1b[31m"),
        ("--sni", "\x1b"),
        ("--service", "\x1b/\x1b"),
        ("--from", "\x1b"),
        ("--why-not", "HTTPRoute/\x1b/\x1b"),
        ("--why-not", f"HTTPRoute/default/r#{'9' * 50}"),
        ("--client-certificate", "@/"),
        ("--client-certificate", "@/proc/self/mem"),
        ("--grpc", "\x1b/\x1b"),
        ("--draw", "nan"),
        ("--draw", "1e400"),
        ("--port", "9" * 5000),
        ("-H", "\x1b: \x1b"),
        ("-n", "\x1b[31m"),
        ("--seed", "9" * 50),
        ("-o", "\x1b"),
        ("--\x1b[31m",),
        ("\x1b[31m", "http://a.com/"),
    ],
    ids=lambda options: f"{options[0]!a} {options[-1][:20]!a}",
)
def test_odd_options_are_refused_in_plain_text(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = configuration(tmp_path, [S, gateway(), route()])
    url = () if options[-1].startswith("http") else ("http://a.com/",)
    assert not UNSAFE.search(ran_here("trace", "-f", path, *options, *url).out)


@pytest.mark.parametrize("code", ["\x1b[31m", "", "x" * 100_000, BIDI, "--", "a\nb"])
def test_odd_codes_are_not_explained(code: str) -> None:
    assert ran_here("explain", "--", code).code == 2


# Manifests with a few values changed at random

JUNK: list[Any] = [
    None, True, 0, 1, -1, 2**31, 2**63, 10**30, 1e308, 0.5, "", "/", "*", "*.", "a", "a" * 300, ESC, "0s",
    "99h",
    "Same", "All", "Selector", "None", "Exact", "PathPrefix", "RegularExpression", "(", "[", [], {}, [None],
    [{}],
    {"a": None}, {"name": "s"}, "Service", "Gateway", "HTTPRoute", GROUP, "TLS", "TCP", "UDP", "HTTPS",
    "Terminate",
    "Passthrough", "kubernetes.io/wss", "https://*", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "\ufffd",
]  # fmt: skip


@cache
def scenarios() -> list[tuple[list[Any], list[Any]]]:
    """Every scenario's manifests, and its requests."""
    found = []
    for folder in sorted(path.parent for path in (ROOT / "scenarios").glob("*/scenario.yaml")):
        files = sorted(str(path) for path in folder.glob("*.yaml") if path.name != "scenario.yaml")
        told = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
        values = [document.value for document in read_documents(files).documents]
        if files and told.get("requests"):
            found.append((values, [case["request"] for case in told["requests"]]))
    return found


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place below a value."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in rows:
        yield (*path, key)
        yield from places(child, (*path, key))


def at_place(value: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def changed_scenarios(draw: Callable[..., Any]) -> tuple[list[Any], Any]:
    """A scenario with one to four changes, and one of its requests."""
    documents, requests = draw(st.sampled_from(scenarios()))
    documents = copy.deepcopy(documents)
    for _ in range(draw(st.integers(1, 4))):
        where = list(places(documents))
        if not where:
            break
        *parents, key = draw(st.sampled_from(where))
        parent = at_place(documents, parents)
        match draw(st.sampled_from(["junk", "junk", "drop", "copy", "twice"])):
            case "junk":
                parent[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
            case "drop":
                del parent[key]
            case "copy":
                parent[key] = copy.deepcopy(at_place(documents, draw(st.sampled_from(where))))
            case "twice" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[key]))
    return documents, draw(st.sampled_from(requests))


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(scenario=changed_scenarios())
def test_changed_manifests_are_answered_or_refused(scenario: tuple[list[Any], Any]) -> None:
    documents, request_fields = scenario
    text = "\n".join(json.dumps(each) for each in documents).encode()
    with contextlib.suppress(gwsim.GwsimError):
        simulation = load_files(["-"], stdin=io.BytesIO(text)).simulation
        json.dumps(simulation.status())
        request = gwsim.Request.from_dict(request_fields)
        decision = simulation.trace(request)
        assert simulation.decide(request).to_dict() == decision.to_dict()
        assert sum(each.share for each in decision.backends) in (0, 1)
        json.dumps(decision.to_dict())
