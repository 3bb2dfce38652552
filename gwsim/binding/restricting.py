"""A snapshot as an implementation sees it that lacks some features: without what it passes over."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from gwsim.resources.gateways import Gateway, GatewayTLSConfig, ListenerSet, TLSConfig
from gwsim.resources.policies import BackendTLSPolicy
from gwsim.resources.routes import HTTPRoute, HTTPRouteRule, HTTPRouteTimeouts
from gwsim.resources.snapshot import Resource, Snapshot


def restricted(snapshot: Snapshot, unsupported: Collection[str]) -> Snapshot:
    """
    Leave out the objects and fields that have no effect without their features.

    What an implementation refuses, rather than passes over, stays: rules, kinds of routes, addresses.
    """
    objects = {
        key: _restricted(resource, unsupported)
        for key, resource in snapshot.objects.items()
        if not _ignored(resource, unsupported)
    }
    return structs.replace(snapshot, objects=objects)


def _ignored(resource: Resource, unsupported: Collection[str]) -> bool:
    match resource:
        case ListenerSet():
            return "ListenerSet" in unsupported
        case BackendTLSPolicy():
            return "BackendTLSPolicy" in unsupported
        case _:
            return False


def _restricted(resource: Resource, unsupported: Collection[str]) -> Resource:
    match resource:
        case HTTPRoute():
            return _http_route(resource, unsupported)
        case Gateway() if resource.spec.tls is not None:
            tls = _gateway_tls(resource.spec.tls, unsupported)
            return structs.replace(resource, spec=structs.replace(resource.spec, tls=tls))
        case BackendTLSPolicy() if "BackendTLSPolicySANValidation" in unsupported:
            validation = structs.replace(resource.spec.validation, subject_alt_names=())
            return structs.replace(resource, spec=structs.replace(resource.spec, validation=validation))
        case _:
            return resource


def _http_route(route: HTTPRoute, unsupported: Collection[str]) -> HTTPRoute:
    spec = route.spec
    rules = tuple(_rule(rule, unsupported) for rule in spec.rules)
    refs = spec.parent_refs
    if "HTTPRouteParentRefPort" in unsupported:
        refs = tuple(ref if ref.kind == "Service" else structs.replace(ref, port=None) for ref in refs)
    return structs.replace(route, spec=structs.replace(spec, rules=rules, parent_refs=refs))


def _rule(rule: HTTPRouteRule, unsupported: Collection[str]) -> HTTPRouteRule:
    timeouts, retry = rule.timeouts, rule.retry
    if retry is not None and "HTTPRouteRetry" in unsupported:
        retry = None
    if timeouts is not None:
        request = None if "HTTPRouteRequestTimeout" in unsupported else timeouts.request
        backend = None if "HTTPRouteBackendTimeout" in unsupported else timeouts.backend_request
        if retry is not None and "HTTPRouteRetryBackendTimeout" in unsupported:
            backend = None
        timeouts = HTTPRouteTimeouts(request=request, backend_request=backend) if request or backend else None
    if timeouts == rule.timeouts and retry == rule.retry:
        return rule
    return structs.replace(rule, timeouts=timeouts, retry=retry)


def _valid_only(tls: TLSConfig) -> TLSConfig:
    if tls.validation is None:
        return tls
    return structs.replace(tls, validation=structs.replace(tls.validation, mode="AllowValidOnly"))


def _gateway_tls(tls: GatewayTLSConfig, unsupported: Collection[str]) -> GatewayTLSConfig:
    backend = None if "GatewayBackendClientCertificate" in unsupported else tls.backend
    frontend = None if "GatewayFrontendClientCertificateValidation" in unsupported else tls.frontend
    if frontend is not None and "GatewayFrontendClientCertificateValidationInsecureFallback" in unsupported:
        ports = tuple(structs.replace(each, tls=_valid_only(each.tls)) for each in frontend.per_port)
        frontend = structs.replace(frontend, default=_valid_only(frontend.default), per_port=ports)
    return structs.replace(tls, backend=backend, frontend=frontend)
