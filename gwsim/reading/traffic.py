"""How a request is read from the words of a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gwsim.errors import RequestError
from gwsim.reading.words import WrittenHeader, is_curl, written_header
from gwsim.routing.request import Headers, Request, bare_host

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})
"""Words that are no host when they stand alone: a URL was forgotten, or lost by the shell."""


def request_from_words(words: Sequence[str], headers: Sequence[str] = (), **options: object) -> Request:
    """
    Read a request as it is written on a command line.

    The words are `URL`, `METHOD URL`, a whole `curl …` command, or that command as one word, line
    continuations and all. Without words the request is what `options` say.

    >>> request_from_words(["http://shop.example.com/cart"], ["x-canary: true"]).headers
    (('x-canary', 'true'),)

    Args:
        headers: as curl has them: `Name: value`; `Name;` for an empty value; `Host: …` leaves the SNI alone.
        options: fields of the JSON form, which win over what the words say; None: not stated. An empty
            `sni` or `connectionSNI` says that none is sent.

    Raises:
        RequestError: the words are no request, or one that cannot be sent.
    """
    for word in (*words, *headers):
        try:
            word.encode()
        except UnicodeEncodeError:
            raise RequestError("request", "text in UTF-8", repr(word)) from None
    if len(words) == 1 and is_curl(words[0].split()):
        from gwsim.reading.curl import split_command

        words = split_command(words[0])
    if is_curl(words):
        from gwsim.reading.curl import request_from_curl

        return request_from_curl(words, headers, **options)
    match words:
        case []:
            method, url = None, None
        case [only] if only in _METHODS:
            raise RequestError("request", "METHOD URL, or a curl command", f"{only} alone")
        case [only]:
            method, url = None, only
        case [verb, only]:
            method, url = verb, only
        case _:
            import shlex

            raise RequestError("request", "METHOD URL, or a curl command", shlex.join(words))
    return complete(method, url, map(written_header, headers), options)


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
