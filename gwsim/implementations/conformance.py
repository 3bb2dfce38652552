"""What implementations report about themselves: upstream's conformance reports, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import structs

OLD_NAMES: Mapping[str, str] = {
    "HTTPResponseHeaderModification": "HTTPRouteResponseHeaderModification",
    "RouteDestinationPortMatching": "HTTPRouteDestinationPortMatching",
}
"""Features that had another name before v1.0, as reports of that time have it."""
OLD_PROFILES: Mapping[str, str] = {"HTTP": "GATEWAY-HTTP", "TLS": "GATEWAY-TLS", "MESH": "MESH-HTTP"}
"""Profiles as reports before v1.1 name them."""
ALIASES: Mapping[str, str] = {
    "microgateway": "airlock-microgateway",
    "application-gateway-for-containers": "azure-application-gateway-for-containers",
    "kubernetes-ingress-controller": "kong-kubernetes-ingress-controller",
    "gateway-operator": "kong-gateway-operator",
    "kong": "kong-operator",
    "aws-vpc-lattice": "aws-application-networking-k8s",
    "gravitee-kubernetes-operator": "gravitee",
    "gke": "gke-gateway",
    "agc": "azure-application-gateway-for-containers",
    "ngf": "nginx-gateway-fabric",
}
"""Names that say too little by themselves, or that people use, and the name that gwsim has for them."""
TITLES: Mapping[str, str] = {
    "nginx-gateway-fabric": "NGINX Gateway Fabric",
    "istio": "Istio",
    "linkerd": "Linkerd",
    "azure-application-gateway-for-containers": "Azure Application Gateway for Containers",
    "gke-gateway": "GKE Gateway",
    "aws-load-balancer-controller": "AWS Load Balancer Controller",
    "aws-application-networking-k8s": "AWS Gateway API Controller (VPC Lattice)",
    "contour": "Contour",
    "traefik": "Traefik",
    "envoy-gateway": "Envoy Gateway",
    "cilium": "Cilium",
    "kong-operator": "Kong Operator",
    "kgateway": "kgateway",
    "haproxy-unified-gateway": "HAProxy Unified Gateway",
}
"""Implementations that gwsim answers for, with a report or without one; others have a report."""


class Feature(msgspec.Struct, frozen=True):
    """One feature of the API, by the name that reports have for it."""

    name: str
    level: str
    """`core` or `extended`."""
    channel: str
    """`standard` or `experimental`: of the newest release that has it."""
    since: str
    """The release whose suite had it first, such as `v1.3.0`; `main` for what no release has."""
    core_of: tuple[str, ...]
    """Profiles of whose core it is."""
    extended_of: tuple[str, ...]
    """Profiles that list it as supported or not."""
    tests: tuple[str, ...]
    """Of the suite, that need it; a report names those that it skipped. Empty where they are too many."""

    @property
    def reported(self) -> bool:
        """Whether any profile can tell of it."""
        return bool(self.core_of or self.extended_of)

    def shown_by(self, test: str) -> bool:
        """Whether a test of the suite needs it, by its name where the tests are too many to list."""
        return test in self.tests if self.tests else self.name in test


class Profile(msgspec.Struct, frozen=True):
    """One profile of a report."""

    name: str
    core: str
    """`success`, `partial` (some tests were skipped) or `failure`."""
    skipped: tuple[str, ...]
    """Tests that were skipped, core and extended."""
    supported: tuple[str, ...]
    """Features; core ones are not listed."""
    unsupported: tuple[str, ...]


class Report(msgspec.Struct, frozen=True):
    """One conformance report."""

    implementation: str
    """gwsim's name for it: lower case, with hyphens."""
    version: str
    gateway_api: str
    """The release of the Gateway API that it was tested against."""
    channel: str
    """`standard`, `experimental`, or empty where the report does not say."""
    mode: str
    """How the implementation ran; `default`, or a word of its own."""
    date: str
    """Of the run, as `2026-07-27`."""
    profiles: tuple[Profile, ...]

    def __str__(self) -> str:
        words = (self.channel, "" if self.mode == "default" else self.mode)
        how = f" ({', '.join(filter(None, words))})" if any(words) else ""
        when = f", {self.date}" if self.date else ""
        return f"{self.implementation} {self.version}, Gateway API {self.gateway_api}{how}{when}"


class Registry(msgspec.Struct, frozen=True):
    """Everything that is known from reports."""

    features: tuple[Feature, ...]
    reports: tuple[Report, ...]

    @property
    def implementations(self) -> tuple[str, ...]:
        """All names, with a report or without one."""
        return tuple(sorted({report.implementation for report in self.reports} | TITLES.keys()))

    def with_reports(self, newer: Sequence[Report]) -> Registry:
        """Take more reports in; they replace those of the same version, release, channel and mode."""
        replaced = {_run(each) for each in newer}
        kept = (each for each in self.reports if _run(each) not in replaced)
        return structs.replace(self, reports=(*kept, *dict.fromkeys(newer)))


def _run(report: Report) -> tuple[str, ...]:
    return (report.implementation, report.version, report.gateway_api, report.channel, report.mode)


def implementation_name(project: str) -> str:
    """
    The name that gwsim has for a project.

    >>> implementation_name("Application Gateway for Containers")
    'azure-application-gateway-for-containers'
    """
    name = _slug(project)
    return ALIASES.get(name, name) if name not in _TITLED else _TITLED[name]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


_TITLED = {_slug(title): name for name, title in TITLES.items()}


def release_order(release: str) -> tuple[int, ...]:
    """
    Order releases by their numbers; what has none comes first.

    >>> release_order("v1.10.0") > release_order("v1.9.1")
    True
    """
    return tuple(int(part) for part in re.findall(r"\d{1,9}", release)[:4])


def has_feature(release: str, feature: Feature) -> bool:
    """Whether the suite of a release has a feature; patch releases add none."""
    return feature.since != "main" and release_order(feature.since)[:2] <= release_order(release)[:2]


def reports_for(reports: Sequence[Report], name: str, gateway_api: str) -> Iterator[Report]:
    """All reports of an implementation for a release or older ones; for any where it is empty."""
    for each in reports:
        fits = not gateway_api or release_order(each.gateway_api)[:2] <= release_order(gateway_api)[:2]
        if each.implementation == name and fits:
            yield each


def chosen_reports(
    reports: Sequence[Report], name: str, version: str = "", gateway_api: str = ""
) -> tuple[Report, ...]:
    """
    The newest reports of an implementation: one for each mode and channel of one version.

    Args:
        version: of the implementation, whole or the first parts of it (`1.28` for `v1.28.3`); empty for any.
        gateway_api: only reports for this release or older ones count; empty for any.
    """
    found = [each for each in reports_for(reports, name, gateway_api) if _has_version(each.version, version)]
    if not found:
        return ()
    newest = max(found, key=lambda each: (release_order(each.gateway_api), each.date, each.version))
    return tuple(
        each for each in found if (each.version, each.gateway_api) == (newest.version, newest.gateway_api)
    )


def _has_version(version: str, wanted: str) -> bool:
    have, want = version.removeprefix("v"), wanted.removeprefix("v")
    return not want or have == want or have.startswith((f"{want}.", f"{want}-"))
