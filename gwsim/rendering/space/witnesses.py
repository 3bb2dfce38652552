"""Witnesses and classes as plain data, in the contract's shape of requests."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import RuleKey
from gwsim.analysis.space.claims import Claim, Place
from gwsim.routing.request import Request


def request_data(request: Request) -> dict[str, object]:
    """A request as JSON has it, without what is as by default."""
    data: dict[str, object] = {"protocol": request.protocol}
    if request.gateway is not None:
        data["gateway"] = request.gateway
    data["port"] = request.port
    if request.protocol in ("HTTP", "HTTPS"):
        data["method"] = request.method
    if request.host is not None:
        data["host"] = request.host
    if request.protocol in ("HTTP", "HTTPS"):
        data["path"] = request.path
        data["headers"] = [list(pair) for pair in request.headers]
    if isinstance(request.sni, str) or request.sni is None:
        data["sni"] = request.sni
    certificate = request.client_certificate
    if certificate is not None:
        shown = {"secret": certificate.secret} if certificate.secret else {"pem": certificate.pem}
        data["clientCertificate"] = shown
    if request.grpc is not None:
        data["grpc"] = {"service": request.grpc.service, "method": request.grpc.method}
    return data


def place_data(place: Place) -> dict[str, object]:
    """Where requests arrive; `port` is null for every port without a listener."""
    return {
        "gateway": None if place.gateway is None else place.gateway.key.namespaced_name,
        "port": place.port if place.listens else None,
        "protocol": place.protocol,
    }


def place_words(place: Place) -> str:
    """Where requests arrive."""
    gateway = "no Gateway" if place.gateway is None else f"Gateway {place.gateway.key.namespaced_name}"
    port = f"port {place.port}" if place.listens else "any other port"
    return f"{gateway}, {place.protocol} on {port}"


def mesh_words(routes: int) -> Iterator[str]:
    """Say that requests in a mesh are left out, where some routes have Services as parents."""
    if routes:
        whose = "1 route whose parents are" if routes == 1 else f"{routes} routes whose parents are"
        yield f"requests in a mesh are left out: {whose} Services"


def rule_of(claim: Claim) -> RuleKey | None:
    """The match of a rule that takes the requests; None where the gateway answers or refuses."""
    return None if claim.entry is None else claim.entry.key
