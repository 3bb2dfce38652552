"""`gwsim validate`: what the API server would say to manifests."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from gwsim.cli.options import color_option, output_option, print_data

if TYPE_CHECKING:
    from gwsim.findings import Finding
    from gwsim.rendering.findings import Report
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
@output_option("text", "json", "sarif", "junit", "github")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning")),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False),
    help="An earlier report, of -o json: what it has is left out.",
)
@click.option(
    "--suppress",
    multiple=True,
    metavar="CODE[=OBJECT]",
    help="Leave a code out, for all objects or for those like HTTPRoute/shop/*. May be repeated.",
)
@color_option
def command(
    paths: tuple[str, ...],
    filename: tuple[str, ...],
    recursive: bool,
    namespace: str,
    gateway_api: str,
    channel: str | None,
    output: str,
    fail_on: str,
    baseline: str | None,
    suppress: tuple[str, ...],
    color: bool,
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
      gwsim validate -f manifests/ --baseline known.json --suppress UnknownField=HTTPRoute/old/*
    """
    from gwsim.findings import Severity
    from gwsim.reading.manifests import read_documents
    from gwsim.rendering.findings import Report, at_least, worst_first
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
    known = () if baseline is None else _read_baseline(baseline)
    findings = _left(worst_first([*documents.findings, *validation.findings]), known, suppress)
    objects = tuple(map(str, validation.checked))
    checked = len(values) - validation.skipped
    report = Report(findings, objects, checked, validation.skipped)
    failing = Severity(fail_on)
    _print(report, output, failing, color=color)
    if at_least(findings, failing):
        click.get_current_context().exit(1)


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


def _read_baseline(path: str) -> Sequence[Mapping[str, object]]:
    from gwsim.errors import UsageError

    data = Path(path).read_bytes()
    try:
        return msgspec.convert(msgspec.json.decode(data), _Baseline).findings
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            f"{path}: expected the output of gwsim validate -o json, found other text"
        ) from error


class _Baseline(msgspec.Struct):
    findings: tuple[dict[str, object], ...]


def _left(
    findings: Sequence[Finding], baseline: Sequence[Mapping[str, object]], suppress: Sequence[str]
) -> tuple[Finding, ...]:
    """Leave out what is suppressed or known, and say on standard error how much it is."""
    from gwsim.errors import UsageError
    from gwsim.rendering.findings import is_suppressed, new_findings
    from gwsim.rendering.glossary.finding_texts import FINDINGS

    patterns = []
    for written in suppress:
        code, equals, objects = written.partition("=")
        if code not in FINDINGS:
            raise UsageError(f"--suppress: expected a code that `gwsim explain` lists, found {code!r}")
        patterns.append((code, objects if equals else "*"))
    kept = [
        finding
        for finding in findings
        if not any(is_suppressed(finding, code, objects) for code, objects in patterns)
    ]
    new = new_findings(kept, baseline)
    for count, why in ((len(findings) - len(kept), "suppressed"), (len(kept) - len(new), "in the baseline")):
        if count:
            click.echo(f"{count} {why}", err=True)
    return new


def _print(report: Report, output: str, failing: object, *, color: bool) -> None:
    import gwsim
    from gwsim.findings import Severity
    from gwsim.rendering import findings

    assert isinstance(failing, Severity)
    match output:
        case "json":
            print_data(findings.report_data(report), "json")
        case "sarif":
            print_data(findings.report_sarif(report, version=gwsim.__version__), "json")
        case "junit":
            click.echo(findings.report_junit(report, failing=failing).encode(), nl=False)
        case "github":
            click.echo(findings.report_github(report).encode(), nl=False)
        case _:
            click.echo(findings.report_text(report, color=color), nl=False)
