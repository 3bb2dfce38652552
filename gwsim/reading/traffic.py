"""How a request is read from the words of a command line."""

from __future__ import annotations

from collections.abc import Sequence

from gwsim.errors import RequestError
from gwsim.reading.words import complete, is_curl, written_header
from gwsim.routing.request import Request

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
