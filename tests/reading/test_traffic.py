"""Requests as people and programs write them."""

import io
import json
import os
import tracemalloc

import pytest

from gwsim.errors import RequestError
from gwsim.reading.request_lines import LONGEST_LINE, RefusedRequest, read_lines, read_requests
from gwsim.reading.traffic import request_from_words
from gwsim.routing.request import Request

SHOP = "http://shop.example.com/"


@pytest.mark.parametrize(
    ("words", "headers", "fields"),
    [
        pytest.param([SHOP], [], {"url": SHOP}, id="a URL"),
        pytest.param(["shop.example.com/a"], [], {"url": f"{SHOP}a"}, id="a URL without scheme"),
        pytest.param(["PUT", SHOP], [], {"url": SHOP, "method": "PUT"}, id="method and URL"),
        pytest.param(
            [SHOP], ["a: b:c", "A:d"], {"url": SHOP, "headers": [["a", "b:c"], ["A", "d"]]}, id="headers"
        ),
        pytest.param(
            [SHOP],
            ["a;", "b:"],
            {"url": SHOP, "headers": [["a", ""]]},
            id="an empty header, and one not sent",
        ),
        pytest.param(
            ["https://203.0.113.7/"],
            ["Host: shop.example.com:8443"],
            {"protocol": "HTTPS", "host": "shop.example.com:8443", "sni": None},
            id="a Host header on an address: no server name",
        ),
        pytest.param(
            ["https://a.example.com/"],
            ["host: b.example.com"],
            {"protocol": "HTTPS", "host": "b.example.com", "sni": "a.example.com"},
            id="a Host header on another name: the server name is the URL's",
        ),
        pytest.param(
            ["wss://shop.example.com/"], [], {"url": "https://shop.example.com/", "websocket": True}, id="wss"
        ),
        pytest.param(
            [SHOP],
            ["Upgrade: WebSocket"],
            {"url": SHOP, "headers": [["Upgrade", "WebSocket"]], "websocket": True},
            id="an upgrade",
        ),
        pytest.param(
            ["curl", "-XPUT", SHOP],
            ["a: b"],
            {"url": SHOP, "method": "PUT", "headers": {"a": "b"}},
            id="curl",
        ),
        pytest.param(["/usr/bin/curl", SHOP], [], {"url": SHOP}, id="curl by its path"),
        pytest.param(["$", "curl", SHOP], [], {"url": SHOP}, id="curl with a prompt"),
        pytest.param(
            ["curl -H 'a: b c' \\\n  -X PUT \\\r\n  http://shop.example.com/"],
            [],
            {"url": SHOP, "method": "PUT", "headers": {"a": "b c"}},
            id="curl as one word, on several lines",
        ),
        pytest.param(["$ curl shop.example.com"], [], {"url": SHOP}, id="curl as one word with a prompt"),
    ],
)
def test_words_say_a_request(words: list[str], headers: list[str], fields: dict[str, object]) -> None:
    assert request_from_words(words, headers) == Request.from_dict(fields)


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        pytest.param({"port": 8080}, {"host": "a", "port": 8080}, id="port"),
        pytest.param({"host": "b", "gateway": "x/y"}, {"host": "b", "gateway": "x/y"}, id="host and Gateway"),
        pytest.param(
            {"protocol": "HTTPS", "sni": ""},
            {"host": "a", "protocol": "HTTPS", "port": 80, "sni": None},
            id="no SNI",
        ),
        pytest.param(
            {"grpc": {"service": "s", "method": "m"}},
            {"host": "a", "grpc": {"service": "s", "method": "m"}},
            id="gRPC",
        ),
        pytest.param({"draw": None}, {"host": "a"}, id="an option that is not stated"),
    ],
)
def test_options_win_over_words(options: dict[str, object], fields: dict[str, object]) -> None:
    assert request_from_words(["http://a/"], **options) == Request.from_dict(fields)


def test_options_alone_say_a_request() -> None:
    expected = Request.from_dict({"protocol": "TCP", "port": 5432})
    assert request_from_words([], protocol="TCP", port=5432) == expected


@pytest.mark.parametrize(
    ("words", "headers", "message"),
    [
        pytest.param(
            ["GET", SHOP, "x"],
            [],
            f"request: expected METHOD URL, or a curl command, found GET {SHOP} x",
            id="a third word",
        ),
        pytest.param(
            ["GET"],
            [],
            "request: expected METHOD URL, or a curl command, found GET alone",
            id="a method without a URL",
        ),
        pytest.param(
            [SHOP, "GET"], [], f"method: expected an HTTP method, found {SHOP!r}", id="URL and method swapped"
        ),
        pytest.param(
            ["ftp://h/"],
            [],
            "url: expected http://, https://, tls://, tcp:// or udp://, found ftp://",
            id="another scheme",
        ),
        pytest.param(
            ["http://h:99999/"],
            [],
            "url: expected an absolute URL, found 'http://h:99999/' (Port out of range 0-65535)",
            id="no such port",
        ),
        pytest.param(
            [SHOP],
            ["nonsense"],
            "header: expected `Name: value`, or `Name;` for an empty value, found 'nonsense'",
            id="a header without a colon",
        ),
        pytest.param(
            [SHOP],
            ["a b: c"],
            "headers: expected a header name, found 'a b'",
            id="a header name with a space",
        ),
    ],
)
def test_words_that_are_no_request_are_refused(words: list[str], headers: list[str], message: str) -> None:
    with pytest.raises(RequestError) as refusal:
        request_from_words(words, headers)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        pytest.param(b'{"url": "http://a/"}', Request.get("http://a/"), id="no id: the line's number"),
        pytest.param(b'{"id": null, "url": "http://a/"}', Request.get("http://a/"), id="a null id is none"),
        pytest.param(
            b'{"id": {"a": [1]}, "url": "http://a/"}',
            Request.get("http://a/", id={"a": [1]}),
            id="any JSON as id",
        ),
        pytest.param(
            b'\xef\xbb\xbf{"url": "http://a/"}\r', Request.get("http://a/"), id="a byte order mark, CRLF"
        ),
        pytest.param(
            b"{",
            RefusedRequest(1, "line: expected JSON, found Input data was truncated"),
            id="half an object",
        ),
        pytest.param(
            b"{} {}",
            RefusedRequest(1, "line: expected JSON, found malformed text: trailing characters (byte 4)"),
            id="two objects",
        ),
        pytest.param(
            b'{"id": "\x00"}',
            RefusedRequest(1, "line: expected JSON, found malformed text: invalid character (byte 8)"),
            id="a NUL",
        ),
        pytest.param(
            b'{"id": "\xff"}', RefusedRequest(1, "line: expected UTF-8, found other bytes"), id="no UTF-8"
        ),
        pytest.param(
            b"[" * 100_000,
            RefusedRequest(1, "line: expected JSON, found values that nest too deeply"),
            id="deep nesting",
        ),
        pytest.param(
            b"[1]", RefusedRequest(1, "line: expected a JSON object, found an array"), id="an array"
        ),
        pytest.param(b"null", RefusedRequest(1, "line: expected a JSON object, found null"), id="null"),
        pytest.param(
            b'{"id": 7, "port": 0}',
            RefusedRequest(7, "port: expected int >= 1, found another value"),
            id="port 0, under its own id",
        ),
        pytest.param(
            b'{"id": 7, "prot": 1}',
            RefusedRequest(7, "request: expected a field of the contract, found 'prot'"),
            id="an unknown field",
        ),
    ],
)
def test_line_is_a_request_or_says_why_not(line: bytes, answer: Request | RefusedRequest) -> None:
    assert list(read_requests(io.BytesIO(line))) == [answer]
    assert list(read_requests(io.BytesIO(line + b"\n"))) == [answer]


def test_lines_after_a_refused_one_are_read_and_blank_ones_counted() -> None:
    long = b" " * (3 * LONGEST_LINE)
    stream = io.BytesIO(b'\n{"url": "http://a/"}\n \r\nnonsense\n' + long + b'\n{"url": "http://b/"}')
    ids = [(item.id, isinstance(item, Request)) for item in read_requests(stream)]
    assert ids == [(2, True), (4, False), (5, False), (6, True)]


def test_longest_line_is_read_and_one_byte_more_is_not() -> None:
    request = json.dumps({"url": "http://a/", "headers": {"x": ""}}).encode()
    fits = request.replace(b'""', b'"%b"' % (b"x" * (LONGEST_LINE - len(request))))
    answers = list(read_requests(io.BytesIO(fits + b"\n" + fits.replace(b'"x"', b'"xx"') + b"\n")))
    assert len(fits) == LONGEST_LINE
    assert isinstance(answers[0], Request)
    assert answers[1] == RefusedRequest(2, f"line: expected at most {LONGEST_LINE} bytes, found more")


class _Endless(io.RawIOBase):
    """Answers with the same bytes for a long time."""

    def __init__(self, chunk: bytes, times: int) -> None:
        self.chunk, self.left = chunk, times

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self.left:
            return 0
        self.left -= 1
        part = self.chunk[: len(buffer)]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    ("chunk", "answers"),
    [
        pytest.param(b'{"url": "http://a/"}\n' * 40, 16_000, id="many lines"),
        pytest.param(b"x" * 8192, 1, id="one line without an end"),
    ],
)
def test_stream_is_read_in_constant_memory(chunk: bytes, answers: int) -> None:
    times = 400 if answers > 1 else 4_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_requests(io.BufferedReader(_Endless(chunk, times)))) == answers
        assert tracemalloc.get_traced_memory()[1] < 8 * LONGEST_LINE
    finally:
        tracemalloc.stop()


def test_a_line_is_read_while_the_next_has_not_ended() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as client:
        requests = read_requests(stream)
        for number in (1, 2):
            client.write(
                b'/a/"}\n{"url": "http:/' if number > 1 else b'{"url": "http://a/"}\n{"url": "http:/'
            )
            assert next(requests) == Request.get("http://a/", id=number)


@pytest.mark.parametrize("at_most", [1, 2, 1000])
def test_lines_are_handed_on_in_parts_with_their_numbers(at_most: int) -> None:
    text = b"\n\r\n1\r2\n3\n\n4"
    parts = list(read_lines(io.BytesIO(text), at_most=at_most))
    assert b"".join(part.text for part in parts) == text
    assert [part.first for part in parts[:2]] == [1, 1 + min(at_most, 5)]
