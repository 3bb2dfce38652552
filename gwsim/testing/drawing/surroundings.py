"""What Gateways, routes and policies refer to: there and in order, or missing, broken, not permitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP, FieldPath, Location, ObjectKey
from gwsim.resources.cluster import (
    ConfigMap,
    Endpoint,
    EndpointConditions,
    EndpointSlice,
    Namespace,
    Secret,
    Service,
    ServiceImport,
    ServiceImportSpec,
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
    LocalObjectReference,
    ObjectMeta,
    ObjectReference,
    ParentReference,
    SecretObjectReference,
)
from gwsim.resources.policies import LocalPolicyTargetReference
from gwsim.resources.snapshot import Resource, key_of
from gwsim.testing.drawing.certificates import BUNDLES, SECRETS
from gwsim.testing.drawing.dice import Dice
from gwsim.testing.drawing.gateways import CLASS_NAME
from gwsim.testing.drawing.names import MULTICLUSTER, V1
from gwsim.testing.drawing.policies import external_backend

Reference = (
    BackendObjectReference
    | SecretObjectReference
    | ObjectReference
    | LocalObjectReference
    | ParentReference
    | LocalPolicyTargetReference
)
_BOTH_PORTS = (ServicePort(80, "http"), ServicePort(8080, "alt"))
_DATAGRAMS = ServicePort(80, "dgram", "UDP")
_SERVICES = (
    *6 * (ServiceSpec(_BOTH_PORTS),),
    *3 * (ServiceSpec((*_BOTH_PORTS, _DATAGRAMS)),),
    None,
    ServiceSpec(_BOTH_PORTS, cluster_ip="None"),
    ServiceSpec(type="ExternalName", external_name="elsewhere.test"),
    ServiceSpec((_DATAGRAMS, ServicePort(8080))),
    ServiceSpec((ServicePort(80, app_protocol="kubernetes.io/wss"), ServicePort(8080))),
    ServiceSpec(
        (
            ServicePort(80, "http", app_protocol="kubernetes.io/h2c"),
            ServicePort(8080, app_protocol="own.io/x"),
        )
    ),
    ServiceSpec((ServicePort(80, "http", app_protocol="kubernetes.io/ws"), ServicePort(8080, "alt"))),
)
_ENDPOINTS = (
    *4 * (None,),
    (Endpoint(("10.0.0.1",), EndpointConditions(ready=True)),),
    (Endpoint(("10.0.0.1",), EndpointConditions(ready=False)),),
    (),
)
_IMPORTS = (ServiceImportSpec(_BOTH_PORTS), ServiceImportSpec((ServicePort(8080),)), None)
_LABELS: tuple[Mapping[str, str] | None, ...] = (None, {"team": "red"}, {"team": "blue"})
_CLASSES: tuple[GatewayClassSpec | None, ...] = (
    *20 * (GatewayClassSpec("example.com/gwsim"),),
    None,
    GatewayClassSpec("example.com/gwsim", ObjectReference("", "ConfigMap", "missing", "infra")),
)


class _Unplaced:
    """The text of an object that no file holds."""

    def locate(self, path: FieldPath) -> Location:
        """Point at one place, whatever the field."""
        return Location("drawn", 1, 1)


UNPLACED = _Unplaced()


def references(value: object) -> Iterator[Reference]:
    """Find every reference in a resource, in document order."""
    if isinstance(value, tuple):
        for item in value:
            yield from references(item)
    elif isinstance(value, msgspec.Struct):
        if isinstance(value, Reference):
            yield value
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if isinstance(part, (tuple, msgspec.Struct)):
                yield from references(part)


def _targets(own: Sequence[Resource]) -> dict[tuple[ObjectKey, ObjectKey], None]:
    """Each referrer with what it refers to, once."""
    return {
        (
            key_of(resource),
            ObjectKey(
                ref.group, ref.kind, getattr(ref, "namespace", None) or resource.metadata.namespace, ref.name
            ),
        ): None
        for resource in own
        for ref in references(resource)
    }


def surroundings(
    dice: Dice, own: Sequence[Resource]
) -> tuple[list[Resource], dict[ObjectKey, tuple[ObjectKey, ...]]]:
    """
    Choose what some Gateways, routes and policies refer to.

    Returns:
        Objects, and policies of a vendor's with their targets.
    """
    around: list[Resource] = []
    if any(isinstance(each, Gateway) for each in own):
        spec = dice.one(_CLASSES)
        if spec is not None:
            around.append(GatewayClass(ObjectMeta(CLASS_NAME), spec, api_version=V1, kind="GatewayClass"))
    for namespace in sorted({each.metadata.namespace for each in own}):
        labels = dice.one(_LABELS)
        if labels is not None:
            around.append(Namespace(ObjectMeta(namespace, labels=labels), api_version="v1", kind="Namespace"))
    referred = _targets(own)
    wanted = list(dict.fromkeys(target for _, target in referred))
    for target in wanted:
        around.extend(_object(dice, target))
    outside = [each for each in around if each.kind == "XBackend"]
    for _, target in _targets(outside):
        if target not in wanted:
            wanted.append(target)
            around.extend(_object(dice, target))
    crossing = [(one, other) for one, other in referred if one.namespace != other.namespace]
    for index, (referrer, target) in enumerate(crossing):
        if target.group != GATEWAY_GROUP and referrer.group == GATEWAY_GROUP:
            around.extend(_grants(dice, f"grant-{index}", referrer, target))
    policy = ObjectKey("example.com", "RateLimitPolicy", "apps", "limit")
    others: list[dict[ObjectKey, tuple[ObjectKey, ...]]] = [{}, {}, {}]
    others += ({policy: (key_of(each),)} for each in own)
    return around, dice.one(others)


def _object(dice: Dice, key: ObjectKey) -> Iterator[Resource]:
    """Choose what is there where something is referred to."""
    metadata = ObjectMeta(key.name, key.namespace)
    match key.group, key.kind:
        case "", "Service" if key.name != "missing":
            yield from _service(dice, metadata)
        case "", "Secret":
            data = dice.one(SECRETS)
            if data is not None:
                yield Secret(metadata, "v1", "Secret", "kubernetes.io/tls", data=data)
        case "", "ConfigMap":
            bundle = dice.one(BUNDLES)
            if bundle is not None and key.name != "missing":
                yield ConfigMap(metadata, "v1", "ConfigMap", bundle)
        case group, "ServiceImport" if group == MULTICLUSTER:
            spec = dice.one(_IMPORTS)
            if spec is not None:
                yield ServiceImport(metadata, f"{MULTICLUSTER}/v1alpha1", "ServiceImport", spec)
        case group, "XBackend" if group == EXPERIMENTAL_GROUP:
            if dice.number(4) < 3:
                yield external_backend(dice, key.namespace, key.name)


def _service(dice: Dice, metadata: ObjectMeta) -> Iterator[Resource]:
    spec = dice.one(_SERVICES)
    if spec is None:
        return
    yield Service(metadata, "v1", "Service", spec)
    endpoints = dice.one(_ENDPOINTS)
    if endpoints is not None:
        labels = {"kubernetes.io/service-name": metadata.name}
        named = ObjectMeta(f"{metadata.name}-1", metadata.namespace, labels)
        yield EndpointSlice(named, "discovery.k8s.io/v1", "EndpointSlice", endpoints)


def _grants(dice: Dice, name: str, referrer: ObjectKey, target: ObjectKey) -> Iterator[ReferenceGrant]:
    """A grant for a reference, to one object or to all of a kind, one that falls just short, or none."""
    source = ReferenceGrantFrom(referrer.group, referrer.kind, referrer.namespace)
    every, namespace = ReferenceGrantTo(target.group, target.kind), target.namespace
    match dice.one(("all", "one", "all", "none", "another", "elsewhere", "misplaced")):
        case "none":
            return
        case "one":
            every = ReferenceGrantTo(target.group, target.kind, target.name)
        case "another":
            every = ReferenceGrantTo(target.group, target.kind, "another")
        case "elsewhere":
            source = ReferenceGrantFrom(referrer.group, referrer.kind, "elsewhere")
        case "misplaced":
            namespace = referrer.namespace
    spec = ReferenceGrantSpec((source,), (every,))
    yield ReferenceGrant(ObjectMeta(name, namespace), spec, V1, "ReferenceGrant")
