"""What libyaml says about text that is no YAML, in words that say what to do."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from gwsim.findings import Finding
from gwsim.reading.formats.texts import FileText, printable

_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"\S{1,20}")


class _Problem(NamedTuple):
    expected: str
    advice: str
    where_it_began: bool = False
    """Whether the place to show is where the construct starts: an opening quote, an opening bracket."""
    found: str = ""
    """Where the text at the place does not say it."""


_QUOTE_OR_INDENT = "quote a value that has ': ' in it, or mend the indentation"
_INDENT = "mend the indentation: what belongs together starts in the same column"
_TAG = "remove the tag: JSON has none"
_ESCAPE = "double the backslash, or use single quotes"
_BLOCK = "start the text on the next line"
_DIRECTIVE = "remove the line that starts with '%'"
_SIGNS = (
    ("{{", "render the template first, as helm template does"),
    ("<<<<<<<", "resolve the merge conflict"),
)
"""What makes a file no YAML at all, and what to do about it."""
_PROBLEMS = {
    "could not find expected ':'": _Problem("a key with ':' after it", _QUOTE_OR_INDENT, where_it_began=True),
    "mapping values are not allowed in this context": _Problem(
        "a single value here", _QUOTE_OR_INDENT, found="another ':'"
    ),
    "block sequence entries are not allowed in this context": _Problem(
        "a value", "start the list on the next line, or quote the text", found="'-'"
    ),
    "mapping keys are not allowed in this context": _Problem("a value", "quote the text"),
    "found character that cannot start any token": _Problem("a value", "quote the text"),
    "found a tab character where an indentation space is expected": _Problem("spaces", "indent with spaces"),
    "found a tab character that violates indentation": _Problem("spaces", "indent with spaces"),
    "found unexpected end of stream": _Problem(
        "a closing quote", "close the quote", where_it_began=True, found="none before the end of the document"
    ),
    "found unexpected document indicator": _Problem(
        "a closing quote", "close the quote", where_it_began=True, found="none before the end of the document"
    ),
    "found unknown escape character": _Problem("an escape sequence that YAML has", _ESCAPE),
    "did not find expected hexdecimal number": _Problem("hexadecimal digits", _ESCAPE),
    "found invalid Unicode character escape code": _Problem("the code of a character", _ESCAPE),
    "found an indentation indicator equal to 0": _Problem("an indentation of 1 to 9", _BLOCK),
    "did not find expected comment or line break": _Problem("the end of the line", _BLOCK),
    "did not find expected alphabetic or numeric character": _Problem(
        "quotes around text that starts with '*' or '&'", "quote the text", where_it_began=True
    ),
    "did not find expected key": _Problem("a key, in the column of the keys before it", _INDENT),
    "did not find expected '-' indicator": _Problem("'-', in the column of the items before it", _INDENT),
    "did not find expected ',' or ']'": _Problem("',' or ']'", "close the bracket, or quote the text"),
    "did not find expected ',' or '}'": _Problem("',' or '}'", "close the brace, or quote the text"),
    "did not find expected node content": _Problem("a value", "add a value, or quote the text"),
    "did not find expected <document start>": _Problem(
        "one value, or '---' before the next document", "put '---' between documents, or mend the indentation"
    ),
    "found undefined tag handle": _Problem("a value without a tag", _TAG),
    "did not find expected '!'": _Problem("a value without a tag", _TAG),
    "did not find the expected '>'": _Problem("'>' at the end of the tag", _TAG),
    "did not find expected tag URI": _Problem("a value without a tag", _TAG),
    "did not find expected whitespace or line break": _Problem("a space", _TAG),
    "found incompatible YAML document": _Problem("YAML 1.1 or 1.2", _DIRECTIVE),
    "found unknown directive name": _Problem("the directive %YAML or %TAG", _DIRECTIVE, where_it_began=True),
    "found duplicate %YAML directive": _Problem("one directive %YAML", _DIRECTIVE, found="another"),
    "found duplicate %TAG directive": _Problem("one directive %TAG a handle", _DIRECTIVE, found="another"),
}


def syntax_finding(error: yaml.YAMLError, file: FileText, start: int, end: int) -> Finding:
    """
    Make the finding about text that libyaml refused.

    Args:
        start: offset at which the refused text starts.
        end: offset at which it ends.
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _not_text(file, start, end)
    said = error.problem or "invalid text"
    problem = _PROBLEMS.get(said)
    if problem is None:
        problem = _Problem(said.removeprefix("did not find expected "), _INDENT)
    mark = (problem.where_it_began and error.context_mark) or error.problem_mark
    offset = min(start + mark.index, end)
    found = problem.found or found_at(file.text, offset, end)
    expected, advice = problem.expected, problem.advice
    if found == "a tab":
        expected, advice = "spaces", "indent with spaces"
    elif said.startswith("did not find expected ','") and error.context_mark is not None:
        opened = file.place(start + error.context_mark.index)
        expected += f" for the bracket at line {opened.line}, column {opened.column}"
    advice = advice_at(file.text, offset) or advice
    return file.finding("YAMLSyntax", offset, f"expected {expected}, found {found}", advice)


def advice_at(text: str, offset: int) -> str:
    """Say what to do where a line shows that its file is not finished; empty elsewhere."""
    line_end = text.find("\n", offset)
    line = text[text.rfind("\n", 0, offset) + 1 : line_end if line_end >= 0 else len(text)]
    return next((advice for sign, advice in _SIGNS if sign in line), "")


def found_at(text: str, offset: int, end: int) -> str:
    """Say in words what stands at a place."""
    if offset < end and text[offset] == "\t":
        return "a tab"
    if not text[offset:end].strip():
        return "the end of the document"
    if text[offset] in "\r\n":
        return "the end of the line"
    if word := _WORD.match(text, offset, end):
        return f"'{printable(word.group())}'"
    return "a space"


def _not_text(file: FileText, start: int, end: int) -> Finding:
    match = _NOT_TEXT.search(file.text, start, end)
    offset = match.start() if match else start
    found = f"the character U+{ord(match.group()):04X}" if match else "something else"
    advice = "remove it, or write it as an escape sequence in double quotes"
    if match and match.group() == "\0":
        advice = "save the file as UTF-8 text"
    return file.finding("Encoding", offset, f"expected text, found {found}", advice)
