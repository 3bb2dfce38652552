"""ListenerSets: whether a Gateway takes them, and in which order (GEP-1713)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import policy_clauses as clauses
from gwsim.binding.ages import age_of
from gwsim.binding.namespaces import described, takes_namespace
from gwsim.resources.gateways import AllowedListeners, Gateway, ListenerSet
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, check


class BoundListenerSet(msgspec.Struct, frozen=True, gc=False):
    """A ListenerSet, judged; its listeners are judged with those of its Gateway."""

    key: ObjectKey
    resource: ListenerSet
    gateway: ObjectKey
    served: Step
    """Whether the Gateway is there and ours; else nobody writes status."""
    allowed: Step | None
    """Whether the Gateway takes sets of this namespace; None where there is no Gateway."""


def bind_listener_sets(
    snapshot: Snapshot, served: Mapping[ObjectKey, Gateway]
) -> tuple[BoundListenerSet, ...]:
    """
    Judge every ListenerSet.

    Args:
        served: the Gateways that a controller takes care of.

    Returns:
        In order of precedence: the older first, then by `namespace/name`.
    """
    sets = sorted(
        snapshot.all_of(ListenerSet), key=lambda row: (age_of(row[1].metadata), row[0].namespaced_name)
    )
    return tuple(_bind(key, resource, snapshot, served) for key, resource in sets)


def _bind(
    key: ObjectKey, resource: ListenerSet, snapshot: Snapshot, served: Mapping[ObjectKey, Gateway]
) -> BoundListenerSet:
    ref = resource.spec.parent_ref
    parent = ObjectKey(ref.group, ref.kind, ref.namespace or key.namespace, ref.name)
    gateway = served.get(parent)
    there = check(
        clauses.SET_PARENT,
        Address(key, ("spec", "parentRef")),
        gateway is not None,
        expected=str(parent),
        actual=str(parent)
        if gateway is not None
        else "not served"
        if snapshot.has(parent)
        else "not in the input",
    )
    allowed = None if gateway is None else _check_allowed(key, parent, gateway, snapshot)
    return BoundListenerSet(key, resource, parent, there, allowed)


def _check_allowed(key: ObjectKey, parent: ObjectKey, gateway: Gateway, snapshot: Snapshot) -> Step:
    """
    Check that the Gateway takes ListenerSets of a namespace.

    Source:
        Gateway.spec.allowedListeners (extended); absent it takes none.
    """
    namespaces = (gateway.spec.allowed_listeners or AllowedListeners()).namespaces
    return check(
        clauses.SET_ALLOWED,
        Address(parent, ("spec", "allowedListeners", "namespaces")),
        takes_namespace(namespaces.from_, namespaces.selector, parent.namespace, key.namespace, snapshot),
        expected=described(namespaces.from_, namespaces.selector, parent.namespace),
        actual=key.namespace,
    )
