"""A request as a client sends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gwsim.errors import RequestError
from gwsim.routing.urls import split_url

Protocol: TypeAlias = Literal["HTTP", "HTTPS", "TLS", "TCP", "UDP"]
Headers: TypeAlias = tuple[tuple[str, str], ...]

DEFAULT_PORTS: Mapping[str, int] = {"HTTP": 80, "HTTPS": 443, "TLS": 443}
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LAST_OF_ADDRESSES = "0123456789[]"
NAMESPACED_NAME = re.compile(r"[^/\s]+/[^/\s]+")


class ClientCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the client presents in the TLS handshake: a TLS Secret of the input, or PEM text."""

    secret: str | None = None
    pem: str | None = None


class GRPCCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gRPC call."""

    service: str
    method: str


class RequestSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sends the request."""

    namespace: str | None = None
    address: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """
    One request, complete: what a client would have to know, and nothing that a gateway decides.

    Build it with `get`, `from_url` or `from_dict`, which fill in what follows from the rest.
    """

    id: Any = 1
    protocol: Protocol = "HTTP"
    gateway: str | None = None
    """`namespace/name`; None: the only Gateway with a listener on `port`."""
    port: int = 80
    """The listener's port; for a mesh, the Service's."""
    method: str = "GET"
    host: str | None = None
    """`Host` or `:authority` as sent, with its port if it has one; None: the Gateway's address."""
    path: str = "/"
    """With query, as sent."""
    headers: Headers = ()
    sni: str | None | UnsetType = UNSET
    """Server name in the TLS hello; None: none sent; unset: the host."""
    client_certificate: ClientCertificate | None = None
    connection_sni: str | None | UnsetType = UNSET
    """The SNI that a reused connection was opened with; unset: `sni`."""
    grpc: GRPCCall | None = None
    websocket: bool = False
    source: RequestSource | None = None
    service: str | None = None
    """Mesh: the Service that is called, `namespace/name`, in place of `gateway`."""
    straight: bool = False
    """Mesh: to an address, past any Service and its routes."""
    draw: float | None = None
    """In [0, 1); None: derived from seed and id."""

    @classmethod
    def from_dict(cls, fields: Mapping[str, object]) -> Request:
        """
        Read the JSON form of a request, as the contract has it.

        Raises:
            RequestError: a field is unknown, of the wrong type, or makes no sense.
        """
        try:
            wire = msgspec.convert(fields, _Wire)
        except msgspec.ValidationError as error:
            from gwsim.routing.refusing import wire_error

            raise wire_error(error) from None
        return wire.complete()

    @classmethod
    def from_json(cls, text: bytes, number: int) -> Request:
        """
        Read a request that is written as JSON, fast.

        Args:
            number: the id of a request that states none, or null.

        Raises:
            RequestError: a field makes no sense.
            msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is no JSON, or a field is unknown or
                of the wrong type; `from_dict` says which, in the contract's words.
        """
        return _WIRE.decode(text).complete(number)

    @classmethod
    def from_url(
        cls,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str | list[str]] | Iterable[tuple[str, str]] = (),
        **fields: object,
    ) -> Request:
        """
        Make the request that a client sends for a URL; `fields` are those of the JSON form.

        Raises:
            RequestError: the URL or a field makes no sense.
        """
        pairs = dict(headers) if isinstance(headers, Mapping) else [list(pair) for pair in headers]
        return cls.from_dict({"method": method, "url": url, "headers": pairs, **fields})

    @classmethod
    def get(
        cls,
        url: str,
        *,
        headers: Mapping[str, str | list[str]] | Iterable[tuple[str, str]] = (),
        **fields: object,
    ) -> Request:
        """
        Make a GET request.

        >>> Request.get("https://shop.example.com/cart?x=1").port
        443
        """
        return cls.from_url("GET", url, headers=headers, **fields)

    @property
    def server_name(self) -> str | None:
        """The SNI that the client sends, None for none."""
        if self.protocol not in ("HTTPS", "TLS"):
            return None
        if self.sni is not UNSET:
            return self.sni
        name = bare_host(self.host or "")
        return None if not name or is_ip_address(name) else name

    @property
    def opened_for(self) -> str | None:
        """The SNI by which the connection's listener was chosen."""
        return self.server_name if self.connection_sni is UNSET else self.connection_sni

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order; names are case-insensitive."""
        lowered = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == lowered)


class _Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The JSON form, before defaults."""

    id: Any = UNSET
    url: str | None = None
    protocol: Protocol | None = None
    gateway: str | None = None
    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    method: str | None = None
    host: str | None = None
    path: str | None = None
    headers: dict[str, str | list[str]] | list[tuple[str, str]] = []
    sni: str | None | UnsetType = UNSET
    client_certificate: ClientCertificate | None = None
    connection_sni: str | None | UnsetType = msgspec.field(name="connectionSNI", default=UNSET)
    grpc: GRPCCall | None = None
    websocket: bool = False
    source: RequestSource | None = None
    service: str | None | UnsetType = UNSET
    draw: float | None = None

    def complete(self, number: int | None = None) -> Request:
        """
        Fill in what follows from the rest, and check the whole.

        Args:
            number: the id of a request that states none, or null; None: null is an id.
        """
        id_ = 1 if self.id is UNSET else self.id
        if number is not None and (self.id is UNSET or self.id is None):
            id_ = number
        scheme, authority, url_port, url_path = split_url(self.url) if self.url is not None else (None,) * 4
        protocol = self.protocol or scheme or "HTTP"
        stated = self.port if self.port is not None else url_port
        port = stated if stated is not None else DEFAULT_PORTS.get(protocol)
        if port is None:
            raise RequestError("port", f"a port (there is no default for {protocol})", "none")
        grpc = self.grpc
        path = self.path if self.path is not None else url_path
        if grpc is not None and not (_is_name(grpc.service) and _is_name(grpc.method)):
            raise RequestError(
                "grpc", "a service and a method without /", f"{grpc.service!r}, {grpc.method!r}"
            )
        if grpc is not None:
            path = f"/{grpc.service}/{grpc.method}"
        in_mesh = self.source is not None and self.source.namespace is not None
        request = Request(
            id=id_,
            protocol=protocol,
            gateway=self.gateway,
            port=port,
            method=self.method if self.method is not None else ("POST" if grpc else "GET"),
            host=self.host if self.host is not None else authority,
            path=path or "/",
            headers=_header_pairs(self.headers),
            sni=self.sni,
            client_certificate=self.client_certificate,
            connection_sni=self.connection_sni,
            grpc=grpc,
            websocket=self.websocket,
            source=self.source,
            service=None if self.service is UNSET else self.service,
            straight=self.service is None and self.gateway is None and in_mesh,
            draw=self.draw,
        )
        if not _plainly_fit(request):
            from gwsim.routing.refusing import refuse_unfit

            refuse_unfit(request)
        return request


_WIRE = msgspec.json.Decoder(_Wire)


def _header_pairs(headers: dict[str, str | list[str]] | list[tuple[str, str]]) -> Headers:
    if isinstance(headers, list):
        return tuple(headers)
    return tuple(
        (name, value)
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def _is_name(name: str) -> bool:
    return name != "" and "/" not in name


def _plainly_fit(request: Request) -> bool:
    """Whether a request passes every check, seen at a glance; of some that pass it says no."""
    id_, method, path, host = request.id, request.method, request.path, request.host or ""
    texts = [host, path]
    for name, value in request.headers:
        if not _is_token(name):
            return False
        texts.append(value)
    text = "".join(texts)
    return (
        text.isascii()
        and text.isprintable()
        and path.startswith("/")
        and not (" " in path or "#" in path or " " in host or "#" in host)
        and method in _METHODS
        and (id_.isascii() if isinstance(id_, str) else isinstance(id_, int) and id_.bit_length() < 64)
        and request.protocol in ("HTTP", "HTTPS")
        and (request.sni is UNSET and request.connection_sni is UNSET)
        and (request.draw is None and request.service is None and request.client_certificate is None)
        and (request.gateway is None or _is_namespaced_name(request.gateway))
        and 1 <= request.port <= 65535
    )


@lru_cache(maxsize=1024)
def _is_token(text: str) -> bool:
    return TOKEN.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _is_namespaced_name(text: str) -> bool:
    return NAMESPACED_NAME.fullmatch(text) is not None


def bare_host(host: str) -> str:
    """
    Reduce a Host header to the name that is compared: lower case, no port, no trailing dot.

    >>> bare_host("Shop.Example.com.:8080")
    'shop.example.com'
    """
    lowered = host.lower()
    if lowered.startswith("["):
        return lowered.partition("]")[0] + "]"
    return lowered.partition(":")[0].removesuffix(".")


def is_ip_address(host: str) -> bool:
    """Whether a bare host is an IP literal, which hits no hostname."""
    if host[-1:] not in _LAST_OF_ADDRESSES and ":" not in host:
        return False
    import ipaddress

    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def draw_for(seed: int, request_id: object) -> float:
    """Derive the draw of a request that states none: the same on every machine and run."""
    import hashlib

    text = msgspec.json.encode([seed, request_id], order="sorted")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()[:7], "big") / 2**56
