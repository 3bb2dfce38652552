"""A request as the curl command that sends it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from gwsim.routing.request import DEFAULT_PORTS, Request, bare_host, is_ip_address

_PLAIN_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_NO_SERVER_NAME = "192.0.2.1"
"""An address of the documentation range: curl sends no server name for an address."""


def curl_command(request: Request, *, address: str | None) -> str:
    """
    Write an HTTP or HTTPS request as a command for a shell.

    What curl has no option for is left out: the source, the mesh's Service, a reused connection, a
    certificate that is a Secret. A gRPC call is written with its headers, without a message.

    >>> curl_command(Request.get("http://shop.example.com/cart", headers={"x-canary": "true"}), address=None)
    "curl -H 'x-canary: true' http://shop.example.com/cart"

    Args:
        address: of the gateway, a name or an IP address; None: wherever the host resolves to.

    Raises:
        ValueError: the protocol is one that curl does not send.
    """
    if request.protocol not in DEFAULT_PORTS or request.protocol == "TLS":
        raise ValueError(f"expected HTTP or HTTPS, got {request.protocol}")
    return shlex.join(["curl", *_options(request, address), _url(request, address)])


def _options(request: Request, address: str | None) -> Iterator[str]:
    if request.method == "HEAD":
        yield "-I"
    elif request.method != "GET":
        yield from ("-X", request.method)
    if request.grpc:
        yield "--http2" if request.protocol == "HTTPS" else "--http2-prior-knowledge"
    authority = _authority(request, address)
    implied = authority.removesuffix(f":{DEFAULT_PORTS[request.protocol]}")
    if request.host is not None and request.host != implied:
        yield from ("-H", f"Host: {request.host}" if request.host else "Host;")
    for name, value in request.headers:
        yield from ("-H", f"{name}: {value}" if value else f"{name};")
    if request.grpc and not request.header("content-type"):
        yield from ("-H", "content-type: application/grpc", "-H", "te: trailers")
    yield from _connection(request, authority, address)
    yield from _path_options(request)


def _connection(request: Request, authority: str, address: str | None) -> Iterator[str]:
    """Lead curl to the gateway's address and port where the URL does not."""
    host, port = _split(authority, DEFAULT_PORTS[request.protocol])
    if host.strip("[]") == (address or host).strip("[]") and port == request.port:
        return
    if address and is_ip_address(address) and port == request.port and not is_ip_address(host):
        yield from ("--resolve", f"{host}:{port}:{address}")
    else:
        bare = (address or "").strip("[]")
        target = f"[{bare}]" if ":" in bare else bare
        yield from ("--connect-to", f"{host}:{port}:{target}:{request.port}")


def _path_options(request: Request) -> Iterator[str]:
    if not _sayable(request.path):
        yield from ("--request-target", request.path)
        return
    if _DOT_SEGMENT.search(request.path.partition("?")[0]):
        yield "--path-as-is"
    if re.search(r"[{}\[\]]", request.path):
        yield "-g"


def _url(request: Request, address: str | None) -> str:
    secure = request.protocol == "HTTPS"
    scheme = ("wss" if secure else "ws") if request.websocket else ("https" if secure else "http")
    path = request.path if _sayable(request.path) else "/"
    return f"{scheme}://{_authority(request, address)}{path}"


def _sayable(path: str) -> bool:
    """Whether a URL can hold the path as it is sent."""
    return path.startswith("/") and Request.get(f"http://h{path}").path == path


def _authority(request: Request, address: str | None) -> str:
    """
    Choose the URL's host and port: those that make the server name and, where it can, the Host header.

    Where the two differ, the server name wins, since only the URL says it.
    """
    sent = request.host or ""
    name = request.server_name if request.protocol == "HTTPS" else bare_host(sent)
    host, port = _split(sent, DEFAULT_PORTS[request.protocol])
    if name is None and not is_ip_address(host):
        return _NO_SERVER_NAME
    if name in (None, bare_host(sent)) and _PLAIN_HOST.fullmatch(host) and 0 < port < 65536:
        return sent
    if name and _PLAIN_HOST.fullmatch(name):
        return name
    return address or "gateway.invalid"


def _split(authority: str, default: int) -> tuple[str, int]:
    host, mark, port = authority.rpartition(":")
    if not mark or not re.fullmatch("[0-9]{1,5}", port):
        return authority, default
    return host, int(port)
