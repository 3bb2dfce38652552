"""What counts as a document, in YAML and JSON."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap

import pytest

from gwsim.reading.manifests import read_documents


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\n\n# only a comment\n", [], id="a comment"),
        pytest.param(b"---\n---\n# a\n---\n...\n", [], id="markers"),
        pytest.param(b"---\nnull\n---\n~\n", [], id="null"),
        pytest.param(b"a: 1\n---\nb: 2", [{"a": 1}, {"b": 2}], id="two documents"),
        pytest.param(b"--- {a: 1}\n--- # c\nb: 2\n...\n", [{"a": 1}, {"b": 2}], id="text behind markers"),
        pytest.param(b"a: 1\n---b: 2\n", [{"a": 1, "---b": 2}], id="dashes that are no marker"),
        pytest.param(b"a: |\n  ---\n  b\n", [{"a": "---\nb\n"}], id="an indented marker in a block scalar"),
        pytest.param(b"a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}], id="CRLF"),
        pytest.param(b"a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}], id="CR"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", [{"a": 1}], id="a byte order mark"),
        pytest.param(b'\xef\xbb\xbf{"a": "\\ud83d\\ude00"}', [{"a": "😀"}], id="a byte order mark and JSON"),
        pytest.param("a: é\n---\nb: 😀\n".encode("utf-16"), [{"a": "é"}, {"b": "😀"}], id="UTF-16"),
        pytest.param(b"\xfe\xff" + "a: é".encode("utf-16-be"), [{"a": "é"}], id="UTF-16, big end first"),
        pytest.param(
            "a: b\u2028c: d".encode(), [{"a": "b", "c": "d"}], id="U+2028 is a line break in YAML 1.1"
        ),
        pytest.param(b"a:\tb\t# c\n", [{"a": "b"}], id="tabs between words"),
        pytest.param(
            b"apiVersion: v1\nkind: List\nitems:\n- a: 1\n- b: 2\n", [{"a": 1}, {"b": 2}], id="a List"
        ),
        pytest.param(b"apiVersion: v1\nkind: PodList\nitems: []\n", [], id="an empty list of a kind"),
        pytest.param(b"apiVersion: v1\nkind: PodList\nitems:\n", [], id="a list of nothing"),
        pytest.param(
            b"kind: List\nitems: []\n", [{"kind": "List", "items": []}], id="a List without version"
        ),
        pytest.param(
            b"apiVersion: v1\nkind: AllowList\nitems: {}\n",
            [{"apiVersion": "v1", "kind": "AllowList", "items": {}}],
            id="a kind that happens to end in List",
        ),
        pytest.param(b'{"a": 1}', [{"a": 1}], id="JSON"),
        pytest.param(
            b'{"a": 1}\n{"b": 2}{"c": 3}', [{"a": 1}, {"b": 2}, {"c": 3}], id="JSON, several objects"
        ),
        pytest.param(
            b'{"a": 1}\n---\n{"b": 2}\n---\nc: 3\n', [{"a": 1}, {"b": 2}, {"c": 3}], id="JSON and YAML"
        ),
        pytest.param(b"{a: 1, b: [c, d],}", [{"a": 1, "b": ["c", "d"]}], id="YAML in braces"),
        pytest.param(b'{"a": 1,}', [{"a": 1}], id="JSON with a trailing comma is YAML, as to kubectl"),
        pytest.param(b'{"a": "\\ud83d\\ude00\\/\\ud800x"}', [{"a": "😀/\ufffdx"}], id="surrogates"),
        pytest.param(b'{"a": "\\\\ud800"}', [{"a": "\\ud800"}], id="a backslash before ud800"),
        pytest.param(b'{"a": "\x7f", "yes": 01e0}', [], id="JSON with a number of its own"),
        pytest.param(
            b'{"a": 1.0, "b": 1e3, "c": 1.5, "d": -0}', [{"a": 1, "b": 1000, "c": 1.5, "d": 0}], id="numbers"
        ),
        pytest.param(
            b'{"a": 18446744073709551615, "b": 18446744073709551617}',
            [{"a": 2**64 - 1, "b": 2.0**64}],
            id="numbers of 64 bits and more",
        ),
    ],
)
def test_documents_are_told_apart(text: bytes, values: list[object]) -> None:
    read = read_documents(["-"], stdin=io.BytesIO(text))
    assert [document.value for document in read.documents] == values
    assert bool(read.findings) is (b"01e0" in text)


def test_what_an_alias_stands_for_is_shared() -> None:
    (document,) = read_documents(["-"], stdin=io.BytesIO(b"a: &a {b: [1]}\nc: *a\nd: [*a]\n")).documents
    assert document.value == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}
    assert isinstance(document.value, dict)
    assert document.value["a"] is document.value["c"]


def test_an_anchor_can_be_used_again() -> None:
    (document,) = read_documents(["-"], stdin=io.BytesIO(b"a: &x Foo\nb: *x\nc: &x Bar\nd: *x\n")).documents
    assert document.value == {"a": "Foo", "b": "Foo", "c": "Bar", "d": "Bar"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("LAUGHS", "TooManyAliases", id="a billion laughs"),
        pytest.param(
            "'a: &a [' + 'x,' * 50_000 + ']\\nb: [' + '*a,' * 50_000 + ']'", "TooManyAliases", id="quadratic"
        ),
        pytest.param("'[' * 1_000_000", "TooDeep", id="a million brackets"),
        pytest.param("'[\\n' * 1_000_000", "TooDeep", id="a million lines with a bracket"),
        pytest.param("'{a: ' * 1_000_000", "TooDeep", id="a million braces"),
        pytest.param("'- ' * 1_000_000", "TooDeep", id="a million dashes"),
        pytest.param("'? ' * 1_000_000", "TooDeep", id="a million question marks"),
        pytest.param("'{\"a\":' * 1_000_000", "TooDeep", id="a million braces of JSON"),
        pytest.param(
            "'{\"a\":' + '[' * 1_000_000 + ']' * 1_000_000 + '}'", "TooDeep", id="balanced brackets of JSON"
        ),
        pytest.param("'%TAG !a! b\\n' * 1_000_000", "YAMLSyntax", id="a million directives"),
        pytest.param("'x' * 10_000_000 + ': 1'", "YAMLSyntax", id="a key of 10 MB"),
        pytest.param("'a: ' + '9' * 1_000_000", "UnsupportedValue", id="a million digits"),
        pytest.param("'\\0' * 10_000_000", "Encoding", id="10 MB of NUL bytes"),
    ],
)
def test_hostile_text_is_refused_quickly_and_in_little_memory(text: str, code: str) -> None:
    program = textwrap.dedent(
        f"""
        import io, resource, time
        nine = lambda i: ",".join([f"*a{{i - 1}}"] * 9)
        LAUGHS = "a0: &a0 [x,x]\\n" + "".join(f"a{{i}}: &a{{i}} [{{nine(i)}}]\\n" for i in range(1, 40))
        data = ({text}).encode()
        from gwsim.reading.manifests import read_documents
        before = resource.getrusage(resource.RUSAGE_SELF)
        read = read_documents(["-"], stdin=io.BytesIO(data))
        after = resource.getrusage(resource.RUSAGE_SELF)
        quick, small = after.ru_utime - before.ru_utime < 1, after.ru_maxrss - before.ru_maxrss < 200_000
        print(read.findings[0].code, quick, small)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.split(), done.stderr) == ([code, "True", "True"], "")
