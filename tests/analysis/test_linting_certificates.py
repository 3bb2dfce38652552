"""Certificates of listeners: whom they are for, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from textwrap import indent

import pytest

from gwsim.analysis.linting.checking import lint
from gwsim.findings import Finding, Severity
from gwsim.reading.loading import load_files
from tests.certificates import certificate, key_pem, pem

GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec:
  gatewayClassName: public
  listeners:
  - name: web
    port: 443
    protocol: HTTPS
    hostname: HOSTNAME
    tls: {certificateRefs: [{name: web}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: front}]
  hostnames: [shop.example.com, deep.shop.example.com]
  rules: [{backendRefs: [{name: shop, port: 80}]}]
---
apiVersion: v1
kind: Secret
metadata: {name: web}
type: kubernetes.io/tls
stringData:
"""


def secret(names: list[str]) -> str:
    """The data of a Secret with a certificate for some names, valid from 2025-03-01 to 2026-03-01."""
    made = certificate("web", hosts=names, since=datetime(2025, 3, 1, tzinfo=UTC), years=1)
    texts = {"tls.crt": pem(made), "tls.key": key_pem()}
    return "".join(f"  {name}: |\n{indent(text.decode(), '    ')}" for name, text in texts.items())


def findings(names: list[str], hostname: str = "'*.example.com'", on: date | None = None) -> list[Finding]:
    text = GATEWAY.replace("HOSTNAME", hostname) + secret(names)
    simulation = load_files(["-"], stdin=BytesIO(text.encode()), lenient=True).simulation
    return [each for each in lint(simulation, on=on) if each.code.startswith("Certificate")]


@pytest.mark.parametrize(
    ("names", "hostname", "missing"),
    [
        pytest.param(["*.example.com"], "'*.example.com'", None, id="the listener's own wildcard"),
        pytest.param(["*.example.com"], "shop.example.com", None, id="a wildcard for one label"),
        pytest.param(["SHOP.example.com"], "shop.example.com", None, id="in capitals"),
        pytest.param(["a.example.org", "shop.example.com"], "shop.example.com", None, id="the second name"),
        pytest.param(["shop.example.com"], "'*.example.com'", "*.example.com", id="one name for a wildcard"),
        pytest.param(
            ["*.example.com"],
            "deep.shop.example.com",
            "deep.shop.example.com",
            id="a wildcard, two labels",
        ),
        pytest.param(["example.com"], "shop.example.com", "shop.example.com", id="the parent"),
        pytest.param([], "shop.example.com", "shop.example.com", id="no name: the common name is none"),
        pytest.param(["*.example.com"], "null", "deep.shop.example.com", id="a route's hostname"),
    ],
)
def test_a_hostname_without_a_certificate_is_found(
    names: list[str], hostname: str, missing: str | None
) -> None:
    found = findings(names, hostname)
    assert [each.code for each in found] == ([] if missing is None else ["CertificateMismatch"])
    assert all(f"certificate for {missing}, " in each.message for each in found)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(None, None, id="no day"),
        pytest.param(date(2025, 2, 28), (Severity.WARNING, "not valid yet"), id="the day before it begins"),
        pytest.param(date(2025, 3, 1), None, id="the first day"),
        pytest.param(date(2026, 1, 30), None, id="30 days before its end"),
        pytest.param(date(2026, 1, 31), (Severity.INFO, "29 days after 2026-01-31"), id="29 days before"),
        pytest.param(date(2026, 3, 1), (Severity.INFO, "0 days after 2026-03-01"), id="the last day"),
        pytest.param(date(2026, 3, 2), (Severity.WARNING, "has expired"), id="the day after"),
    ],
)
def test_the_day_decides_whether_a_certificate_is_valid(
    on: date | None, expected: tuple[Severity, str] | None
) -> None:
    found = findings(["*.example.com"], on=on)
    assert [each.code for each in found] == ([] if expected is None else ["CertificateExpires"])
    if expected is not None:
        assert found[0].severity is expected[0]
        assert expected[1] in found[0].message
