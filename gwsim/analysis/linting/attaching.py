"""Routes and listeners that do not meet."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address
from gwsim.analysis.linting.noted import Noted, Subject, step_text, steps_text
from gwsim.binding.attaching.attachment import BoundParent, hostnames_of
from gwsim.binding.hostnames import intersection
from gwsim.binding.listening.gateways import BoundGateway
from gwsim.binding.topology import BoundRoute
from gwsim.findings import Severity
from gwsim.trace import Step, rejections


def unattached(subject: Subject) -> Iterator[Noted]:
    """Yield every parentRef by which its route attaches nowhere."""
    for route in subject.simulation.topology.routes:
        for parent in (*route.parents, *route.mesh_parents):
            if not parent.served:
                yield _without_parent(parent)
            elif parent.refusals:
                yield _refused(route, parent)


def _without_parent(parent: BoundParent) -> Noted:
    if parent.given:
        says = f"{parent.parent} is not served: nothing of the route has an effect there"
        help_ = "see why it is not served, in its own finding or by `gwsim status`"
        return Noted(parent.address, says, help_, Severity.INFO)
    says = (
        f"expected {parent.parent} in the input, found no such object: nothing can be said of this parentRef"
    )
    return Noted(parent.address, says, "add its manifest with another -f, or correct the name", Severity.INFO)


def _refused(route: BoundRoute, parent: BoundParent) -> Noted:
    says = f"no listener of {parent.parent} takes {route.key}: {steps_text(parent.refusals)}"
    asked = parent.address.path[-1] != "useDefaultGateways"
    severity = Severity.WARNING if asked else Severity.INFO
    return Noted(parent.address, says, parent.refusals[0].clause.remedy, severity)


def hostnames_not_taken(subject: Subject) -> Iterator[Noted]:
    """Yield hostnames of attached routes that no listener they attach to takes."""
    for route in subject.simulation.topology.routes:
        taken = [
            hostname
            for parent in route.parents
            if parent.accepted
            for attachment in parent.attachments
            if attachment.attached
            for hostname in attachment.hostnames
        ]
        if not taken:
            continue
        owned = {hostname.own for hostname in taken}
        for index, own in enumerate(hostnames_of(route.resource)):
            covered = own in owned or any(intersection(own, each.pattern) == own for each in taken)
            if not covered:
                address = Address(route.key, ("spec", "hostnames", index))
                says = (
                    f"expected a listener that takes {own}, found none among those that the route attaches to"
                )
                yield Noted(
                    address, says, "remove the hostname, or attach to a listener whose hostname covers it"
                )


def rules_dropped(subject: Subject) -> Iterator[Noted]:
    """Yield rules that no implementation can act on, and that are left out."""
    for route in subject.simulation.topology.routes:
        for rule in route.rules:
            for step in rejections(rule.valid):
                says = f"{step_text(step)}; the rule is left out, and other rules take its requests"
                yield Noted(step.address, says, step.clause.remedy)


def gateways_not_served(subject: Subject) -> Iterator[Noted]:
    """Yield Gateways that no controller takes care of, and those whose configuration none takes."""
    for gateway in subject.simulation.topology.gateways:
        if not gateway.served:
            address = Address(gateway.key, ("spec", "gatewayClassName"))
            yield Noted(address, step_text(gateway.class_step), gateway.class_step.clause.remedy)
            continue
        for step in (gateway.parameters, *(kind for kind, _ in gateway.addresses)):
            yield from _gateway_problems(step, Severity.WARNING)
        for _, usable in gateway.addresses:
            yield from _gateway_problems(usable, Severity.INFO)


def _gateway_problems(step: Step, severity: Severity) -> Iterator[Noted]:
    for reason in rejections(step):
        yield Noted(reason.address, step_text(reason), reason.clause.remedy, severity)


def listeners_not_serving(subject: Subject) -> Iterator[Noted]:
    """Yield the listeners that take no traffic; those that lack a certificate are left to `unresolved`."""
    for gateway in _served(subject):
        for listener in gateway.all_listeners:
            if listener.serving:
                continue
            failed = next(step for step in listener.trace.children if not step.selected)
            if failed in listener.certificates[1:] or (listener.clients and failed is listener.clients.step):
                continue
            reason = next(rejections(failed))
            yield Noted(
                listener.key.address,
                f"the listener takes no traffic: {step_text(reason)}",
                reason.clause.remedy,
            )


def listeners_without_routes(subject: Subject) -> Iterator[Noted]:
    """Yield the listeners that serve and have no route."""
    attachments = subject.simulation.topology.attachments
    for gateway in _served(subject):
        for listener in gateway.all_listeners:
            if listener.serving and not attachments.get(listener.key):
                says = "expected a route, found none attached: every request gets 404"
                if listener.spec.protocol not in ("HTTP", "HTTPS"):
                    says = "expected a route, found none attached: every connection is refused"
                help_ = "remove the listener, or attach a route; routes that are elsewhere need no change"
                yield Noted(listener.key.address, says, help_, Severity.INFO)


def _served(subject: Subject) -> Iterator[BoundGateway]:
    return (gateway for gateway in subject.simulation.topology.gateways if gateway.served)
