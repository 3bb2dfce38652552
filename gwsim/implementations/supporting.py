"""Whether an implementation supports a feature, as far as its reports tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

import msgspec

from gwsim.implementations.conformance import Feature, Profile, Report, has_feature
from gwsim.resources.features.requirements import GATEWAY, MESH

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
    lacks: bool = False
    """Whether some report, mode or profile says that it is not supported; a skipped test is not that."""


def verdict(feature: Feature, reports: Sequence[Report], where: Collection[str] = ()) -> Verdict:
    """
    Say whether a feature is supported, by reports of one version of an implementation.

    Nothing is guessed: what is in neither list of a profile is unknown. What a profile of meshes says holds
    for meshes alone, and the other way round.

    Args:
        reports: one for each mode and channel; empty where there is none.
        where: `GATEWAY`, `MESH` or both: for which traffic it is needed; empty for where it belongs.
    """
    if not reports:
        return Verdict(Support.UNKNOWN, "there is no report")
    if not feature.reported:
        return Verdict(Support.UNKNOWN, "no profile of the reports tells of it")
    found = [_verdict(feature, reports, each) for each in sorted(where) or (_home(feature),)]
    supports = {each.support for each in found}
    basis = "; ".join(each.basis for each in found)
    if supports == {Support.YES, Support.NO}:
        return Verdict(Support.PARTLY, basis, lacks=True)
    lacks = any(each.lacks for each in found)
    return Verdict(min(supports, key=_DECIDES.index), basis, lacks)


_DECIDES = (Support.PARTLY, Support.NO, Support.UNKNOWN, Support.YES)
"""Of what holds for Gateways and what for meshes, the first decides."""


def _home(feature: Feature) -> str:
    """For which traffic a feature is made."""
    profiles = (*feature.core_of, *feature.extended_of)
    return MESH if all(map(_of_mesh, profiles)) else GATEWAY


def _of_mesh(profile: str) -> bool:
    return profile.startswith("MESH")


def _verdict(feature: Feature, reports: Sequence[Report], where: str) -> Verdict:
    said = [word for report in dict.fromkeys(reports) for word in _said(feature, report, where)]
    supports = {each.support for each in said}
    if not said:
        return Verdict(Support.UNKNOWN, _silence(feature, reports, where))
    profiles: dict[tuple[str, str], dict[str, None]] = {}
    for each in said:
        profiles.setdefault((each.what, each.report), {})[each.profile] = None
    basis = "; ".join(f"{what}: {', '.join(names)} of {report}" for (what, report), names in profiles.items())
    lacks = Support.NO in supports
    return Verdict(Support.PARTLY if len(supports) > 1 else supports.pop(), basis, lacks)


def _silence(feature: Feature, reports: Sequence[Report], where: str) -> str:
    tested = reports[0].gateway_api
    if not has_feature(tested, feature):
        return f"the suite of {tested} does not have it yet"
    told = {*feature.core_of, *feature.extended_of}
    profiles = sorted(each for each in told if _of_mesh(each) is (where == MESH))
    if not profiles:
        return "no profile tells of it for traffic in a mesh"
    had = {profile.name for report in reports for profile in report.profiles}
    absent = [each for each in profiles if each not in had]
    if len(absent) == len(profiles):
        return f"no report has the profile {' or '.join(absent)}"
    return f"neither supported nor unsupported in {', '.join(each for each in profiles if each in had)}"


class _Word(NamedTuple):
    """What one profile of a report says."""

    support: Support
    what: str
    profile: str
    report: str


def _said(feature: Feature, report: Report, where: str) -> Iterator[_Word]:
    """What each profile of a report says, each with its grounds."""
    for profile in report.profiles:
        if _of_mesh(profile.name) is not (where == MESH):
            continue
        place = (profile.name, str(report))
        listed = _listed(feature, profile)
        skipped = [test for test in profile.skipped if feature.shown_by(test)]
        if listed is False:
            yield _Word(Support.NO, "unsupported", *place)
        elif listed and skipped:
            yield _Word(Support.PARTLY, f"supported, but skipped {', '.join(skipped)}", *place)
        elif listed:
            yield _Word(Support.YES, "supported", *place)
        elif profile.name in feature.core_of:
            if profile.core == "success" or (profile.core == "partial" and not skipped):
                yield _Word(Support.YES, f"core {profile.core}", *place)
            else:
                what = f"skipped {', '.join(skipped)}" if skipped else f"core {profile.core or 'untold'}"
                yield _Word(Support.PARTLY, what, *place)


def _listed(feature: Feature, profile: Profile) -> bool | None:
    """Whether a profile lists a feature as supported; None where it does not list it."""
    names = {feature.name}
    if _of_mesh(profile.name):
        names.add(MESH_NAMES.get(feature.name, feature.name))
    if names & set(profile.unsupported):
        return False
    return True if names & set(profile.supported) else None
