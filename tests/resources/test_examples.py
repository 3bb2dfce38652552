"""The examples of `gwsim explain` show what they are for."""

from __future__ import annotations

from io import BytesIO

import pytest

from gwsim.reading.manifests import read_documents
from gwsim.rendering.glossary.finding_texts import FINDINGS
from gwsim.resources.admission.validating import validate
from gwsim.resources.examples import EXAMPLES
from gwsim.resources.examples.example import Example
from gwsim.resources.releases.installed import Installed


def codes_of(text: str, example: Example) -> set[str]:
    documents = read_documents(["-"], stdin=BytesIO(text.encode()))
    validation = validate(
        ((document.value, document.source) for document in documents.documents),
        installed=Installed(example.release),
    )
    return {finding.code for finding in (*documents.findings, *validation.findings)}


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_bad_example_has_the_finding(code: str) -> None:
    assert code in codes_of(EXAMPLES[code].bad, EXAMPLES[code])


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_good_example_has_none(code: str) -> None:
    assert codes_of(EXAMPLES[code].good, EXAMPLES[code]) == set()


def test_every_code_of_a_finding_has_an_example() -> None:
    assert set(FINDINGS) - set(EXAMPLES) == set()
