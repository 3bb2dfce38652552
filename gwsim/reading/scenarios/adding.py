"""A case added to a scenario file; all else of it, comments and layout, stays as it is."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import TypeAlias

import yaml

from gwsim.errors import UsageError
from gwsim.findings import Finding
from gwsim.reading.formats.flow_text import flow_text
from gwsim.reading.formats.texts import decode, printable
from gwsim.reading.scenarios.reading import scenario_of


def with_request(
    file: str, data: bytes, name: str, request: Mapping[str, object], expect: Mapping[str, object]
) -> bytes:
    """
    Add a request and what is expected of it after the others of a file.

    Args:
        file: its name, for messages.
        data: empty for a file that is not there yet.
        name: a sentence that can be false.

    Raises:
        ScenarioError: the file is no scenario, or would have two cases of one name.
        UsageError: the file has a layout into which nothing can be added.
    """
    read = decode(file, data)
    if isinstance(read, Finding) or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _unfit(file)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = read.text or f"title: {flow_text(name)}\n"
    before = scenario_of(file, text.encode()).requests
    changed = mark + _added(file, text, (name, request, expect)).encode()
    cases = [(each.name, each.request, each.expect) for each in scenario_of(file, changed).requests]
    if cases != [*((each.name, each.request, each.expect) for each in before), (name, request, expect)]:
        raise _unfit(file)
    return changed


def _unfit(file: str) -> UsageError:
    shown = printable(file, at_most=len(file))
    return UsageError(f"{shown}: expected a list of requests in UTF-8 to add to, found something else")


Case: TypeAlias = tuple[str, Mapping[str, object], Mapping[str, object]]


def _added(file: str, text: str, case: Case) -> str:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _unfit(file)
    requests = next((value for key, value in root.value if key.value == "requests"), None)
    newline = "\r\n" if "\r\n" in text else "\n"
    ending = "" if text.endswith("\n") else newline
    match requests:
        case None:
            return f"{text}{ending}requests:{newline}{_item(case, 2, newline)}"
        case yaml.SequenceNode(value=[]):
            start, end = requests.start_mark.index, requests.end_mark.index
            return f"{text[:start].rstrip(' ')}{newline}{_item(case, 2, newline).rstrip()}{text[end:]}"
        case yaml.SequenceNode(flow_style=False, value=items):
            line_start = text.rfind("\n", 0, items[0].start_mark.index) + 1
            indent = len(text[line_start:]) - len(text[line_start:].lstrip(" "))
            end = text.find("\n", _end(items[-1]))
            at = len(text) if end < 0 else end + 1
            break_before = "" if end >= 0 else newline
            return f"{text[:at]}{break_before}{_item(case, indent, newline)}{text[at:]}"
        case _:
            raise _unfit(file)


def _item(case: Case, indent: int, newline: str) -> str:
    name, request, expect = map(flow_text, case)
    lines = (f"- name: {name}", f"  request: {request}", f"  expect: {expect}")
    return "".join(f"{' ' * indent}{line}{newline}" for line in lines)


def _end(node: yaml.Node) -> int:
    """
    Find the end of what is written for a node.

    That of a list or mapping in block style is said to be where the next thing begins, after its comments.
    """
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return max(node.start_mark.index, end - 1)
