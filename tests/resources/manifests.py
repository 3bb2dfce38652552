"""Short ways to write manifests and to see what is found in them."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.addresses import path_text
from gwsim.findings import Finding
from tests.resources.differential import admitted

GATEWAY_API = "gateway.networking.k8s.io/v1"
HTTP = {"name": "http", "port": 80, "protocol": "HTTP"}
CERTIFICATES = {"certificateRefs": [{"name": "cert"}]}
REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"hostname": "a.example"}}
REWRITE = {"type": "URLRewrite", "urlRewrite": {"hostname": "a.example"}}
PREFIX = {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}
PREFIX_REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"path": PREFIX}}
PREFIX_REWRITE = {"type": "URLRewrite", "urlRewrite": {"path": PREFIX}}
EXACT_MATCH = [{"path": {"type": "Exact", "value": "/a"}}]
TWO_MATCHES = [{"path": {"value": "/a"}}, {"path": {"value": "/b"}}]
SERVICE = {"name": "s", "port": 80}


def httproute(**spec: object) -> dict[str, object]:
    """Write an HTTPRoute."""
    return {"apiVersion": GATEWAY_API, "kind": "HTTPRoute", "metadata": {"name": "r"}, "spec": spec}


def with_rule(**rule: object) -> dict[str, object]:
    """Write an HTTPRoute of one rule."""
    return httproute(rules=[rule])


def with_filter(**filter_: object) -> dict[str, object]:
    """Write an HTTPRoute of one rule with one filter."""
    return with_rule(filters=[filter_])


def with_path(value: str, type_: str = "PathPrefix") -> dict[str, object]:
    """Write an HTTPRoute with one path."""
    return with_rule(matches=[{"path": {"type": type_, "value": value}}])


def gateway(*listeners: Mapping[str, object], **spec: object) -> dict[str, object]:
    """Write a Gateway; without listeners, one of HTTP."""
    rows = list(listeners) or [{"name": "http", "port": 80, "protocol": "HTTP"}]
    return {
        "apiVersion": GATEWAY_API,
        "kind": "Gateway",
        "metadata": {"name": "g"},
        "spec": {"gatewayClassName": "c", "listeners": rows, **spec},
    }


def listener(protocol: str, **fields: object) -> dict[str, object]:
    """Write a Gateway with one listener on port 443."""
    return gateway({"name": "l", "port": 443, "protocol": protocol, **fields})


def mirror(**fields: object) -> dict[str, object]:
    """Write an HTTPRoute with a mirror."""
    return with_filter(type="RequestMirror", requestMirror={"backendRef": SERVICE, **fields})


def auth(**fields: object) -> dict[str, object]:
    """Write an HTTPRoute with an external authorisation."""
    return with_filter(type="ExternalAuth", externalAuth={"backendRef": SERVICE, **fields})


def cors(**fields: object) -> dict[str, object]:
    """Write an HTTPRoute with a CORS filter."""
    return with_filter(type="CORS", cors=fields)


def rewrite_path(**fields: object) -> dict[str, object]:
    """Write an HTTPRoute that rewrites the path."""
    return with_filter(type="URLRewrite", urlRewrite={"path": fields})


def session(**fields: object) -> dict[str, object]:
    """Write an HTTPRoute with session persistence."""
    return with_rule(sessionPersistence=fields)


def core(kind: str, api_version: str = "v1", **fields: object) -> dict[str, object]:
    """Write an object of a core kind."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, **fields}


def texts(manifest: object) -> list[str]:
    """Say each finding as `CODE path: message (help)`."""
    return [text(finding) for finding in admitted(manifest).findings]


def text(finding: Finding) -> str:
    """Say one finding, without the file."""
    advice = f" ({finding.help})" if finding.help else ""
    return f"{finding.code} {path_text(finding.path)}: {finding.message}{advice}"


def codes(manifest: object) -> list[str]:
    """Name each finding's code and path."""
    return [f"{finding.code} {path_text(finding.path)}" for finding in admitted(manifest).findings]
