"""The words and options by which commands are told a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

import click

from gwsim.cli.options import ManifestCommand
from gwsim.reading.words import certificate_text, is_curl


class RequestCommand(ManifestCommand):
    """A command of which everything from a word `curl` on belongs to that curl command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, with what belongs to a curl command left alone."""
        return super().parse_args(ctx, self._with_curl_apart(ctx, args))

    def _with_curl_apart(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `--` before a curl command that comes without."""
        if not any(is_curl((word,)) for word in args):
            return args
        outer = click.Context(self, ctx.parent, resilient_parsing=True, allow_interspersed_args=False)
        try:
            parsed, _, _ = self.make_parser(outer).parse_args(list(args))
        except click.UsageError:
            return args
        words = parsed.get("words")
        if not isinstance(words, (list, tuple)) or not is_curl(words):
            return args
        own = args[: len(args) - len(words)]
        return args if own[-1:] == ["--"] else [*own, "--", *words]


def _grpc_call(_: click.Context, __: click.Parameter, text: str | None) -> Mapping[str, str] | None:
    if text is None:
        return None
    service, mark, method = text.strip("/").rpartition("/")
    if not (service and mark and method):
        raise click.BadParameter(f"expected SERVICE/METHOD, found {text!r}")
    return {"service": service, "method": method}


def _client_certificate(_: click.Context, __: click.Parameter, text: str | None) -> Mapping[str, str] | None:
    if text is None:
        return None
    return {"pem": certificate_text(text[1:])} if text.startswith("@") else {"secret": text}


def request_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say more of a request; it gets them as `stated`: JSON fields."""

    @wraps(function)
    def with_stated(
        *,
        protocol: str | None,
        host: str | None,
        port: int | None,
        gateway: str | None,
        service: str | None,
        sni: str | None,
        connection_sni: str | None,
        client_certificate: Mapping[str, str] | None,
        grpc: Mapping[str, str] | None,
        websocket: bool,
        source: str | None,
        draw: float | None,
        **others: object,
    ) -> None:
        stated = {
            "protocol": protocol,
            "host": host,
            "port": port,
            "gateway": gateway,
            "service": service,
            "sni": sni,
            "connectionSNI": connection_sni,
            "clientCertificate": client_certificate,
            "grpc": grpc,
            "websocket": websocket or None,
            "source": None if source is None else {"namespace": source},
            "draw": draw,
        }
        present = {name: value for name, value in stated.items() if value is not None}
        function(stated=present, **others)

    wrapped: Callable[..., None] = with_stated
    for option in reversed(_REQUEST_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_PROTOCOLS = click.Choice(["HTTP", "HTTPS", "TLS", "TCP", "UDP"], case_sensitive=False)
_REQUEST_OPTIONS = (
    click.option(
        "-H",
        "--header",
        "headers",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="A request header, as curl has it.",
    ),
    click.option("--gateway", metavar="NS/NAME", help="The Gateway it is sent to; needed where several fit."),
    click.option("--port", type=click.IntRange(1, 65535), help="The listener's port, if not the URL's."),
    click.option("--host", metavar="NAME", help="The Host header, if not the URL's."),
    click.option("--protocol", type=_PROTOCOLS, help="What arrives at the listener, if not the URL's."),
    click.option(
        "--sni", metavar="NAME", help="The server name of the TLS hello, if not the host; '' for none."
    ),
    click.option(
        "--connection-sni", metavar="NAME", help="The server name that a reused connection was opened with."
    ),
    click.option(
        "--client-certificate",
        metavar="NS/NAME|@FILE",
        callback=_client_certificate,
        help="What the client presents: a TLS Secret of the input, or a PEM file.",
    ),
    click.option("--grpc", metavar="SERVICE/METHOD", callback=_grpc_call, help="Make it a gRPC call."),
    click.option("--websocket", is_flag=True, help="Make it a WebSocket upgrade."),
    click.option("--from", "source", metavar="NAMESPACE", help="The namespace of the client, in a mesh."),
    click.option(
        "--service", metavar="NS/NAME", help="The Service that is called, in a mesh; in place of --gateway."
    ),
    click.option(
        "--draw", type=float, metavar="NUMBER", help="From 0 to below 1: decides among weighted backends."
    ),
)
