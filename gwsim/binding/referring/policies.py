"""Policies for backends, judged: which of several counts for a target, and whether it can be met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.binding.ages import Age
from gwsim.trace import Step, rejections

if TYPE_CHECKING:
    from gwsim.resources.policies import BackendTLSPolicy, BackendTLSPolicyValidation, XBackendTrafficPolicy

TargetKey: TypeAlias = tuple[str, str, str, str, str | None]
"""Kind of policy; kind, namespace and name of the target; and its section."""


class BoundPolicy(msgspec.Struct, frozen=True, gc=False):
    """A policy, judged; the checks of `trust` are empty for one that has none to make."""

    key: ObjectKey
    resource: BackendTLSPolicy | XBackendTrafficPolicy
    age: Age
    targets: tuple[Step, ...]
    """For each targetRef: is it there."""
    lost: tuple[Step, ...]
    """For each targetRef that another policy took: by which rule."""
    trust: Trust | None

    @property
    def conflicted(self) -> Step | None:
        """The rule by which it lost its last target; None while it has one."""
        return self.lost[0] if self.lost and len(self.lost) == len(self.targets) else None

    @property
    def usable(self) -> bool:
        """Whether connections can be made by it."""
        return self.trust is None or self.trust.usable


class Trust(msgspec.Struct, frozen=True, gc=False):
    """What a backend's certificate is checked against, followed."""

    validation: BackendTLSPolicyValidation
    namespace: str
    references: tuple[Step, ...]
    """For each caCertificateRef."""
    well_known: Step | None
    step: Step

    @property
    def usable(self) -> bool:
        """Whether some certificate authority is left."""
        return self.step.selected

    @property
    def authorities(self) -> tuple[str, ...] | str:
        """`namespace/name` of each ConfigMap that can be used, or the name of a well-known set."""
        if self.validation.well_known_ca_certificates is not None:
            return self.validation.well_known_ca_certificates
        return tuple(
            f"{self.namespace}/{ref.name}"
            for ref, step in zip(self.validation.ca_certificate_refs, self.references, strict=True)
            if step.selected
        )


class Policies(msgspec.Struct, frozen=True):
    """Every policy, and which of them counts for what."""

    tls: tuple[BoundPolicy, ...] = ()
    traffic: tuple[BoundPolicy, ...] = ()
    winners: Mapping[TargetKey, BoundPolicy] = {}

    def tls_for(self, kind: str, namespace: str, name: str, port_name: str | None) -> BoundPolicy | None:
        """The BackendTLSPolicy for a port: the one that names it before the one for all ports."""
        at = ("BackendTLSPolicy", kind, namespace, name)
        return (self.winners.get((*at, port_name)) if port_name else None) or self.winners.get((*at, None))

    def traffic_for(self, kind: str, namespace: str, name: str) -> BoundPolicy | None:
        """The XBackendTrafficPolicy for a backend."""
        return self.winners.get(("XBackendTrafficPolicy", kind, namespace, name, None))


def reasons(policy: BoundPolicy) -> Iterator[Step]:
    """Every check of a policy that failed, the weightiest first."""
    if policy.conflicted is not None:
        yield policy.conflicted
    for target in policy.targets:
        yield from rejections(target)
    if policy.trust is not None:
        yield from rejections(policy.trust.step)
