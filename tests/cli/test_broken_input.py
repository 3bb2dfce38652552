"""What the program says about input that it cannot read: the message of each finding, and exit code 2."""

import io
import sys

import pytest

from gwsim.cli.main import run
from gwsim.rendering.sanitize import safe
from tests.reading.test_broken_manifests import BROKEN


@pytest.mark.parametrize(("text", "findings"), BROKEN)
def test_broken_input_ends_with_its_message_and_code_2(
    text: str | bytes,
    findings: list[tuple[str, str]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert run(["status", "-f", "-"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [safe(message) for _, message in findings]
