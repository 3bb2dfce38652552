"""Curl commands as people paste them."""

from pathlib import Path

import pytest

from gwsim.errors import RequestError
from gwsim.reading.curl import request_from_curl
from gwsim.reading.traffic import request_from_words
from gwsim.routing.request import Request

SHOP = "http://shop.example.com/"
FORM = ["Content-Type", "application/x-www-form-urlencoded"]
JSON = ["Content-Type", "application/json"]
PARTS = ["Content-Type", "multipart/form-data; boundary=------------------------gwsim"]


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        pytest.param("-d a=1", {"method": "POST", "headers": [FORM]}, id="data: a form is posted"),
        pytest.param(
            "-d a=1 -H content-type:text/plain",
            {"method": "POST", "headers": [["content-type", "text/plain"]]},
            id="data of a stated type",
        ),
        pytest.param("-d a=1 -H Content-Type:", {"method": "POST"}, id="data of no type"),
        pytest.param(
            "--data-raw @x -X PUT", {"method": "PUT", "headers": [FORM]}, id="data with a stated method"
        ),
        pytest.param("-d @file", {"method": "POST", "headers": [FORM]}, id="data from a file"),
        pytest.param(
            "--json {}", {"method": "POST", "headers": [["Accept", "application/json"], JSON]}, id="JSON"
        ),
        pytest.param("-F a=1", {"method": "POST", "headers": [PARTS]}, id="a multipart form"),
        pytest.param("-T notes.txt", {"method": "PUT", "path": "/notes.txt"}, id="an upload into a folder"),
        pytest.param(
            "-G -d a=1 --data-urlencode 'b=x y&z' -d c=3",
            {"path": "/?a=1&b=x+y%26z&c=3"},
            id="data in the query, in order",
        ),
        pytest.param("--url-query a=/", {"path": "/?a=%2F"}, id="a query apart"),
        pytest.param("-I", {"method": "HEAD"}, id="head"),
        pytest.param("--head", {"method": "HEAD"}, id="the long form that begins like --header"),
        pytest.param(
            "-A me -e http://r/ -b c=1 -b d=2",
            {"headers": [["User-Agent", "me"], ["Referer", "http://r/"], ["Cookie", "c=1;d=2"]]},
            id="agent, referer, cookies",
        ),
        pytest.param(
            "-A me -H 'user-agent: you'",
            {"headers": [["user-agent", "you"]]},
            id="a header wins over an option",
        ),
        pytest.param("-b jar.txt -c jar.txt", {}, id="a cookie jar is not read"),
        pytest.param("-u me:pw", {"headers": [["Authorization", "Basic bWU6cHc="]]}, id="a user"),
        pytest.param("-u me:pw --digest", {}, id="a user who is challenged first"),
        pytest.param("--oauth2-bearer t", {"headers": [["Authorization", "Bearer t"]]}, id="a bearer token"),
        pytest.param("-r 0-9", {"headers": [["Range", "bytes=0-9"]]}, id="a range"),
        pytest.param(
            "-skvLi -ofile -w '%{http_code}' -m5 --compressed --http2 --max-time 3 --retry 2",
            {},
            id="options without bearing",
        ),
        pytest.param("-sXPATCH", {"method": "PATCH"}, id="short options in one word, with a value"),
        pytest.param("-H '-a: -b'", {"headers": [["-a", "-b"]]}, id="a value that starts with a dash"),
        pytest.param("--resolve shop.example.com:80:203.0.113.7", {}, id="resolve changes nothing here"),
        pytest.param("--connect-to ::203.0.113.7:8080", {"port": 8080}, id="connect-to sets the port"),
        pytest.param(
            "--connect-to shop.example.com:80:[::1]:8080", {"port": 8080}, id="connect-to for this host"
        ),
        pytest.param(
            "--connect-to other:80::1 --connect-to ::x:", {}, id="connect-to for another host, or no port"
        ),
        pytest.param(
            "--request-target '*' -X OPTIONS", {"method": "OPTIONS", "path": "*"}, id="a request target"
        ),
    ],
)
def test_curl_options_mean_what_curl_sends(arguments: str, fields: dict[str, object]) -> None:
    expected = Request.from_dict({"host": "shop.example.com", **fields})
    assert request_from_words([f"curl {arguments} {SHOP}"]) == expected
    assert request_from_words([f"curl {SHOP} {arguments}"]) == expected


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        pytest.param(
            "https://h:443/", {"protocol": "HTTPS", "host": "h"}, id="a port that goes without saying"
        ),
        pytest.param("http://h:8080/", {"host": "h:8080", "port": 8080}, id="a port that is sent"),
        pytest.param("h/a/./b/../c#top", {"host": "h", "path": "/a/c"}, id="dot segments, a fragment"),
        pytest.param("h/a#/../b", {"host": "h", "path": "/a"}, id="dots in a fragment"),
        pytest.param("h/a/b/..", {"host": "h", "path": "/a/"}, id="dots at the end"),
        pytest.param("h/a/../..", {"host": "h", "path": "/"}, id="more dots than segments"),
        pytest.param(
            "h/x?next=https://a/../b",
            {"host": "h", "path": "/x?next=https://a/../b"},
            id="a URL in the query",
        ),
        pytest.param(
            "http://me:p%40w@h/", {"host": "h", "headers": [["Authorization", "Basic bWU6cEB3"]]}, id="a user"
        ),
        pytest.param("http://[::1]:8080/", {"host": "[::1]:8080", "port": 8080}, id="an IPv6 address"),
        pytest.param("ws://h/", {"host": "h", "websocket": True}, id="a WebSocket"),
    ],
)
def test_curl_url_is_sent_as_curl_sends_it(url: str, fields: dict[str, object]) -> None:
    assert request_from_curl(["curl", url]) == Request.from_dict(fields)


def test_path_as_is_keeps_dots_and_g_keeps_braces() -> None:
    assert request_from_curl(["curl", "--path-as-is", "-g", "h/../{a}[1]"]).path == "/../{a}[1]"


def test_grpc_is_known_by_its_content_type() -> None:
    words = ["curl", "-XPOST", "-H", "content-type: application/grpc+proto", "https://h/shop.Cart/Add"]
    call = request_from_curl(words).grpc
    assert call is not None
    assert (call.service, call.method) == ("shop.Cart", "Add")


def test_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    certificate = request_from_curl(["curl", "--cert", str(file), "https://h/"]).client_certificate
    assert certificate is not None
    assert certificate.pem == "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["curl"], "curl: expected one URL, found none", id="curl alone"),
        pytest.param(["curl", "a", "b"], "curl: expected one URL, found a b", id="two URLs"),
        pytest.param(
            ["curl", "http://h/[1-3]"],
            "url: expected one URL (-g takes braces and brackets as they are), found 'http://h/[1-3]'",
            id="a pattern of URLs",
        ),
        pytest.param(
            ["curl", "--frobnicate", "h"],
            "curl: expected options for one HTTP request, found --frobnicate",
            id="an unknown option",
        ),
        pytest.param(
            ["curl", "-sQk", "h"],
            "curl: expected options for one HTTP request, found -Q",
            id="an unknown letter",
        ),
        pytest.param(
            ["curl", "h", "--next", "h"],
            "curl: expected options for one HTTP request, found --next",
            id="two requests",
        ),
        pytest.param(
            ["curl", "h", "-H"], "curl -H: expected a value, found none", id="an option without its value"
        ),
        pytest.param(
            ["curl 'h"], "curl: expected a whole command, found no closing quotation", id="half a command"
        ),
        pytest.param(
            ["curl", "-G", "-d", "@f", "h"],
            "curl: expected the data itself, since it becomes part of the URL, found '@f'",
            id="data of a file in the query",
        ),
        pytest.param(
            ["curl", "--connect-to", "h:1", "h"],
            "curl --connect-to: expected HOST1:PORT1:HOST2:PORT2, found 'h:1'",
            id="half a connect-to",
        ),
        pytest.param(
            ["curl", "--cert", "/no/such.pem", "h"],
            "clientCertificate: expected a PEM file, found '/no/such.pem' (No such file or directory)",
            id="no certificate",
        ),
    ],
)
def test_commands_that_are_no_single_request_are_refused(words: list[str], message: str) -> None:
    with pytest.raises(RequestError) as refusal:
        request_from_words(words)
    assert str(refusal.value) == message
