"""Nodes for objects: their ids, and what a failed check is called."""

from __future__ import annotations

from collections.abc import Iterable

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP, Address, ObjectKey
from gwsim.analysis.graph import Node, State
from gwsim.binding.reporting.conditions import FAILURES, Condition
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, rejections

_GROUPS = ("", GATEWAY_GROUP, EXPERIMENTAL_GROUP)
_CORE = frozenset({"Service", "Secret", "ConfigMap", "Namespace"})

_WEIGHTIEST = ("Accepted", "ResolvedRefs", "Programmed", "PartiallyInvalid")


def object_id(key: ObjectKey) -> str:
    """
    Name an object as kubectl does: with its group where its kind alone does not tell it.

    >>> object_id(ObjectKey("example.com", "Lambda", "shop", "cart"))
    'Lambda.example.com/shop/cart'
    """
    usual = key.group in _GROUPS and (key.kind in _CORE) == (key.group == "")
    return str(key) if usual else str(key._replace(kind=f"{key.kind}.{key.group}"))


def part_id(address: Address) -> str:
    """Name a listener or a rule by where it is written."""
    return object_id(address.key) + str(address).removeprefix(str(address.key))


def object_node(
    key: ObjectKey, state: State, reason: str | None = None, *, notes: Iterable[str] = ()
) -> Node:
    """Make the node of an object."""
    kind = object_id(key).partition("/")[0]
    return Node(object_id(key), kind, key.namespace, key.name, state, reason, tuple(notes), key=key)


def target_node(key: ObjectKey, snapshot: Snapshot, *, notes: Iterable[str] = ()) -> Node:
    """Make the node of what a reference leads to, which may be missing."""
    there = snapshot.has(key) or snapshot.assumes(key.group, key.kind)
    return object_node(key, State.ACCEPTED if there else State.MISSING, notes=notes)


def code_of(step: Step | None) -> str | None:
    """The code of the first check that failed below a step, as conditions have it; None where none did."""
    if step is None or step.selected:
        return None
    for failed in rejections(step):
        reasons = FAILURES.get(failed.clause.id)
        if reasons:
            return reasons[0][1]
    return "Invalid"


def judged(conditions: Iterable[Condition]) -> tuple[State, str | None]:
    """What an object's conditions come to, and the reason of the first that is not as it should be."""
    wrong = [each for each in conditions if each.type in _WEIGHTIEST and _deviates(each)]
    if not wrong:
        return State.ACCEPTED, None
    refused = any(each.type == "Accepted" and each.status == "False" for each in wrong)
    first = min(wrong, key=lambda each: _WEIGHTIEST.index(each.type))
    return State.REFUSED if refused else State.PARTIAL, first.reason


def _deviates(condition: Condition) -> bool:
    healthy = "False" if condition.type == "PartiallyInvalid" else "True"
    return condition.status != healthy or condition.reason == "ListenersNotValid"
