"""
Pieces of HTML, built as elements so that every text is escaped, light and dark.

Colours of text and background are those of what is around; a notebook that strips styles shows plain tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from gwsim.analysis.graph import State
from gwsim.rendering.sanitize import safe

STYLE = """
.gwsim { font-size: 13px; line-height: 1.45; max-width: 110em; overflow-x: auto; }
.gwsim code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
div.gwsim code { unicode-bidi: isolate; background: none; color: inherit; font-size: inherit; padding: 0; }
div.gwsim table { border-collapse: collapse; margin: 0.4em 0; font-size: inherit; }
div.gwsim table th, div.gwsim table td { text-align: left; vertical-align: top; }
div.gwsim table th, div.gwsim table td { padding: 0.15em 0.8em 0.15em 0; }
div.gwsim table td { max-width: 40em; overflow-wrap: break-word; white-space: normal; }
.gwsim thead th { border-bottom: 1px solid rgba(128, 128, 128, 0.5); }
.gwsim .dim { opacity: 0.7; } .gwsim .head { font-weight: 600; }
.gwsim .good { color: #2e9e4f; } .gwsim .fair { color: #b8860b; } .gwsim .bad { color: #e0483e; }
.gwsim details { margin-left: 1.2em; } .gwsim .leaf { margin-left: 2.3em; }
.gwsim summary { cursor: pointer; }
.gwsim .bar { display: inline-block; height: 0.7em; background: #4c8bf5; border-radius: 2px; }
"""
TONES = {
    State.ACCEPTED: "good",
    State.UNREACHED: "dim",
    State.PARTIAL: "fair",
    State.REFUSED: "bad",
    State.MISSING: "bad",
}
"""The class of each state."""


def page() -> ET.Element:
    """Start an answer: an element that holds all of it."""
    root = ET.Element("div", {"class": "gwsim"})
    ET.SubElement(root, "style").text = STYLE
    return root


def written(root: ET.Element) -> str:
    """Write an answer as HTML."""
    return ET.tostring(root, encoding="unicode", method="html")


def add(parent: ET.Element, tag: str, text: str = "", tone: str = "", **attributes: str) -> ET.Element:
    """Add an element with a text, which is made safe."""
    names = {"class": tone} if tone else {}
    element = ET.SubElement(parent, tag, {**names, **attributes})
    element.text = safe(text)
    return element


def table(parent: ET.Element, columns: Iterable[str]) -> ET.Element:
    """Add a table, and return its body."""
    element = ET.SubElement(parent, "table")
    row = ET.SubElement(ET.SubElement(element, "thead"), "tr")
    for column in columns:
        add(row, "th", column)
    return ET.SubElement(element, "tbody")


def code_cell(row: ET.Element, lines: Iterable[str], tone: str = "") -> ET.Element:
    """Add a cell of lines that are names or values."""
    cell = add(row, "td", "", tone)
    for place, line in enumerate(lines):
        if place:
            ET.SubElement(cell, "br")
        add(cell, "code", line)
    return cell
