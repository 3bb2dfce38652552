"""Which release a cluster has, as its CustomResourceDefinitions say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP
from gwsim.errors import UsageError
from gwsim.resources.releases.release import NEWEST, RELEASED, Channel, Release, Version
from gwsim.resources.versions import group_of

BUNDLE_VERSION = "gateway.networking.k8s.io/bundle-version"
CHANNEL = "gateway.networking.k8s.io/channel"


class Installed(NamedTuple):
    """The CRDs of a cluster."""

    usual: Release = NEWEST
    """Of kinds whose CRD is not known."""
    by_kind: Mapping[tuple[str, str], Release] = {}
    """By group and kind: the CRDs of a cluster need not be of one release."""
    notes: tuple[str, ...] = ()
    """What was taken for something else."""

    def release_of(self, manifest: object) -> Release:
        """Find the release that an object is checked by."""
        if not self.by_kind or not isinstance(manifest, dict):
            return self.usual
        key = (group_of(str(manifest.get("apiVersion"))), str(manifest.get("kind")))
        return self.by_kind.get(key, self.usual)


def installed(manifests: Iterable[object], channel: Channel | None = None) -> Installed:
    """
    Read the releases off the CustomResourceDefinitions among some manifests.

    Args:
        channel: in place of what their annotations say.

    Raises:
        UsageError: a release that gwsim does not know.
    """
    found: dict[tuple[str, str], Release] = {}
    notes: dict[str, None] = {}
    for manifest in manifests:
        if isinstance(manifest, dict) and manifest.get("kind") == "CustomResourceDefinition":
            key, bundle, written = _definition(manifest)
            if key[0] in (GATEWAY_GROUP, EXPERIMENTAL_GROUP) and bundle is not None:
                version = _known(bundle, key[1], notes)
                found[key] = Release(version, channel or _channel(written))
    if not found:
        notes["no CustomResourceDefinition of the Gateway API was given: the newest release is taken"] = None
        return Installed(Release(NEWEST.version, channel or NEWEST.channel), notes=tuple(notes))
    counts = Counter(found.values())
    usual = max(counts, key=lambda release: (counts[release], release.version, release.channel.value))
    return Installed(usual, found, tuple(notes))


def _definition(manifest: dict[str, object]) -> tuple[tuple[str, str], str | None, str | None]:
    spec, metadata = _mapping(manifest.get("spec")), _mapping(manifest.get("metadata"))
    names, annotations = _mapping(spec.get("names")), _mapping(metadata.get("annotations"))
    bundle, channel = annotations.get(BUNDLE_VERSION), annotations.get(CHANNEL)
    return (
        (str(spec.get("group")), str(names.get("kind"))),
        bundle if isinstance(bundle, str) else None,
        channel if isinstance(channel, str) else None,
    )


def _known(bundle: str, kind: str, notes: dict[str, None]) -> Version:
    match = re.match(r"v?([0-9]{1,4})\.([0-9]{1,4})(\D|\Z)", bundle, re.ASCII)
    version = Version(int(match[1]), int(match[2])) if match else None
    if version is None or version < RELEASED[0]:
        raise UsageError(
            f"the CRD of {kind}: expected a bundle-version from v{RELEASED[0]} to v{RELEASED[-1]}, "
            f"found {bundle!r}"
        )
    if version > RELEASED[-1]:
        notes[f"the CRDs are of {version}, which gwsim does not know: {RELEASED[-1]} is taken"] = None
        return RELEASED[-1]
    return version


def _channel(written: str | None) -> Channel:
    return Channel.EXPERIMENTAL if written == Channel.EXPERIMENTAL.value else Channel.STANDARD


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
