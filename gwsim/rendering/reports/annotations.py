"""Workflow commands of GitHub, in which what is quoted commands nothing."""

from __future__ import annotations

import hashlib

from gwsim.addresses import Location
from gwsim.rendering.sanitize import safe


def annotation(level: str, location: Location, title: str, message: str) -> str:
    """
    Write an annotation of a line of a file.

    Args:
        level: `error`, `warning` or `notice`.
        message: may have several lines.
    """
    file, line, column = location
    place = f"file={_property(file)},line={line},col={column},title={_property(title)}"
    return f"::{level} {place}::{'%0A'.join(map(_data, message.splitlines()))}"


def without_commands(text: str) -> str:
    """Write a text in which GitHub is told to obey no command; it ends with a line break."""
    token = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def _data(text: str) -> str:
    return safe(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
