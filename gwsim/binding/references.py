"""References between objects: whether they are permitted, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import clauses
from gwsim.resources.cluster import Service, ServicePort
from gwsim.resources.gateways import ReferenceGrant
from gwsim.resources.meta import BackendObjectReference
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, all_of, check

H2C, WEBSOCKET, SECURE_WEBSOCKET = "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"


class Grants:
    """All ReferenceGrants, as a look-up table."""

    __slots__ = ("_permitted",)

    def __init__(self, grants: Iterable[tuple[ObjectKey, ReferenceGrant]]) -> None:
        self._permitted = frozenset(
            (
                source.group,
                source.kind,
                source.namespace,
                target.group,
                target.kind,
                key.namespace,
                target.name,
            )
            for key, grant in grants
            for source in grant.spec.from_
            for target in grant.spec.to
        )

    def permit(self, referrer: ObjectKey, target: ObjectKey) -> bool:
        """
        Whether an object may refer to another.

        Source:
            ReferenceGrant.spec (core): entries are added up, there is no deny.
        """
        if referrer.namespace == target.namespace:
            return True
        row = (referrer.group, referrer.kind, referrer.namespace, target.group, target.kind, target.namespace)
        return (*row, None) in self._permitted or (*row, target.name) in self._permitted


@dataclass(frozen=True, slots=True)
class BoundBackend:
    """A reference to a backend, followed."""

    address: Address
    """The backendRef."""
    target: ObjectKey
    port: int | None
    weight: int
    app_protocol: str | None
    has_ready_endpoint: bool
    """False only where EndpointSlices of the Service say so."""
    trace: Step

    @property
    def failure(self) -> Step | None:
        """The check that failed; None for a backend that can be used."""
        return None if self.trace.selected else self.trace.children[-1]


def check_grant(grants: Grants, referrer: ObjectKey, target: ObjectKey, address: Address) -> Step:
    """Check that a reference may cross namespaces."""
    return check(
        clauses.BACKEND_GRANT,
        address,
        grants.permit(referrer, target),
        expected=(
            f"ReferenceGrant in {target.namespace} from {referrer.kind} of {referrer.namespace} to {target.kind}"
        ),
        actual="none" if referrer.namespace != target.namespace else "same namespace",
    )


def follow_backend(
    ref: BackendObjectReference, address: Address, weight: int, snapshot: Snapshot, grants: Grants
) -> BoundBackend:
    """
    Follow a reference to a backend, up to the first check that fails.

    Source:
        BackendObjectReference, RouteConditionType.ResolvedRefs (core).
    """
    target = ObjectKey(ref.group, ref.kind, ref.namespace or address.key.namespace, ref.name)
    service = snapshot.get(Service, target.namespace, target.name)
    assumed = snapshot.assumes("", "Service")
    port = None if service is None else _service_port(service, ref.port, address.key.kind)

    def checks() -> Iterator[Step]:
        yield check(
            clauses.BACKEND_KIND,
            address,
            (ref.group, ref.kind) == ("", "Service"),
            expected="Service",
            actual=f"{ref.group}/{ref.kind}" if ref.group else ref.kind,
        )
        yield check_grant(grants, address.key, target, address)
        yield check(
            clauses.BACKEND_EXISTS,
            address,
            service is not None or assumed,
            expected=str(target),
            actual="not in the input" if service is None else str(target),
        )
        if service is None:
            return
        external = service.spec.type == "ExternalName"
        yield check(
            clauses.BACKEND_EXTERNAL_NAME,
            address,
            not external,
            expected="not ExternalName",
            actual=service.spec.type,
        )
        yield check(
            clauses.BACKEND_PORT,
            address,
            port is not None,
            expected=ref.port,
            actual=tuple(str(each.port) for each in service.spec.ports),
        )
        protocol = None if port is None else port.app_protocol
        spoken = _speaks(address.key.kind, protocol)
        yield check(clauses.BACKEND_APP_PROTOCOL, address, spoken, expected=address.key.kind, actual=protocol)

    return BoundBackend(
        address=address,
        target=target,
        port=ref.port,
        weight=weight,
        app_protocol=None if port is None else port.app_protocol,
        has_ready_endpoint=snapshot.ready_services.get((target.namespace, target.name), True),
        trace=all_of(clauses.BACKEND, address, until_rejected(checks()), actual=str(target)),
    )


def until_rejected(steps: Iterator[Step]) -> Iterator[Step]:
    """Make checks that build on one another, up to the first that fails."""
    for step in steps:
        yield step
        if not step.selected:
            return


def _service_port(service: Service, number: int | None, route_kind: str) -> ServicePort | None:
    transport = "UDP" if route_kind == "UDPRoute" else "TCP"
    return next(
        (
            port
            for port in service.spec.ports
            if port.port == number and (port.protocol or "TCP") == transport
        ),
        None,
    )


def _speaks(route_kind: str, app_protocol: str | None) -> bool:
    """Whether a route of a kind can reach a backend of a protocol; without a BackendTLSPolicy."""
    return not (route_kind == "HTTPRoute" and app_protocol == SECURE_WEBSOCKET)
