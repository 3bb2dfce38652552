"""Certificates in Secrets and ConfigMaps, checked with real X.509 parsing; nothing reads the clock."""

from __future__ import annotations

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
        return binascii.a2b_base64("".join(secret.data[name].split()), strict_mode=True)
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
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    loaded = load_certificates(certificate)
    if not loaded:
        return "a tls.crt that is no PEM certificate"
    try:
        certified = loaded[0].public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "a tls.crt whose key is of an unknown kind"
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
    return bool(load_certificates(bundle))


def load_certificates(pem: bytes) -> list[Certificate]:
    """The certificates of a PEM text; none where one of them cannot be read."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion):
        return []


def client_certificate_problem(presented: bytes, bundles: Sequence[str]) -> str | None:
    """
    Say why a client's certificate does not chain to one of the CAs; None when it does.

    Names, signatures, and what the certificates may be used for are checked. Validity periods are not, since
    nothing here reads the clock.

    Args:
        presented: PEM, the client's own certificate first, then intermediate ones.
        bundles: PEM, the CAs.
    """
    chain = load_certificates(presented)
    if not chain:
        return "no PEM certificate"
    trusted = [each for bundle in bundles for each in load_certificates(bundle.encode())]
    if not _is_for_clients(chain[0]):
        return "a certificate that is not for clients"
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
    """Whether an issuer signed a certificate, and may: CA:FALSE says that it may not."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
        if not constraints.value.ca:
            return False
    except x509.ExtensionNotFound:
        pass
    except ValueError:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_for_clients(certificate: Certificate) -> bool:
    """Whether its extended key usage, where it has one, allows a client to show it."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return ExtendedKeyUsageOID.CLIENT_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage
