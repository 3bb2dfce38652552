"""Routes and the listeners that they attach to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gwsim.addresses import GATEWAY_GROUP, Address, ListenerKey, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.hostnames import ANY, intersection
from gwsim.binding.listeners import BoundListener
from gwsim.resources.gateways import RouteNamespaces
from gwsim.resources.meta import LabelSelector, ParentReference
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Clause, Step, all_of, check

STAGES: tuple[frozenset[str], ...] = (
    frozenset({clauses.ATTACH_SECTION.id, clauses.ATTACH_PORT.id}),
    frozenset({clauses.ATTACH_KIND.id}),
    frozenset({clauses.ATTACH_NAMESPACE.id}),
    frozenset({clauses.ATTACH_HOSTNAME.id}),
)
"""The checks in the order in which they narrow down the listeners."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One pair of parentRef and listener."""

    listener: ListenerKey
    hostnames: tuple[str, ...]
    """What the listener's and the route's hostnames have in common; empty where they do not meet."""
    trace: Step

    @property
    def attached(self) -> bool:
        """Whether every check holds."""
        return self.trace.selected


@dataclass(frozen=True, slots=True)
class BoundParent:
    """One parentRef of a route, judged on its own."""

    address: Address
    ref: ParentReference
    parent: ObjectKey
    served: bool
    """Whether the parent exists and is ours; else nobody writes status for it."""
    attachments: tuple[Attachment, ...]
    """One for each listener of the parent."""
    refusal: Step | None
    """The check that left no listener, at one that had passed those before it; None where it is accepted."""

    @property
    def accepted(self) -> bool:
        """Whether at least one listener takes the route."""
        return self.served and self.refusal is None

    @property
    def trace(self) -> Step:
        """Whether the parent is there, and what each of its listeners said."""
        return check(
            clauses.ATTACH_PARENT,
            self.address,
            self.served,
            expected=str(self.parent),
            actual=str(self.parent) if self.served else "not in the input, or not served",
            children=tuple(attachment.trace for attachment in self.attachments),
        )


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What of a route decides about attachment."""

    key: ObjectKey
    parent_refs: tuple[ParentReference, ...]
    hostnames: tuple[str, ...]


def bind_parents(
    route: RouteFacts, listeners: Mapping[ObjectKey, Sequence[BoundListener]], snapshot: Snapshot
) -> tuple[BoundParent, ...]:
    """
    Judge every parentRef of a route.

    Args:
        listeners: of each parent that is served.

    Source:
        CommonRouteSpec.parentRefs, RouteConditionType.Accepted (core).
    """
    return tuple(
        _bind_parent(route, index, ref, listeners, snapshot) for index, ref in enumerate(route.parent_refs)
    )


def _bind_parent(
    route: RouteFacts,
    index: int,
    ref: ParentReference,
    listeners: Mapping[ObjectKey, Sequence[BoundListener]],
    snapshot: Snapshot,
) -> BoundParent:
    address = Address(route.key, ("spec", "parentRefs", index))
    parent = ObjectKey(ref.group, ref.kind, ref.namespace or route.key.namespace, ref.name)
    theirs = listeners.get(parent)
    attachments = tuple(_attach(route, ref, address, listener, snapshot) for listener in theirs or ())
    return BoundParent(
        address=address,
        ref=ref,
        parent=parent,
        served=theirs is not None,
        attachments=attachments,
        refusal=_refusal(attachments),
    )


def _refusal(attachments: Sequence[Attachment]) -> Step | None:
    left = list(attachments)
    for ids in STAGES:
        refused = [
            next((step for step in each.trace.children if step.clause.id in ids and not step.selected), None)
            for each in left
        ]
        if left and all(refused):
            return refused[0]
        left = [each for each, step in zip(left, refused, strict=True) if step is None]
    return None


def _attach(
    route: RouteFacts, ref: ParentReference, address: Address, listener: BoundListener, snapshot: Snapshot
) -> Attachment:
    hostnames = effective_hostnames(listener.hostname, route.hostnames)
    checks = _checks(route, ref, address, listener, snapshot, hostnames)
    return Attachment(
        listener.key, hostnames, all_of(clauses.ATTACH, address, checks, actual=str(listener.key))
    )


def effective_hostnames(listener: str, hostnames: tuple[str, ...]) -> tuple[str, ...]:
    """Intersect a listener's hostname with each of a route's; what does not meet is left out."""
    found = (intersection(listener, hostname) for hostname in hostnames or (ANY,))
    return tuple(dict.fromkeys(hostname for hostname in found if hostname is not None))


def _checks(
    route: RouteFacts,
    ref: ParentReference,
    address: Address,
    listener: BoundListener,
    snapshot: Snapshot,
    hostnames: tuple[str, ...],
) -> Iterator[Step]:
    if ref.section_name is not None:
        yield _equal(clauses.ATTACH_SECTION, address.at("sectionName"), ref.section_name, listener.key.name)
    if ref.port is not None:
        yield _equal(clauses.ATTACH_PORT, address.at("port"), ref.port, listener.spec.port)
    kinds = listener.supported_kinds
    yield check(
        clauses.ATTACH_KIND,
        listener.key.address.at("allowedRoutes", "kinds"),
        route.key.group == GATEWAY_GROUP and route.key.kind in kinds and listener.protocol.selected,
        expected=kinds,
        actual=route.key.kind,
    )
    yield _check_namespace(route, listener, snapshot)
    yield check(
        clauses.ATTACH_HOSTNAME,
        Address(route.key, ("spec", "hostnames")),
        bool(hostnames),
        expected=listener.hostname,
        actual=route.hostnames or (ANY,),
    )


def _equal(clause: Clause, address: Address, expected: str | int, actual: str | int) -> Step:
    return check(clause, address, expected == actual, expected=expected, actual=actual)


def _check_namespace(route: RouteFacts, listener: BoundListener, snapshot: Snapshot) -> Step:
    allowed = listener.spec.allowed_routes.namespaces
    own, namespace = listener.key.parent.namespace, route.key.namespace
    expected: str | tuple[str, ...]
    match allowed.from_:
        case "All":
            holds, expected = True, "any namespace"
        case "Same":
            holds, expected = namespace == own, own
        case "Selector":
            holds = selects(allowed, snapshot.namespace_labels(namespace))
            expected = describe_selector(allowed.selector)
    return check(
        clauses.ATTACH_NAMESPACE,
        listener.key.address.at("allowedRoutes", "namespaces"),
        holds,
        expected=expected,
        actual=namespace,
    )


def selects(namespaces: RouteNamespaces, labels: Mapping[str, str]) -> bool:
    """
    Whether `from: Selector` takes a namespace with these labels.

    Source:
        RouteNamespaces.selector (core); no selector selects nothing, an empty one everything.
    """
    return namespaces.selector is not None and selector_takes(namespaces.selector, labels)


def selector_takes(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether every part of a label selector holds, as Kubernetes has it."""
    if any(labels.get(name) != value for name, value in selector.match_labels.items()):
        return False
    for expression in selector.match_expressions:
        present = expression.key in labels
        listed = present and labels[expression.key] in expression.values
        match expression.operator:
            case "In":
                holds = listed
            case "NotIn":
                holds = not listed
            case "Exists":
                holds = present
            case "DoesNotExist":
                holds = not present
            case _:
                holds = False
        if not holds:
            return False
    return True


def describe_selector(selector: LabelSelector | None) -> tuple[str, ...]:
    """Write a selector as kubectl's `-l` has it, a part each."""
    if selector is None:
        return ("no selector: nothing",)
    parts = [f"{name}={value}" for name, value in sorted(selector.match_labels.items())]
    for expression in selector.match_expressions:
        values = ",".join(expression.values)
        parts.append(
            {
                "In": f"{expression.key} in ({values})",
                "NotIn": f"{expression.key} notin ({values})",
                "Exists": expression.key,
                "DoesNotExist": f"!{expression.key}",
            }.get(expression.operator, f"{expression.key} {expression.operator} ({values})")
        )
    return tuple(parts) or ("every namespace",)
