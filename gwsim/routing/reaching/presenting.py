"""What clients show in the TLS handshake."""

from __future__ import annotations

from gwsim.binding.listening.listeners import BoundListener
from gwsim.binding.referring.certificates import client_certificate_problem, secret_bytes
from gwsim.errors import RequestError
from gwsim.resources.cluster import ConfigMap, Secret
from gwsim.resources.snapshot import Snapshot
from gwsim.routing import clauses
from gwsim.routing.request import Request
from gwsim.trace import Step, check


def client_certificate_step(listener: BoundListener, request: Request, snapshot: Snapshot) -> Step | None:
    """
    Check what the client shows in the handshake.

    Returns:
        None for a listener that does not ask.

    Source:
        Gateway.spec.tls.frontend (GEP-91; extended).
    """
    clients = listener.clients
    if clients is None:
        return None
    presented = presented_certificate(request, snapshot)
    if presented is None:
        problem: str | None = "none"
    else:
        places = clients.authorities(listener.gateway.namespace)
        maps = (snapshot.get(ConfigMap, namespace, name) for namespace, name in places)
        bundles = [each.data["ca.crt"] for each in maps if each is not None]
        problem = client_certificate_problem(presented, bundles)
    return check(
        clauses.CLIENT_CERTIFICATE,
        clients.step.address,
        problem is None or clients.insecure,
        expected=clients.spec.mode,
        actual=problem or "a certificate of a trusted CA",
    )


def presented_certificate(request: Request, snapshot: Snapshot) -> bytes | None:
    """
    The certificate that a client shows, in PEM; None for none.

    Raises:
        RequestError: it names a Secret that holds none.
    """
    certificate = request.client_certificate
    if certificate is None:
        return None
    if certificate.pem is not None:
        return certificate.pem.encode()
    namespace, _, name = (certificate.secret or "").partition("/")
    secret = snapshot.get(Secret, namespace, name)
    found = None if secret is None else secret_bytes(secret, "tls.crt")
    if found is None:
        expected = "a TLS Secret of the input"
        raise RequestError("clientCertificate.secret", expected, repr(certificate.secret))
    return found
