"""The `gwsim` command: finds the subcommand, and turns what becomes of it into an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import NoReturn

import click

import gwsim
from gwsim.errors import GwsimError

UNUSABLE = 2
INTERRUPTED = 130
CLOSED_PIPE = 141
"""What a shell reports for a program that writes to a closed pipe."""

_COMMANDS = {
    "trace": "asking",
    "routes": "asking",
    "find": "asking",
    "status": "asking",
    "validate": "checking",
    "lint": "checking",
    "diff": "checking",
    "impact": "checking",
    "test": "checking",
    "compat": "checking",
    "explain": "asking",
    "graph": "showing",
    "tui": "showing",
    "completion": "showing",
}
"""In the order of the help; of each, the package of `gwsim.cli.commands` whose module is imported for it."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        package = _COMMANDS.get(cmd_name)
        if package is None:
            return None
        module = importlib.import_module(f"gwsim.cli.commands.{package}.{cmd_name}")
        command: click.Command = module.command
        return command


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"gwsim {gwsim.__version__}")
    context.exit()


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def commands() -> None:
    """
    Say what a set of Gateway API manifests does to a request, and why. Needs no cluster.

    \b
    Examples:
      gwsim trace -f manifests/ GET https://shop.example.com/cart
      gwsim trace -f manifests/ -- curl -H 'x-canary: true' https://shop.example.com/cart
      kubectl get gateways,httproutes,services -A -o yaml | gwsim status -f -
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """
    Run the program and leave it.

    Args:
        arguments: without the program's name; None: those of the process.
    """
    sys.excepthook = _report_bug
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """
    Run one command.

    Returns:
        The exit code: 0 for an answer, 1 for the answer 'no', 2 for a call that cannot be answered, 130 when
        interrupted, 141 when nobody reads the answer any more.
    """
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except GwsimError as error:
        _complain(str(error), error)
        return UNUSABLE
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error))
        return UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    if instruction := os.environ.get("_GWSIM_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, "gwsim", "_GWSIM_COMPLETE", instruction)
    _show_unencodable_characters()
    try:
        with commands.make_context(_program_name(), list(arguments)) as context:
            commands.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _program_name() -> str:
    return "kubectl gwsim" if os.path.basename(sys.argv[0]).startswith("kubectl-") else "gwsim"  # noqa: PTH119


def _show_unencodable_characters() -> None:
    """Write what the terminal's encoding does not have as an escape, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _complain(text: str, error: GwsimError | None = None) -> None:
    from gwsim.findings import LoadError
    from gwsim.rendering.sanitize import safe

    # Findings start with file:line:column, where editors look for it.
    mark = "" if isinstance(error, LoadError) else "Error: "
    click.echo(mark + "\n".join(map(safe, text.split("\n"))), err=True)


def _discard_output() -> None:
    """Let the interpreter flush into nowhere when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Name the place of an exception that nothing expects; under `python -X dev`, print all of it."""
    if sys.flags.dev_mode:
        sys.__excepthook__(kind, error, trace)
    else:
        import traceback

        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "start"
        text = str(error).partition("\n")[0]
        sys.stderr.write(
            f"Error: {place}: {kind.__name__}: {text}\nThis is a bug in gwsim: please report it.\n"
        )
    sys.stderr.flush()
    os._exit(UNUSABLE)
