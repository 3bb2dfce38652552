"""`gwsim validate`: what the API server would say to manifests."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gwsim.cli.reports import Reporting, publish, report_options
from gwsim.reading.pausing import without_collections

if TYPE_CHECKING:
    from gwsim.resources.releases.installed import Installed


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "-f",
    "--filename",
    multiple=True,
    type=click.Path(allow_dash=True),
    help="A file or folder of manifests, or - for standard input. May be repeated.",
)
@click.option("-R", "--recursive", is_flag=True, help="Read folders with all that is below them.")
@click.option(
    "-n",
    "--namespace",
    default="default",
    metavar="NAME",
    show_default=True,
    help="The namespace of objects that state none.",
)
@click.option(
    "--gateway-api",
    type=click.Choice(("1.3", "1.4", "1.5", "1.6", "auto")),
    default="1.6",
    show_default=True,
    help="The release that the cluster has; auto: as the CustomResourceDefinitions in the input say.",
)
@click.option(
    "--channel",
    type=click.Choice(("standard", "experimental")),
    help="The channel that the cluster has.  [default: standard; with auto, as the definitions say]",
)
@report_options(fail_on="error")
@without_collections()
def command(
    paths: tuple[str, ...],
    filename: tuple[str, ...],
    recursive: bool,
    namespace: str,
    gateway_api: str,
    channel: str | None,
    reporting: Reporting,
) -> None:
    """
    Check manifests as the API server does that has the CRDs of a release, and list all that is wrong.

    PATHS are files and folders as with -f, for callers that put them last, such as pre-commit.

    \b
    Examples:
      gwsim validate -f manifests/
      gwsim validate -f manifests/ --gateway-api 1.4 --channel experimental
      kubectl get crds,gateways,httproutes -A -o yaml | gwsim validate -f - --gateway-api auto
      gwsim validate -f manifests/ -o sarif > gwsim.sarif
      gwsim validate -f manifests/ --baseline known.json --suppress 'UnknownField=HTTPRoute/old/*'
    """
    from gwsim.reading.manifests import read_documents
    from gwsim.rendering.findings import Report
    from gwsim.resources.admission.validating import validate

    if not filename and not paths:
        raise click.UsageError("Missing option '-f' / '--filename'.")
    documents = read_documents([*filename, *paths], recursive=recursive, stdin=sys.stdin.buffer)
    values = [document.value for document in documents.documents]
    validation = validate(
        ((document.value, document.source) for document in documents.documents),
        installed=_installed(values, gateway_api, channel),
        default_namespace=namespace,
    )
    objects = tuple(map(str, validation.checked))
    checked = len(values) - validation.skipped
    findings = [*documents.findings, *validation.findings]
    publish(Report(tuple(findings), objects, checked, validation.skipped), reporting)


def _installed(values: Sequence[object], gateway_api: str, channel: str | None) -> Installed:
    from gwsim.rendering.sanitize import safe
    from gwsim.resources.releases.installed import Installed, installed
    from gwsim.resources.releases.release import NEWEST, RELEASED, Channel, Release

    wanted = None if channel is None else Channel(channel)
    if gateway_api != "auto":
        version = next(version for version in RELEASED if str(version) == gateway_api)
        return Installed(Release(version, wanted or NEWEST.channel))
    found = installed(values, wanted)
    for note in found.notes:
        click.echo(safe(note), err=True)
    return found
