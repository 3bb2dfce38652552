"""Certificates that tests make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

KEY = ec.generate_private_key(ec.SECP256R1())
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def certificate(
    name: str,
    issuer: str | None = None,
    *,
    key: Any = KEY,
    signer: Any = KEY,
    ca: bool | None = None,
    usage: x509.ExtendedKeyUsage | None = None,
    hosts: Sequence[str] = (),
    since: dt.datetime = SINCE,
    years: int = 10,
) -> x509.Certificate:
    """
    Make a certificate.

    Args:
        issuer: who signs it; None: itself.
        ca: None leaves the basic constraints out.
        hosts: alternative names of its subject.
    """

    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    until = since.replace(year=since.year + years)
    builder = x509.CertificateBuilder(called(issuer or name), called(name), key.public_key(), 7, since, until)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if usage is not None:
        builder = builder.add_extension(usage, critical=False)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(map(x509.DNSName, hosts)), critical=False)
    plain = isinstance(signer, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
    return builder.sign(signer, None if plain else hashes.SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(forms.Encoding.PEM) for each in certificates)


def key_pem(
    key: Any = KEY,
    form: forms.PrivateFormat = forms.PrivateFormat.PKCS8,
    encryption: forms.KeySerializationEncryption = forms.NoEncryption(),  # noqa: B008 - it has no state
) -> bytes:
    return key.private_bytes(forms.Encoding.PEM, form, encryption)  # type: ignore[no-any-return]


OWN = pem(certificate("own", ca=True))
"""Signs itself with `KEY`."""
