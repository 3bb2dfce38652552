"""What each release keeps of the objects of all scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from gwsim.reading.manifests import read_documents
from gwsim.resources.admission.admitting import admit
from gwsim.resources.admission.restricting import admit_as_stored
from gwsim.resources.releases.release import RELEASED, Channel, Release

ROOT = Path(__file__).parents[2]
RELEASES = [
    Release(version, channel) for version in RELEASED for channel in (Channel.STANDARD, Channel.EXPERIMENTAL)
]


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_what_a_release_takes_as_it_is_stays_as_it_is(release: Release) -> None:
    same = dropped = 0
    for document in read_documents([str(ROOT / "scenarios")], recursive=True).documents:
        usual = admit(document.value, document.source)
        stored = admit_as_stored(
            document.value, document.source, default_namespace="default", release=release
        )
        taken = admit(document.value, document.source, release=release)
        assert (stored.resource is None) == (taken.resource is None)
        if stored.resource is None:
            continue
        assert type(stored.resource) is type(usual.resource)
        if taken.findings == usual.findings:
            assert stored.resource == usual.resource
            same += 1
        else:
            dropped += stored.resource != usual.resource
    assert same > 100
    assert (dropped == 0) == (release in RELEASES[3::2])
