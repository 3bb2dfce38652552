"""`gwsim explain`: what a code in gwsim's answers means."""

from __future__ import annotations

import click

from gwsim.cli.options import color_option


@click.command()
@click.argument("code", required=False)
@color_option
def command(code: str | None, color: bool) -> None:
    """
    Explain a code: a reason of a decision or condition, a finding, a choice, a clause; without one, list all.

    \b
    Examples:
      gwsim explain RefNotPermitted
      gwsim explain match.path.prefix
      gwsim explain regexRank
      gwsim explain
    """
    from gwsim.rendering.glossary.codes import code_list, code_text

    click.echo(code_list(color=color) if code is None else code_text(code, color=color), nl=False)
