"""Whom a server's certificate is for, and when."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from gwsim.binding.referring.certificates import load_certificates, secret_bytes
from gwsim.resources.cluster import Secret


class CertificateFacts(NamedTuple):
    """What of a server's certificate bears on whom it serves, and when."""

    dns_names: tuple[str, ...]
    """subjectAltNames of type DNS; clients look at no other name (RFC 9525)."""
    begins: date
    ends: date
    """The last day on which it is valid, in UTC."""


def certificate_facts(secret: Secret) -> CertificateFacts | None:
    """Read the certificate of a Secret that can serve TLS; None where it cannot be read."""
    certificate = secret_bytes(secret, "tls.crt")
    return None if certificate is None else _facts(certificate)


@lru_cache(maxsize=4096)
def _facts(pem: bytes) -> CertificateFacts | None:
    from cryptography import x509

    loaded = load_certificates(pem)
    if not loaded:
        return None
    try:
        names = loaded[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        dns_names = tuple(names.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        dns_names = ()
    except ValueError:
        return None
    return CertificateFacts(
        dns_names, loaded[0].not_valid_before_utc.date(), loaded[0].not_valid_after_utc.date()
    )
