"""What the API server would say to many objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gwsim.addresses import ObjectKey, Source
from gwsim.findings import Finding, Severity
from gwsim.resources.admission.admitting import admit
from gwsim.resources.releases.installed import Installed
from gwsim.resources.snapshot import key_of

NEWEST_INSTALLED = Installed()


class Validation(NamedTuple):
    """The answer to some objects."""

    findings: tuple[Finding, ...]
    """In the order of the input."""
    checked: tuple[ObjectKey, ...]
    """The objects of kinds that gwsim knows, without those that have no name."""
    unnamed: int = 0
    """Objects that were checked and have no name."""
    skipped: int = 0
    """Objects of other kinds."""


def validate(
    manifests: Iterable[tuple[object, Source]],
    *,
    installed: Installed = NEWEST_INSTALLED,
    default_namespace: str = "default",
) -> Validation:
    """
    Check each of some manifests, and whether one of them is there twice.

    Args:
        installed: the CRDs to check by.
        default_namespace: of namespaced objects that say none.
    """
    findings: list[Finding] = []
    places: dict[ObjectKey, list[Source]] = {}
    unnamed = skipped = 0
    for value, source in manifests:
        release = installed.release_of(value)
        admission = admit(value, source, default_namespace=default_namespace, release=release)
        findings += admission.findings
        if not admission.known:
            skipped += 1
            continue
        resource = admission.resource
        key = admission.findings[0].key if resource is None else key_of(resource)
        if key is None:
            unnamed += 1
        else:
            places.setdefault(key, []).append(source)
    findings += _repeated(places)
    return Validation(tuple(findings), tuple(places), unnamed, skipped)


def _repeated(places: dict[ObjectKey, list[Source]]) -> Iterator[Finding]:
    path = ("metadata", "name")
    for key, sources in places.items():
        for source in sources[1:]:
            yield Finding(
                "DuplicateObject",
                Severity.WARNING,
                source.locate(path),
                f"expected {key} once, found it also at {sources[0].locate(path)}",
                "remove or rename one of the two",
                key,
                path,
            )
