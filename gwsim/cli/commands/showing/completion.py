"""`gwsim completion`: the script that teaches a shell to complete gwsim's commands and options."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """
    Print the completion script for a shell.

    \b
    Examples:
      source <(gwsim completion bash)
      gwsim completion zsh > "${fpath[1]}/_gwsim"
      gwsim completion fish > ~/.config/fish/completions/gwsim.fish
    """
    from click.shell_completion import get_completion_class

    from gwsim.cli.main import commands

    completion = get_completion_class(shell)
    assert completion is not None
    script = completion(commands, {}, "gwsim", "_GWSIM_COMPLETE")
    click.echo(script.source_template % script.source_vars())
