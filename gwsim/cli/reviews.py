"""Comparisons: what is printed, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gwsim.cli.options import print_data

if TYPE_CHECKING:
    from gwsim.rendering.space.differences import Review


def publish_review(review: Review, output: str, *, color: bool) -> None:
    """Print a comparison; the exit code is 1 where something differs, or is not known to be the same."""
    from gwsim.rendering.space import differences

    match output:
        case "json":
            print_data(differences.review_data(review), "json")
        case "markdown":
            click.echo(differences.review_markdown(review).encode(), nl=False)
        case _:
            click.echo(differences.review_text(review, color=color), nl=False)
    if review.count or review.doubts or review.left_out:
        click.get_current_context().exit(1)
