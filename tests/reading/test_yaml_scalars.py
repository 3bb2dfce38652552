"""What a YAML scalar means: the same as to sigs.k8s.io/yaml, by its resolve.go and its tests."""

from __future__ import annotations

import io
import math

import pytest

from gwsim.reading.formats.odd_scalars import key_text
from gwsim.reading.formats.scalars import resolve
from gwsim.reading.manifests import read_documents

SCALARS = [
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("yes", True),
    ("Yes", True),
    ("YES", True),
    ("yES", "yES"),
    ("on", True),
    ("On", True),
    ("y", True),
    ("Y", True),
    ("false", False),
    ("no", False),
    ("NO", False),
    ("off", False),
    ("Off", False),
    ("n", False),
    ("N", False),
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("none", "none"),
    ("0", 0),
    ("-0", 0),
    ("+12", 12),
    ("-10", -10),
    ("0777", 511),
    ("02472256", 685230),
    ("0o777", 511),
    ("-0o17", -15),
    ("08", 8),
    ("09.5", 9.5),
    ("0b1010", 10),
    ("-0b101010", -42),
    ("0b102", "0b102"),
    ("0x1F", 31),
    ("0X1f", 31),
    ("0x", "0x"),
    ("0xfg", "0xfg"),
    ("1_000", 1000),
    ("+685_230", 685230),
    ("0x_0A_74_AE", 685230),
    ("0b1010_0111_0100_1010_1110", 685230),
    ("685_230.15", 685230.15),
    ("_1", "_1"),
    ("1__0_", 10),
    ("50cent_of_dollar", "50cent_of_dollar"),
    ("-b_c", "-b_c"),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("9223372036854775808", 2**63),
    ("18446744073709551615", 2**64 - 1),
    ("18446744073709551616", 2.0**64),
    ("+9223372036854775808", 2.0**63),
    ("-9223372036854775809", -(2**63)),
    ("-9223372036854777857", -9223372036854777856.0),
    ("0x1FFFFFFFFFFFFFFFFF", 590295810358705651711.0),
    ("-0x1FFFFFFFFFFFFFFFFF", "-0x1FFFFFFFFFFFFFFFFF"),
    ("0.1", 0.1),
    (".1", 0.1),
    ("-.1", -0.1),
    ("1.", 1),
    ("1.0", 1),
    (".5_0", 0.5),
    ("._5", "._5"),
    (".", "."),
    ("1e3", 1000),
    ("1E3", 1000),
    ("123456e1", 1234560),
    ("6.8523e+5", 685230),
    ("685.230_15e+03", 685230.15),
    ("1e", "1e"),
    ("1e400", "1e400"),
    (".5e400", ".5e400"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("190:20:30.15", "190:20:30.15"),
    ("2015-01-01", "2015-01-01"),
    ("2015-02-24T18:19:39.12Z", "2015-02-24T18:19:39.12Z"),
    ("2015-02-24 18:19:39", "2015-02-24 18:19:39"),
    ("1.2.3", "1.2.3"),
    ("10.0.0.0/8", "10.0.0.0/8"),
    ("v1", "v1"),
    ("1s", "1s"),
    ("-", "-"),
    ("+", "+"),
    ("inf", "inf"),
    ("nan", "nan"),
    ("=", "="),
    ("'on'", "on"),
    ('"1"', "1"),
    ("|\n  1\n", "1\n"),
    (">-\n  a\n  b\n", "a b"),
    ('"\\u2028\\t\\x41"', "\u2028\tA"),
    ("! 123", "123"),
    ("! yes", "yes"),
    ("!!str 123", "123"),
    ("!!str", ""),
    ("!!int '0x10'", 16),
    ("!!float 1", 1),
    ("!!float '1.5'", 1.5),
    ("!!bool 'on'", True),
    ("!!null ''", None),
    ("!!timestamp 2015-01-01", "2015-01-01"),
    ("!!binary aGVsbG8=", "hello"),
    ("!!binary gIGC", "\ufffd\ufffd\ufffd"),
    ("!<tag:yaml.org,2002:str> 1", "1"),
    ("&anchor 1", 1),
    ("[y, n]", [True, False]),
    ("{y: n}", {"true": False}),
]


@pytest.mark.parametrize(("text", "value"), [pytest.param(*row, id=repr(row[0])) for row in SCALARS])
def test_a_scalar_means_what_it_means_to_kubernetes(text: str, value: object) -> None:
    if text == "-":
        assert resolve(text) == value
        return
    read = read_documents(["-"], stdin=io.BytesIO(f"key: {text}\n".encode()))
    assert read.findings == ()
    (document,) = read.documents
    assert document.value == {"key": value}
    found = document.value["key"]  # type: ignore[index]
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "+.INF", "-.Inf", "0x" + "f" * 400, "9" * 400])
def test_what_no_json_can_hold_is_not_finite(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float)
    assert not math.isfinite(value)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("text", "text"),
        ("1", "1"),
        ("0x10", "16"),
        ("-1", "-1"),
        ("yes", "true"),
        ("off", "false"),
        ("1.5", "1.5"),
        ("1.0", "1"),
        ("1e6", "1e+06"),
        ("1e+36", "1e+36"),
        ("1000000000000000000000000000000000000", "1e+36"),
        ("123456789.0", "1.2345679e+08"),
        ("-1e-5", "-1e-05"),
        ("0.0001", "0.0001"),
        ("1e39", ".inf"),
        ("-1e39", "-.inf"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("2015-01-01", "2015-01-01"),
        ("~", None),
        ("18446744073709551615", None),
    ],
)
def test_a_key_is_written_as_json_has_it(key: str, name: str | None) -> None:
    assert key_text(resolve(key)) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a: &a {b: 1}\nc: {<<: *a, d: 2}", {"b": 1, "d": 2}, id="one mapping"),
        pytest.param("a: &a {b: 1}\nc: {<<: *a, b: 2}", {"b": 2}, id="a key after it wins"),
        pytest.param("a: &a {b: 1}\nc: {b: 2, <<: *a}", {"b": 1}, id="a key before it loses"),
        pytest.param("a: [&a {b: 1}, &b {b: 2}]\nc: {<<: [*a, *b]}", {"b": 1}, id="the first of a list wins"),
        pytest.param("a: &a {b: 1}\nc: {'<<': *a}", {"<<": {"b": 1}}, id="a quoted one is a key"),
        pytest.param("c: {<<: {b: 1}, <<: {d: 1}}", {"b": 1, "d": 1}, id="two of them"),
        pytest.param("a: &a {<<: {b: 1}}\nc: {<<: *a}", {"b": 1}, id="one inside the other"),
    ],
)
def test_merges_are_done_in_the_order_of_the_text(text: str, value: object) -> None:
    (document,) = read_documents(["-"], stdin=io.BytesIO(text.encode())).documents
    assert isinstance(document.value, dict)
    assert document.value["c"] == value
