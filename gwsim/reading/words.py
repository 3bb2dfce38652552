"""What requests in words and curl commands have in common: headers, certificates, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from gwsim.errors import RequestError
from gwsim.routing.request import Headers, Request, bare_host

WrittenHeader: TypeAlias = tuple[str, str | None]
"""A name, and a value; None where the writer says that the header is not to be sent."""


def is_curl(words: Sequence[str]) -> bool:
    """Whether words are a curl command, perhaps with the prompt it was copied with."""
    rest = words[1:] if words and words[0] == "$" else words
    return bool(rest) and re.split(r"[/\\]", rest[0])[-1] in ("curl", "curl.exe")


def written_header(text: str) -> WrittenHeader:
    """
    Read a header as `-H` has it: `Name: value`, `Name;` (an empty value) or `Name:` (not sent).

    >>> written_header("x-canary: true")
    ('x-canary', 'true')

    Raises:
        RequestError: it is none of them.
    """
    name, mark, value = text.partition(":")
    if mark:
        return name.strip(" \t"), value.strip(" \t") or None
    if name.endswith(";"):
        return name[:-1], ""
    raise RequestError("header", "`Name: value`, or `Name;` for an empty value", repr(text))


def certificate_text(path: str) -> str:
    """
    Read a file of PEM certificates.

    Raises:
        RequestError: it cannot be read, or holds no text.
    """
    from pathlib import Path

    try:
        return Path(path).read_text(encoding="ascii")
    except UnicodeDecodeError:
        reason = "not ASCII"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise RequestError("clientCertificate", "a PEM file", f"{path!r} ({reason})")


def complete(
    method: str | None,
    url: str | None,
    headers: Iterable[WrittenHeader],
    options: Mapping[str, object],
    stated: Mapping[str, object] = {},
) -> Request:
    """
    Make the request of a URL, the headers that were written and the options.

    Args:
        stated: fields of the JSON form, which win over the URL; None: not stated.
        options: these win over all else; None: not stated.
    """
    sent = [(name, value) for name, value in headers if value is not None]
    hosts = [value for name, value in sent if name.lower() == "host"]
    fields: dict[str, object] = {
        "method": method,
        "headers": [pair for pair in sent if pair[0].lower() != "host"],
    }
    if url is not None:
        plain = Request.get(url)
        fields |= {"protocol": plain.protocol, "port": plain.port, "path": plain.path, "host": plain.host}
        if hosts and plain.protocol == "HTTPS" and bare_host(plain.host or "") != bare_host(hosts[0]):
            fields["sni"] = plain.server_name
    fields |= _present(stated)
    if hosts:
        fields["host"] = hosts[0]
    if _upgrades(url or "", sent):
        fields["websocket"] = True
    fields |= _present(options)
    return Request.from_dict(
        fields | {name: None for name in ("sni", "connectionSNI") if fields.get(name) == ""}
    )


def _present(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _upgrades(url: str, headers: Headers | list[tuple[str, str]]) -> bool:
    """Whether a WebSocket is asked for, by the URL's scheme or by the headers."""
    by_header = any(name.lower() == "upgrade" and value.lower() == "websocket" for name, value in headers)
    return by_header or url.lower().startswith(("ws://", "wss://"))
