"""What a cluster that has the CRDs of one release would keep of an object, as simulation reads it."""

from __future__ import annotations

import msgspec
from msgspec import structs

from gwsim.addresses import Source
from gwsim.resources.admission.admitting import Admission, admit
from gwsim.resources.releases.release import LENIENT, Release


def admit_as_stored(value: object, source: Source, *, default_namespace: str, release: Release) -> Admission:
    """
    Read one manifest as the API server stores it that has the CRDs of a release.

    Fields that the release does not have are dropped, and its defaults are set. What is left has the same
    type whatever the release is, so that objects admitted by two releases are equal where they say the same.
    Fields that only an older release has are dropped as well, with a finding: they are not simulated.

    Args:
        value: as for `admit`.
        default_namespace: of a namespaced object that says none.
        release: the CRDs that the cluster has.
    """
    admission = admit(value, source, default_namespace=default_namespace, release=release)
    if release == LENIENT or admission.resource is None:
        return admission
    usual = admit(value, source, default_namespace=default_namespace)
    if type(usual.resource) is type(admission.resource):
        return admission
    stored = _without_nulls(msgspec.to_builtins(admission.resource))
    read = admit(stored, source, default_namespace=default_namespace)
    return structs.replace(read, findings=(*admission.findings, *read.findings))


def _without_nulls(value: object) -> object:
    """A value without the fields that are null, which the API takes as absent."""
    match value:
        case dict():
            return {name: _without_nulls(field) for name, field in value.items() if field is not None}
        case list() | tuple():
            return [_without_nulls(item) for item in value]
        case _:
            return value
