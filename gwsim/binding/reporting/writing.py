"""Objects and conditions in the API's own shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gwsim.binding.reporting.conditions import EPOCH, Condition
from gwsim.resources.meta import ObjectMeta, Part
from gwsim.resources.snapshot import Resource

_MAPPINGS = frozenset({"labels", "annotations", "matchLabels", "options"})


def plain(resource: Resource) -> dict[str, object]:
    """An object as JSON, defaults applied, apiVersion and kind first; what is absent is left out."""
    fields = present(resource)
    assert isinstance(fields, dict)
    return {"apiVersion": fields.pop("apiVersion"), "kind": fields.pop("kind"), **fields}


def present(part: Part) -> object:
    """A part of an object as JSON, without what is absent."""
    return _present(msgspec.to_builtins(part))


def _present(value: Any) -> object:
    if isinstance(value, dict):
        return {
            name: _present(part)
            for name, part in value.items()
            if part is not None
            and part != ()
            and not (part == "" and name == "namespace")
            and not (part == {} and name in _MAPPINGS)
        }
    return [_present(part) for part in value] if isinstance(value, (tuple, list)) else value


def written(conditions: Sequence[Condition], metadata: ObjectMeta) -> list[dict[str, object]]:
    """Conditions that observe an object's generation; a new object's is 1."""
    return [condition.to_dict(metadata.generation or 1) for condition in conditions]


def waiting(*types: str) -> list[dict[str, object]]:
    """The conditions that an object has before a controller looks at it: the CRD's default."""
    return [
        {
            "type": type_,
            "status": "Unknown",
            "reason": "Pending",
            "message": "Waiting for controller",
            "lastTransitionTime": EPOCH,
        }
        for type_ in types
    ]
