"""Certificates of servers: whether a reference leads to one that can be used."""

from __future__ import annotations

from collections.abc import Iterator

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.referring.certificates import certificate_problem
from gwsim.binding.referring.references import Surroundings, check_grant
from gwsim.resources.cluster import Secret
from gwsim.resources.meta import SecretObjectReference
from gwsim.trace import Step, all_of, check, until_rejected


def check_certificate(ref: SecretObjectReference, address: Address, around: Surroundings) -> Step:
    """Check that a reference leads to a certificate and its key, up to the first check that fails."""
    target = ObjectKey(ref.group, ref.kind, ref.namespace or address.key.namespace, ref.name)
    secret = around.snapshot.get(Secret, target.namespace, target.name)
    assumed = around.snapshot.assumes("", "Secret")

    def checks() -> Iterator[Step]:
        yield check_grant(around.grants, address.key, target, address)
        yield check(
            clauses.CERTIFICATE_KIND,
            address,
            (ref.group, ref.kind) == ("", "Secret"),
            expected="Secret",
            actual=f"{ref.group}/{ref.kind}" if ref.group else ref.kind,
        )
        found = secret is not None or assumed
        actual = str(target) if found else "not in the input"
        yield check(clauses.CERTIFICATE_EXISTS, address, found, expected=str(target), actual=actual)
        problem = None if secret is None else certificate_problem(secret)
        expected = "a certificate and its key"
        yield check(clauses.CERTIFICATE_USABLE, address, problem is None, expected=expected, actual=problem)

    return all_of(clauses.CERTIFICATE, address, until_rejected(checks()), actual=str(target))
