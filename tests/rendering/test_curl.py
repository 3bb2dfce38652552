"""A request written as a curl command, and read back."""

import shlex
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from gwsim.reading.curl import request_from_curl
from gwsim.rendering.curl import curl_command
from gwsim.routing.request import Request

GET = Request.get("http://shop.example.com/cart")


@pytest.mark.parametrize(
    ("request_", "address", "command"),
    [
        pytest.param(GET, None, "curl http://shop.example.com/cart", id="nothing but a URL"),
        pytest.param(
            GET,
            "203.0.113.7",
            "curl --resolve shop.example.com:80:203.0.113.7 http://shop.example.com/cart",
            id="the gateway's IP address",
        ),
        pytest.param(
            GET,
            "web.default.gateway.invalid",
            "curl --connect-to shop.example.com:80:web.default.gateway.invalid:80 http://shop.example.com/cart",
            id="the gateway's name",
        ),
        pytest.param(
            structs.replace(GET, port=8080),
            None,
            "curl --connect-to shop.example.com:80::8080 http://shop.example.com/cart",
            id="a port that the Host header does not say",
        ),
        pytest.param(
            Request.from_url("POST", "https://shop.example.com/", headers={"x-note": "it's $HOME"}),
            None,
            """curl -X POST -H 'x-note: it'"'"'s $HOME' https://shop.example.com/""",
            id="a value that a shell would change",
        ),
        pytest.param(
            Request.get("https://shop.example.com/", sni="other.example.com"),
            None,
            "curl -H 'Host: shop.example.com' https://other.example.com/",
            id="a server name that is not the host",
        ),
        pytest.param(
            Request.get("https://shop.example.com/", sni=None),
            "2001:db8::7",
            "curl -H 'Host: shop.example.com' --connect-to '192.0.2.1:443:[2001:db8::7]:443' https://192.0.2.1/",
            id="no server name, IPv6 gateway",
        ),
        pytest.param(
            Request.from_url("HEAD", "http://shop.example.com/a/../b?x={1}"),
            None,
            "curl -I --path-as-is -g 'http://shop.example.com/a/../b?x={1}'",
            id="a path that curl would change",
        ),
        pytest.param(
            Request.from_dict({"host": "shop.example.com", "method": "OPTIONS", "path": "*"}),
            None,
            "curl -X OPTIONS --request-target '*' http://shop.example.com/",
            id="a path that no URL holds",
        ),
        pytest.param(
            Request.get("http://shop.example.com/", headers={"x-empty": ""}, websocket=True),
            None,
            "curl -H 'x-empty;' ws://shop.example.com/",
            id="a WebSocket, an empty header",
        ),
        pytest.param(
            Request.from_dict({"host": "shop", "grpc": {"service": "shop.Cart", "method": "Add"}}),
            None,
            "curl -X POST --http2-prior-knowledge -H 'content-type: application/grpc' -H 'te: trailers'"
            " http://shop/shop.Cart/Add",
            id="a gRPC call",
        ),
    ],
)
def test_request_is_written_as_this_command(request_: Request, address: str | None, command: str) -> None:
    assert curl_command(request_, address=address) == command


def test_only_http_is_written_as_curl() -> None:
    with pytest.raises(ValueError, match="expected HTTP or HTTPS, got TCP"):
        curl_command(Request.from_dict({"protocol": "TCP", "port": 5432}), address=None)


LABELS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join).filter(lambda name: name[-1].isalpha())
ADDRESSES = st.ip_addresses().map(lambda address: f"[{address}]" if address.version == 6 else str(address))
PORTS = st.integers(1, 65535) | st.sampled_from([80, 443, 8080])
AUTHORITIES = st.one_of(NAMES, ADDRESSES, st.tuples(NAMES, PORTS).map(lambda pair: f"{pair[0]}:{pair[1]}"))
TEXT = st.characters(min_codepoint=0x21, exclude_characters="\x7f#", exclude_categories=["Cs"])
PATHS = st.text(TEXT, max_size=30).map(lambda text: f"/{text}") | st.sampled_from(
    ["/a/../b", "/%2e/", "/{a,b}[1-3]", "/?"]
)
TOKENS = st.text("!$%&'*+-.^_`|~09AZaz", min_size=1, max_size=8)
VALUES = st.text(
    st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=20
)
HEADERS = st.lists(st.tuples(TOKENS, VALUES.map(lambda value: value.strip(" \t"))), max_size=4).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """HTTP and HTTPS requests of which every field has a place in a curl command."""
    secure = draw(st.booleans())
    host = draw(AUTHORITIES)
    plain = Request(
        protocol="HTTPS" if secure else "HTTP",
        host=host,
        port=draw(PORTS),
        method=draw(st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "purge"])),
        path=draw(PATHS),
        headers=draw(HEADERS),
        websocket=draw(st.booleans()),
    )
    name = draw(NAMES.map(str.lower) | st.none()) if secure else plain.server_name
    return plain if name == plain.server_name else structs.replace(plain, sni=name)


@given(request=requests(), address=st.none() | NAMES | ADDRESSES | st.just("2001:db8::1"))
@example(request=Request(host="shop.example.com:80", port=80), address=None)
@example(request=Request(host="192.0.2.1", protocol="HTTPS", port=8443), address="192.0.2.1")
@example(request=Request(host="h", path="//a//b/./c?d=/../e"), address=None)
def test_command_is_read_back_as_the_request_it_was_made_of(request: Request, address: str | None) -> None:
    assert request_from_curl(shlex.split(curl_command(request, address=address))) == request


@given(request=requests())
def test_command_is_one_line_that_a_shell_reads_word_by_word(request: Request) -> None:
    command = curl_command(request, address=None)
    assert shlex.join(shlex.split(command)) == command


def test_shell_hands_curl_the_words_that_were_meant() -> None:
    request = Request.get("http://shop.example.com/?a=1&b=$(id)", headers={"x": "`id` !! \\ \"'"})
    command = curl_command(request, address=None)
    words = subprocess.run(
        ["sh", "-c", f"curl() {{ printf '%s\\0' curl \"$@\"; }}; {command}"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")[:-1]
    assert request_from_curl(words) == request
