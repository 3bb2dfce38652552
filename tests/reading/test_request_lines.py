"""A line is read fast as it is read with care."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.errors import RequestError
from gwsim.reading.request_lines import RefusedRequest, read_requests
from gwsim.routing.refusing import refuse_unfit
from gwsim.routing.request import Request, _plainly_fit
from gwsim.routing.urls import split_url

TEXTS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["/", "/a b", "/#", "*", "a.example.com", "é", "\u202e", "a\tb", "a\nb", "\x7f", "\x9b", ""]
    ),
    st.text('/?#%[]@:.aZ0 \\"', max_size=12),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = st.one_of(st.sampled_from(["x-a", "Accept", "host"]), TEXTS)
LIKELY = {
    "id": ANYTHING,
    "url": st.one_of(
        TEXTS,
        st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTP", "tcp", "ws"]), TEXTS, TEXTS),
        st.builds("http://a.example.com:{}/{}".format, st.integers(-1, 70_000), TEXTS),
    ),
    "protocol": st.sampled_from(["HTTP", "HTTPS", "TLS", "TCP", "UDP", "http", ""]),
    "gateway": st.one_of(st.sampled_from(["a/b", "a", "a/b/c"]), TEXTS),
    "port": st.one_of(st.integers(-1, 70_000), st.floats(), st.booleans()),
    "method": st.one_of(st.sampled_from(["GET", "OPTIONS", "get", "G T", "PROPFIND"]), TEXTS),
    "host": TEXTS,
    "path": st.one_of(TEXTS, TEXTS.map("/{}".format)),
    "headers": st.one_of(
        st.lists(st.tuples(NAMES, TEXTS), max_size=3),
        st.dictionaries(NAMES, st.one_of(TEXTS, st.lists(TEXTS, max_size=2)), max_size=3),
    ),
    "sni": st.one_of(st.none(), TEXTS),
    "connectionSNI": st.one_of(st.none(), TEXTS),
    "clientCertificate": st.sampled_from([None, {}, {"secret": "a/b"}, {"secret": "a/b", "pem": "x"}]),
    "grpc": st.one_of(st.none(), st.fixed_dictionaries({"service": TEXTS, "method": TEXTS})),
    "websocket": st.booleans(),
    "source": st.one_of(st.none(), st.dictionaries(st.sampled_from(["namespace", "address", "x"]), TEXTS)),
    "service": st.one_of(st.none(), st.just("a/b"), TEXTS),
    "draw": st.one_of(st.floats(-0.1, 1.1), st.none()),
    "unknown": st.none(),
}


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Objects of a few fields, mostly with values that fit, some of them given twice."""
    names = draw(st.lists(st.sampled_from(list(LIKELY)), max_size=5))
    pairs = [(name, draw(LIKELY[name] if draw(st.integers(0, 9)) else ANYTHING)) for name in names]
    plainly = draw(st.booleans())
    texts = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=plainly)}" for name, value in pairs)
    return f"{{{', '.join(texts)}}}".encode("utf-8", "surrogatepass").replace(b"\n", b" ")


def read_with_care(line: bytes) -> Request | RefusedRequest | None:
    """Read a line by way of plain values; None: it is no object at all."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if fields.get("id") is None:
        fields["id"] = 1
    try:
        request = Request.from_dict(fields)
        refuse_unfit(request)
    except RequestError as error:
        return RefusedRequest(fields["id"], str(error))
    return request


@settings(max_examples=1500, derandomize=True, deadline=None)
@given(lines())
def test_a_line_is_the_request_that_its_fields_are(line: bytes) -> None:
    expected = read_with_care(line)
    for text in (line, line + b"\r\n"):
        [read] = read_requests(io.BytesIO(text))
        if expected is None:
            assert isinstance(read, RefusedRequest)
            assert read.id == 1
        else:
            assert repr(read) == repr(expected)


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(st.builds("http{}://{}{}".format, st.sampled_from(["", "s"]), TEXTS, TEXTS))
def test_a_plain_url_is_split_as_any_other(url: str) -> None:
    try:
        expected = split_url(url.replace("http", "HTTP", 1))
    except RequestError:
        with pytest.raises(RequestError):
            split_url(url)
    else:
        assert split_url(url) == expected


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"url": "http://a.example.com/x?q=\\"", "id": "a", "headers": {"a": "b"}}', id="URL"),
        pytest.param(b'{"host": "a.example.com", "path": "/", "id": 7, "gateway": "a/b"}', id="host"),
    ],
)
def test_an_ordinary_request_is_seen_to_be_fit_at_a_glance(line: bytes) -> None:
    assert _plainly_fit(Request.from_json(line, 1))
