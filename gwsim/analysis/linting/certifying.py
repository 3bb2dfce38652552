"""Certificates of listeners that do not fit what the listeners serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gwsim.addresses import ObjectKey
from gwsim.analysis.linting.noted import Noted, Subject
from gwsim.binding.hostnames import ANY
from gwsim.binding.listening.listeners import BoundListener, terminates_tls
from gwsim.binding.referring.certificate_facts import CertificateFacts, certificate_facts
from gwsim.findings import Severity
from gwsim.resources.cluster import Secret

SOON_DAYS = 30
"""A certificate that ends within so many days is worth a word."""


def not_covering(subject: Subject) -> Iterator[Noted]:
    """Yield the hostnames of listeners that none of the listener's certificates is for."""
    for listener in _listeners(subject):
        facts = [each for _, each in _certificates(listener, subject)]
        if not facts or len(facts) < len(_references(listener)):
            continue
        names = [name for each in facts for name in each.dns_names]
        missing = [
            each for each in _served(listener, subject) if not any(_covers(name, each) for name in names)
        ]
        if missing:
            shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            says = (
                f"expected a certificate for {shown}, found none among the certificateRefs: clients refuse it"
            )
            address = listener.key.address.at("tls", "certificateRefs")
            yield Noted(address, says, "add a certificate for the name, or correct the hostname")


def ending(subject: Subject) -> Iterator[Noted]:
    """Yield certificates that are not valid on the day in question, or not for long after it."""
    if subject.on is None:
        return
    for listener in _listeners(subject):
        for index, facts in _certificates(listener, subject):
            address = listener.key.address.at("tls", "certificateRefs", index)
            yield from (
                Noted(address, says, "have the certificate renewed", severity)
                for says, severity in _validity(facts, subject.on)
            )


def _validity(facts: CertificateFacts, on: date) -> Iterator[tuple[str, Severity]]:
    if on < facts.begins:
        yield (
            f"expected a certificate that is valid on {on}, found one that is not valid yet",
            Severity.WARNING,
        )
    elif on > facts.ends:
        yield f"expected a certificate that is valid on {on}, found one that has expired", Severity.WARNING
    elif (facts.ends - on).days < SOON_DAYS:
        days = (facts.ends - on).days
        yield f"the certificate expires {days} days after {on}", Severity.INFO


def _listeners(subject: Subject) -> Iterator[BoundListener]:
    for gateway in subject.simulation.topology.gateways:
        if gateway.served:
            yield from (each for each in gateway.all_listeners if terminates_tls(each.spec))


def _references(listener: BoundListener) -> tuple[object, ...]:
    return () if listener.spec.tls is None else listener.spec.tls.certificate_refs


def _certificates(listener: BoundListener, subject: Subject) -> Iterator[tuple[int, CertificateFacts]]:
    """Every certificate of a listener that can be used and is in the input, with its place in the list."""
    refs = () if listener.spec.tls is None else listener.spec.tls.certificate_refs
    for index, (ref, step) in enumerate(zip(refs, listener.certificates[1:], strict=False)):
        key = ObjectKey("", "Secret", ref.namespace or listener.key.parent.namespace, ref.name)
        secret = subject.simulation.snapshot.get(Secret, key.namespace, key.name)
        facts = None if secret is None or not step.selected else certificate_facts(secret)
        if facts is not None:
            yield index, facts


def _served(listener: BoundListener, subject: Subject) -> Iterator[str]:
    """The hostnames of a listener; where it has none, those of its routes."""
    if listener.hostname != ANY:
        yield listener.hostname
        return
    attached = subject.simulation.topology.attachments.get(listener.key, ())
    patterns = {hostname.pattern for _, attachment in attached for hostname in attachment.hostnames}
    yield from sorted(patterns - {ANY})


def _covers(name: str, hostname: str) -> bool:
    """
    Whether a certificate's name is good for a hostname.

    A certificate's wildcard stands for one label (RFC 9525). A listener's stands for one or more, and counts
    as covered by the same wildcard.
    """
    name = name.lower()
    if name == hostname:
        return True
    label, _, parent = hostname.partition(".")
    return name == f"*.{parent}" and label != "*"
