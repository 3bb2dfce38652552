"""Names, hosts, paths and references: small pools, so that they meet, overlap and conflict."""

from __future__ import annotations

from collections.abc import Sequence

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP
from gwsim.resources.meta import BackendObjectReference, ObjectMeta, ParentReference
from gwsim.testing.drawing.dice import Dice

V1, ALPHA_2 = f"{GATEWAY_GROUP}/v1", f"{GATEWAY_GROUP}/v1alpha2"
EXPERIMENTAL = f"{EXPERIMENTAL_GROUP}/v1alpha1"
MULTICLUSTER = "multicluster.x-k8s.io"
GATEWAY_NAMES = (("infra", "edge"), ("apps", "inner"))
"""Namespace and name."""
SET_NAMES = (("apps", "extra"), ("web", "extra"), ("infra", "more"))
ROUTE_NAMES = (("apps", "cart"), ("apps", "shop"), ("infra", "cart"), ("web", "cart"))
SECTIONS = ("one", "two", "three")
HOSTNAMES = (
    *("a.test", "b.test", "test", "*.test", "a.a.test", "*.a.test", "b.a.test", "aa.test", "*.aa.test"),
    *("example.com", "*.example.com", "a.example.com"),
)
PATHS = ("/", "/a", "/a/", "/b", "/a/b", "/a/b/", "/ab", "/A", "/a/a", "/b/a/", "/ab/b", "/%61")
BACKENDS = (
    BackendObjectReference("v1", port=80),
    *2 * (BackendObjectReference("v2", port=80), BackendObjectReference("v1", port=80)),
    BackendObjectReference("v2", port=8080),
    BackendObjectReference("v1", namespace="apps", port=80),
    BackendObjectReference("v2", namespace="apps", port=8080),
    BackendObjectReference("v1", namespace="web", port=80),
    BackendObjectReference("far", MULTICLUSTER, "ServiceImport", port=80),
    BackendObjectReference("outside", EXPERIMENTAL_GROUP, "XBackend"),
    BackendObjectReference("files", "example.com", "Bucket"),
)
TIMES = (*3 * (None,), "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z", "2024-01-01T00:00:01Z")


def _parents(kind: str, names: Sequence[tuple[str | None, str]]) -> tuple[ParentReference, ...]:
    """References to each, and a third as many to sections and ports of them."""
    sections = (("one", None), ("two", None), ("none", None), (None, 80), (None, 443), ("one", 9000))
    whole = [ParentReference(name, kind=kind, namespace=namespace) for namespace, name in names]
    parts = [
        ParentReference(name, kind=kind, namespace=namespace, section_name=section, port=port)
        for (namespace, name), (section, port) in zip(names, sections, strict=False)
    ]
    return (*whole, *whole, *whole, *parts)


_GATEWAYS = (*3 * GATEWAY_NAMES[:1], *2 * GATEWAY_NAMES[1:], (None, "edge"))
GATEWAY_PARENTS = (*_parents("Gateway", _GATEWAYS), ParentReference("missing", namespace="web"))
SET_PARENTS = _parents("ListenerSet", (*SET_NAMES, (None, "extra")))
_SERVICE_PLACES = (
    *3 * ((None, "v1"), (None, "v2"), ("apps", "v1"), ("apps", "v2")),
    *(("web", "v1"), (None, "missing")),
)
_SERVICE_PORTS = (
    *3 * ((None, None), (80, None), (None, None)),
    *((8080, None), (None, "http"), (81, None), (80, "dgram")),
)
SERVICE_PARENTS = (
    *(
        ParentReference(name, "", "Service", namespace, section, port)
        for index, (port, section) in enumerate(_SERVICE_PORTS)
        for namespace, name in _SERVICE_PLACES[index % 3 :: 3]
    ),
    ParentReference("v1", "core", "Service", port=80),
)


def metadata(dice: Dice, names: Sequence[tuple[str, str]], *, timed: bool = True) -> ObjectMeta:
    """
    Choose metadata.

    Args:
        names: namespace and name.
        timed: whether some have a creationTimestamp.
    """
    namespace, name = dice.one(names)
    return ObjectMeta(name, namespace, creation_timestamp=dice.one(TIMES) if timed else None)
