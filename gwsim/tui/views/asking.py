"""The request bar: from what is written there to a request, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gwsim.errors import RequestError
from gwsim.reading.traffic import request_from_words
from gwsim.reading.words import is_curl
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.request import DEFAULT_PORTS, Request
from gwsim.routing.table import RoutingTable

_SERVICE = "Service/"
NO_SNI = "-"
"""Written for a server name: none is sent."""


class Fields(NamedTuple):
    """What is written in the bar."""

    url: str = ""
    """A URL, or a whole curl command."""
    method: str = ""
    headers: str = ""
    """`Name: value`, one a line."""
    sni: str = ""
    """Empty for the host; `-` for none."""
    gateway: str = ""
    """`namespace/name` of a Gateway; `Service/namespace/name` for a request in a mesh."""


def request_of(fields: Fields) -> Request:
    """
    Make the request that the bar says.

    Raises:
        RequestError: it says none, or one that cannot be sent.
    """
    url = fields.url.strip()
    command = is_curl(url.split())
    words = [fields.method.strip().upper(), url] if fields.method.strip() and not command else [url]
    options: dict[str, object] = {}
    if sni := fields.sni.strip():
        options["sni"] = "" if sni == NO_SNI else sni
    sent_to = fields.gateway.strip()
    if sent_to.startswith(_SERVICE):
        options["service"] = sent_to.removeprefix(_SERVICE)
    elif sent_to:
        options["gateway"] = sent_to
    headers = [each.strip() for each in fields.headers.splitlines() if each.strip()]
    return request_from_words(words, headers, **options)


def fields_of(request: Request) -> Fields | None:
    """Write a request into the bar; None for one of which the bar cannot say everything."""
    scheme = request.protocol.lower()
    host = request.host or ""
    name, port = host, request.port
    if request.protocol in DEFAULT_PORTS and port != DEFAULT_PORTS[request.protocol] and ":" not in host:
        name = f"{host}:{port}"
    elif request.protocol not in DEFAULT_PORTS:
        name = f"{host.partition(':')[0]}:{port}"
    stated = request.sni if isinstance(request.sni, str) else ""
    fields = Fields(
        url=f"{scheme}://{name}{request.path if request.protocol in ('HTTP', 'HTTPS') else ''}",
        method=request.method if request.method != "GET" else "",
        headers="\n".join(f"{name}: {value}" if value else f"{name};" for name, value in request.headers),
        sni=NO_SNI if request.sni is None else stated,
        gateway=request.gateway or (f"{_SERVICE}{request.service}" if request.service else ""),
    )
    try:
        return fields if request_of(fields) == request else None
    except RequestError:
        return None


def unfolded(command: str) -> Fields:
    """Read a pasted curl command into the fields; where they cannot say all of it, it stays a command."""
    try:
        fields = fields_of(request_of(Fields(command)))
    except RequestError:
        fields = None
    return Fields(" ".join(command.replace("\\\n", " ").split("\n")).strip()) if fields is None else fields


def examples(table: RoutingTable, *, at_most: int = 2000) -> tuple[str, ...]:
    """URLs that lead to what the table has, for the bar to propose, each once and in the table's order."""
    found: dict[str, None] = {}
    for url in _urls(table):
        found.setdefault(url)
        if len(found) == at_most:
            break
    return tuple(found)


def _urls(table: RoutingTable) -> Iterator[str]:
    for _, tables in sorted(table.listeners.items(), key=lambda item: item[0]):
        for each in tables:
            spec = each.listener.spec
            if spec.protocol not in ("HTTP", "HTTPS"):
                continue
            port = "" if spec.port == DEFAULT_PORTS[spec.protocol] else f":{spec.port}"
            for entry in each.entries:
                host = entry.hostname.replace("*.", "www.", 1)
                path = entry.match.path.value if isinstance(entry.match, HTTPRouteMatch) else "/"
                yield f"{spec.protocol.lower()}://{'www.example.com' if host == '*' else host}{port}{path}"


def destinations(table: RoutingTable) -> Sequence[str]:
    """What the bar proposes to send to: the Gateways, then the Services that have routes of their own."""
    topology = table.topology
    services = dict.fromkeys(
        key.parent.namespaced_name for key in topology.attachments if key.parent.kind == "Service"
    )
    return (*topology.gateway_by_name, *(f"{_SERVICE}{name}" for name in services))
