"""Namespaces that listeners and Gateways take objects from."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.resources.meta import LabelSelector
from gwsim.resources.snapshot import Snapshot


def takes_namespace(
    from_: str, selector: LabelSelector | None, own: str, namespace: str, snapshot: Snapshot
) -> bool:
    """
    Whether `from` and `selector` take a namespace.

    Args:
        from_: All, Same, Selector or None.
        own: the namespace that Same means.

    Source:
        RouteNamespaces, ListenerNamespaces; `from: Selector` without a selector takes nothing.
    """
    match from_:
        case "All":
            return True
        case "Same":
            return namespace == own
        case "Selector":
            return selector is not None and selector_takes(selector, snapshot.namespace_labels(namespace))
        case _:
            return False


def selector_takes(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether every part of a label selector holds, as Kubernetes has it; an empty one takes everything."""
    if any(labels.get(name) != value for name, value in selector.match_labels.items()):
        return False
    return all(
        _expression_takes(each.operator, labels.get(each.key), each.values)
        for each in selector.match_expressions
    )


def _expression_takes(operator: str, value: str | None, values: tuple[str, ...]) -> bool:
    match operator:
        case "In":
            return value is not None and value in values
        case "NotIn":
            return value is None or value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return False


def described(from_: str, selector: LabelSelector | None, own: str) -> str | tuple[str, ...]:
    """Write what is taken; a selector as kubectl's `-l` has it, a part each."""
    if from_ != "Selector":
        return {"All": "any namespace", "Same": own}.get(from_, "no namespace")
    if selector is None:
        return "no selector: no namespace"
    parts = [f"{name}={value}" for name, value in sorted(selector.match_labels.items())]
    for each in selector.match_expressions:
        values = ",".join(each.values)
        shown = {
            "In": f"{each.key} in ({values})",
            "NotIn": f"{each.key} notin ({values})",
            "Exists": each.key,
            "DoesNotExist": f"!{each.key}",
        }
        parts.append(shown.get(each.operator, f"{each.key} {each.operator} ({values})"))
    return tuple(parts) or "every namespace"
