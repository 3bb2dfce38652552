"""Rules of the core kinds, as far as routing depends on them."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.cluster import Secret


def data_is_base64(secret: Secret, path: FieldPath) -> Iterator[Problem]:
    """Check that each value of `data` can be decoded; line breaks within it are passed over."""
    import base64
    import binascii

    for key, value in secret.data.items():
        try:
            base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            message = "expected base64, found another string"
            yield Problem(
                "InvalidBase64", (*path, "data", key), message, "encode it, or write it in stringData"
            )
