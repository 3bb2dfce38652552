"""Comparisons: what is printed, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gwsim.cli.options import print_data

if TYPE_CHECKING:
    from gwsim.rendering.space.differences import Review


def print_left_out(mesh_routes: int) -> None:
    """
    Say on standard error that requests in a mesh are no part of an answer.

    Args:
        mesh_routes: how many routes take them.
    """
    from gwsim.rendering.space.witnesses import mesh_words

    for line in mesh_words(mesh_routes):
        click.echo(line, err=True)


def publish_review(review: Review, output: str, *, color: bool) -> None:
    """Print a comparison; the exit code is 1 where something differs, or is not known to be the same."""
    from gwsim.rendering.space import differences

    print_left_out(review.mesh_routes)
    match output:
        case "json":
            print_data(differences.review_data(review), "json")
        case "markdown":
            click.echo(differences.review_markdown(review).encode(), nl=False)
        case _:
            click.echo(differences.review_text(review, color=color), nl=False)
    if review.count or review.doubts or review.left_out:
        click.get_current_context().exit(1)
