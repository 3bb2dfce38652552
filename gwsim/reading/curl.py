"""What a curl command would send, read from its words."""

from __future__ import annotations

import getopt
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote_plus, unquote, urlsplit

from gwsim.errors import RequestError
from gwsim.reading.words import WrittenHeader, certificate_text, complete, written_header
from gwsim.routing.request import Request


class SentByCurl(NamedTuple):
    """What curl makes of its options."""

    method: str | None
    """None: what follows from the URL."""
    url: str
    """With its scheme, dot segments resolved, and the query that `-G` makes."""
    headers: tuple[WrittenHeader, ...]
    port: int | None
    """Where `--connect-to` leads, in place of the URL's port."""
    request_target: str | None
    """Sent in place of the URL's path."""
    certificate: str | None
    """The file of `--cert`."""


class _Call(NamedTuple):
    options: tuple[tuple[str, str], ...]
    """Long name without dashes, and value, in the order of the command."""
    urls: tuple[str, ...]

    def values(self, *names: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.options if name in names)

    def last(self, name: str) -> str | None:
        return next(reversed(self.values(name)), None)

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)


_DATA = ("data", "data-ascii", "data-binary", "data-raw")
_CONNECT_TO = r"(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)"


def split_command(command: str) -> tuple[str, ...]:
    """
    Split a pasted command into words as a shell does, line continuations included.

    Raises:
        RequestError: a quotation is not closed.
    """
    try:
        return tuple(shlex.split(re.sub(r"\\\r?\n", " ", command)))
    except ValueError as error:
        raise RequestError("curl", "a whole command", str(error).lower()) from None


def request_from_curl(words: Sequence[str], headers: Sequence[str] = (), **options: object) -> Request:
    """
    Read a curl command as the request that curl would send.

    >>> request_from_curl(["curl", "-d", "a=1", "https://shop.example.com"]).method
    'POST'

    Args:
        words: the first is `curl` itself.
        headers: more of them, in the form of `-H`.
        options: as for `request_from_words`.

    Raises:
        RequestError: an option is not known, or the command is no single request that can be sent.
    """
    sent = sent_by_curl(words)
    written = (*sent.headers, *map(written_header, headers))
    stated: dict[str, object] = {
        "host": _sent_authority(sent.url),
        "port": sent.port,
        "path": sent.request_target,
        "grpc": _grpc_call(sent.method, sent.url, written),
    }
    if sent.certificate:
        stated["clientCertificate"] = {"pem": certificate_text(sent.certificate)}
    return complete(sent.method, sent.url, written, options, stated)


def sent_by_curl(words: Sequence[str]) -> SentByCurl:
    """
    Read a curl command.

    Headers that depend on curl's build (`User-Agent`, `Accept`, `Accept-Encoding`) are left out unless the
    command states them; options that change nothing on the way to a backend are accepted and ignored.

    Raises:
        RequestError: an option is not known, or the command is no single request.
    """
    call = _parse(words[1:] if words[0] != "$" else words[2:])
    url = _one_url(call)
    return SentByCurl(
        method=_method(call),
        url=url,
        headers=_headers(call, url),
        port=_connect_port(call, url),
        request_target=call.last("request-target"),
        certificate=call.last("cert"),
    )


def _parse(words: Sequence[str]) -> _Call:
    options: list[tuple[str, str]] = []
    urls: list[str] = []
    rest = list(words)
    while rest:
        try:
            parsed, rest = getopt.getopt(rest, _SHORT_OPTIONS, _LONG_OPTIONS)
        except getopt.GetoptError as error:
            option = f"{'-' if len(error.opt) == 1 else '--'}{error.opt}"
            if "requires argument" in error.msg:
                raise RequestError(f"curl {option}", "a value", "none") from None
            raise RequestError("curl", "options for one HTTP request", option) from None
        options += [(_LONG_NAMES.get(name, name.removeprefix("--")), value) for name, value in parsed]
        urls += rest[:1]
        rest = rest[1:]
    return _Call(tuple(options), (*(value for name, value in options if name == "url"), *urls))


def _one_url(call: _Call) -> str:
    if len(call.urls) != 1:
        raise RequestError("curl", "one URL", shlex.join(call.urls) or "none")
    written = call.urls[0].partition("#")[0]
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", written):
        written = f"http://{written}"
    authority, slash, path = _after_scheme(written).partition("/")
    scheme = written.removesuffix(f"{authority}{slash}{path}")
    if not call.has("globoff") and (re.search(r"[{}\[\]]", path) or re.search(r"[{}]", authority)):
        raise RequestError("url", "one URL (-g takes braces and brackets as they are)", repr(call.urls[0]))
    if not call.has("path-as-is"):
        path = _without_dot_segments(path)
    if path.endswith("/") or not path:
        path += (call.last("upload-file") or "").rpartition("/")[2]
        slash = "/" if path else slash
    url = f"{scheme}{authority}{slash}{path}"
    queries = [
        _encoded(text) if name in ("url-query", "data-urlencode") else _plain(name, text)
        for name, text in call.options
        if name == "url-query" or (call.has("get") and name in (*_DATA, "data-urlencode"))
    ]
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(queries)}" if queries else url


def _after_scheme(url: str) -> str:
    return url.partition("://")[2]


def _without_dot_segments(path: str) -> str:
    """Resolve `.` and `..`, as curl does before it sends a path; the leading slash is not part of `path`."""
    path, mark, query = path.partition("?")
    segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", "..") and kept:
        kept.append("")
    return "/".join(kept) + mark + query


def _plain(name: str, text: str) -> str:
    if text.startswith("@") and name != "data-raw":
        raise RequestError("curl", "the data itself, since it becomes part of the URL", repr(text))
    return text


def _encoded(text: str) -> str:
    """Encode data as `--data-urlencode` does: `content`, `=content` or `name=content`."""
    if text.startswith("+"):
        return text[1:]
    if "=" not in text and "@" in text:
        raise RequestError("curl", "the data itself, since it becomes part of the URL", repr(text))
    name, mark, content = text.partition("=")
    if not mark:
        return quote_plus(name)
    return f"{name}={quote_plus(content)}" if name else quote_plus(content)


def _method(call: _Call) -> str | None:
    if stated := call.last("request"):
        return stated
    if call.has("head"):
        return "HEAD"
    if call.has("get"):
        return "GET"
    if call.has("upload-file"):
        return "PUT"
    return "POST" if call.has(*_DATA, "data-urlencode", "json", "form", "form-string") else None


def _headers(call: _Call, url: str) -> tuple[WrittenHeader, ...]:
    """Put the headers that curl makes of its options before those of `-H`, which replace them."""
    written = [written_header(text) for text in call.values("header")]
    replaced = {name.lower() for name, _ in written}
    made = {
        "Authorization": _authorization(call, url),
        "Range": f"bytes={call.last('range')}" if call.has("range") else None,
        "User-Agent": call.last("user-agent"),
        "Accept": "application/json" if call.has("json") else None,
        "Referer": (call.last("referer") or "").removesuffix(";auto"),
        "Cookie": ";".join(cookie for cookie in call.values("cookie") if "=" in cookie),
        "Content-Type": _content_type(call),
    }
    return (
        *((name, value) for name, value in made.items() if value and name.lower() not in replaced),
        *written,
    )


def _authorization(call: _Call, url: str) -> str | None:
    if token := call.last("oauth2-bearer"):
        return f"Bearer {token}"
    if call.has("digest", "ntlm", "negotiate", "anyauth"):
        return None
    try:
        userinfo, _, _ = urlsplit(url).netloc.rpartition("@")
    except ValueError as error:
        raise RequestError("url", "an absolute URL", f"{url!r} ({error})") from None
    user = call.last("user") or unquote(userinfo)
    if not user:
        return None
    import base64

    return f"Basic {base64.b64encode((user if ':' in user else f'{user}:').encode()).decode()}"


def _content_type(call: _Call) -> str | None:
    if call.has("json"):
        return "application/json"
    if call.has("form", "form-string"):
        return "multipart/form-data; boundary=------------------------gwsim"
    if call.has(*_DATA, "data-urlencode") and not call.has("get"):
        return "application/x-www-form-urlencoded"
    return None


def _connect_port(call: _Call, url: str) -> int | None:
    """Find the port that `--connect-to` leads to; `--resolve` changes the address alone."""
    for text in call.values("connect-to"):
        parts = re.fullmatch(_CONNECT_TO, text)
        if parts is None:
            raise RequestError("curl --connect-to", "HOST1:PORT1:HOST2:PORT2", repr(text))
        host, port, _, target = parts.groups()
        if host.lower() in ("", _url_host(url)) and port in ("", _url_port(url)):
            return int(target) if target else None
    return None


def _url_host(url: str) -> str:
    return re.sub(r":\d*$", "", urlsplit(url).netloc.rpartition("@")[2]).lower()


def _url_port(url: str) -> str:
    stated = re.search(r":(\d+)$", urlsplit(url).netloc)
    return stated[1] if stated else ("443" if url.lower().startswith(("https:", "wss:")) else "80")


def _sent_authority(url: str) -> str:
    """Leave out a port that the scheme implies, as curl does."""
    plain = Request.get(url)
    default = ":443" if plain.protocol == "HTTPS" else ":80"
    return (plain.host or "").removesuffix(default).removesuffix(":")


def _grpc_call(method: str | None, url: str, headers: Iterable[WrittenHeader]) -> Mapping[str, str] | None:
    """Recognise a gRPC call by its method, content type and path."""
    types = [value or "" for name, value in headers if name.lower() == "content-type"]
    path = re.fullmatch(r"/([^/?]+)/([^/?]+)", Request.get(url).path)
    if method != "POST" or path is None or not any(text.startswith("application/grpc") for text in types):
        return None
    return {"service": path[1], "method": path[2]}


_VALUED = {
    "A": "user-agent", "C": "continue-at", "D": "dump-header", "E": "cert", "F": "form", "H": "header",
    "T": "upload-file", "U": "proxy-user", "X": "request", "Y": "speed-limit", "b": "cookie",
    "c": "cookie-jar", "d": "data", "e": "referer", "m": "max-time", "o": "output", "r": "range",
    "u": "user", "w": "write-out", "x": "proxy", "y": "speed-time",
}  # fmt: skip
_FLAGS = {
    "#": "progress-bar", "0": "http1.0", "1": "tlsv1", "4": "ipv4", "6": "ipv6", "G": "get", "I": "head",
    "J": "remote-header-name", "L": "location", "N": "no-buffer", "O": "remote-name", "R": "remote-time",
    "S": "show-error", "Z": "parallel", "f": "fail", "g": "globoff", "i": "include",
    "j": "junk-session-cookies", "k": "insecure", "n": "netrc", "p": "proxytunnel", "q": "disable",
    "s": "silent", "v": "verbose",
}  # fmt: skip
_MORE_VALUED = (
    "aws-sigv4", "cacert", "capath", "cert-type", "ciphers", "connect-timeout", "connect-to", "curves",
    "data-ascii", "data-binary", "data-raw", "data-urlencode", "dns-servers", "doh-url",
    "expect100-timeout", "form-string", "happy-eyeballs-timeout-ms", "interface", "json",
    "keepalive-time", "key", "key-type", "limit-rate", "local-port", "max-filesize", "max-redirs",
    "noproxy", "oauth2-bearer", "output-dir", "pass", "pinnedpubkey", "proto", "proto-default", "rate",
    "request-target", "resolve", "retry", "retry-delay", "retry-max-time", "socks5", "socks5-hostname",
    "stderr", "tls-max", "tls13-ciphers", "trace", "trace-ascii", "unix-socket", "url", "url-query",
)  # fmt: skip
_MORE_FLAGS = (
    "anyauth", "basic", "cert-status", "compressed", "create-dirs", "digest", "fail-early",
    "fail-with-body", "http0.9", "http1.1", "http2", "http2-prior-knowledge", "http3", "http3-only",
    "location-trusted", "negotiate", "no-alpn", "no-clobber", "no-keepalive", "no-progress-meter",
    "no-sessionid", "ntlm", "parallel-immediate", "path-as-is", "post301", "post302", "post303", "raw",
    "remote-name-all", "retry-all-errors", "retry-connrefused", "show-headers", "ssl-no-revoke",
    "styled-output", "no-styled-output", "tcp-fastopen", "tcp-nodelay", "tlsv1.0", "tlsv1.1", "tlsv1.2",
    "tlsv1.3", "tr-encoding", "trace-ids", "trace-time",
)  # fmt: skip
_SHORT_OPTIONS = "".join(f"{letter}:" for letter in _VALUED) + "".join(_FLAGS)
_LONG_OPTIONS = [
    *(f"{name}=" for name in (*_VALUED.values(), *_MORE_VALUED)),
    *_FLAGS.values(),
    *_MORE_FLAGS,
]
_LONG_NAMES = {f"-{letter}": name for letter, name in (*_VALUED.items(), *_FLAGS.items())}
