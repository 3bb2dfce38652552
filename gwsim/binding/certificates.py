"""Certificates in Secrets and ConfigMaps, checked with real X.509 parsing; nothing reads the clock."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from gwsim.resources.cluster import ConfigMap, Secret

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


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


def ca_problem(config_map: ConfigMap) -> str | None:
    """Say what keeps a ConfigMap from being a CA's; None when nothing does."""
    bundle = config_map.data.get("ca.crt")
    if not bundle:
        return "no ca.crt"
    return None if _holds_certificates(bundle.encode()) else "a ca.crt that is no PEM certificate"


@lru_cache(maxsize=4096)
def _holds_certificates(bundle: bytes) -> bool:
    from cryptography import x509

    try:
        return bool(x509.load_pem_x509_certificates(bundle))
    except ValueError:
        return False


def client_certificate_problem(presented: bytes, bundles: Sequence[str]) -> str | None:
    """
    Say why a client's certificate does not chain to one of the CAs; None when it does.

    Validity periods are not looked at, since nothing here reads the clock.

    Args:
        presented: PEM, the client's own certificate first, then intermediate ones.
        bundles: PEM, the CAs.
    """
    from cryptography import x509

    try:
        chain = x509.load_pem_x509_certificates(presented)
        trusted = [each for bundle in bundles for each in x509.load_pem_x509_certificates(bundle.encode())]
    except ValueError:
        return "no PEM certificate"
    current, intermediates = chain[0], chain[1:]
    for _ in range(len(intermediates) + 1):
        if current in trusted or any(_issued(current, each) for each in trusted):
            return None
        issuer = next((each for each in intermediates if _issued(current, each)), None)
        if issuer is None:
            break
        current = issuer
    return "a certificate that no trusted CA issued"


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
