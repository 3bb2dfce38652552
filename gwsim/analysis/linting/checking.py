"""Every check of `gwsim lint`, and how they are switched off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from gwsim.addresses import NOWHERE, Address, ObjectKey
from gwsim.analysis.linting import attaching, certifying, granting, reaching, referring, ruling
from gwsim.analysis.linting.noted import Check, Noted, Subject
from gwsim.findings import Finding
from gwsim.resources.snapshot import Snapshot
from gwsim.simulation import Simulation

ANNOTATION = "gwsim/lint-ignore"
"""Of an object: codes that are not to be reported of it, with commas between them; `all` for every one."""

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "RouteNotAttached": attaching.unattached,
        "HostnameNotServed": attaching.hostnames_not_taken,
        "RuleDropped": attaching.rules_dropped,
        "GatewayNotServed": attaching.gateways_not_served,
        "ListenerNotServing": attaching.listeners_not_serving,
        "ListenerWithoutRoutes": attaching.listeners_without_routes,
        "UnresolvedReference": referring.unresolved,
        "NoReadyEndpoint": referring.without_endpoints,
        "NoWeight": referring.weightless,
        "UnusedGrant": granting.unused,
        "WideGrant": granting.wide,
        "CertificateMismatch": certifying.not_covering,
        "CertificateExpires": certifying.ending,
        "SameMatch": ruling.ties,
        "NeverReached": reaching.never_reached,
        "RedirectLoop": reaching.redirect_loops,
        "RedirectNotServed": reaching.redirects_to_nowhere,
        "RetryNotIdempotent": ruling.retries_unsafe,
        "SplitWithPersistence": ruling.persistence_with_split,
        "PlainHTTP": ruling.plain_where_secure,
        "DeprecatedVersion": ruling.deprecated_versions,
    }
)
"""By code."""


def lint(simulation: Simulation, *, on: date | None = None) -> tuple[Finding, ...]:
    """
    Check a configuration; findings in canonical order of objects, then of fields.

    Args:
        on: the day on which certificates have to be valid; None: their dates are not looked at.
    """
    subject = Subject(simulation, on)
    snapshot = simulation.snapshot
    order = {key: place for place, key in enumerate(snapshot.objects)}
    found = [
        _finding(code, noted, snapshot)
        for code, check in CHECKS.items()
        for noted in check(subject)
        if not _is_ignored(code, noted.address.key, snapshot)
    ]
    found += [_finding("UnknownLintCode", noted, snapshot) for noted in _unknown_codes(snapshot)]
    return tuple(sorted(found, key=lambda each: (order[_key(each)], each.location, each.code, each.message)))


def _key(finding: Finding) -> ObjectKey:
    assert finding.key is not None
    return finding.key


def _finding(code: str, noted: Noted, snapshot: Snapshot) -> Finding:
    key, path = noted.address
    location = snapshot.locate(noted.address) or NOWHERE
    return Finding(code, noted.severity, location, noted.message, noted.help, key, path)


def _is_ignored(code: str, key: ObjectKey, snapshot: Snapshot) -> bool:
    ignored = _codes_in(snapshot.objects[key].metadata.annotations.get(ANNOTATION, ""))
    return code in ignored or "all" in ignored


def _codes_in(annotation: str) -> tuple[str, ...]:
    return tuple(code for code in (part.strip() for part in annotation.split(",")) if code)


def _unknown_codes(snapshot: Snapshot) -> Iterator[Noted]:
    for key, resource in snapshot.objects.items():
        for code in _codes_in(resource.metadata.annotations.get(ANNOTATION, "")):
            if code != "all" and code not in CHECKS:
                says = f"expected codes of `gwsim lint`, found {code!r}"
                address = Address(key, ("metadata", "annotations", ANNOTATION))
                yield Noted(address, says, "use codes that `gwsim explain` lists, or all")
