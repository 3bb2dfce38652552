"""What becomes of a request, in the contract's shape."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

import msgspec

from gwsim.addresses import Address, ListenerKey, RuleKey
from gwsim.routing.request import Headers
from gwsim.trace import Step


class Action(Enum):
    """Who answers."""

    FORWARD = "forward"
    REDIRECT = "redirect"
    RESPOND = "respond"
    REFUSE = "refuse"


class ChosenListener(msgspec.Struct, frozen=True):
    """The listener that took the request."""

    key: ListenerKey
    gateway: str
    """`namespace/name`; for a listener of a ListenerSet, of the Gateway that it extends."""
    port: int
    protocol: str
    hostname: str | None


class ChosenRule(msgspec.Struct, frozen=True):
    """The rule and match that took the request."""

    key: RuleKey
    rule_name: str | None
    hostname: str | None
    """The effective hostname that was hit; None for any."""

    def to_dict(self) -> dict[str, object]:
        """The JSON form of the contract."""
        route = self.key.route
        return {
            "kind": route.kind,
            "namespace": route.namespace,
            "name": route.name,
            "rule": self.key.rule,
            "ruleName": self.rule_name,
            "match": self.key.match,
            "hostname": self.hostname,
        }


class ForwardedRequest(msgspec.Struct, frozen=True):
    """The request as a backend receives it."""

    method: str
    scheme: str
    host: str
    path: str
    headers: Headers


class HeaderEdits(msgspec.Struct, frozen=True):
    """Edits of the backend's response."""

    set: Headers = ()
    add: Headers = ()
    remove: tuple[str, ...] = ()


NO_EDITS = HeaderEdits()


class BackendTLS(msgspec.Struct, frozen=True):
    """How the gateway opens TLS to a backend (BackendTLSPolicy)."""

    sni: str
    hostname: str
    subject_alt_names: tuple[str, ...]
    ca_certificates: tuple[str, ...] | str
    """`namespace/name` of each ConfigMap, or `System`."""
    client_certificate: str | None
    """`namespace/name` of the Secret."""
    policy: str
    """`namespace/name` of the BackendTLSPolicy, or of the XBackend."""


class BackendChoice(msgspec.Struct, frozen=True):
    """One backend that the rule could pick; also one mirror."""

    kind: str
    namespace: str
    name: str
    port: int | None
    weight: int
    share: Fraction
    status: int | None
    """What the gateway answers in its place when it cannot be used."""
    reason: str | None
    request: ForwardedRequest | None
    response_headers: HeaderEdits
    tls: BackendTLS | None
    app_protocol: str | None
    address: Address
    """The backendRef."""

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.kind}/{self.namespace}/{self.name}{port}"

    def to_dict(self) -> dict[str, object]:
        """The JSON form of the contract."""
        from gwsim.routing.writing import backend_form

        return backend_form(self)


class Mirror(msgspec.Struct, frozen=True):
    """A copy of the request; `backend.share` is the fraction of requests that is copied."""

    backend: BackendChoice
    chosen: bool


class GatewayResponse(msgspec.Struct, frozen=True):
    """What the gateway itself sends."""

    status: int
    headers: Headers


class Timeouts(msgspec.Struct, frozen=True):
    """Limits as they take effect; None: no limit that a manifest states."""

    request: str | None
    backend_request: str | None


class Retry(msgspec.Struct, frozen=True):
    """Retries as they take effect; None: the implementation's own."""

    codes: tuple[int, ...]
    attempts: int | None
    backoff: str | None


class Persistence(msgspec.Struct, frozen=True):
    """Session persistence as it takes effect."""

    type: str
    session_name: str | None
    absolute_timeout: str | None
    lifetime_type: str | None


class ExternalAuth(msgspec.Struct, frozen=True):
    """Who is asked before the request goes on."""

    protocol: str
    backend: BackendChoice
    path: str | None
    """Put in front of the request's path."""
    allowed_headers: tuple[str, ...]
    allowed_response_headers: tuple[str, ...]
    forward_body_max_size: int | None
    """Bytes."""


class CORS(msgspec.Struct, frozen=True):
    """What cross-origin handling did."""

    origin: str | None
    origin_allowed: bool
    preflight: bool


class Decision(msgspec.Struct, frozen=True):
    """What becomes of one request."""

    id: object
    action: Action
    reason: str
    status: int | None = None
    listener: ChosenListener | None = None
    route: ChosenRule | None = None
    backends: tuple[BackendChoice, ...] = ()
    chosen_index: int | None = None
    grpc_status: int | None = None
    response: GatewayResponse | None = None
    mirrors: tuple[Mirror, ...] = ()
    timeouts: Timeouts | None = None
    retry: Retry | None = None
    session_persistence: Persistence | None = None
    external_auth: ExternalAuth | None = None
    cors: CORS | None = None
    not_modelled: tuple[str, ...] = ()
    """What bears on the answer and was left out of it, a sentence each."""
    trace: tuple[Step, ...] = ()
    """Why, in the order in which it was decided; empty where no explanation was asked for."""

    @property
    def chosen(self) -> BackendChoice | None:
        """The backend that the draw fell on."""
        return None if self.chosen_index is None else self.backends[self.chosen_index]

    def to_dict(self) -> dict[str, object]:
        """The JSON form of the contract, without the trace, which needs the manifests' places."""
        from gwsim.routing.writing import decision_form

        return decision_form(self)
