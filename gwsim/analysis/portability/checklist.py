"""What a team asks before it adopts a controller, answered from its configuration and the reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.analysis.portability.comparing import Candidate, Matrix, NeededFeature
from gwsim.binding.listening.listeners import BoundListener, terminates_tls
from gwsim.binding.topology import Topology
from gwsim.implementations import Implementation
from gwsim.implementations.conformance import Profile, Report, has_feature, release_order
from gwsim.implementations.supporting import Support
from gwsim.resources.features.requirements import HINTS

MOST_LISTENERS = 64
"""That the API lets a Gateway have of its own; more need ListenerSets."""
_TLS = ("TLS", "HTTPS", "ClientCertificate")
_PROFILES = {
    "HTTPRoute": "GATEWAY-HTTP",
    "GRPCRoute": "GATEWAY-GRPC",
    "TLSRoute": "GATEWAY-TLS",
    "TCPRoute": "GATEWAY-TCP",
    "UDPRoute": "GATEWAY-UDP",
    "Mesh": "MESH-HTTP",
}
_OPEN = {
    "hostname_fallback": "hostnameFallback",
    "regex_rank": "regexRank",
    "regex_anchor": "regexAnchor",
    "path_normalize": "pathNormalize",
}


_SNI = {
    "detect_misdirected": "421 for another listener's host on a connection (detectMisdirected)",
    "multiple_certificates": "several certificates of one listener (multipleCertificates)",
    "https_tls_same_port": "HTTPS and TLS listeners on one port (httpsTlsSamePort)",
    "tls_mode_mixed": "TLS listeners of both modes on one port (tlsModeMixed)",
}


class Answer(Enum):
    """How a point comes out."""

    YES = "yes"
    NO = "no"
    ASK = "ask the vendor"


class Point(msgspec.Struct, frozen=True):
    """One point of the checklist."""

    topic: str
    answer: Answer
    says: str
    """What was found, a sentence without a full stop."""
    ask: str = ""
    """What to ask the vendor; empty where nothing is left."""


def checklist(
    topology: Topology,
    matrix: Matrix,
    candidate: Candidate,
    chosen: Implementation,
    known: Mapping[str, str],
) -> tuple[Point, ...]:
    """
    Answer every point for one implementation.

    Args:
        chosen: what it is known to choose, and the defaults for the rest.
        known: the basis of each choice that is known, by the field of `Implementation`.
    """
    return (
        *_specification(matrix, candidate),
        _features("routing features", _of(matrix, tls=False), candidate),
        _features("TLS and SNI", _of(matrix, tls=True), candidate),
        *_sni(topology, chosen, known),
        _behaviour(tuple(known)),
        *_conformance(matrix, candidate),
        _ingress(topology),
        _scale(topology),
        *_policies(topology, matrix),
    )


def _of(matrix: Matrix, *, tls: bool) -> list[NeededFeature]:
    return [each for each in matrix.needed if any(word in each.feature.name for word in _TLS) is tls]


def _specification(matrix: Matrix, candidate: Candidate) -> Iterator[Point]:
    topic = "specification"
    features = [each.feature for each in matrix.needed if each.feature.name not in HINTS]
    released = [each for each in features if each.since != "main"]
    if not released:
        return
    newest = max(released, key=lambda each: release_order(each.since))
    experimental = [each.name for each in released if each.channel == "experimental"]
    channel = (
        f"the experimental channel (for {', '.join(experimental)})"
        if experimental
        else "the standard channel"
    )
    needs = f"the configuration needs Gateway API {newest.since} (for {newest.name}) and {channel}"
    if not candidate.reports:
        yield Point(
            topic, Answer.ASK, f"{needs}; there is no report", "which release and channel it supports"
        )
        return
    newer = candidate.reports[0].gateway_api
    enough = has_feature(newer, newest)
    channels = {report.channel for report in candidate.reports}
    fits = enough and (not experimental or "experimental" in channels)
    found = f"reported for {newer}, {' and '.join(sorted(filter(None, channels))) or 'channel not stated'}"
    yield Point(
        topic,
        Answer.YES if fits else Answer.ASK,
        f"{needs}; {found}",
        "" if fits else f"whether a newer version supports {newest.since}",
    )


def _features(topic: str, needed: Sequence[NeededFeature], candidate: Candidate) -> Point:
    by_support = {
        support: [
            each.feature.name for each in needed if candidate.verdicts[each.feature.name].support is support
        ]
        for support in Support
    }
    if not needed:
        return Point(topic, Answer.YES, "none is needed")
    says = f"{len(by_support[Support.YES])} of {len(needed)} features that are needed are supported"
    for support, words in ((Support.NO, "not supported"), (Support.PARTLY, "in part")):
        if by_support[support]:
            says += f"; {words}: {', '.join(by_support[support])}"
    lacking = [each.feature.name for each in needed if each.feature.name in candidate.lacks]
    unknown = by_support[Support.UNKNOWN]
    partly = [name for name in by_support[Support.PARTLY] if name not in HINTS]
    asks = []
    if partly:
        asks.append(f"how far it supports {', '.join(partly)}")
    if unknown:
        asks.append(f"whether it supports {', '.join(unknown)}")
    answer = Answer.NO if lacking else Answer.ASK if asks else Answer.YES
    return Point(topic, answer, says, ", and ".join(asks))


def _sni(topology: Topology, chosen: Implementation, known: Mapping[str, str]) -> Iterator[Point]:
    """What is known of connections, as far as the listeners of this configuration let it matter."""
    ports: defaultdict[tuple[ObjectKey, int], list[BoundListener]] = defaultdict(list)
    for gateway in topology.gateways:
        for listener in gateway.all_listeners:
            if listener.spec.protocol in ("HTTPS", "TLS"):
                ports[gateway.key, listener.spec.port].append(listener)
    if not ports:
        return
    matter = {field: None for group in ports.values() for field in _sni_choices(group)}
    facts = [f"listeners with TLS: {sum(map(len, ports.values()))}"]
    facts += [
        f"{_SNI[field]}: {getattr(chosen, field)} ({known[field]})" for field in matter if field in known
    ]
    asks = [_SNI[field] for field in matter if field not in known]
    asks.append("which TLS versions and ciphers, and what answers a connection without a server name")
    yield Point("TLS and SNI behaviour", Answer.ASK, "; ".join(facts), "; ".join(asks))


def _sni_choices(listeners: Sequence[BoundListener]) -> Iterator[str]:
    """The choices that bear on the listeners of one port."""
    secure = [each for each in listeners if each.spec.protocol == "HTTPS"]
    streams = [each for each in listeners if each.spec.protocol == "TLS"]
    if len(secure) > 1:
        yield "detect_misdirected"
    if any(each.spec.tls is not None and len(each.spec.tls.certificate_refs) > 1 for each in listeners):
        yield "multiple_certificates"
    if secure and streams:
        yield "https_tls_same_port"
    if len({terminates_tls(each.spec) for each in streams}) > 1:
        yield "tls_mode_mixed"


def _behaviour(known: Sequence[str]) -> Point:
    unknown = [name for field, name in _OPEN.items() if field not in known]
    says = (
        f"of what decides about routes beyond features, {len(_OPEN) - len(unknown)} of {len(_OPEN)} are known"
    )
    ask = f"how it chooses {', '.join(unknown)} (`gwsim explain NAME` tells what each is)" if unknown else ""
    return Point("behaviour beyond features", Answer.ASK if unknown else Answer.YES, says, ask)


def _conformance(matrix: Matrix, candidate: Candidate) -> Iterator[Point]:
    names = {each.feature.name for each in matrix.needed}
    for profile in dict.fromkeys(profile for kind, profile in _PROFILES.items() if kind in names):
        results = [
            (report, each) for report in candidate.reports for each in report.profiles if each.name == profile
        ]
        topic = f"conformance, {profile}"
        if not results:
            yield Point(topic, Answer.ASK, "no report has this profile", "for a conformance report")
            continue
        full = all(each.core == "success" and not each.skipped for _, each in results)
        yield Point(topic, Answer.YES if full else Answer.NO, "; ".join(_result(*each) for each in results))


def _result(report: Report, profile: Profile) -> str:
    left_out = f", skipped: {', '.join(profile.skipped)}" if profile.skipped else ""
    return f"core {profile.core}{left_out} ({report})"


def _ingress(topology: Topology) -> Point:
    count = sum(1 for key in topology.snapshot.others if key.kind == "Ingress")
    found = f"objects of kind Ingress in the input: {count}" if count else "the input has no Ingress"
    return Point(
        "coexistence with Ingress",
        Answer.ASK,
        f"{found}; no report tells how the two share addresses and ports",
        "whether one installation serves Ingress and Gateway API, and on which addresses",
    )


def _scale(topology: Topology) -> Point:
    rules = sum(len(route.rules) for route in topology.routes)
    most = max((len(gateway.listeners) for gateway in topology.gateways), default=0)
    sets = len(topology.listener_sets)
    says = (
        f"Gateways: {len(topology.gateways)}, of at most {most} listeners ({MOST_LISTENERS} are allowed); "
        f"ListenerSets: {sets}; routes: {len(topology.routes)}; rules: {rules}; no report tells of scale"
    )
    return Point(
        "scale",
        Answer.ASK,
        says,
        "up to how many routes and listeners it was tested, and how fast it takes a change",
    )


def _policies(topology: Topology, matrix: Matrix) -> Iterator[Point]:
    topic = "policies and security"
    foreign = sorted({f"{key.kind}" for key in topology.snapshot.others if topology.snapshot.others[key]})
    says = "policies of implementations in the input: " + (", ".join(foreign) or "none")
    ask = "what takes their place" if foreign else "how it limits rates, authenticates and filters requests"
    yield Point(topic, Answer.ASK, says, ask)
    if matrix.uncovered:
        used = ", ".join(matrix.uncovered)
        yield Point(topic, Answer.ASK, f"used, and in no report: {used}", "whether it supports each of them")
