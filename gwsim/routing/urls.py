"""What a URL says of a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gwsim.errors import RequestError

if TYPE_CHECKING:
    from gwsim.routing.request import Protocol

_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PLAIN_URL = re.compile(r"http(s?)://([A-Za-z0-9.-]+)(/[!\"$-~]*)?", re.ASCII)
"""URLs of which nothing needs a closer look."""


def split_url(url: str) -> tuple[Protocol, str, int | None, str]:
    """Split into protocol, authority as sent, port if written, path with query; a fragment is never sent."""
    plain = _PLAIN_URL.fullmatch(url)
    if plain is not None:
        return ("HTTPS" if plain[1] else "HTTP"), plain[2], None, plain[3] or "/"
    if _UNFIT.search(url):
        raise RequestError("url", "a URL on one line", repr(url))
    if not _SCHEME.match(url):
        url = f"http://{url}"
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RequestError("url", "an absolute URL", f"{url!r} ({error})") from None
    protocol: Protocol
    match parts.scheme.lower():
        case "http" | "ws":
            protocol = "HTTP"
        case "https" | "wss":
            protocol = "HTTPS"
        case "tls":
            protocol = "TLS"
        case "tcp":
            protocol = "TCP"
        case "udp":
            protocol = "UDP"
        case other:
            raise RequestError("url", "http://, https://, tls://, tcp:// or udp://", f"{other}://")
    authority = parts.netloc.rpartition("@")[2]
    if not authority or authority.startswith(":"):
        raise RequestError("url", "a host", repr(url))
    mark = "?" if "?" in url.partition("#")[0] else ""
    return protocol, authority, port, f"{parts.path or '/'}{mark}{parts.query}"
