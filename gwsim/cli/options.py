"""The options that commands share, and what they have in common to do with them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, ParamSpec

import click
import msgspec

from gwsim.implementations import SPEC, Implementation
from gwsim.resources.releases.release import LENIENT, Release

if TYPE_CHECKING:
    from gwsim.reading.loading import Loaded
    from gwsim.simulation import Simulation

P = ParamSpec("P")


class Manifests(NamedTuple):
    """Which manifests to read, and how."""

    paths: tuple[str, ...]
    recursive: bool
    namespace: str
    lenient: bool
    controllers: frozenset[str] | None
    """`spec.controllerName` values to serve; None: all of them."""
    implementation: Implementation
    """What the specification leaves open, chosen."""


class ManifestCommand(click.Command):
    """A command whose help ends with the choices that `--set` makes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the choices, as many on a line as fit."""
        from gwsim.implementations.choosing import choices

        with formatter.section("Choices and their defaults (`gwsim explain NAME` tells more)"):
            formatter.write_text(" ".join(f"{each.name}={each.default}" for each in choices()))


def manifest_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say what to read, and how; it gets them as `manifests: Manifests`."""
    return input_options(_with_choices(function))


def optional_manifest_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the same options, of which `-f` need not be given: there may be no paths then."""
    return _given_manifests(_with_choices(function), _OPTIONAL_FILENAME)


def input_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say what to read; it is read as the specification has it."""
    return _given_manifests(function, _FILENAME)


def unnamed_input_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how to read; which paths, it is told otherwise."""

    @wraps(function)
    def with_manifests(
        *, recursive: bool, namespace: str, lenient: bool, controller: tuple[str, ...], **others: object
    ) -> None:
        served = frozenset(controller) or None
        function(manifests=Manifests((), recursive, namespace, lenient, served, SPEC), **others)

    return _apply(_INPUT_OPTIONS, with_manifests)


def _with_choices(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def chosen(
        *, manifests: Manifests, implementation: str, settings: tuple[str, ...], **others: object
    ) -> None:
        choices = implementation_of(implementation)
        if settings:
            from gwsim.implementations.choosing import with_choices

            choices = with_choices(choices, settings)
        function(manifests=manifests._replace(implementation=choices), **others)

    return _apply(_CHOICE_OPTIONS, chosen)


def _given_manifests(
    function: Callable[..., None], filename_option: Callable[[Callable[..., None]], Callable[..., None]]
) -> Callable[..., None]:
    @wraps(function)
    def with_manifests(
        *,
        filename: tuple[str, ...],
        recursive: bool,
        namespace: str,
        lenient: bool,
        controller: tuple[str, ...],
        **others: object,
    ) -> None:
        served = frozenset(controller) or None
        function(manifests=Manifests(filename, recursive, namespace, lenient, served, SPEC), **others)

    return _apply((filename_option, *_INPUT_OPTIONS), with_manifests)


_FILENAME, _OPTIONAL_FILENAME = (
    click.option(
        "-f",
        "--filename",
        multiple=True,
        required=required,
        type=click.Path(allow_dash=True),
        help="A file or folder of manifests, or - for standard input. May be repeated.",
    )
    for required in (True, False)
)
_INPUT_OPTIONS = (
    click.option("-R", "--recursive", is_flag=True, help="Read folders with all that is below them."),
    click.option(
        "-n",
        "--namespace",
        default="default",
        metavar="NAME",
        show_default=True,
        help="The namespace of objects that state none.",
    ),
    click.option(
        "--lenient",
        is_flag=True,
        help="Take Services, Secrets and ConfigMaps to exist, where the input has none of that kind.",
    ),
    click.option(
        "--controller",
        multiple=True,
        metavar="NAME",
        help="Serve only GatewayClasses with this spec.controllerName. May be repeated.",
    ),
)
_CHOICE_OPTIONS = (
    click.option(
        "--implementation",
        default="spec",
        metavar="NAME[@VERSION]",
        show_default=True,
        help="Simulate an implementation as it reports itself; `gwsim compat --list` has them.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Choose otherwise what the specification leaves open; see below. May be repeated.",
    ),
)


def implementation_of(text: str) -> Implementation:
    """
    The implementation of a name, as `--implementation` has it.

    Raises:
        UsageError: there is none.
    """
    if text == SPEC.name:
        return SPEC
    from gwsim.implementations.reported import reported_implementation
    from gwsim.reading.conformance.packaged import packaged_registry

    return reported_implementation(packaged_registry(), text)


def _apply(
    options: Sequence[Callable[[Callable[..., None]], Callable[..., None]]], function: Callable[..., None]
) -> Callable[..., None]:
    for option in reversed(options):
        function = option(function)
    return function


def output_option(*formats: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Give a command `-o`; the first format is the default."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="The form of the answer.",
    )


def _color(_: click.Context, __: click.Parameter, refused: bool) -> bool:
    return not refused and wants_color()


color_option = click.option(
    "--no-color",
    "color",
    is_flag=True,
    callback=_color,
    help="Print text without colours. So does NO_COLOR in the environment.",
)
"""Gives a command `--no-color`; it gets `color: bool`."""


def wants_color() -> bool:
    """Whether standard output is a terminal that shows colours, and NO_COLOR is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def open_simulation(manifests: Manifests, *, seed: int = 0) -> Simulation:
    """
    Load manifests, and say on standard error what was left out or assumed.

    Args:
        seed: of the draws of requests that state none.

    Raises:
        LoadError: they cannot be simulated.
        UsageError: a path cannot be read.
    """
    loaded = load_manifests(manifests, seed=seed)
    print_notes(loaded)
    return loaded.simulation


def print_notes(loaded: Loaded) -> None:
    """Say on standard error what was left out or assumed."""
    from gwsim.cli.notes import notes
    from gwsim.rendering.sanitize import safe

    for note in notes(loaded):
        click.echo(safe(note), err=True)


def load_manifests(manifests: Manifests, *, seed: int = 0, release: Release = LENIENT) -> Loaded:
    """
    Load manifests, and keep what was wrong with them.

    Args:
        seed: of the draws of requests that state none.
        release: the CRDs that the cluster has; by default all that gwsim knows is taken.

    Raises:
        LoadError: they cannot be simulated.
        UsageError: a path cannot be read.
    """
    from gwsim.reading.loading import load_files

    loaded = load_files(
        manifests.paths,
        recursive=manifests.recursive,
        namespace=manifests.namespace,
        lenient=manifests.lenient,
        controllers=manifests.controllers,
        implementation=manifests.implementation,
        release=release,
        seed=seed,
        stdin=sys.stdin.buffer,
    )
    # What is loaded stays until the process ends: the garbage collector need never look through it.
    gc.freeze()
    return loaded


def print_data(data: object, output: str) -> None:
    """
    Print an answer for programs, in UTF-8 whatever the terminal's encoding is.

    Args:
        output: `json`, `yaml`, or `jsonl` for one line.
    """
    from gwsim.rendering.sanitize import inert_json

    if output == "yaml":
        click.echo(_yaml(data), nl=False)
    elif output == "jsonl":
        click.echo(inert_json(msgspec.json.encode(data)))
    else:
        click.echo(inert_json(msgspec.json.format(msgspec.json.encode(data), indent=2)))


def _yaml(data: object) -> bytes:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes equal values in full, each where it belongs, rather than as aliases."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    return yaml.dump(data, Dumper=Dumper, encoding="utf-8", sort_keys=False, allow_unicode=True, width=1000)
