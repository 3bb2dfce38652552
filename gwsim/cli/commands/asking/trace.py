"""`gwsim trace`: where a request goes, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple

import click

from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.cli.options import (
    ManifestCommand,
    Manifests,
    color_option,
    manifest_options,
    open_simulation,
    print_data,
)
from gwsim.reading.curl import is_curl
from gwsim.reading.traffic import certificate_text, request_from_words

if TYPE_CHECKING:
    from io import BufferedReader

    from gwsim.routing.decision import Decision
    from gwsim.routing.request import Request
    from gwsim.simulation import Simulation

_ROUTE = r"(\w+)/([^/#]+)/([^/#]+)(?:#(?:rules\[)?(\d+)(?:\].*)?)?"


class RouteTarget(NamedTuple):
    """A route, or one of its rules, that a question names."""

    route: ObjectKey
    rule: int | None
    """Zero-based."""


class _TraceCommand(ManifestCommand):
    """A command of which everything from a word `curl` on belongs to that curl command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._with_curl_apart(ctx, args))

    def _with_curl_apart(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `--` before a curl command that comes without."""
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


def _route_target(_: click.Context, __: click.Parameter, text: str | None) -> RouteTarget | None:
    if text is None:
        return None
    parts = re.fullmatch(_ROUTE, text)
    if parts is None:
        raise click.BadParameter(f"expected KIND/NAMESPACE/NAME or KIND/NAMESPACE/NAME#RULE, found {text!r}")
    kind, namespace, name, rule = parts.groups()
    return RouteTarget(ObjectKey(GATEWAY_GROUP, kind, namespace, name), None if rule is None else int(rule))


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


def _request_options(function: Callable[..., None]) -> Callable[..., None]:
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


@click.command(cls=_TraceCommand, no_args_is_help=True)
@click.argument("words", nargs=-1, metavar="[METHOD] URL | curl …")
@manifest_options
@_request_options
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Makes the draw of requests that state none."
)
@click.option(
    "--requests",
    type=click.File("rb"),
    metavar="FILE",
    help="Answer a stream of requests, one JSON object a line; - for standard input.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes that answer a stream.  [default: 1; for a file from 8 MiB on one for each CPU, up to 8]",
)
@click.option("--explain", is_flag=True, help="Put the trace into JSON and YAML; text always has it.")
@click.option("--follow", is_flag=True, help="Follow redirects through the same configuration.")
@click.option(
    "--why-not",
    metavar="KIND/NS/NAME[#RULE]",
    callback=_route_target,
    help="Explain why this route, or rule of it, did not take the request.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "yaml", "jsonl", "curl"]),
    help="The form of the answer.  [default: text; for --requests: jsonl]",
)
@color_option
@click.pass_context
def command(
    context: click.Context,
    words: tuple[str, ...],
    headers: tuple[str, ...],
    manifests: Manifests,
    stated: Mapping[str, object],
    seed: int,
    requests: BufferedReader | None,
    jobs: int | None,
    explain: bool,
    follow: bool,
    why_not: RouteTarget | None,
    output: str | None,
    color: bool,
) -> None:
    """
    Say where a request goes, and why.

    The request is METHOD and URL with curl's -H, or a whole curl command, pasted as it is.

    \b
    Examples:
      gwsim trace -f manifests/ GET https://shop.example.com/cart -H 'x-canary: true'
      gwsim trace -f manifests/ -- curl -H 'x-canary: true' https://shop.example.com/cart
      gwsim trace -f manifests/ http://shop.example.com/old --follow
      gwsim trace -f manifests/ http://shop.example.com/ --why-not HTTPRoute/shop/canary
      gwsim trace -f manifests/ --requests requests.jsonl -o jsonl > decisions.jsonl
    """
    if requests is not None:
        if words or headers or stated or follow or why_not or output not in (None, "jsonl"):
            raise click.UsageError(
                "--requests brings its own requests, and is answered with -o jsonl", context
            )
        if "-" in manifests.paths and requests.name in ("<stdin>", 0):
            raise click.UsageError("standard input can be either -f or --requests", context)
        from gwsim.cli.streaming.answering import Answerer
        from gwsim.cli.streaming.running import answer_stream

        answerer = Answerer(open_simulation(manifests, seed=seed), explain)
        context.exit(answer_stream(answerer, requests, jobs=jobs))
    if jobs is not None:
        raise click.UsageError("--jobs goes with --requests", context)
    if not words and not stated:
        raise click.UsageError("expected METHOD URL, a curl command, or --requests", context)
    request = request_from_words(words, headers, **stated)
    simulation = open_simulation(manifests, seed=seed)
    form = output or "text"
    if why_not is not None:
        if form != "text":
            raise click.UsageError("--why-not is answered with -o text", context)
        _answer_why_not(simulation, request, why_not, color=color)
    elif follow:
        _answer_journey(simulation, request, form, explain=explain, color=color)
    else:
        _answer(simulation, request, form, explain=explain, color=color)


def _answer(simulation: Simulation, request: Request, form: str, *, explain: bool, color: bool) -> None:
    decision = simulation.trace(request)
    if form == "text":
        from gwsim.rendering.text import decision_text

        click.echo(decision_text(simulation, request, decision, color=color), nl=False)
    elif form == "curl":
        click.echo(_command(simulation, request, decision))
    else:
        from gwsim.rendering.data import decision_data

        print_data(decision_data(simulation, request, decision, explain=explain), form)


def _command(simulation: Simulation, request: Request, decision: Decision) -> str:
    """Write the request for curl, with the address that the Gateway's manifest states."""
    from gwsim.rendering.curl import curl_command

    taken_by = None if decision.listener is None else decision.listener.gateway
    addresses = [
        address
        for gateway in simulation.topology.gateways
        if gateway.key.namespaced_name == taken_by and gateway.resource.spec.addresses
        for _, address in gateway.assigned
    ]
    try:
        return curl_command(request, address=next(iter(addresses), None))
    except ValueError as error:
        raise click.UsageError(f"-o curl: {error}") from None


def _answer_journey(
    simulation: Simulation, request: Request, form: str, *, explain: bool, color: bool
) -> None:
    from gwsim.analysis.following import follow

    journey = follow(simulation, request)
    if form == "text":
        from gwsim.rendering.text import journey_text

        click.echo(journey_text(simulation, journey, color=color), nl=False)
    elif form == "curl":
        for hop, decision in journey.hops:
            click.echo(_command(simulation, hop, decision))
    else:
        from gwsim.rendering.data import decision_data

        hops = [decision_data(simulation, *hop, explain=explain) for hop in journey.hops]
        if form == "jsonl":
            for hop_data in hops:
                print_data(hop_data, form)
        else:
            print_data({"hops": hops, "ending": journey.ending.value}, form)


def _answer_why_not(simulation: Simulation, request: Request, target: RouteTarget, *, color: bool) -> None:
    from gwsim.analysis.near_misses import why_not
    from gwsim.rendering.text import why_not_text

    decision = simulation.trace(request)
    answer = why_not(simulation.table, request, decision, target.route, target.rule)
    name = str(target.route) if target.rule is None else f"{target.route}#rules[{target.rule}]"
    click.echo(why_not_text(simulation, answer, name, color=color), nl=False)
