"""Labels and annotations, whose keys have a form of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gwsim.addresses import FieldPath
from gwsim.resources.admission.naming import KEY_HELP, SUBDOMAIN_NAME
from gwsim.resources.admission.problems import Problem, shown, unexpected_type

ANNOTATIONS_LIMIT = 256 * 1024
"""Characters of all keys and values together."""
LABEL_WORD = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")


def map_problems(field: str, value: object) -> tuple[Problem, ...]:
    """
    Check the labels or the annotations of an object.

    Args:
        field: `labels` or `annotations`.
        value: as written.
    """
    if not isinstance(value, dict):
        return (unexpected_type(("metadata", field), "a mapping", value),)
    return tuple(_label_problems(value) if field == "labels" else _annotation_problems(value))


def _label_problems(labels: dict[object, object]) -> Iterator[Problem]:
    for key, value in labels.items():
        path: FieldPath = ("metadata", "labels", str(key))
        if not _is_qualified(str(key)):
            yield _bad_key(path, str(key))
        if not isinstance(value, str):
            yield unexpected_type(path, "a string", value)
        elif len(value) > 63 or (value and not LABEL_WORD.fullmatch(value)):
            message = f"expected a label value of at most 63 characters, found {shown(value)}"
            yield Problem("InvalidLabel", path, message, "use letters, digits, '-', '_' and '.'")


def _annotation_problems(annotations: dict[object, object]) -> Iterator[Problem]:
    size = 0
    for key, value in annotations.items():
        path: FieldPath = ("metadata", "annotations", str(key))
        if not _is_qualified(str(key).lower()):
            yield _bad_key(path, str(key))
        if isinstance(value, str):
            size += len(str(key)) + len(value)
        else:
            yield unexpected_type(path, "a string", value, confidential=True)
    if size > ANNOTATIONS_LIMIT:
        message = f"expected at most {ANNOTATIONS_LIMIT} characters in all, found {size}"
        yield Problem("TooLong", ("metadata", "annotations"), message)


def _bad_key(path: FieldPath, key: str) -> Problem:
    message = f"expected a key in the form [PREFIX/]NAME, found {shown(key)}"
    return Problem("InvalidLabel", path, message, KEY_HELP)


def _is_qualified(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and not SUBDOMAIN_NAME.allows(prefix):
        return False
    return len(name) <= 63 and LABEL_WORD.fullmatch(name) is not None
