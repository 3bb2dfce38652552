"""Whether an implementation supports a feature, as far as its reports tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

import msgspec

from gwsim.implementations.conformance import Feature, Profile, Report, release_order

MESH_NAMES: Mapping[str, str] = {
    "MeshHTTPRouteRewritePath": "HTTPRoutePathRewrite",
    "MeshHTTPRouteSchemeRedirect": "HTTPRouteSchemeRedirect",
    "MeshHTTPRouteRedirectPort": "HTTPRoutePortRedirect",
    "MeshHTTPRouteRedirectPath": "HTTPRoutePathRedirect",
    "MeshHTTPRouteBackendRequestHeaderModification": "HTTPRouteBackendRequestHeaderModification",
    "MeshHTTPRouteQueryParamMatching": "HTTPRouteQueryParamMatching",
    "MeshHTTPRouteNamedRouteRule": "HTTPRouteNamedRouteRule",
}
"""Features of meshes, and what the profile MESH-HTTP called them up to v1.3."""


class Support(Enum):
    """What reports say of a feature; the worst first."""

    NO = "no"
    PARTLY = "partly"
    """Reports of several modes, channels or profiles differ, or tests of it were skipped or failed."""
    UNKNOWN = "unknown"
    """No report tells."""
    YES = "yes"


class Verdict(msgspec.Struct, frozen=True):
    """What reports say of one feature, and on what grounds."""

    support: Support
    basis: str
    """A sentence without a full stop."""


def verdict(feature: Feature, reports: Sequence[Report]) -> Verdict:
    """
    Say whether a feature is supported, by reports of one version of an implementation.

    Nothing is guessed: what is in neither list of a profile is unknown.

    Args:
        reports: one for each mode and channel; empty where there is none.
    """
    if not reports:
        return Verdict(Support.UNKNOWN, "there is no report")
    if not feature.reported:
        return Verdict(Support.UNKNOWN, "no profile of the reports tells of it")
    said = list(dict.fromkeys(word for report in reports for word in _said(feature, report)))
    supports = {support for support, _ in said}
    if not said:
        return Verdict(Support.UNKNOWN, _silence(feature, reports))
    basis = "; ".join(basis for _, basis in said)
    if len(supports) > 1:
        return Verdict(Support.PARTLY, basis)
    return Verdict(supports.pop(), basis)


def _silence(feature: Feature, reports: Sequence[Report]) -> str:
    tested = reports[0].gateway_api
    if feature.since == "main" or release_order(feature.since) > release_order(tested):
        return f"the suite of {tested} does not have it yet"
    profiles = sorted({*feature.core_of, *feature.extended_of})
    return f"neither supported nor unsupported in {', '.join(profiles)}"


def _said(feature: Feature, report: Report) -> Iterator[tuple[Support, str]]:
    """What each profile of a report says, each with its grounds."""
    for profile in report.profiles:
        place = f"{profile.name} of {report}"
        listed = _listed(feature, profile)
        skipped = [test for test in profile.skipped if test in feature.tests]
        if listed is not None:
            yield (Support.YES, f"supported: {place}") if listed else (Support.NO, f"unsupported: {place}")
        elif profile.name in feature.core_of:
            if profile.core == "success" or (profile.core == "partial" and not skipped):
                yield Support.YES, f"core {profile.core}: {place}"
            else:
                what = f"skipped {', '.join(skipped)}" if skipped else f"core {profile.core or 'untold'}"
                yield Support.PARTLY, f"{what}: {place}"


def _listed(feature: Feature, profile: Profile) -> bool | None:
    """Whether a profile lists a feature as supported; None where it does not list it."""
    names = {feature.name}
    if profile.name.startswith("MESH"):
        if not feature.name.startswith("Mesh"):
            return None
        names.add(MESH_NAMES.get(feature.name, feature.name))
    if names & set(profile.unsupported):
        return False
    return True if names & set(profile.supported) else None
