"""`gwsim trace`: where a request goes, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
import msgspec

from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.cli.options import Manifests, color_option, manifest_options, open_simulation, print_data
from gwsim.cli.request_options import RequestCommand, request_options
from gwsim.reading.traffic import request_from_words

if TYPE_CHECKING:
    from io import BufferedReader

    from gwsim.routing.decision import Decision
    from gwsim.routing.request import Request
    from gwsim.simulation import Simulation

_ROUTE = r"(\w+)/([^/#]+)/([^/#]+)(?:#(?:rules\[)?(\d+)(?:\].*)?)?"


class RouteTarget(msgspec.Struct, frozen=True):
    """A route, or one of its rules, that a question names."""

    route: ObjectKey
    rule: int | None
    """Zero-based."""


def _route_target(_: click.Context, __: click.Parameter, text: str | None) -> RouteTarget | None:
    if text is None:
        return None
    parts = re.fullmatch(_ROUTE, text)
    if parts is None:
        raise click.BadParameter(f"expected KIND/NAMESPACE/NAME or KIND/NAMESPACE/NAME#RULE, found {text!r}")
    kind, namespace, name, rule = parts.groups()
    return RouteTarget(ObjectKey(GATEWAY_GROUP, kind, namespace, name), None if rule is None else int(rule))


@click.command(cls=RequestCommand, no_args_is_help=True)
@click.argument("words", nargs=-1, metavar="[METHOD] URL | curl …")
@manifest_options
@request_options
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
    type=click.IntRange(1, 256),
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
        from gwsim.rendering.journeys import journey_text

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
    from gwsim.rendering.misses import why_not_text

    decision = simulation.trace(request)
    answer = why_not(simulation.table, request, decision, target.route, target.rule)
    name = str(target.route) if target.rule is None else f"{target.route}#rules[{target.rule}]"
    click.echo(why_not_text(simulation, answer, name, color=color), nl=False)
