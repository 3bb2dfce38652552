"""Fields that are set and left out of account, and what gwsim says of those that several kinds have."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gwsim.addresses import FieldPath, ObjectKey
from gwsim.resources.meta import LocalObjectReference, ObjectReference
from gwsim.resources.snapshot import Snapshot


class Left(msgspec.Struct, frozen=True, gc=False):
    """A field that is set, and what gwsim does in place of what it asks for."""

    path: FieldPath
    says: str


def options_left(path: FieldPath) -> Left:
    """Options that only one implementation knows."""
    return Left(path, "options of one implementation are passed over")


def parameters_left(
    ref: ObjectReference | LocalObjectReference | None,
    path: FieldPath,
    snapshot: Snapshot,
    *,
    namespace: str = "",
) -> Iterator[Left]:
    """
    Parameters of a class, a Gateway or a mesh, where they are in the input.

    Args:
        namespace: of what a local reference names.
    """
    if ref is None:
        return
    stated = ref.namespace or "" if isinstance(ref, ObjectReference) else namespace
    target = ObjectKey(ref.group, ref.kind, stated, ref.name)
    if snapshot.has(target) or snapshot.assumes(target.group, target.kind):
        yield Left(path, f"{target} exists; what its settings change is not known to gwsim")


def session_left(path: FieldPath) -> Left:
    """Session persistence, which bears on requests after the first."""
    return Left(path, "every request is taken as the first of its session: the draw decides, not the session")
