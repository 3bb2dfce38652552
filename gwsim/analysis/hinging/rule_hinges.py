"""On which choices an answer may hang for what the rule does that took the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gwsim.analysis.hinging.asking import Question
from gwsim.binding.referring.references import H2C, SECURE_WEBSOCKET, WEBSOCKET
from gwsim.resources.cluster import Service

Hinge: TypeAlias = Callable[[Question], bool]
"""Whether the answer may be another by another value; True where only a try can tell."""
STANDARD_PROTOCOLS = frozenset({None, "", H2C, WEBSOCKET, SECURE_WEBSOCKET})


def _zero_weights(asked: Question) -> bool:
    return asked.decision.reason == "ZeroWeights"


def _no_endpoints(asked: Question) -> bool:
    return not all(backend.has_ready_endpoint for backend in asked.backends)


def _external_name(asked: Question) -> bool:
    services = (
        asked.topology.snapshot.get(Service, each.target.namespace, each.target.name)
        for each in asked.backends
    )
    return any(service is not None and service.spec.type == "ExternalName" for service in services)


def _strange_protocol(asked: Question) -> bool:
    return any(backend.app_protocol not in STANDARD_PROTOCOLS for backend in asked.backends)


def _extended(asked: Question) -> bool:
    return any(each.extension is not None for each in asked.filters)


def _mirror_fails(asked: Question) -> bool:
    mirrors = (each.backend for each in asked.filters if each.spec.request_mirror is not None)
    return any(backend is not None and backend.failure is not None for backend in mirrors)


def _mirrored(asked: Question) -> bool:
    return any(each.spec.request_mirror is not None for each in asked.filters)


def _header_twice(asked: Question) -> bool:
    for each in asked.filters:
        for edits in (each.spec.request_header_modifier, each.spec.response_header_modifier):
            if edits is not None:
                names = [*(pair.name for pair in (*edits.set, *edits.add)), *edits.remove]
                if len({name.lower() for name in names}) < len(names):
                    return True
    return False


def _redirected(asked: Question) -> bool:
    return any(each.spec.request_redirect is not None for each in asked.filters)


def _prefix_replaced(asked: Question) -> bool:
    paths = (
        each.path
        for bound in asked.filters
        for each in (bound.spec.url_rewrite, bound.spec.request_redirect)
        if each is not None
    )
    return any(path is not None and path.type == "ReplacePrefixMatch" for path in paths)


def _cross_origin(asked: Question) -> bool:
    return any(each.spec.cors is not None for each in asked.filters)


def _authorised(asked: Question) -> bool:
    return any(each.spec.external_auth is not None for each in asked.filters)


def _timed(asked: Question) -> bool:
    rule = None if asked.winner is None else asked.winner.spec
    if rule is None or rule.retry is not None:
        return False
    return rule.timeouts is not None or asked.implementation.backend_timeout_default != "none"


def _some_persist(asked: Question) -> bool:
    return asked.winner is not None and bool(asked.topology.policies.traffic)


def _flows(asked: Question) -> bool:
    request = asked.request
    return request.protocol == "UDP" and request.draw is None and request.source is not None


def _crosses_namespaces(asked: Question) -> bool:
    route = asked.decision.route
    if not asked.in_mesh or route is None:
        return False
    return any(backend.target.namespace != route.key.route.namespace for backend in asked.backends)


def _group_core(asked: Question) -> bool:
    return asked.in_mesh and any(
        parent.ref.group == "core" for route in asked.topology.routes for parent in route.mesh_parents
    )


RULE_HINGES: Mapping[str, Hinge] = {
    "zero_weights": _zero_weights,
    "no_endpoints": _no_endpoints,
    "external_name": _external_name,
    "unknown_app_protocol": _strange_protocol,
    "unknown_extension_ref": _extended,
    "mirror_invalid": _mirror_fails,
    "mirror_sees": _mirrored,
    "duplicate_header_action": _header_twice,
    "redirect_query": _redirected,
    "redirect_port80": _redirected,
    "redirect_response_headers": _redirected,
    "prefix_replace_root": _prefix_replaced,
    "cors_no_match": _cross_origin,
    "cors_empty_origins": _cross_origin,
    "auth_fail_status": _authorised,
    "backend_timeout_without_retry": _timed,
    "session_persistence_partial_split": _some_persist,
    "udp_unit": _flows,
    "mesh_reference_grant": _crosses_namespaces,
    "mesh_group_core": _group_core,
}
"""By field of `Implementation`."""
