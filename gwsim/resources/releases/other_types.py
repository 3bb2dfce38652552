"""Types of releases other than 1.6, where fields came or went."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from gwsim.resources.gateways import GatewayBackendTLS, GatewaySpec, Listener, ListenerTLSConfig
from gwsim.resources.meta import Duration, HeaderName, ObjectReference, Part
from gwsim.resources.routes import SessionPersistence


class OlderFrontendValidation(Part, frozen=True):
    """How clients' certificates are checked, of 1.3: on each listener."""

    ca_certificate_refs: Annotated[tuple[ObjectReference, ...], Meta(min_length=1, max_length=8)] = ()


class OlderListenerTLSConfig(ListenerTLSConfig, frozen=True):
    """How a listener deals with TLS, of 1.3."""

    frontend_validation: OlderFrontendValidation | None = None


class OlderGatewaySpec(GatewaySpec, frozen=True):
    """What a Gateway asks for, of 1.3."""

    backend_tls: GatewayBackendTLS | None = field(name="backendTLS", default=None)


class ListenerOfAnyPort(Listener, frozen=True, kw_only=True):
    """A listener of an XListenerSet of 1.4, whose port the implementation may choose."""

    port: Annotated[int, Meta(ge=0, le=65535, title="a port number")] = 0


class OlderSessionPersistence(SessionPersistence, frozen=True):
    """Session persistence, up to 1.5."""

    idle_timeout: Duration | None = None


class SessionCookie(Part, frozen=True):
    """A session's cookie, after 1.6."""

    name: HeaderName | None = None
    path: Annotated[str, Meta(max_length=1024)] = "/"
    lifetime_type: Literal["Permanent", "Session"] = "Session"


class SessionHeader(Part, frozen=True):
    """A session's header, after 1.6."""

    name: HeaderName


class NewerSessionPersistence(SessionPersistence, frozen=True):
    """Session persistence, after 1.6."""

    cookie: SessionCookie | None = None
    header: SessionHeader | None = None
