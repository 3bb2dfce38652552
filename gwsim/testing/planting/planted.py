"""What is almost valid: everything drawn, one defect, and who reports it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.addresses import FieldPath, ObjectKey
from gwsim.binding.reporting.status import statuses
from gwsim.binding.topology import bind
from gwsim.implementations import SPEC
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.testing.drawing.surroundings import UNPLACED
from gwsim.testing.drawing.writing import document, manifests_of
from gwsim.testing.planting.changes import REFUSED, REPORTED, Recipe, changed

Manifest: TypeAlias = Mapping[str, object]


class Flaw(NamedTuple):
    """A defect, and what is said of it."""

    key: ObjectKey
    """Of the object as it was before."""
    path: FieldPath
    """What was changed."""
    says: str
    """What is wrong, in words."""
    finding: str | None
    """The code of admission's finding, which refuses the object; None where it is taken."""
    condition: str | None
    """What a controller writes in the object's status, as `Type=Status Reason`."""


@dataclass(frozen=True, slots=True, repr=False)
class AlmostValid:
    """Manifests with one defect."""

    manifests: tuple[Manifest, ...]
    """As a JSON reader gives them."""
    flaw: Flaw

    def to_yaml(self) -> str:
        """Write the manifests as YAML that `gwsim -f` reads, with the defect in a comment before."""
        flaw = self.flaw
        head = f"# {flaw.key}: {flaw.says} ({flaw.finding or flaw.condition})\n"
        return head + "---\n".join(document(each) for each in self.manifests)

    def __repr__(self) -> str:
        return f"\n{self.to_yaml()}# end"


def almost_valid(drawn: SearchStrategy[Snapshot] | SearchStrategy[Resource]) -> SearchStrategy[AlmostValid]:
    """
    Draw what a strategy draws, with one defect planted, and what admission or binding says of it.

    In a snapshot the defect is one that admission finds or one that a controller reports in a status; in a
    single object always one that admission finds.

    Args:
        drawn: of snapshots, Gateways, ListenerSets or routes.
    """
    return _planted(drawn)


@st.composite
def _planted(draw: DrawFn, drawn: SearchStrategy[Snapshot] | SearchStrategy[Resource]) -> AlmostValid:
    found: Snapshot | Resource = draw(drawn)
    whole = isinstance(found, Snapshot)
    snapshot = found if isinstance(found, Snapshot) else Snapshot.of([(found, UNPLACED)])
    manifests = tuple(manifests_of(snapshot))
    before = _conditions(snapshot) if whole else {}
    recipes = (*REPORTED, *REFUSED) if whole and draw(st.booleans()) else (*REFUSED, *REPORTED)
    # The number of a defect does not hang on the configuration, which can so get smaller around it.
    first, which = draw(st.integers(0, len(recipes) - 1)), draw(st.integers(0, 3))
    for recipe in (*recipes[first:], *recipes[:first]):
        places = list(_places(recipe, manifests, before))
        if places:
            number, key, manifest = places[which % len(places)]
            return AlmostValid((*manifests[:number], manifest, *manifests[number + 1 :]), _flaw(key, recipe))
    raise ValueError("almost_valid: expected a Gateway, a ListenerSet or a route, found none")


def _flaw(key: ObjectKey, recipe: Recipe) -> Flaw:
    finding, condition = (recipe.reported, None) if recipe in REFUSED else (None, recipe.reported)
    return Flaw(key, recipe.path, recipe.says, finding, condition)


def _places(
    recipe: Recipe, manifests: Sequence[Manifest], before: Mapping[tuple[ObjectKey, str], set[str]]
) -> Iterator[tuple[int, ObjectKey, Manifest]]:
    """
    Yield the objects in which a defect fits: their number, their key, and the object with the defect.

    What a status is to report goes where all is well in that respect.

    Args:
        before: conditions, as `_conditions` gives them.
    """
    for number, manifest in enumerate(manifests):
        key = _key(manifest)
        well = recipe in REFUSED or before.get((key, recipe.reported.partition("=")[0])) == {"True"}
        if key.kind in recipe.kinds and well:
            after = changed(manifest, recipe.path, recipe.change)
            if isinstance(after, dict) and after != manifest:
                yield number, key, after


def _key(manifest: Manifest) -> ObjectKey:
    group, slash, _ = str(manifest["apiVersion"]).partition("/")
    metadata = manifest["metadata"]
    assert isinstance(metadata, dict)
    namespace = str(metadata.get("namespace", ""))
    return ObjectKey(group if slash else "", str(manifest["kind"]), namespace, str(metadata["name"]))


def _conditions(snapshot: Snapshot) -> Mapping[tuple[ObjectKey, str], set[str]]:
    """What the conditions of each type say, of each object and its parts; by default choices, not lenient."""
    found: dict[tuple[ObjectKey, str], set[str]] = {}
    strict = msgspec.structs.replace(snapshot, lenient=False)
    for each in statuses(bind(strict, SPEC)):
        for condition in _conditions_in(each.get("status")):
            found.setdefault((_key(each), str(condition["type"])), set()).add(str(condition["status"]))
    return found


def _conditions_in(part: object) -> Iterator[Mapping[str, object]]:
    match part:
        case Mapping() if "type" in part and "reason" in part:
            yield part
        case Mapping():
            for each in part.values():
                yield from _conditions_in(each)
        case list():
            for each in part:
                yield from _conditions_in(each)
