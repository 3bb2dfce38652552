"""Drawn objects as the manifests that one would apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import yaml

from gwsim.resources.cluster import Secret
from gwsim.resources.meta import Part
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.testing.drawing.certificates import SECRETS


class _Dumper(yaml.SafeDumper):
    """Writes equal values in full, each where it belongs, rather than as aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class DrawnSnapshot(Snapshot, frozen=True, dict=True):
    """A snapshot that shows itself as manifests, so that a failing example can be read, kept and replayed."""

    def __repr__(self) -> str:
        # The last line is a comment, because Hypothesis sets a comma behind it.
        return f"\n{to_yaml(self)}# end"


def manifest_of(resource: Resource) -> dict[str, object]:
    """An object as a JSON reader gives it; what the API server fills in by default is left out."""
    fields = _written(resource)
    return {"apiVersion": fields.pop("apiVersion"), "kind": fields.pop("kind"), **fields}


def _written(part: Part) -> dict[str, object]:
    return {
        field.encode_name: _plain(value)
        for field in msgspec.structs.fields(part)
        for value in [getattr(part, field.name)]
        if value != field.default and not (value == {} and field.default_factory is dict)
    }


def _plain(value: object) -> object:
    match value:
        case Part():
            return _written(value)
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case _:
            return value


def to_yaml(drawn: Snapshot | Resource) -> str:
    """
    Write what was drawn as YAML that `gwsim -f` reads, such as to keep a failing example.

    Defaults are left out. So are Secrets that were not drawn, since what they hold is not to be printed; a
    comment names them, and another says whether the snapshot takes references to nowhere as good.
    """
    if not isinstance(drawn, Snapshot):
        return document(manifest_of(drawn))
    texts = [document(each) for each in manifests_of(drawn)]
    hidden = [str(key) for key, secret in drawn.all_of(Secret) if not _is_drawn(secret)]
    comments = [
        *(f"# without {key}, which is not printed\n" for key in hidden),
        *(["# to be read with --lenient\n"] if drawn.lenient else []),
    ]
    return "".join(comments) + "---\n".join(texts)


def manifests_of(snapshot: Snapshot) -> Iterator[dict[str, object]]:
    """The objects of a snapshot as a JSON reader gives them, without Secrets that were not drawn."""
    for resource in snapshot.objects.values():
        if not isinstance(resource, Secret) or _is_drawn(resource):
            yield manifest_of(resource)
    for key, targets in snapshot.others.items():
        yield {
            "apiVersion": f"{key.group}/v1",
            "kind": key.kind,
            "metadata": {"namespace": key.namespace, "name": key.name},
            "spec": {"targetRefs": [dict(target._asdict()) for target in targets]},
        }


def _is_drawn(secret: Secret) -> bool:
    return secret.data in SECRETS and not secret.string_data


def document(manifest: Mapping[str, object]) -> str:
    """One YAML document, without a line that parts it from the next."""
    return yaml.dump(manifest, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
