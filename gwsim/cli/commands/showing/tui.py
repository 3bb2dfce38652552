"""`gwsim tui`: look around in a terminal."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from gwsim.cli.options import ManifestCommand, Manifests, manifest_options
from gwsim.errors import UsageError

_NEEDED = {False: ("textual",), True: ("textual", "textual_serve")}


@click.command(cls=ManifestCommand)
@manifest_options
@click.option(
    "--against",
    metavar="PATH",
    help="Other manifests, a file or folder, which the key d compares with.",
)
@click.option("--serve", is_flag=True, help="Serve it to browsers of this machine, and of no other.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="The port of --serve, on 127.0.0.1.",
)
def command(manifests: Manifests, against: str | None, serve: bool, port: int) -> None:
    """
    Look around: ask as you type, see why, and read the manifests behind the answer.

    Files are read again when they change. The key ? lists all keys.

    \b
    Examples:
      gwsim tui -f manifests/
      gwsim tui -f manifests/ --against /tmp/before
      gwsim tui -f manifests/ --serve --port 8080
    """
    for name in _NEEDED[serve]:
        if importlib.util.find_spec(name) is None:
            raise UsageError(f"gwsim tui needs {name.replace('_', '-')}: pip install 'gwsim[tui]'")
    if "-" in manifests.paths:
        raise UsageError("-f -: expected files or folders, since standard input is the keyboard")
    from gwsim.tui.session import Input

    given = Input(*manifests)
    given.check()
    if against is not None:
        given._replace(paths=(against,)).check()
    if serve:
        from gwsim.tui.serving import serve as serve_pages

        arguments = sys.argv[1:]
        serve_pages([each for each in arguments if each != "--serve"], port)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
        raise UsageError("gwsim tui needs a terminal; with --serve it needs none")
    from gwsim.tui.app import Explorer

    # Work in threads gives way to a key five times as fast as it would.
    sys.setswitchinterval(0.001)
    Explorer(given, against=against).run()
