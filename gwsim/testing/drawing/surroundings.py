"""What Gateways and routes refer to: there and in order, or missing, broken, not permitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.addresses import GATEWAY_GROUP, FieldPath, Location, ObjectKey
from gwsim.resources.cluster import (
    Endpoint,
    EndpointConditions,
    EndpointSlice,
    Namespace,
    Secret,
    Service,
    ServicePort,
    ServiceSpec,
)
from gwsim.resources.gateways import (
    Gateway,
    GatewayClass,
    GatewayClassSpec,
    ReferenceGrant,
    ReferenceGrantFrom,
    ReferenceGrantSpec,
    ReferenceGrantTo,
)
from gwsim.resources.meta import (
    BackendObjectReference,
    ObjectMeta,
    ObjectReference,
    SecretObjectReference,
)
from gwsim.resources.snapshot import Resource, key_of

P = TypeVar("P", bound=msgspec.Struct)
_CERTIFICATE = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSExNSCtnQXdJQkFnSUJBVEFGQmdNclpYQXdFREVPTUF3R0ExVUVBd3dGWjNk"
    "emFXMHdIaGNOTWpRd01UQXgKTURBd01EQXdXaGNOTkRRd01UQXhNREF3TURBd1dqQVFNUTR3REFZRFZRUUREQVZuZDNOcGJUQXFN"
    "QVVHQXl0bApjQU1oQVByaFE1S1podzZxZUJqTWhBZGRFbkpkMkhaMmJZeURXNEZLUDBUZ3I0cWpNQVVHQXl0bGNBTkJBRHN1CjA0"
    "NENRQWRJdWlTbXYrTFdMV3RBQ28zYk9tTFRRNGFuRDlPMUF3VVVNdmEvWUtseFh2QjBMS0ZpSHpFeGRQVisKemY2V08yZ3N1VFp3"
    "Z2FEampBST0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
)
_PRIVATE_KEY = (
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVndCQ0lFSUpQSlZMMDczYWZLNS9kaERjd2RrT0xZTlVO"
    "ZGNXZDNSWXo2M1FmY3hBdTUKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="
)
"""Of a throw-away pair, base64 of PEM; good for nothing else."""
_KEY_PAIR = {"tls.crt": _CERTIFICATE, "tls.key": _PRIVATE_KEY}
_SECRETS = (*6 * (_KEY_PAIR,), {"tls.crt": _CERTIFICATE}, {"tls.crt": "bm8=", "tls.key": "bm8="}, None)
_BOTH_PORTS = (ServicePort(80, "http"), ServicePort(8080, "alt"))
_SERVICES = (
    *9 * (ServiceSpec(_BOTH_PORTS),),
    None,
    ServiceSpec(_BOTH_PORTS, cluster_ip="None"),
    ServiceSpec(type="ExternalName", external_name="elsewhere.test"),
    ServiceSpec((ServicePort(80, protocol="UDP"), ServicePort(8080))),
    ServiceSpec((ServicePort(80, app_protocol="kubernetes.io/wss"), ServicePort(8080))),
)
_ENDPOINTS = (
    *3 * (None,),
    (Endpoint(("10.0.0.1",), EndpointConditions(ready=True)),),
    (Endpoint(("10.0.0.1",), EndpointConditions(ready=False)),),
    (),
)
_LABELS: tuple[Mapping[str, str] | None, ...] = (None, {"team": "red"}, {"team": "blue"})
_CLASSES: tuple[GatewayClassSpec | None, ...] = (
    *12 * (GatewayClassSpec("example.com/gwsim"),),
    None,
    GatewayClassSpec("example.com/gwsim", ObjectReference("", "ConfigMap", "missing", "infra")),
)
_ANY_CLASSES, _ANY_LABELS = st.sampled_from(_CLASSES), st.sampled_from(_LABELS)
_ANY_SECRETS = st.sampled_from(_SECRETS)
_ANY_SERVICES, _ANY_ENDPOINTS = st.sampled_from(_SERVICES), st.sampled_from(_ENDPOINTS)


class _Unplaced:
    """The text of an object that no file holds."""

    def locate(self, path: FieldPath) -> Location:
        """Point at one place, whatever the field."""
        return Location("drawn", 1, 1)


UNPLACED = _Unplaced()


def parts(value: object, wanted: type[P]) -> Iterator[P]:
    """Find every part of a type in a resource, in document order."""
    if isinstance(value, wanted):
        yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name), wanted)
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item, wanted)


def _targets(
    resources: Iterable[Resource], wanted: type[BackendObjectReference | SecretObjectReference]
) -> tuple[tuple[ObjectKey, ObjectKey], ...]:
    """Each referrer with what it refers to, once."""
    return tuple(
        dict.fromkeys(
            (
                key_of(resource),
                ObjectKey(ref.group, ref.kind, ref.namespace or key_of(resource).namespace, ref.name),
            )
            for resource in resources
            for ref in parts(resource, wanted)
        )
    )


@st.composite
def surroundings(
    draw: DrawFn, own: Sequence[Resource]
) -> tuple[list[Resource], dict[ObjectKey, tuple[ObjectKey, ...]]]:
    """
    Draw what some Gateways and routes refer to.

    Returns:
        Objects, and policies of a vendor's with their targets.
    """
    backends, secrets = _targets(own, BackendObjectReference), _targets(own, SecretObjectReference)
    around: list[Resource] = []
    for name in dict.fromkeys(each.spec.gateway_class_name for each in own if isinstance(each, Gateway)):
        spec = draw(_ANY_CLASSES)
        if spec is not None:
            around.append(
                GatewayClass(ObjectMeta(name), spec, api_version=f"{GATEWAY_GROUP}/v1", kind="GatewayClass")
            )
    for namespace in dict.fromkeys(each.metadata.namespace for each in own):
        labels = draw(_ANY_LABELS)
        if labels is not None:
            around.append(Namespace(ObjectMeta(namespace, labels=labels), api_version="v1", kind="Namespace"))
    for target in dict.fromkeys(target for _, target in backends if target.kind == "Service"):
        around.extend(draw(_services(target)))
    for target in dict.fromkeys(target for _, target in secrets if target.kind == "Secret"):
        data = draw(_ANY_SECRETS)
        if data is not None:
            metadata = ObjectMeta(target.name, target.namespace)
            around.append(Secret(metadata, "v1", "Secret", "kubernetes.io/tls", data=data))
    crossing = [pair for pair in (*backends, *secrets) if pair[0].namespace != pair[1].namespace]
    for index, (referrer, target) in enumerate(crossing):
        around.extend(draw(_grants(f"grant-{index}", referrer, target)))
    return around, draw(_policies([key_of(each) for each in own]))


@st.composite
def _services(draw: DrawFn, target: ObjectKey) -> list[Resource]:
    spec = draw(_ANY_SERVICES)
    if spec is None:
        return []
    service = Service(ObjectMeta(target.name, target.namespace), "v1", "Service", spec)
    endpoints = draw(_ANY_ENDPOINTS)
    if endpoints is None:
        return [service]
    labels = {"kubernetes.io/service-name": target.name}
    metadata = ObjectMeta(f"{target.name}-1", target.namespace, labels)
    return [service, EndpointSlice(metadata, "discovery.k8s.io/v1", "EndpointSlice", endpoints)]


def _grants(name: str, referrer: ObjectKey, target: ObjectKey) -> SearchStrategy[list[ReferenceGrant]]:
    """A grant for a reference, to one object or to all of a kind, one that falls just short, or none."""

    def grant(source: ReferenceGrantFrom, to: ReferenceGrantTo, namespace: str) -> list[ReferenceGrant]:
        spec = ReferenceGrantSpec((source,), (to,))
        version = f"{GATEWAY_GROUP}/v1"
        return [ReferenceGrant(ObjectMeta(name, namespace), spec, version, "ReferenceGrant")]

    source = ReferenceGrantFrom(referrer.group, referrer.kind, referrer.namespace)
    every, one = ReferenceGrantTo(target.group, target.kind), ReferenceGrantTo(*target[:2], target.name)
    return st.sampled_from(
        (
            grant(source, every, target.namespace),
            grant(source, one, target.namespace),
            grant(source, every, target.namespace),
            [],
            grant(source, ReferenceGrantTo(*target[:2], "another"), target.namespace),
            grant(ReferenceGrantFrom(*referrer[:2], "elsewhere"), every, target.namespace),
            grant(source, every, referrer.namespace),
        )
    )


def _policies(targets: Sequence[ObjectKey]) -> SearchStrategy[dict[ObjectKey, tuple[ObjectKey, ...]]]:
    policy = ObjectKey("example.com", "RateLimitPolicy", "apps", "limit")
    found = [{policy: (target,)} for target in targets]
    return st.sampled_from(({}, {}, {}, *found))
