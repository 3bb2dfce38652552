"""What all objects share: metadata, and the API's string types."""

import functools
import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, inspect

from gwsim.addresses import GATEWAY_GROUP

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"

ObjectName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=253)]
NamespaceName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=63,
        pattern=rf"^{LABEL}\Z",
        title="the name of a namespace",
        description="use lower-case letters, digits and '-'; begin and end with a letter or digit",
    ),
]
Group: TypeAlias = Annotated[
    str,
    Meta(
        max_length=253,
        pattern=rf"^\Z|^{SUBDOMAIN}\Z",
        title="an API group",
        description="write it without a version, such as gateway.networking.k8s.io; the core group is ''",
    ),
]
Kind: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=63,
        pattern=r"^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?\Z",
        title="a kind",
        description="write the kind as in manifests, such as Service",
    ),
]
DNS_HELP = "use lower-case letters, digits, '-' and '.'; begin and end each label with a letter or digit"
SectionName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        pattern=rf"^{SUBDOMAIN}\Z",
        title="a lower-case DNS name",
        description=DNS_HELP,
    ),
]
PreciseHostname: TypeAlias = SectionName
Hostname: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        pattern=rf"^(\*\.)?{SUBDOMAIN}\Z",
        title="a hostname",
        description="use a lower-case DNS name without a port; a wildcard is one leading '*.'",
    ),
]
PortNumber: TypeAlias = Annotated[int, Meta(ge=1, le=65535, title="a port number")]
HeaderName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=256,
        pattern=r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+\Z",
        title="an HTTP token",
        description="use letters, digits and !#$%&'*+-.^_`|~; no space, no colon",
    ),
]
HeaderValue: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4096)]
ControllerName: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        pattern=rf"^{SUBDOMAIN}\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+\Z",
        title="a controller name",
        description="write DOMAIN/PATH, such as example.com/gateway-controller",
    ),
]
Duration: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]{1,5}(h|m|s|ms)){1,4}\Z",
        title="a duration",
        description="write whole numbers with h, m, s or ms, such as 1m30s or 500ms",
    ),
]
LabelValue: TypeAlias = Annotated[
    str,
    Meta(
        max_length=63,
        pattern=r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\Z",
        title="a label value",
        description="use letters, digits, '-', '_' and '.'; begin and end with a letter or digit",
    ),
]
AnnotationValue: TypeAlias = Annotated[str, Meta(max_length=4096)]


UNIQUE = {"keys": ()}
"""`Meta.extra` of a list without equal items (the CRD's list type `set`)."""
UNIQUE_NAMES = {"keys": ("name",)}
"""`Meta.extra` of a list without equal names (the CRD's list type `map`)."""


class Part(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, repr_omit_defaults=True, gc=False
):
    """
    A piece of a manifest: immutable, its fields in the API's spelling.

    A field that is not here makes `msgspec.convert` fail; `admit` then reads the rest and warns.
    Parts form trees, so the garbage collector need not look at them; without that, it takes most of the time.
    """


class Absent:
    """The type of a field that a release does not have: no value is of it."""


@functools.cache
def shape_of(part: type[Part]) -> inspect.StructType:
    """A part's fields, their types and limits, down to the last; read once for each type."""
    shape = inspect.type_info(part)
    assert isinstance(shape, inspect.StructType)
    return shape


class ObjectMeta(Part, frozen=True, forbid_unknown_fields=False):
    """The metadata that bears on routing; what else an object carries is passed over."""

    name: str
    namespace: str = ""
    """Filled in while admitting; empty for a cluster-scoped object."""
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    creation_timestamp: str | None = None
    """RFC 3339, as the API server writes it; absent in files that never were in a cluster."""
    generation: int | None = None


class LabelSelectorRequirement(Part, frozen=True):
    """One expression of a label selector."""

    key: str
    operator: str
    """In, NotIn, Exists or DoesNotExist."""
    values: tuple[str, ...] = ()


class LabelSelector(Part, frozen=True):
    """Kubernetes' selector on labels: all of it must hold; an empty one selects everything."""

    match_labels: Mapping[str, str] = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


class ParentReference(Part, frozen=True):
    """What a route wants to attach to."""

    name: ObjectName
    group: Group = GATEWAY_GROUP
    kind: Kind = "Gateway"
    namespace: NamespaceName | None = None
    section_name: SectionName | None = None
    port: PortNumber | None = None


class ObjectReference(Part, frozen=True):
    """A reference to an object of any namespace and kind."""

    group: Group
    kind: Kind
    name: ObjectName
    namespace: NamespaceName | None = None


class LocalObjectReference(Part, frozen=True):
    """A reference to an object of the referrer's namespace."""

    group: Group
    kind: Kind
    name: ObjectName


class SecretObjectReference(Part, frozen=True):
    """A reference to a Secret, which another kind may stand in for."""

    name: ObjectName
    group: Group = ""
    kind: Kind = "Secret"
    namespace: NamespaceName | None = None


class BackendObjectReference(Part, frozen=True):
    """A reference to something that takes traffic."""

    name: ObjectName
    group: Group = ""
    kind: Kind = "Service"
    namespace: NamespaceName | None = None
    port: PortNumber | None = None


_UNITS_MS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_COMPONENT = re.compile(r"([0-9]+)(ms|h|m|s)")


def duration_ms(text: str) -> int:
    """Add up a duration of the API (GEP-2257), in milliseconds."""
    return sum(int(count) * _UNITS_MS[unit] for count, unit in _COMPONENT.findall(text))


def canonical_duration(text: str) -> str:
    """
    Write a duration as GEP-2257 prints it: descending units, without zeros.

    >>> canonical_duration("1m60s"), canonical_duration("0h")
    ('2m', '0s')
    """
    left, parts = duration_ms(text), []
    for unit, size in _UNITS_MS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
