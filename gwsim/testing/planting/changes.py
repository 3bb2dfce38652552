"""Changes of one place of a manifest, each of which makes one defect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from gwsim.addresses import FieldPath

Change: TypeAlias = Callable[[object], object]
"""From what is at a place, None for nothing, to what is to be there; None where the change does not fit."""
ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_RULES = ("HTTPRoute", "GRPCRoute")
_LISTENER: FieldPath = ("spec", "listeners", 0)
_RULE: FieldPath = ("spec", "rules", 0)
_BACKEND: FieldPath = (*_RULE, "backendRefs", 0)
_SPEC: FieldPath = ("spec",)


class Recipe(NamedTuple):
    """One defect, and how it is made."""

    kinds: tuple[str, ...]
    path: FieldPath
    change: Change
    says: str
    reported: str
    """A finding's code, or a condition as `Type=Status Reason`."""


def to(value: object) -> Change:
    """Put a value there, whatever was there before."""
    return lambda found: value


def twice(found: object) -> object:
    """Repeat the first item of a list."""
    return [*found, found[0]] if isinstance(found, list) and found else None


def of(protocols: tuple[str, ...], **fields: object) -> Change:
    """Set fields of a listener of one of some protocols."""

    def change(found: object) -> object:
        fits = isinstance(found, dict) and found.get("protocol") in protocols
        return {**found, **fields} if isinstance(found, dict) and fits else None

    return change


def _with_redirect(found: object) -> object:
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}
    fits = isinstance(found, dict) and found.get("backendRefs")
    return {**found, "filters": [redirect]} if isinstance(found, dict) and fits else None


def _elsewhere(**fields: object) -> Change:
    """Set fields of a reference to a Service of the own namespace."""

    def change(found: object) -> object:
        if not isinstance(found, dict) or found.get("kind", "Service") != "Service" or "namespace" in found:
            return None
        return {**found, **fields}

    return change


def _ungranted(found: object) -> object:
    """Lead a route of Gateways to a Service elsewhere; those of a mesh need no grant."""
    match found:
        case {"parentRefs": [_, *_] as parents} if not any(each.get("kind") == "Service" for each in parents):
            return changed(found, ("rules", 0, "backendRefs", 0), _elsewhere(namespace="elsewhere"))
    return None


def _misplaced(**fields: object) -> Change:
    """Set fields of the one parent of a route, a Gateway as a whole."""

    def change(found: object) -> object:
        if not isinstance(found, dict) or "useDefaultGateways" in found:
            return None
        match found.get("parentRefs"):
            case [dict() as parent] if not {"kind", "sectionName", "port"} & set(parent):
                return {**found, "parentRefs": [{**parent, **fields}]}
        return None

    return change


def _again(found: object) -> object:
    """Repeat the first listener under another name."""
    match found:
        case [dict() as first, *_]:
            return [*found, {**first, "name": "again"}]
    return None


def _match(**fields: object) -> Change:
    return to([fields])


REFUSED = (
    Recipe(
        (*ROUTES, "Gateway", "ListenerSet"),
        ("metadata", "name"),
        to("not_a_name"),
        "a name with an underscore",
        "InvalidName",
    ),
    Recipe(ROUTES, ("spec", "parentRefs"), twice, "one parent twice", "DuplicateParentRef"),
    Recipe(ROUTES, (*_BACKEND, "weight"), to(-1), "a weight below 0", "OutOfRange"),
    Recipe(ROUTES, (*_BACKEND, "port"), to("80"), "a port as text", "InvalidType"),
    Recipe(ROUTES, (*_BACKEND, "name"), to(""), "a backend without a name", "TooShort"),
    Recipe(
        (*_RULES, "TLSRoute"),
        ("spec", "hostnames"),
        to(["Shop.example.com"]),
        "a hostname in capitals",
        "InvalidPattern",
    ),
    Recipe(
        ("HTTPRoute",),
        (*_RULE, "matches"),
        _match(path={"value": "cart"}),
        "a path without slash",
        "PathNotAbsolute",
    ),
    Recipe(
        ("HTTPRoute",),
        (*_RULE, "matches"),
        _match(path={"value": "/a/../b"}),
        "a path with dot segments",
        "PathNotNormal",
    ),
    Recipe(
        ("HTTPRoute",),
        (*_RULE, "matches"),
        _match(headers=2 * [{"name": "x-a", "value": "1"}]),
        "one header twice",
        "Duplicate",
    ),
    Recipe(("HTTPRoute",), (*_RULE, "matches"), _match(method="FETCH"), "no method", "UnsupportedValue"),
    Recipe(
        ("HTTPRoute",),
        (*_RULE, "timeouts"),
        to({"request": "1s", "backendRequest": "2s"}),
        "a backend that has more time than the request",
        "BackendTimeoutTooLong",
    ),
    Recipe(
        ("HTTPRoute",),
        (*_RULE, "filters"),
        to([{"type": "URLRewrite"}]),
        "a filter without its field",
        "FilterFieldMissing",
    ),
    Recipe(("HTTPRoute",), _RULE, _with_redirect, "a redirect with backends", "RedirectWithBackends"),
    Recipe(
        ("GRPCRoute",),
        (*_RULE, "matches"),
        _match(method={"type": "Exact"}),
        "a method match without service and method",
        "MethodMatchEmpty",
    ),
    Recipe(("TLSRoute", "TCPRoute", "UDPRoute"), ("spec", "rules"), to([]), "no rule", "TooFew"),
    Recipe(("Gateway", "ListenerSet"), (*_LISTENER, "port"), to(70_000), "a port that is none", "OutOfRange"),
    Recipe(
        ("Gateway", "ListenerSet"), ("spec", "listeners"), _again, "one listener twice", "DuplicateListener"
    ),
    Recipe(
        ("Gateway", "ListenerSet"),
        _LISTENER,
        of(("TCP", "UDP"), hostname="db.example.com"),
        "a hostname where there are none",
        "HostnameNotAllowed",
    ),
    Recipe(
        ("Gateway", "ListenerSet"),
        _LISTENER,
        of(("HTTP", "TCP", "UDP"), tls={"certificateRefs": [{"name": "cert"}]}),
        "TLS where there is none",
        "TLSNotAllowed",
    ),
    Recipe(
        ("Gateway", "ListenerSet"),
        _LISTENER,
        of(("HTTPS",), tls={"mode": "Passthrough"}),
        "HTTPS that is passed through",
        "TLSModeNotTerminate",
    ),
    Recipe(("Gateway",), ("spec", "gatewayClassName"), to(""), "no class", "TooShort"),
)
"""Defects for which admission refuses the object."""

REPORTED = (
    Recipe(
        ROUTES,
        _BACKEND,
        _elsewhere(name="nowhere"),
        "a Service that is not there",
        "ResolvedRefs=False BackendNotFound",
    ),
    Recipe(
        ROUTES,
        _SPEC,
        _ungranted,
        "a Service elsewhere without a grant",
        "ResolvedRefs=False RefNotPermitted",
    ),
    Recipe(
        ROUTES,
        _BACKEND,
        _elsewhere(group="example.com", kind="Bucket"),
        "a backend of an unknown kind",
        "ResolvedRefs=False InvalidKind",
    ),
    Recipe(
        ROUTES,
        _SPEC,
        _misplaced(sectionName="nowhere"),
        "a listener that is not there",
        "Accepted=False NoMatchingParent",
    ),
    Recipe(
        ROUTES,
        _SPEC,
        _misplaced(port=1),
        "a port that no listener has",
        "Accepted=False NoMatchingParent",
    ),
    Recipe(
        ("Gateway",),
        ("spec", "infrastructure"),
        to({"parametersRef": {"group": "", "kind": "ConfigMap", "name": "nowhere"}}),
        "parameters that are not there",
        "Accepted=False InvalidParameters",
    ),
    Recipe(
        ("Gateway",),
        ("spec", "addresses"),
        to([{"type": "IPAddress", "value": "0.0.0.0"}]),
        "an address that none can use",
        "Programmed=False AddressNotUsable",
    ),
    Recipe(
        ("Gateway", "ListenerSet"),
        _LISTENER,
        of(("HTTPS",), tls={"certificateRefs": [{"name": "nowhere"}]}),
        "a certificate that is not there",
        "ResolvedRefs=False InvalidCertificateRef",
    ),
    Recipe(
        ("Gateway", "ListenerSet"),
        (*_LISTENER, "allowedRoutes"),
        to({"kinds": [{"group": "example.com", "kind": "Own"}]}),
        "no kind of route that there is",
        "ResolvedRefs=False InvalidRouteKinds",
    ),
)
"""Defects that a controller reports in the object's status."""


def changed(part: object, path: FieldPath, change: Change) -> object:
    """Make a change in a manifest; None where there is no such place, or the change does not fit."""
    if not path:
        return change(part)
    step, rest = path[0], path[1:]
    match part:
        case Mapping() if isinstance(step, str) and (step in part or not rest):
            inner = changed(part.get(step), rest, change)
            return None if inner is None else {**part, step: inner}
        case list() if isinstance(step, int) and step < len(part):
            inner = changed(part[step], rest, change)
            return None if inner is None else [*part[:step], inner, *part[step + 1 :]]
    return None
