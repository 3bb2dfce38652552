"""Objects as plain values, from which the benches put configurations together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gwsim.addresses import FieldPath, Location
from gwsim.reading.pausing import without_collections
from gwsim.resources.admission.admitting import admit
from gwsim.resources.snapshot import Snapshot
from gwsim.simulation import Simulation

Object = Mapping[str, object]
API = "gateway.networking.k8s.io/v1"
GATEWAY_CLASS: Object = {
    "apiVersion": API,
    "kind": "GatewayClass",
    "metadata": {"name": "std"},
    "spec": {"controllerName": "example.com/controller"},
}


class Nowhere:
    """The source of an object that was never written."""

    def locate(self, path: FieldPath) -> Location:
        return Location("made", 1, 1)


def snapshot_of(objects: Iterable[Object]) -> Snapshot:
    """Admit objects that are known to be right."""
    source = Nowhere()
    admitted = []
    for each in objects:
        admission = admit(each, source)
        assert admission.resource is not None, admission.findings
        admitted.append((admission.resource, source))
    return Snapshot.of(admitted)


def simulation_of(objects: Iterable[Object]) -> Simulation:
    """Bind objects that are known to be right."""
    with without_collections():
        return Simulation.of(snapshot_of(objects))


def made(
    kind: str, name: str, spec: Object, *, api: str = API, labels: Object | None = None, **other: object
) -> Object:
    metadata = {"name": name, "namespace": "team", **({"labels": labels} if labels else {}), **other}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def gateway(
    name: str,
    *,
    listeners: int = 1,
    first: int = 0,
    from_: str = "All",
    hostname: bool = True,
    **spec: object,
) -> Object:
    namespaces = {"from": from_, **({"selector": {"matchLabels": {"a": "b"}}} if from_ == "Selector" else {})}
    return made(
        "Gateway",
        name,
        {
            "gatewayClassName": "std",
            "allowedListeners": {"namespaces": {"from": "All"}},
            "listeners": [listener(first + each, namespaces, hostname=hostname) for each in range(listeners)],
            **spec,
        },
    )


def listener(number: int, namespaces: Object, *, hostname: bool = True) -> Object:
    return {
        "name": f"l{number}",
        "port": 80,
        "protocol": "HTTP",
        **({"hostname": f"h{number}.example.com"} if hostname else {}),
        "allowedRoutes": {"namespaces": namespaces},
    }


def listener_set(number: int, *, size: int = 16, same: bool = False, parent: str = "gw") -> Object:
    first = 10**6 + (0 if same else number * size)
    listeners = [listener(first + each, {"from": "All"}) for each in range(size)]
    return made("ListenerSet", f"s{number}", {"parentRef": {"name": parent}, "listeners": listeners})


def service(name: str, **metadata: object) -> Object:
    return made("Service", name, {"ports": [{"port": 80}]}, api="v1", **metadata)


def route(
    name: str,
    *,
    parents: Sequence[Object] = ({"name": "gw"},),
    hosts: Sequence[str] = (),
    backends: Sequence[str] = ("web",),
    kind: str = "HTTPRoute",
    **metadata: object,
) -> Object:
    refs = [{"name": each, "namespace": "team", "port": 80} for each in backends]
    spec = {"parentRefs": list(parents), "hostnames": list(hosts), "rules": [{"backendRefs": refs}]}
    return made(kind, name, spec, **metadata)


def tls_policy(name: str, target: str) -> Object:
    validation = {"wellKnownCACertificates": "System", "hostname": "a.example.com"}
    target_ref = {"group": "", "kind": "Service", "name": target}
    return made("BackendTLSPolicy", name, {"targetRefs": [target_ref], "validation": validation})


def grant(number: int, **metadata: object) -> Object:
    source = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": f"n{number}"}
    spec = {"from": [source], "to": [{"group": "", "kind": "Service"}]}
    return made("ReferenceGrant", f"g{number}", spec, **metadata)


def endpoint_slice(number: int) -> Object:
    labels = {"kubernetes.io/service-name": "web"}
    whole = made("EndpointSlice", f"e{number}", {}, api="discovery.k8s.io/v1", labels=labels)
    return {**{name: part for name, part in whole.items() if name != "spec"}, "endpoints": []}


def namespace(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"a": "b"}}}


def of_set(number: int, section: int) -> Object:
    """The parentRef to one listener of a ListenerSet that `listener_set` made."""
    name = f"l{10**6 + number * 16 + section}"
    return {
        "group": "gateway.networking.k8s.io",
        "kind": "ListenerSet",
        "name": f"s{number}",
        "sectionName": name,
    }


def yaml_text(objects: Iterable[Object]) -> str:
    """Write objects as kubectl does, in block style, a document each."""
    lines: list[str] = []
    for each in objects:
        lines.append("---")
        lines += _block(each, "")
    return "\n".join([*lines, ""])


def _block(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if isinstance(part, str | int | float) or not part:
                yield f"{indent}{name}: {_scalar(part)}"
            else:
                yield f"{indent}{name}:"
                yield from _block(part, indent + ("" if isinstance(part, list) else "  "))
    else:
        assert isinstance(value, list)
        for item in value:
            if isinstance(item, Mapping) and item:
                first, *rest = _block(item, indent + "  ")
                yield f"{indent}- {first[len(indent) + 2 :]}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(item)}"


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./")
_NOT_TEXT = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = value[:1].isalpha() or value.startswith("/")
        if plain and _PLAIN.issuperset(value) and value.lower() not in _NOT_TEXT:
            return value
        return "'" + value.replace("'", "''") + "'"
    return str(value) if isinstance(value, int | float) else "{}" if isinstance(value, Mapping) else "[]"
