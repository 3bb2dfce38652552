"""Findings as text for people, and in the forms that other programs read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple
from urllib.parse import quote

from gwsim.addresses import path_text
from gwsim.findings import Finding, Severity
from gwsim.rendering.glossary.finding_texts import FINDINGS
from gwsim.rendering.glossary.lint_texts import LINTS
from gwsim.rendering.reports.annotations import annotation, without_commands
from gwsim.rendering.sanitize import safe

MOST_RESULTS = 25_000
"""GitHub refuses SARIF with more results in a run."""
LONGEST_MESSAGE = 1000
"""Characters of a message in SARIF; GitHub cuts at 1024."""
HELP_URI = "https://gateway-api.sigs.k8s.io/reference/spec/"
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class Report(NamedTuple):
    """What is to be told of some files."""

    findings: tuple[Finding, ...]
    objects: tuple[str, ...] = ()
    """Each object that was checked, as `Kind/namespace/name`."""
    checked: int = 0
    skipped: int = 0
    """Objects of kinds that gwsim does not know."""
    command: str = "gwsim validate"
    """What made it."""


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by severity, then by place."""
    return tuple(
        sorted(
            findings,
            key=lambda finding: (_RANKS[finding.severity], finding.location, path_text(finding.path)),
        )
    )


def at_least(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """Choose the findings that are as bad as `severity`, or worse."""
    return tuple(finding for finding in findings if _RANKS[finding.severity] <= _RANKS[severity])


def finding_data(finding: Finding) -> dict[str, object]:
    """Write a finding as the contract has it; an object that could not be read is null."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "object": None if finding.key is None else str(finding.key),
        "path": path_text(finding.path),
        "source": str(finding.location),
        "message": finding.message,
        "help": finding.help,
    }


def report_data(report: Report) -> dict[str, object]:
    """Write a report as the contract has it."""
    return {
        "findings": [finding_data(finding) for finding in report.findings],
        "checked": report.checked,
        "skipped": report.skipped,
    }


class Identity(NamedTuple):
    """What a finding is known by from one run to the next: no line numbers, and no places in lists."""

    code: str
    object: str
    """Where the object could not be read, the file."""
    path: str
    message: str


def identity(data: Mapping[str, object]) -> Identity:
    """Identify a finding, given as the contract's JSON has it."""
    source, place = str(data.get("source", "")), r":[0-9]+:[0-9]+"
    named = data.get("object")
    return Identity(
        str(data.get("code", "")),
        re.sub(place + r"\Z", "", source) if named is None else str(named),
        re.sub(r"\[[0-9]+\]", "[]", str(data.get("path", ""))),
        re.sub(place, "", str(data.get("message", ""))),
    )


def new_findings(
    findings: Iterable[Finding], baseline: Iterable[Mapping[str, object]]
) -> tuple[Finding, ...]:
    """Leave out what an earlier report had, each as often as it had it."""
    known = Counter(identity(data) for data in baseline)
    left = []
    for finding in findings:
        own = identity(finding_data(finding))
        if known[own]:
            known[own] -= 1
        else:
            left.append(finding)
    return tuple(left)


def is_suppressed(finding: Finding, code: str, objects: str) -> bool:
    """Whether a finding has a code, and its object's name a pattern: `HTTPRoute/shop/*`."""
    named = "" if finding.key is None else str(finding.key)
    return finding.code == code and fnmatchcase(named, objects)


def report_text(report: Report, *, color: bool) -> str:
    """Write a line and an advice for each finding, and how many there are."""
    lines = [line for finding in report.findings for line in _finding_lines(finding, color=color)]
    return "".join(f"{line}\n" for line in [*lines, summary(report)])


def summary(report: Report) -> str:
    """Count findings and objects."""
    counts = Counter(finding.severity for finding in report.findings)
    some = [_counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    skipped = f"; {report.skipped} of other kinds skipped" if report.skipped else ""
    return f"{', '.join(some) or 'no findings'} in {_counted(report.checked, 'object')}{skipped}"


def _counted(count: int, noun: str) -> str:
    plural = "s" if count != 1 and noun != "info" else ""
    return f"{count} {noun}{plural}"


def _finding_lines(finding: Finding, *, color: bool = False) -> Iterator[str]:
    severity = finding.severity.value
    if color:
        severity = f"\x1b[{31 if finding.severity is Severity.ERROR else 33}m{severity}\x1b[0m"
    what = " ".join(part for part in (_object_text(finding), path_text(finding.path)) if part)
    code = f"{finding.code} {safe(what)}" if what else finding.code
    yield f"{safe(str(finding.location))}: {severity} {code}: {safe(finding.message)}"
    if finding.help:
        yield f"    help: {safe(finding.help)}"


def _object_text(finding: Finding) -> str:
    return "" if finding.key is None else str(finding.key)


def report_github(report: Report) -> str:
    """
    Write GitHub's annotations, of which it shows ten errors and ten warnings, and the whole text.

    In the text, which repeats what manifests say, GitHub is told to obey no command.
    """
    annotations = "".join(f"{_annotation(finding)}\n" for finding in report.findings)
    return annotations + without_commands(report_text(report, color=False))


def _annotation(finding: Finding) -> str:
    about = " ".join(part for part in (_object_text(finding), path_text(finding.path)) if part)
    message = f"{about}: {finding.message}" if about else finding.message
    if finding.help:
        message += f" ({finding.help})"
    return annotation(_ANNOTATIONS[finding.severity], finding.location, finding.code, safe(message))


def report_junit(report: Report, *, failing: Severity) -> str:
    """
    Write JUnit's XML: a test for each object and each unreadable document.

    Args:
        failing: what is as bad as this, or worse, makes a test fail; the rest is printed by it.
    """
    by_name: dict[tuple[str, str], list[Finding]] = {_case_name(name): [] for name in report.objects}
    for finding in report.findings:
        name = _case_name(_object_text(finding)) if finding.key else ("document", finding.location.file)
        by_name.setdefault(name, []).append(finding)
    cases = [_test_case(name, findings, failing) for name, findings in by_name.items()]
    failures = sum(bool(at_least(findings, failing)) for findings in by_name.values())
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="{report.command}" {counts} time="0">\n'
        f'  <testsuite name="{report.command}" {counts} skipped="0" time="0">\n'
        f"{''.join(cases)}  </testsuite>\n</testsuites>\n"
    )


def _case_name(named: str) -> tuple[str, str]:
    kind, _, name = named.partition("/")
    return kind, name


def _test_case(name: tuple[str, str], findings: Sequence[Finding], failing: Severity) -> str:
    bad = at_least(findings, failing)
    head = f'    <testcase classname={_attribute(name[0])} name={_attribute(name[1])} time="0"'
    if not findings:
        return f"{head}/>\n"
    inside = ""
    if bad:
        inside = (
            f"      <failure type={_attribute(bad[0].code)} message={_attribute(bad[0].message)}>"
            f"{_element(bad)}</failure>\n"
        )
    others = [finding for finding in findings if finding not in bad]
    if others:
        inside += f"      <system-out>{_element(others)}</system-out>\n"
    return f"{head}>\n{inside}    </testcase>\n"


def _element(findings: Iterable[Finding]) -> str:
    from xml.sax.saxutils import escape

    return escape("\n".join(line for finding in findings for line in _finding_lines(finding)))


def _attribute(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(safe(text))


def report_sarif(report: Report, *, version: str) -> dict[str, object]:
    """
    Write SARIF 2.1.0 within GitHub's limits; of more than 25,000 findings, the worst.

    Args:
        version: of gwsim.
    """
    findings = report.findings[:MOST_RESULTS]
    codes = sorted({finding.code for finding in findings})
    seen: Counter[Identity] = Counter()
    results = []
    for finding in findings:
        own = identity(finding_data(finding))
        seen[own] += 1
        results.append(_result(finding, codes.index(finding.code), f"{_hash(own)}:{seen[own]}"))
    driver = {
        "name": "gwsim",
        "version": version,
        "informationUri": HELP_URI,
        "rules": [_rule(code) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _hash(own: Identity) -> str:
    return hashlib.sha256("\0".join(own).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _rule(code: str) -> dict[str, object]:
    text = FINDINGS.get(code) or LINTS.get(code)
    means, advice = (text.means, text.do) if text else (code, "")
    return {
        "id": code,
        "name": code,
        "shortDescription": {"text": means},
        "fullDescription": {"text": f"{means}. {advice}." if advice else f"{means}."},
        "help": {"text": f"{advice or means}. `gwsim explain {code}` says more, with examples."},
        "helpUri": HELP_URI,
    }


def _result(finding: Finding, rule: int, fingerprint: str) -> dict[str, object]:
    file, line, column = finding.location
    message = f"{finding.message} ({finding.help})" if finding.help else finding.message
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line, "startColumn": column},
        }
    }
    if finding.key is not None:
        at = f"#{path_text(finding.path)}" if finding.path else ""
        location["logicalLocations"] = [{"fullyQualifiedName": safe(f"{finding.key}{at}"), "kind": "object"}]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _shortened(_without_links(safe(message)))},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _without_links(text: str) -> str:
    """What a manifest says must not become a link: SARIF has `[text](target)` for them."""
    return text.replace("](", "] (")


def _uri(file: str) -> str:
    """A path as a reference relative to the repository's root; one from the root as an address of its own."""
    path = quote(file.replace("\\", "/").removeprefix("./"), safe="/", errors="surrogateescape")
    return f"file://{path}" if path.startswith("/") else path
