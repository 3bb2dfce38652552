"""Small configurations, written short."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from gwsim.reading.loading import load_files
from gwsim.simulation import Simulation

API = "gateway.networking.k8s.io/v1"
Manifest = Mapping[str, Any]


def simulate(*manifests: Manifest) -> Simulation:
    """A configuration in which every Service exists."""
    text = "\n---\n".join(map(json.dumps, manifests))
    return load_files(["-"], stdin=BytesIO(text.encode()), lenient=True).simulation


def gateway(*listeners: Mapping[str, Any], name: str = "edge") -> Manifest:
    """A Gateway that takes routes from all namespaces; by default plain HTTP for every host."""
    spec = [
        {"allowedRoutes": {"namespaces": {"from": "All"}}, **each}
        for each in listeners or ({"name": "http", "port": 80, "protocol": "HTTP"},)
    ]
    return {
        "apiVersion": API,
        "kind": "Gateway",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"gatewayClassName": "c", "listeners": spec},
    }


def route(
    name: str, *rules: Mapping[str, Any], hosts: Sequence[str] = ("shop.example.com",), age: int | None = None
) -> Manifest:
    """An HTTPRoute for the Gateway `edge`; of two, that with the lower age was created first."""
    created = {} if age is None else {"creationTimestamp": f"2026-01-{age:02}T00:00:00Z"}
    return {
        "apiVersion": API,
        "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": "shop", **created},
        "spec": {"parentRefs": [{"name": "edge"}], "hostnames": list(hosts), "rules": list(rules)},
    }


def rule(
    backend: str | Mapping[str, Any] | None, *matches: Mapping[str, Any], **fields: Any
) -> Mapping[str, Any]:
    """A rule; a backend that is a name is a Service's, on port 80."""
    ref = {"name": backend, "port": 80} if isinstance(backend, str) else backend
    refs = {"backendRefs": [ref]} if ref is not None else {}
    return {**({"matches": list(matches)} if matches else {}), **refs, **fields}


def prefix(value: str, **others: Any) -> Mapping[str, Any]:
    """A match by prefix."""
    return {"path": {"type": "PathPrefix", "value": value}, **others}


def exact(value: str, **others: Any) -> Mapping[str, Any]:
    """A match of one path."""
    return {"path": {"type": "Exact", "value": value}, **others}


def regex(value: str, **others: Any) -> Mapping[str, Any]:
    """A match by regular expression."""
    return {"path": {"type": "RegularExpression", "value": value}, **others}


def header(name: str, value: str, type_: str = "Exact") -> Mapping[str, Any]:
    """A header condition, as a field of a match."""
    return {"headers": [{"name": name, "value": value, "type": type_}]}
