"""Decisions in the JSON form of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gwsim.routing.decision import (
    BackendChoice,
    ChosenListener,
    Decision,
    ExternalAuth,
    GatewayResponse,
    Persistence,
)
from gwsim.routing.request import Headers


def decision_form(decision: Decision) -> dict[str, object]:
    """The JSON form of a decision, without the trace, which needs the manifests' places."""
    return dict(_decision_fields(decision))


def backend_form(backend: BackendChoice) -> dict[str, object]:
    """The JSON form of a backend."""
    request, edits, tls = backend.request, backend.response_headers, backend.tls
    return {
        "kind": backend.kind,
        "namespace": backend.namespace,
        "name": backend.name,
        "port": backend.port,
        "weight": backend.weight,
        "share": str(backend.share),
        "status": backend.status,
        "reason": backend.reason,
        "request": None
        if request is None
        else {
            "method": request.method,
            "scheme": request.scheme,
            "host": request.host,
            "path": request.path,
            "headers": _pairs(request.headers),
        },
        "responseHeaders": {
            "set": _pairs(edits.set),
            "add": _pairs(edits.add),
            "remove": list(edits.remove),
        },
        "tls": None
        if tls is None
        else {
            "sni": tls.sni,
            "hostname": tls.hostname,
            "subjectAltNames": list(tls.subject_alt_names),
            "caCertificates": (
                tls.ca_certificates if isinstance(tls.ca_certificates, str) else list(tls.ca_certificates)
            ),
            "clientCertificate": None
            if tls.client_certificate is None
            else {"secret": tls.client_certificate},
            "policy": tls.policy,
        },
        "appProtocol": backend.app_protocol,
    }


def _decision_fields(decision: Decision) -> Iterator[tuple[str, object]]:
    yield "id", decision.id
    yield "action", decision.action.value
    yield "status", decision.status
    yield "reason", decision.reason
    yield "listener", _listener(decision.listener)
    yield "route", None if decision.route is None else decision.route.to_dict()
    yield "backends", [backend_form(backend) for backend in decision.backends]
    yield "chosen", decision.chosen_index
    yield "grpcStatus", decision.grpc_status
    yield "response", _response(decision.response)
    yield (
        "mirrors",
        [{**backend_form(mirror.backend), "chosen": mirror.chosen} for mirror in decision.mirrors],
    )
    timeouts = decision.timeouts
    yield (
        "timeouts",
        None
        if timeouts is None
        else {"request": timeouts.request, "backendRequest": timeouts.backend_request},
    )
    retry = decision.retry
    yield (
        "retry",
        None
        if retry is None
        else {"codes": list(retry.codes), "attempts": retry.attempts, "backoff": retry.backoff},
    )
    yield "sessionPersistence", _persistence(decision.session_persistence)
    yield "externalAuth", _external_auth(decision.external_auth)
    cors = decision.cors
    yield (
        "cors",
        None
        if cors is None
        else {"origin": cors.origin, "originAllowed": cors.origin_allowed, "preflight": cors.preflight},
    )
    yield "notModelled", list(decision.not_modelled)


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _listener(listener: ChosenListener | None) -> Mapping[str, object] | None:
    if listener is None:
        return None
    return {
        "parent": str(listener.key.parent),
        "gateway": listener.gateway,
        "name": listener.key.name,
        "port": listener.port,
        "protocol": listener.protocol,
        "hostname": listener.hostname,
    }


def _response(response: GatewayResponse | None) -> Mapping[str, object] | None:
    return None if response is None else {"status": response.status, "headers": _pairs(response.headers)}


def _persistence(persistence: Persistence | None) -> Mapping[str, object] | None:
    if persistence is None:
        return None
    return {
        "type": persistence.type,
        "sessionName": persistence.session_name,
        "absoluteTimeout": persistence.absolute_timeout,
        "lifetimeType": persistence.lifetime_type,
    }


def _external_auth(auth: ExternalAuth | None) -> Mapping[str, object] | None:
    if auth is None:
        return None
    return {
        "protocol": auth.protocol,
        "backend": backend_form(auth.backend),
        "path": auth.path,
        "allowedHeaders": list(auth.allowed_headers),
        "allowedResponseHeaders": list(auth.allowed_response_headers),
        "forwardBodyMaxSize": auth.forward_body_max_size,
    }
