"""Requests that no client could send, and JSON that is no request."""

from __future__ import annotations

import re

import msgspec

from gwsim.errors import RequestError
from gwsim.routing.request import NAMESPACED_NAME, TOKEN, Request

_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNFIT_PATH = re.compile(r"[\x00-\x20\x7f#]")


def wire_error(error: msgspec.ValidationError) -> RequestError:
    """What is wrong with the JSON form of a request, in the contract's words."""
    text = str(error)
    what, _, where = text.partition(" - at `$")
    field = where.rstrip("`").lstrip(".") or "request"
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL)
    if unknown:
        return RequestError(field, "a field of the contract", repr(unknown[1]))
    value = re.fullmatch(r"Invalid enum value (.*)", what, re.DOTALL)
    if value:
        return RequestError(field, "one of HTTP, HTTPS, TLS, TCP, UDP", value[1])
    got = re.fullmatch(r"Expected (.*), got (.*)", what, re.DOTALL)
    if got:
        return RequestError(field, got[1].replace("`", ""), got[2].replace("`", ""))
    return RequestError(field, what.removeprefix("Expected ").replace("`", ""), "another value")


def refuse_unfit(request: Request) -> None:
    """
    Make every check of a request.

    Raises:
        RequestError: no client could send it.
    """
    _check_encodable(request)
    if not 1 <= request.port <= 65535:
        raise RequestError("port", "a port from 1 to 65535", str(request.port))
    if not TOKEN.fullmatch(request.method):
        raise RequestError("method", "an HTTP method", repr(request.method))
    if request.protocol in ("HTTP", "HTTPS"):
        star = request.path == "*" and request.method == "OPTIONS"
        if not (request.path.startswith("/") or star) or _UNFIT_PATH.search(request.path):
            raise RequestError("path", "a path that starts with / and has no space or #", repr(request.path))
        for name, value in request.headers:
            if not TOKEN.fullmatch(name):
                raise RequestError("headers", "a header name", repr(name))
            if _UNFIT.search(value):
                raise RequestError(f"headers[{name}]", "a value on one line", repr(value))
    if request.host is not None and _UNFIT_PATH.search(request.host.replace("#", " ")):
        raise RequestError("host", "a host, perhaps with a port", repr(request.host))
    if request.draw is not None and not 0 <= request.draw < 1:
        raise RequestError("draw", "a number from 0 to below 1", str(request.draw))
    for field, parent in (("gateway", request.gateway), ("service", request.service)):
        if parent is not None and not NAMESPACED_NAME.fullmatch(parent):
            raise RequestError(field, "namespace/name", repr(parent))
    certificate = request.client_certificate
    if certificate is not None and (certificate.secret is None) == (certificate.pem is None):
        raise RequestError(
            "clientCertificate", "either secret or pem", "both" if certificate.pem else "neither"
        )


def _check_encodable(request: Request) -> None:
    """Half characters are text in Python alone; what is no JSON cannot be echoed."""
    sni = (each for each in (request.sni, request.connection_sni) if isinstance(each, str))
    texts = {"host": request.host or "", "path": request.path, "sni": "".join(sni)}
    texts |= {f"headers[{name!r}]": f"{name}{value}" for name, value in request.headers}
    for field, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise RequestError(field, "text in UTF-8", repr(text)) from None
    try:
        msgspec.json.encode([[[[request.id]]]])
    except (RecursionError, TypeError, ValueError):
        raise RequestError("id", "JSON of little depth", type(request.id).__name__) from None
