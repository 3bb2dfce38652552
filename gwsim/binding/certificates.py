"""Certificates in Secrets, checked with real X.509 parsing."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from gwsim.resources.cluster import Secret


def secret_bytes(secret: Secret, name: str) -> bytes | None:
    """The decoded value of a key of a Secret; None where it is absent or not base64."""
    if name in secret.string_data:
        return secret.string_data[name].encode()
    if name not in secret.data:
        return None
    try:
        return base64.b64decode("".join(secret.data[name].split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def certificate_problem(secret: Secret) -> str | None:
    """
    Say what keeps a Secret from serving TLS; None when nothing does.

    The text never holds anything of the Secret's contents.
    """
    certificate, key = secret_bytes(secret, "tls.crt"), secret_bytes(secret, "tls.key")
    if certificate is None:
        return "no tls.crt"
    if key is None:
        return "no tls.key"
    return _pair_problem(certificate, key)


@lru_cache(maxsize=4096)
def _pair_problem(certificate: bytes, key: bytes) -> str | None:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        leaf = x509.load_pem_x509_certificates(certificate)[0]
        certified = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "a tls.crt that is no PEM certificate"
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "a tls.key that is no PEM private key"
    return None if private.public_key() == certified else "a tls.key that does not belong to tls.crt"
