"""What gwsim says about text that it cannot read; each row was read by a person, so change it with care."""

from __future__ import annotations

import io

import pytest

from gwsim.reading.manifests import read_documents

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
)
BROKEN = [
    pytest.param(
        "metadata:\n\tname: a\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:2:1: expected spaces, found a tab (indent with spaces)",
            ),
        ],
        id="a tab as indentation",
    ),
    pytest.param(
        "a:\n\t- b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:2:1: expected spaces, found a tab (indent with spaces)",
            ),
        ],
        id="a tab before a list item",
    ),
    pytest.param(
        "a: |\n\tb\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:2:1: expected spaces, found a tab (indent with spaces)",
            ),
        ],
        id="a tab in a block scalar's indentation",
    ),
    pytest.param(
        "a: 'b\nc: d\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:4: expected a closing quote, found none before the end of the document "
                    "(close the quote)"
                ),
            ),
        ],
        id="an unclosed single quote",
    ),
    pytest.param(
        'a: "b\n',
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:4: expected a closing quote, found none before the end of the document "
                    "(close the quote)"
                ),
            ),
        ],
        id="an unclosed double quote",
    ),
    pytest.param(
        "a: 'b'c\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:7: expected a key, in the column of the keys before it, found 'c' (mend the "
                    "indentation: what belongs together starts in the same column)"
                ),
            ),
        ],
        id="text after a closing quote",
    ),
    pytest.param(
        "a: [b, c\nd: e\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:2: expected ',' or ']' for the bracket at line 1, column 4, found ':' "
                    "(close the bracket, or quote the text)"
                ),
            ),
        ],
        id="an unclosed bracket",
    ),
    pytest.param(
        "a: {b: c\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:1: expected ',' or '}' for the bracket at line 1, column 4, found the end "
                    "of the document (close the brace, or quote the text)"
                ),
            ),
        ],
        id="an unclosed brace",
    ),
    pytest.param(
        "a: [b}\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:6: expected ',' or ']' for the bracket at line 1, column 4, found '}' "
                    "(close the bracket, or quote the text)"
                ),
            ),
        ],
        id="a bracket closed by a brace",
    ),
    pytest.param(
        "a: b}\nc: }\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:2:4: expected a value, found '}' (add a value, or quote the text)",
            ),
        ],
        id="a brace too many",
    ),
    pytest.param(
        "a: b: c\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:5: expected a single value here, found another ':' (quote a value that has "
                    "': ' in it, or mend the indentation)"
                ),
            ),
        ],
        id="a second colon",
    ),
    pytest.param(
        "a: b\n  c: d\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:4: expected a single value here, found another ':' (quote a value that has "
                    "': ' in it, or mend the indentation)"
                ),
            ),
        ],
        id="a child below a scalar",
    ),
    pytest.param(
        "a:\n  b: c\n d: e\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:3:2: expected a key, in the column of the keys before it, found 'd:' (mend "
                    "the indentation: what belongs together starts in the same column)"
                ),
            ),
        ],
        id="a key outdented by half",
    ),
    pytest.param(
        "a:\n  - b\n - c\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:3:2: expected a key, in the column of the keys before it, found '-' (mend the "
                    "indentation: what belongs together starts in the same column)"
                ),
            ),
        ],
        id="a list item outdented by half",
    ),
    pytest.param(
        "- a\nb: c\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:1: expected '-', in the column of the items before it, found 'b:' (mend the "
                    "indentation: what belongs together starts in the same column)"
                ),
            ),
        ],
        id="a key below a list",
    ),
    pytest.param(
        "a: - b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:4: expected a value, found '-' (start the list on the next line, or quote "
                    "the text)"
                ),
            ),
        ],
        id="a list on the key's line",
    ),
    pytest.param(
        "a: b\nc\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:1: expected a key with ':' after it, found 'c' (quote a value that has ': ' "
                    "in it, or mend the indentation)"
                ),
            ),
        ],
        id="a key without a colon",
    ),
    pytest.param(
        "metadata:\n  name: a\n  lab",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:3:3: expected a key with ':' after it, found 'lab' (quote a value that has ': "
                    "' in it, or mend the indentation)"
                ),
            ),
        ],
        id="a key cut off",
    ),
    pytest.param(
        "a: @b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:4: expected a value, found '@b' (quote the text)",
            ),
        ],
        id="a value that starts with @",
    ),
    pytest.param(
        "a: `b`\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:4: expected a value, found '`b`' (quote the text)",
            ),
        ],
        id="a value that starts with a backtick",
    ),
    pytest.param(
        "a: %b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:4: expected a value, found '%b' (quote the text)",
            ),
        ],
        id="a value that starts with %",
    ),
    pytest.param(
        "hostnames: [*.example.com]\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:13: expected quotes around text that starts with '*' or '&', found "
                    "'*.example.com]' (quote the text)"
                ),
            ),
        ],
        id="an unquoted wildcard hostname",
    ),
    pytest.param(
        "path: *\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:7: expected quotes around text that starts with '*' or '&', found '*' "
                    "(quote the text)"
                ),
            ),
        ],
        id="an unquoted star path",
    ),
    pytest.param(
        "a: *b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:4: expected an alias to an anchor before it, found *b without &b (add the "
                    "anchor, or quote the text)"
                ),
            ),
        ],
        id="an alias without an anchor",
    ),
    pytest.param(
        "a: & b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:4: expected quotes around text that starts with '*' or '&', found '&' "
                    "(quote the text)"
                ),
            ),
        ],
        id="an ampersand alone",
    ),
    pytest.param(
        "a: &a\n  b: *a\n",
        [
            (
                "AliasCycle",
                (
                    "<stdin>:2:6: expected an alias to what is complete, found *a inside &a (write the "
                    "value out)"
                ),
            ),
        ],
        id="an alias inside its own anchor",
    ),
    pytest.param(
        'a: "\\d+"\n',
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:5: expected an escape sequence that YAML has, found '\\d+\"' (double the "
                    "backslash, or use single quotes)"
                ),
            ),
        ],
        id="an unknown escape",
    ),
    pytest.param(
        'a: "\\xZ"\n',
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:7: expected hexadecimal digits, found 'Z\"' (double the backslash, or use "
                    "single quotes)"
                ),
            ),
        ],
        id="a short hexadecimal escape",
    ),
    pytest.param(
        'a: "\\ud83d"\n',
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:7: expected the code of a character, found 'd83d\"' (double the backslash, "
                    "or use single quotes)"
                ),
            ),
        ],
        id="half a surrogate pair in YAML",
    ),
    pytest.param(
        "a: |0\n  b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:5: expected an indentation of 1 to 9, found '0' (start the text on the next "
                    "line)"
                ),
            ),
        ],
        id="an indentation of zero",
    ),
    pytest.param(
        "a: | b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:6: expected the end of the line, found 'b' (start the text on the next line)",
            ),
        ],
        id="text after a block scalar's bar",
    ),
    pytest.param(
        "a: ? b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:4: expected a value, found '?' (quote the text)",
            ),
        ],
        id="a question mark as value",
    ),
    pytest.param(
        "%FOO bar\n---\na: b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:1: expected the directive %YAML or %TAG, found '%FOO' (remove the line that "
                    "starts with '%')"
                ),
            ),
        ],
        id="an unknown directive",
    ),
    pytest.param(
        "%YAML 1.1\na: b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:1: expected one value, or '---' before the next document, found 'a:' (put "
                    "'---' between documents, or mend the indentation)"
                ),
            ),
        ],
        id="a directive without a document",
    ),
    pytest.param(
        "%YAML 3.0\n---\na: b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:1: expected YAML 1.1 or 1.2, found '%YAML' (remove the line that starts "
                    "with '%')"
                ),
            ),
        ],
        id="YAML of the future",
    ),
    pytest.param(
        "a: !x!y b\n",
        [
            (
                "YAMLSyntax",
                "<stdin>:1:4: expected a value without a tag, found '!x!y' (remove the tag: JSON has none)",
            ),
        ],
        id="an undeclared tag handle",
    ),
    pytest.param(
        "a: !<x b\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:7: expected '>' at the end of the tag, found a space (remove the tag: JSON "
                    "has none)"
                ),
            ),
        ],
        id="an unclosed tag",
    ),
    pytest.param(
        "'a' 'b'\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found 'a' (write each "
                    "manifest as a mapping)"
                ),
            ),
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:5: expected one value, or '---' before the next document, found ''b'' (put "
                    "'---' between documents, or mend the indentation)"
                ),
            ),
        ],
        id="two scalars in a row",
    ),
    pytest.param(
        "a: b\n...\nc: d\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:3:1: expected one value, or '---' before the next document, found 'c:' (put "
                    "'---' between documents, or mend the indentation)"
                ),
            ),
        ],
        id="a mapping after the end of a document",
    ),
    pytest.param(
        "a: 1\nb: 2\na: 3\n",
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:3:1: expected the key 'a' once, found it at line 1, column 1 as well (remove "
                    "one of the two)"
                ),
            ),
        ],
        id="a key twice",
    ),
    pytest.param(
        "spec:\n  rules:\n  - name: a\n    name: b\n    name: c\n",
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:4:5: spec.rules[0]: expected the key 'name' once, found it at line 3, column "
                    "5 as well (remove one of the two)"
                ),
            ),
            (
                "DuplicateKey",
                (
                    "<stdin>:5:5: spec.rules[0]: expected the key 'name' once, found it at line 3, column "
                    "5 as well (remove one of the two)"
                ),
            ),
        ],
        id="a nested key three times",
    ),
    pytest.param(
        "1: a\n'1': b\n",
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:2:1: expected the key '1' once, found it at line 1, column 1 as well (remove "
                    "one of the two)"
                ),
            ),
        ],
        id="a key twice once it is text",
    ),
    pytest.param(
        "yes: a\ntrue: b\n",
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:2:1: expected the key 'true' once, found it at line 1, column 1 as well "
                    "(remove one of the two)"
                ),
            ),
        ],
        id="keys yes and true",
    ),
    pytest.param(
        "a: {b: 1, b: 2}\n",
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:1:11: a: expected the key 'b' once, found it at line 1, column 5 as well "
                    "(remove one of the two)"
                ),
            ),
        ],
        id="a key twice in braces",
    ),
    pytest.param(
        "~: a\n",
        [
            (
                "UnsupportedValue",
                "<stdin>:1:1: expected a key that is text, found nothing (write the key as text, in quotes)",
            ),
        ],
        id="an empty key",
    ),
    pytest.param(
        "[a, b]: c\n",
        [
            (
                "UnsupportedValue",
                "<stdin>:1:1: expected a key that is text, found a list (write the key as text, in quotes)",
            ),
        ],
        id="a list as key",
    ),
    pytest.param(
        "? {a: b}\n: c\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:3: expected a key that is text, found a mapping (write the key as text, in "
                    "quotes)"
                ),
            ),
        ],
        id="a mapping as key",
    ),
    pytest.param(
        "18446744073709551615: a\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:1: expected a key that is text, found 18446744073709551615 (write the key "
                    "as text, in quotes)"
                ),
            ),
        ],
        id="a key of more than 64 bits",
    ),
    pytest.param(
        "a: .inf\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a number that JSON can hold, found .inf (write a finite "
                    "number, or quote the text)"
                ),
            ),
        ],
        id="infinity",
    ),
    pytest.param(
        "a:\n- .NaN\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:2:3: a[0]: expected a number that JSON can hold, found .NaN (write a finite "
                    "number, or quote the text)"
                ),
            ),
        ],
        id="not a number",
    ),
    pytest.param(
        "a: !secret b\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value without a tag, found the tag !secret (remove the "
                    "tag: JSON has none)"
                ),
            ),
        ],
        id="a custom tag",
    ),
    pytest.param(
        "a: !!python/object/apply:os.system ['id']\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value without a tag, found the tag "
                    "!!python/object/apply:os.system (remove the tag: JSON has none)"
                ),
            ),
        ],
        id="a Python tag",
    ),
    pytest.param(
        "a: !!set {b: }\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value without a tag, found the tag !!set (remove the tag: "
                    "JSON has none)"
                ),
            ),
        ],
        id="a tag on a mapping",
    ),
    pytest.param(
        "a: !!int b\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value of the type !!int, found 'b' (remove the tag: JSON "
                    "has none)"
                ),
            ),
        ],
        id="an int that is none",
    ),
    pytest.param(
        "a: !!bool 1\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value of the type !!bool, found '1' (remove the tag: JSON "
                    "has none)"
                ),
            ),
        ],
        id="a bool that is none",
    ),
    pytest.param(
        "a: !!null b\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value of the type !!null, found 'b' (remove the tag: JSON "
                    "has none)"
                ),
            ),
        ],
        id="a null that is none",
    ),
    pytest.param(
        "a: !!timestamp b\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:4: a: expected a value of the type !!timestamp, found 'b' (remove the tag: "
                    "JSON has none)"
                ),
            ),
        ],
        id="a timestamp that is none",
    ),
    pytest.param(
        "a: !!binary '%%'\n",
        [
            (
                "UnsupportedValue",
                "<stdin>:1:4: a: expected base64 after !!binary, found '%%' (remove the tag: JSON has none)",
            ),
        ],
        id="binary that is not base64",
    ),
    pytest.param(
        "a:\n  <<: b\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:2:7: a: expected a mapping to merge, found b (merge a mapping, or quote the "
                    "key '<<')"
                ),
            ),
        ],
        id="a merge of text",
    ),
    pytest.param(
        "a: &a {b: c}\nd:\n  <<: [*a, e]\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:3:12: d: expected a mapping to merge, found e (merge a mapping, or quote the "
                    "key '<<')"
                ),
            ),
        ],
        id="a merge of a list with text",
    ),
    pytest.param(
        LAUGHS,
        [
            (
                "TooManyAliases",
                (
                    "<stdin>:1:1: expected at most 10% of the values to come from aliases, found 111 "
                    "values that stand for at least 100,000,000 (write the values out)"
                ),
            ),
        ],
        id="a billion laughs",
    ),
    pytest.param(
        "a: &a [" + "x," * 2000 + "]\nb: [" + "*a," * 2000 + "]\n",
        [
            (
                "TooManyAliases",
                (
                    "<stdin>:1:1: expected at most 10% of the values to come from aliases, found 4,005 "
                    "values that stand for 4,004,005 (write the values out)"
                ),
            ),
        ],
        id="a quadratic blow-up",
    ),
    pytest.param(
        "[" * 101 + "]" * 101,
        [
            (
                "TooDeep",
                (
                    "<stdin>:1:101: expected at most 100 lists and mappings inside each other, found more "
                    "(flatten the document)"
                ),
            ),
        ],
        id="101 brackets",
    ),
    pytest.param(
        "[" * 10**6,
        [
            (
                "TooDeep",
                (
                    "<stdin>:1:101: expected at most 100 lists and mappings inside each other, found more "
                    "(flatten the document)"
                ),
            ),
        ],
        id="a million brackets",
    ),
    pytest.param(
        '{"a":' * 10**6,
        [
            (
                "TooDeep",
                (
                    "<stdin>:1:501: expected at most 100 lists and mappings inside each other, found more "
                    "(flatten the document)"
                ),
            ),
        ],
        id="a million braces of JSON",
    ),
    pytest.param(
        "a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60 + "\n",
        [
            (
                "TooDeep",
                (
                    "<stdin>:2:64: expected at most 100 lists and mappings inside each other, found more "
                    "(flatten the document)"
                ),
            ),
        ],
        id="depth by aliases",
    ),
    pytest.param(
        "a: b\0\n",
        [
            (
                "Encoding",
                "<stdin>:1:5: expected text, found the character U+0000 (save the file as UTF-8 text)",
            ),
        ],
        id="a NUL byte",
    ),
    pytest.param(
        "a: \x1b[31mb\n",
        [
            (
                "Encoding",
                (
                    "<stdin>:1:4: expected text, found the character U+001B (remove it, or write it as an "
                    "escape sequence in double quotes)"
                ),
            ),
        ],
        id="an escape character",
    ),
    pytest.param(
        "a: \x80\n",
        [
            (
                "Encoding",
                (
                    "<stdin>:1:4: expected text, found the character U+0080 (remove it, or write it as an "
                    "escape sequence in double quotes)"
                ),
            ),
        ],
        id="a control character of the second range",
    ),
    pytest.param(
        b"a: b\nc: caf\xe9\n",
        [
            (
                "Encoding",
                "<stdin>:2:7: expected UTF-8, found the byte 0xe9 (save the file as UTF-8)",
            ),
        ],
        id="a byte that is not UTF-8",
    ),
    pytest.param(
        b"\xff\xfea\x00:\x00 ",
        [
            (
                "Encoding",
                "<stdin>:1:1: expected UTF-8, found UTF-16 that is broken (save the file as UTF-8)",
            ),
        ],
        id="UTF-16 cut in half",
    ),
    pytest.param(
        "a: b\n".encode("utf-16-le"),
        [
            (
                "Encoding",
                "<stdin>:1:2: expected text, found the character U+0000 (save the file as UTF-8 text)",
            ),
        ],
        id="UTF-16 without a byte order mark",
    ),
    pytest.param(
        "a: b\n".encode("utf-32"),
        [
            (
                "Encoding",
                "<stdin>:1:1: expected UTF-8, found UTF-32 (save the file as UTF-8)",
            ),
        ],
        id="UTF-32",
    ),
    pytest.param(
        b"\x89PNG\r\n\x1a\n\0\0",
        [
            (
                "Encoding",
                "<stdin>:1:1: expected UTF-8, found the byte 0x89 (save the file as UTF-8)",
            ),
        ],
        id="a PNG",
    ),
    pytest.param(
        "hello\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found 'hello' (write each "
                    "manifest as a mapping)"
                ),
            ),
        ],
        id="a scalar",
    ),
    pytest.param(
        "'" + "x" * 50 + "'\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found "
                    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' (write each manifest as a mapping)"
                ),
            ),
        ],
        id="a long text with escape sequences",
    ),
    pytest.param(
        "- a: b\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found a list (write each "
                    "manifest as a mapping)"
                ),
            ),
        ],
        id="a list",
    ),
    pytest.param(
        "42\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found 42 (write each "
                    "manifest as a mapping)"
                ),
            ),
        ],
        id="a number",
    ),
    pytest.param(
        "yes\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:1:1: expected an object with apiVersion and kind, found true (write each "
                    "manifest as a mapping)"
                ),
            ),
        ],
        id="a boolean",
    ),
    pytest.param(
        "{{- if .Values.x }}\nkind: A\n{{- end }}\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:1:3: expected a value, found '-' (render the template first, as helm template "
                    "does)"
                ),
            ),
        ],
        id="a Helm template",
    ),
    pytest.param(
        "a: {{ .Values.x }}\n",
        [
            (
                "UnsupportedValue",
                (
                    "<stdin>:1:5: a: expected a key that is text, found a mapping (render the template "
                    "first, as helm template does)"
                ),
            ),
        ],
        id="a Helm value",
    ),
    pytest.param(
        "a: b\n<<<<<<< HEAD\nc: d\n",
        [
            (
                "YAMLSyntax",
                (
                    "<stdin>:2:1: expected a key with ':' after it, found '<<<<<<<' (resolve the merge "
                    "conflict)"
                ),
            ),
        ],
        id="a conflict marker",
    ),
    pytest.param(
        "apiVersion: v1\nkind: List\nitems: {a: b}\n",
        [
            (
                "NotAnObject",
                "<stdin>:3:1: items: expected a list, found a mapping (write the objects as a list)",
            ),
        ],
        id="a List whose items are a mapping",
    ),
    pytest.param(
        "apiVersion: v1\nkind: List\nitems:\n- kind: A\n- b\n-\n",
        [
            (
                "NotAnObject",
                (
                    "<stdin>:5:3: expected an object with apiVersion and kind, found 'b' (write each "
                    "manifest as a mapping)"
                ),
            ),
            (
                "NotAnObject",
                (
                    "<stdin>:6:2: expected an object with apiVersion and kind, found nothing (write each "
                    "manifest as a mapping)"
                ),
            ),
        ],
        id="a List with text",
    ),
    pytest.param(
        '{"a": "b',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:1:9: expected a closing '\"', found the end of the document (close the "
                    "quote, or write the character as an escape sequence)"
                ),
            ),
        ],
        id="JSON cut off in a string",
    ),
    pytest.param(
        '{"a": 1',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:1:8: expected ',' or '}' for the bracket at line 1, column 1, found the end "
                    "of the document (mend the JSON)"
                ),
            ),
        ],
        id="JSON cut off after a value",
    ),
    pytest.param(
        '{"a"',
        [
            (
                "JSONSyntax",
                "<stdin>:1:5: expected ':' after the key, found the end of the document (mend the JSON)",
            ),
        ],
        id="JSON cut off after a key",
    ),
    pytest.param(
        '{"a": 1\n "b": 2}',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:2:2: expected ',' or '}' for the bracket at line 1, column 1, found "
                    "'\"b\":' (mend the JSON)"
                ),
            ),
        ],
        id="JSON without a comma",
    ),
    pytest.param(
        '{"a": [{"b": 1,\n"b": 2}]}',
        [
            (
                "DuplicateKey",
                (
                    "<stdin>:2:1: a[0]: expected the key 'b' once, found it at line 1, column 9 as well "
                    "(remove one of the two)"
                ),
            ),
        ],
        id="JSON with a key twice",
    ),
    pytest.param(
        '{"a": "\\d"}',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:1:8: expected an escape sequence that JSON has, found '\\d\"}' (double the "
                    "backslash)"
                ),
            ),
        ],
        id="JSON with an unknown escape",
    ),
    pytest.param(
        '{"a": "b", // c\n"d": 1}',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:1:12: expected a key in double quotes, found '//' (JSON allows neither "
                    "trailing commas nor comments)"
                ),
            ),
        ],
        id="JSON with a raw line break in a string and a comment",
    ),
    pytest.param(
        '{"a": 1e999}',
        [
            (
                "UnsupportedValue",
                "<stdin>:1:7: expected a number of 64 bits, found 1e999 (write it as text, in quotes)",
            ),
        ],
        id="JSON with a number too large",
    ),
    pytest.param(
        '{"a": [NaN}',
        [
            (
                "JSONSyntax",
                "<stdin>:1:8: expected a value, found 'NaN}' (mend the JSON)",
            ),
        ],
        id="JSON with NaN in a list",
    ),
    pytest.param(
        '{"a": 1} b',
        [
            (
                "JSONSyntax",
                "<stdin>:1:10: expected a value, found 'b' (mend the JSON)",
            ),
        ],
        id="JSON with text after it",
    ),
    pytest.param(
        '{"a": ' + "[" * 100 + "]" * 100 + "}",
        [
            (
                "TooDeep",
                (
                    "<stdin>:1:106: expected at most 100 lists and mappings inside each other, found more "
                    "(flatten the document)"
                ),
            ),
        ],
        id="JSON that is nested too deeply",
    ),
    pytest.param(
        '{"a": "\x01"}',
        [
            (
                "JSONSyntax",
                (
                    "<stdin>:1:8: expected a closing '\"', found '\\x01\"}' (close the quote, or write "
                    "the character as an escape sequence)"
                ),
            ),
        ],
        id="JSON with a control character",
    ),
]


@pytest.mark.parametrize(("text", "findings"), BROKEN)
def test_broken_text_is_found_and_explained(text: str | bytes, findings: list[tuple[str, str]]) -> None:
    data = text.encode() if isinstance(text, str) else text
    read = read_documents(["-"], stdin=io.BytesIO(data))
    assert [(finding.code, str(finding)) for finding in read.findings] == findings


# Directives and byte order marks mean something only at the start of a file.
@pytest.mark.parametrize(("text", "findings"), [row for row in BROKEN if row.values[0][0] not in ("%", 0xFF)])
def test_broken_text_does_no_harm_to_the_documents_around_it(
    text: str | bytes, findings: list[tuple[str, str]]
) -> None:
    data = text.encode() if isinstance(text, str) else text
    read = read_documents(["-"], stdin=io.BytesIO(b"first: 1\n---\n" + data + b"\n---\nlast: 1\n"))
    assert [item.value for item in read.documents][:1] == [{"first": 1}]
    assert [item.value for item in read.documents][-1:] == [{"last": 1}]
    assert [finding.code for finding in read.findings] == [code for code, _ in findings]
