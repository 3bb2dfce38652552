"""What of a text reaches the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gwsim.rendering.sanitize import safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain /path?x=1", "plain /path?x=1", id="ASCII"),
        pytest.param("naïve 日本語 Ελλάδα עברית", "naïve 日本語 Ελλάδα עברית", id="other scripts"),
        pytest.param("⚠️ ✓ 🚦 →", "⚠️ ✓ 🚦 →", id="symbols and emoji"),
        pytest.param("e\u0301", "e\u0301", id="combining marks"),
        pytest.param(r"\d+\.html", r"\d+\.html", id="a backslash of the text"),
        pytest.param("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", id="colours"),
        pytest.param("\x1b]0;title\x07", r"\x1b]0;title\x07", id="a window title"),
        pytest.param("\x9b2J", r"\x9b2J", id="a C1 control sequence"),
        pytest.param("a\rb\nc\td", r"a\rb\nc\td", id="line breaks and tabs"),
        pytest.param("a\x00b\x7f", r"a\x00b\x7f", id="NUL and DEL"),
        pytest.param("\u202egnp.exe\u202c", r"\u202egnp.exe\u202c", id="a bidirectional override"),
        pytest.param("\u2066a\u2069", r"\u2066a\u2069", id="a bidirectional isolate"),
        pytest.param("a\u200bb\u200dc\ufeffd", r"a\u200bb\u200dc\ufeffd", id="zero width"),
        pytest.param("a\u00adb", r"a\xadb", id="a soft hyphen"),
        pytest.param("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d", id="Unicode line breaks"),
        pytest.param("a\u00a0b\u3000c", r"a\xa0b\u3000c", id="spaces that are none"),
        pytest.param("\u3164\u2800", r"\u3164\u2800", id="letters without a glyph"),
        pytest.param("a\U000e0041\U000e0100", r"a\U000e0041\U000e0100", id="tags and variation selectors"),
        pytest.param("\udc80", r"\udc80", id="a byte that was no UTF-8"),
        pytest.param("\ue000", r"\ue000", id="private use"),
    ],
)
def test_terminal_gets_what_it_shows(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(st.characters()))
def test_safe_text_is_one_printable_line_in_any_encoding_of_unicode(text: str) -> None:
    shown = safe(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in shown)
    shown.encode()


@given(st.text(st.characters()))
def test_safe_text_is_left_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)
