"""From a manifest's mapping to a typed resource, with everything that the API server would say about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP, ObjectKey, Source
from gwsim.findings import Finding, Severity
from gwsim.resources.admission.naming import read_metadata
from gwsim.resources.admission.problems import Problem, shown, suggestion, unexpected_type
from gwsim.resources.admission.repeating import keyed_lists, repeated_items
from gwsim.resources.meta import Part
from gwsim.resources.releases.release import LENIENT, Channel, Edition, Release
from gwsim.resources.rules.applying import manifest_checks, ruled_parts, violations
from gwsim.resources.snapshot import Resource
from gwsim.resources.versions import KnownKind, find_kind, group_of, kinds


class Admission(msgspec.Struct, frozen=True, gc=False):
    """The API server's answer to one object."""

    resource: Resource | None
    """With defaults set; None where it is refused or of an unknown kind."""
    findings: tuple[Finding, ...] = ()
    """In the order of the text; an error is a reason to refuse the object."""
    known: bool = True
    """False for a kind that gwsim does not read, which is no error."""


def admit(
    value: object, source: Source, *, default_namespace: str = "default", release: Release = LENIENT
) -> Admission:
    """
    Read one manifest as the API server does: its kind's schema, defaults, list keys and cross-field rules.

    Args:
        value: as a JSON reader gives it: dicts with text as keys, lists, scalars. `status` is passed over.
        source: where fields are written, for the findings.
        default_namespace: of a namespaced object that says none.
        release: the CRDs that the cluster has.
    """
    if not isinstance(value, dict):
        return _refused([unexpected_type((), "a mapping", value)], source)
    api_version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str) or not api_version or not kind:
        return _refused(_untyped(value), source)
    known = find_kind(api_version, kind)
    if known is None or (release.channel is Channel.EITHER and not known.versions_in(release)):
        misspelt = _unknown_kind(api_version, kind, release)
        return _refused([misspelt], source) if misspelt else Admission(None, known=False)
    metadata, metadata_problems = read_metadata(
        value.get("metadata"), known.name_form, default_namespace if known.namespaced else None
    )
    key = _key(known, metadata.get("name"), metadata.get("namespace"))
    if api_version not in known.api_versions_in(release):
        return _refused([_unserved(known, api_version, release)], source, key)
    content = {name: field for name, field in value.items() if name != "status"}
    content["metadata"] = metadata
    resource, problems = _check(content, known, Edition(release, api_version.rpartition("/")[2]))
    if not problems and not metadata_problems:
        return Admission(resource)
    problems = [*metadata_problems, *problems]
    findings = _findings(problems, source, key)
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return Admission(None if errors else resource, findings)


def _check(
    content: dict[str, object], known: KnownKind, edition: Edition
) -> tuple[Resource | None, list[Problem]]:
    problems: list[Problem] = []
    part = _part(known, edition)
    resource: object
    try:
        # Good objects pass here in one call; on the first odd thing the careful reader starts over.
        resource = msgspec.convert(content, part)
    except msgspec.ValidationError:
        from gwsim.resources.admission.walking import read_part

        resource, found = read_part(content, part)
        problems += found
    assert isinstance(resource, known.part)
    problems += repeated_items(content, keyed_lists(part))
    for check in manifest_checks(part, edition):
        problems += check(content)
    if not any(problem.blocking for problem in problems):
        problems += violations(resource, ruled_parts(part, edition))
    return resource, problems


def _part(known: KnownKind, edition: Edition) -> type[Part]:
    """The type that an object is read as."""
    if edition.release == LENIENT and not known.versions_differ:
        return known.part
    from gwsim.resources.releases.editing import edited

    return edited(known.part, edition)


def _untyped(value: dict[str, object]) -> Iterator[Problem]:
    for name, example in (("apiVersion", "gateway.networking.k8s.io/v1"), ("kind", "HTTPRoute")):
        written = value.get(name)
        if written is None or written == "":
            yield Problem("Required", (name,), f"expected {name}, found none", f"add it, such as {example}")
        elif not isinstance(written, str):
            yield unexpected_type((name,), "a string", written)


def _unknown_kind(api_version: str, kind: str, release: Release) -> Problem | None:
    """Complain of a kind that no release has; one of another API is another's business."""
    group = group_of(api_version)
    own = [known.kind for known in kinds() if known.group == group]
    misspelt = any(name.casefold() == kind.casefold() and name != kind for name in own)
    ours = group in (GATEWAY_GROUP, EXPERIMENTAL_GROUP) and release.channel is not Channel.EITHER
    if not misspelt and not ours:
        return None
    message = f"expected a kind of {api_version}, found {shown(kind)}"
    return Problem("UnknownKind", ("kind",), message, suggestion(kind, own))


def _unserved(known: KnownKind, api_version: str, release: Release) -> Problem:
    served = known.api_versions_in(release)
    if not served:
        message = f"expected a kind of {release}, found {shown(known.kind)}"
        return Problem("UnservedKind", ("kind",), message, known.since())
    message = f"expected {' or '.join(served)} for {known.kind}, found {shown(api_version)}"
    since = known.since() if release.channel is not Channel.EITHER else ""
    advice = f"use {served[0]}" + (f"; {since}" if since else "")
    return Problem("UnservedVersion", ("apiVersion",), message, advice)


def _key(known: KnownKind, name: object, namespace: object) -> ObjectKey | None:
    if not isinstance(name, str) or not name:
        return None
    return ObjectKey(known.group, known.kind, namespace if isinstance(namespace, str) else "", name)


def _refused(problems: Iterable[Problem], source: Source, key: ObjectKey | None = None) -> Admission:
    return Admission(None, _findings(problems, source, key))


def _findings(problems: Iterable[Problem], source: Source, key: ObjectKey | None) -> tuple[Finding, ...]:
    findings = [
        Finding(
            problem.code,
            problem.severity,
            source.locate(problem.path),
            problem.message,
            problem.help,
            key,
            problem.path,
        )
        for problem in problems
    ]
    return tuple(sorted(findings, key=lambda finding: finding.location))
