"""An object's metadata: names, labels and annotations, as the API server takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from gwsim.addresses import FieldPath
from gwsim.findings import Severity
from gwsim.resources.admission.problems import Problem, shown, sort_of, suggestion, unexpected_type
from gwsim.resources.meta import DNS_HELP, LABEL, SUBDOMAIN

METADATA_FIELDS = (
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)
KEY_HELP = "NAME has at most 63 letters, digits, '-', '_' and '.'; PREFIX is a lower-case DNS name"
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class NameForm(msgspec.Struct, frozen=True):
    """How names of one kind must look."""

    says: str
    longest: int
    """Characters."""
    pattern: re.Pattern[str]
    help: str

    def allows(self, name: str) -> bool:
        """Whether a name has this form."""
        return len(name) <= self.longest and self.pattern.fullmatch(name) is not None


SUBDOMAIN_NAME = NameForm(
    "a lower-case DNS name of at most 253 characters", 253, re.compile(SUBDOMAIN), DNS_HELP
)
LABEL_NAME = NameForm(
    "a DNS label of at most 63 characters",
    63,
    re.compile(LABEL),
    "use lower-case letters, digits and '-'; begin and end with a letter or digit",
)
SERVICE_NAME = NameForm(
    "a DNS label of at most 63 characters that begins with a letter",
    63,
    re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?"),
    "use lower-case letters, digits and '-'; begin with a letter, end with a letter or digit",
)


class ReadMetadata(NamedTuple):
    """What of the metadata matters to gwsim, and what is wrong with it."""

    metadata: Mapping[str, object]
    """Well typed; the name is empty where the object has none that can be read."""
    problems: tuple[Problem, ...]


def read_metadata(value: object, form: NameForm, namespace: str | None) -> ReadMetadata:
    """
    Check an object's metadata and fill in its namespace.

    Args:
        value: as written; None where the object has none.
        form: how names of the kind look.
        namespace: the namespace of an object that does not say it; None for a cluster-scoped kind.
    """
    written = {} if value is None else value
    if not isinstance(written, dict):
        return ReadMetadata({"name": ""}, (unexpected_type(("metadata",), "a mapping", value),))
    problems = [*_name_problems(written, form)]
    name = written.get("name")
    metadata: dict[str, object] = {"name": name if isinstance(name, str) else ""}
    if namespace is not None:
        problems += _namespace_problems(written)
        own = written.get("namespace")
        metadata["namespace"] = own if isinstance(own, str) and own else namespace
    for field in ("labels", "annotations"):
        if written.get(field):
            from gwsim.resources.admission.labelling import map_problems

            found = map_problems(field, written[field])
            problems += found
            if not found:
                metadata[field] = written[field]
    problems += _timestamp_problems(written)
    if isinstance(written.get("creationTimestamp"), str):
        metadata["creationTimestamp"] = written["creationTimestamp"]
    if type(written.get("generation")) is int:
        metadata["generation"] = written["generation"]
    if not written.keys() <= _METADATA_FIELDS:
        problems += _unknown_fields(written)
    return ReadMetadata(metadata, tuple(problems))


_METADATA_FIELDS = frozenset(METADATA_FIELDS)


def _name_problems(metadata: Mapping[str, object], form: NameForm) -> Iterator[Problem]:
    path: FieldPath = ("metadata", "name")
    name = metadata.get("name")
    match name:
        case None | "":
            generated = metadata.get("generateName")
            found = "only generateName" if generated else "none"
            advice = "write the name that the API server would make" if generated else "add metadata.name"
            yield Problem("Required", path, f"expected a name, found {found}", advice)
        case str():
            if not form.allows(name):
                yield Problem("InvalidName", path, f"expected {form.says}, found {shown(name)}", form.help)
        case _:
            yield unexpected_type(path, "a name", name)


def _namespace_problems(metadata: Mapping[str, object]) -> Iterator[Problem]:
    path: FieldPath = ("metadata", "namespace")
    namespace = metadata.get("namespace")
    if namespace is None or namespace == "":
        return
    if not isinstance(namespace, str):
        yield unexpected_type(path, "the name of a namespace", namespace)
    elif not LABEL_NAME.allows(namespace):
        message = f"expected {LABEL_NAME.says}, found {shown(namespace)}"
        yield Problem("InvalidName", path, message, LABEL_NAME.help)


def _timestamp_problems(metadata: Mapping[str, object]) -> Iterator[Problem]:
    written = metadata.get("creationTimestamp")
    path: FieldPath = ("metadata", "creationTimestamp")
    if written is None:
        return
    if not isinstance(written, str):
        yield unexpected_type(path, "a time", written)
    elif not _is_time(written):
        message = f"expected a time as in RFC 3339, found {shown(written)}"
        yield Problem("InvalidTimestamp", path, message, "write it as 2026-01-31T12:00:00Z")


def _is_time(text: str) -> bool:
    if not TIMESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _unknown_fields(metadata: Mapping[str, object]) -> Iterator[Problem]:
    for key, value in metadata.items():
        if key not in _METADATA_FIELDS:
            message = f"expected a field of metadata, found {shown(key)} ({sort_of(value)})"
            advice = suggestion(key, METADATA_FIELDS) or "remove it: the API server drops it"
            yield Problem("UnknownField", ("metadata", key), message, advice, Severity.WARNING)
