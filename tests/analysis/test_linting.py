"""`gwsim lint`: each check finds its mistake, is silent about the same mended, and can be switched off."""

from __future__ import annotations

from io import BytesIO

import pytest

from gwsim.analysis.linting.checking import ANNOTATION, CHECKS, lint
from gwsim.analysis.linting.examples import LINT_EXAMPLES
from gwsim.findings import Finding, Severity
from gwsim.reading.loading import load_files
from gwsim.rendering.glossary.finding_texts import FINDINGS
from gwsim.rendering.glossary.lint_texts import LINTS

CERTIFICATES = {"CertificateMismatch", "CertificateExpires"}
"""Checks whose examples would have to hold a private key; `test_linting_certificates` has them."""


def findings_of(text: str) -> tuple[Finding, ...]:
    return lint(load_files(["-"], stdin=BytesIO(text.encode()), lenient=True).simulation)


@pytest.mark.parametrize("code", LINT_EXAMPLES)
def test_the_bad_example_has_the_finding(code: str) -> None:
    assert code in {finding.code for finding in findings_of(LINT_EXAMPLES[code].bad)}


@pytest.mark.parametrize("code", LINT_EXAMPLES)
def test_the_good_example_has_none(code: str) -> None:
    assert findings_of(LINT_EXAMPLES[code].good) == ()


@pytest.mark.parametrize("code", sorted(set(LINT_EXAMPLES) - {"UnknownLintCode"}))
def test_an_annotation_switches_a_check_off(code: str) -> None:
    ignored = f"annotations: {{{ANNOTATION}: 'NoWeight, {code}'}}"
    text = LINT_EXAMPLES[code].bad.replace("metadata:\n", f"metadata:\n  {ignored}\n")
    ignoring = text.replace("metadata: {", f"metadata: {{{ignored}, ")
    assert code not in {finding.code for finding in findings_of(ignoring)}


def test_every_check_is_explained_and_has_an_example() -> None:
    assert set(LINTS) == {*CHECKS, "UnknownLintCode"}
    assert set(LINTS) - set(LINT_EXAMPLES) == CERTIFICATES
    assert not set(LINTS) & set(FINDINGS)


def test_an_error_is_left_to_the_api_server() -> None:
    found = [finding for example in LINT_EXAMPLES.values() for finding in findings_of(example.bad)]
    assert {finding.severity for finding in found} == {Severity.WARNING, Severity.INFO}


def test_a_parent_that_is_not_in_the_input_is_no_warning() -> None:
    text = LINT_EXAMPLES["RouteNotAttached"].good
    route = next(part for part in text.split("---\n") if "HTTPRoute" in part)
    assert {(finding.code, finding.severity) for finding in findings_of(route)} == {
        ("RouteNotAttached", Severity.INFO)
    }
