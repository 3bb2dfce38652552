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
from gwsim.implementations.choosing import with_choices
from gwsim.reading.pausing import without_collections
from gwsim.resources.releases.release import LENIENT, NEWEST, RELEASED, Channel, Release

if TYPE_CHECKING:
    from gwsim.analysis.differing.meanings import Pair
    from gwsim.implementations import Implementation
    from gwsim.routing.request import Request
    from gwsim.simulation import Simulation


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
    "--gateway-api",
    "versions",
    multiple=True,
    type=click.Choice([str(version) for version in RELEASED]),
    help="Leave out what the CRDs of this release would; given twice, the first is that of OLD.",
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice(("standard", "experimental")),
    help="The channel of these CRDs; given twice, the first is that of OLD.  [default: standard]",
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
    versions: tuple[str, ...],
    channels: tuple[str, ...],
    traffic: str | None,
    output: str,
    color: bool,
) -> None:
    """
    Print the classes of requests that two configurations answer differently, and which change makes it so.

    OLD and NEW are files, folders, or git:REV:PATH. With OLD alone, one configuration is compared with
    itself: by two implementations, releases of the API or other choices. The exit code is 1 when there is a
    difference.

    \b
    Examples:
      gwsim diff git:main:manifests manifests/
      gwsim diff old/ new/ -o markdown --traffic requests.jsonl
      gwsim diff manifests/ --implementation envoy --implementation nginx
      gwsim diff manifests/ --set regexRank=byLength
      gwsim diff manifests/ --gateway-api 1.3 --gateway-api 1.6
    """
    from gwsim.analysis.differing.causes import causes
    from gwsim.analysis.differing.comparing import compare
    from gwsim.analysis.differing.traffic import count_traffic
    from gwsim.rendering.space.differences import Review

    if traffic == "-" and "-" in paths:
        raise UsageError("-: expected standard input to be named once, found it as a side and as --traffic")
    if len(paths) > 2:
        raise UsageError(f"expected OLD and NEW, found {len(paths)} paths")
    chosen = _sides(implementations, settings, alone=len(paths) == 1)
    releases = _releases(versions, channels)
    if len(paths) == 1 and chosen[0] == chosen[1] and releases[0] == releases[1]:
        raise UsageError(
            "expected NEW, or --implementation, --gateway-api or --set for the other side of OLD"
        )
    pair = _pair(manifests, paths, chosen, releases)
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


def _releases(versions: tuple[str, ...], channels: tuple[str, ...]) -> tuple[Release, Release]:
    """The releases of both sides; by default both have all that gwsim knows."""
    for option, given in (("--gateway-api", versions), ("--channel", channels)):
        if len(given) > 2:
            raise UsageError(f"{option}: expected one or two, found {len(given)}")
    if not versions and not channels:
        return LENIENT, LENIENT
    known = {str(version): version for version in RELEASED}
    named = [known[version] for version in versions] or [NEWEST.version]
    wanted = [Channel(channel) for channel in channels] or [NEWEST.channel]
    return Release(named[0], wanted[0]), Release(named[-1], wanted[-1])


def _pair(
    manifests: Manifests,
    paths: tuple[str, ...],
    implementations: tuple[Implementation, Implementation],
    releases: tuple[Release, Release],
) -> Pair:
    """Load both sides, and say on standard error what was left out or assumed in each."""
    from gwsim.analysis.differing.meanings import Pair

    one, other = (
        manifests._replace(paths=(path,), implementation=implementation)
        for path, implementation in zip((paths[0], paths[-1]), implementations, strict=True)
    )
    if len(paths) == 1 and releases[0] == releases[1]:
        before = _loaded(one, releases[0])
        return Pair(before, before.under(implementations[1]))
    if paths[0] == paths[-1] == "-":
        raise UsageError("-: standard input can be read once, and both sides would need it")
    return Pair(_loaded(one, releases[0]), _loaded(other, releases[1]))


def _loaded(manifests: Manifests, release: Release) -> Simulation:
    loaded = load_manifests(manifests, release=release)
    if release != LENIENT and loaded.findings:
        click.echo(f"as {release} has it:", err=True)
    print_notes(loaded)
    return loaded.simulation


def _requests(path: str) -> Iterator[Request | None]:
    """The requests of a file, one JSON object a line; None for a line that is none."""
    from gwsim.reading.request_lines import read_requests
    from gwsim.routing.request import Request

    try:
        with Path("/dev/stdin" if path == "-" else path).open("rb") as stream:
            yield from (each if isinstance(each, Request) else None for each in read_requests(stream))
    except OSError as error:
        raise UsageError(f"--traffic {path}: {error.strerror}") from None
