"""`gwsim diff`: which requests two configurations answer differently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gwsim.cli.options import (
    ManifestCommand,
    Manifests,
    color_option,
    implementation_of,
    load_manifests,
    output_option,
    print_notes,
    unnamed_input_options,
)
from gwsim.cli.reviews import publish_review
from gwsim.errors import UsageError
from gwsim.implementations import with_choices
from gwsim.reading.pausing import without_collections

if TYPE_CHECKING:
    from gwsim.implementations import Implementation
    from gwsim.routing.request import Request


@click.command(cls=ManifestCommand)
@click.argument("paths", nargs=-1, required=True, metavar="OLD [NEW]")
@unnamed_input_options
@click.option(
    "--implementation",
    "implementations",
    multiple=True,
    metavar="NAME[@VERSION]",
    help="Simulate an implementation; given twice, the first is that of OLD and the second that of NEW.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Choose otherwise what the specification leaves open: on both sides; with OLD alone, on the second.",
)
@click.option(
    "--traffic",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="A file of requests as JSON lines, of which is told how many are touched; - for standard input.",
)
@output_option("text", "json", "markdown")
@color_option
@without_collections()
def command(
    paths: tuple[str, ...],
    manifests: Manifests,
    implementations: tuple[str, ...],
    settings: tuple[str, ...],
    traffic: str | None,
    output: str,
    color: bool,
) -> None:
    """
    Print the classes of requests that two configurations answer differently, and which change makes it so.

    OLD and NEW are files, folders, or git:REV:PATH. With OLD alone, one configuration is compared with
    itself, by two implementations or other choices. The exit code is 1 when there is a difference.

    \b
    Examples:
      gwsim diff git:main:manifests manifests/
      gwsim diff old/ new/ -o markdown --traffic requests.jsonl
      gwsim diff manifests/ --implementation envoy --implementation nginx
      gwsim diff manifests/ --set regexRank=byLength
    """
    from gwsim.analysis.differing.causes import causes
    from gwsim.analysis.differing.comparing import compare
    from gwsim.analysis.differing.meanings import Pair
    from gwsim.analysis.differing.traffic import count_traffic
    from gwsim.rendering.space.differences import Review

    if len(paths) > 2:
        raise UsageError(f"expected OLD and NEW, found {len(paths)} paths")
    chosen = _sides(implementations, settings, alone=len(paths) == 1)
    if len(paths) == 1 and chosen[0] == chosen[1]:
        raise UsageError("expected NEW, or --implementation or --set for the other side of OLD")
    one, other = (
        manifests._replace(paths=(path,), implementation=implementation)
        for path, implementation in zip((paths[0], paths[-1]), chosen, strict=True)
    )
    before = load_manifests(one)
    print_notes(before)
    if len(paths) == 1:
        pair = Pair(before.simulation, before.simulation.under(chosen[1]))
    else:
        after = load_manifests(other)
        print_notes(after)
        pair = Pair(before.simulation, after.simulation)
    compared = compare(pair)
    counted = None if traffic is None else count_traffic(compared, _requests(traffic))
    grouped = causes(compared)
    review = Review(pair.before, pair.after, grouped, compared.doubts, compared.left_out, counted)
    publish_review(review, output, color=color)


def _sides(
    implementations: tuple[str, ...], settings: tuple[str, ...], *, alone: bool
) -> tuple[Implementation, Implementation]:
    if len(implementations) > 2:
        raise UsageError(f"--implementation: expected one or two, found {len(implementations)}")
    names = implementations or ("spec",)
    first = implementation_of("spec" if alone and len(names) == 1 else names[0])
    second = implementation_of(names[-1])
    return first if alone else with_choices(first, settings), with_choices(second, settings)


def _requests(path: str) -> Iterator[Request | None]:
    """The requests of a file, one JSON object a line; None for a line that is none."""
    from gwsim.reading.request_lines import read_requests
    from gwsim.routing.request import Request

    try:
        with Path("/dev/stdin" if path == "-" else path).open("rb") as stream:
            yield from (each if isinstance(each, Request) else None for each in read_requests(stream))
    except OSError as error:
        raise UsageError(f"--traffic {path}: {error.strerror}") from None
