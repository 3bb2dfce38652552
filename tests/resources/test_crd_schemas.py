"""The types of every release are those of the CRDs: fields, limits, patterns, defaults, list keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from msgspec import NODEFAULT, inspect

from gwsim.resources.admission.plain import plain
from gwsim.resources.filters import INT32_MAX
from gwsim.resources.meta import Absent, Part
from gwsim.resources.releases.editing import edited
from gwsim.resources.releases.release import MAIN, RELEASED, V1_6, Channel, Edition, Release
from gwsim.resources.versions import kinds
from tests.resources import differential

pytestmark = pytest.mark.skipif(
    not differential.AVAILABLE,
    reason=differential.UNAVAILABLE,
)

Rows = dict[str, dict[str, object]]
BOUNDS = {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties"}


def official_rows(schema: Mapping[str, Any]) -> Rows:
    """List what a CRD says of every field of `spec`."""
    rows: Rows = {}
    todo: list[tuple[Mapping[str, Any], str, bool]] = [
        (schema["properties"]["spec"], "spec", "spec" in schema.get("required", ()))
    ]
    for node, path, required in todo:
        row = {key: node[key] for key in (*BOUNDS, "enum", "pattern", "default") if key in node}
        if node["type"] == "boolean":
            # Of 1.3: no type says it, and a check of the manifest does.
            row.pop("enum", None)
        if node.get("format") == "int32":
            row.setdefault("maximum", INT32_MAX)
        keys: list[str] | None = {"set": [], "map": node.get("x-kubernetes-list-map-keys")}.get(
            node.get("x-kubernetes-list-type", "")
        )
        rows[path] = {**row, "type": node["type"], "required": required, "keys": keys}
        properties = node.get("properties", {})
        todo += [
            (below, f"{path}.{name}", name in node.get("required", ())) for name, below in properties.items()
        ]
        for inner, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(node.get(inner), dict):
                todo.append((node[inner], path + mark, False))
    return {path: _sorted(row) for path, row in rows.items()}


def our_rows(part: type[Part]) -> Rows:
    """List the same of our types."""
    info = inspect.type_info(part)
    assert isinstance(info, inspect.StructType)
    spec = next(field for field in info.fields if field.name == "spec")
    return {path: _sorted(row) for path, row in _rows(spec.type, "spec", spec)}


def _rows(node: inspect.Type, path: str, field: inspect.Field | None) -> Iterator[tuple[str, dict[str, Any]]]:
    keys = None
    while isinstance(node, inspect.Metadata | inspect.UnionType):
        if isinstance(node, inspect.Metadata):
            keys = (node.extra or {}).get("keys", keys)
            node = node.type
        else:
            (node,) = (member for member in node.types if not isinstance(member, inspect.NoneType))
    row: dict[str, Any] = {
        "required": field is not None and field.required,
        "keys": None if keys is None else list(keys),
    }
    if field is not None:
        row |= _default(field)
    match node:
        case inspect.CustomType():
            assert node.cls is Absent
            return
        case inspect.StructType():
            yield path, {**row, "type": "object"}
            for below in node.fields:
                yield from _rows(below.type, f"{path}.{below.encode_name}", below)
        case inspect.VarTupleType():
            yield path, {**row, "type": "array", "minItems": node.min_length, "maxItems": node.max_length}
            yield from _rows(node.item_type, path + "[]", None)
        case inspect.DictType():
            yield path, {**row, "type": "object", "maxProperties": node.max_length}
            yield from _rows(node.value_type, path + "{}", None)
        case inspect.LiteralType():
            kind = "string" if isinstance(node.values[0], str) else "integer"
            yield path, {**row, "type": kind, "enum": list(node.values)}
        case inspect.StrType():
            limits = {"minLength": node.min_length, "maxLength": node.max_length}
            yield path, {**row, "type": "string", "pattern": node.pattern, **limits}
        case inspect.IntType():
            yield path, {**row, "type": "integer", "minimum": node.ge, "maximum": node.le}
        case inspect.BoolType():
            yield path, {**row, "type": "boolean"}
        case _:
            raise AssertionError(node)


def _default(field: inspect.Field) -> dict[str, object]:
    if field.required or field.default in (None, (), NODEFAULT):
        return {}
    value = field.default
    if isinstance(value, Part):
        return {"default": plain(value)}
    return {"default": [plain(item) for item in value] if isinstance(value, tuple) else value}


def _sorted(row: Mapping[str, Any]) -> dict[str, object]:
    """Drop what is not said, and write a pattern and an enumeration in one way."""
    said = {key: value for key, value in row.items() if value is not None}
    if said.get("minLength") == 0:
        del said["minLength"]
    if "pattern" in said:
        said["pattern"] = said["pattern"].replace(r"\Z", "$")
    if "enum" in said:
        said["enum"] = sorted(said["enum"])
    return said


EDITIONS = [
    pytest.param(
        known,
        Edition(Release(version, channel), api_version),
        id=f"{known.kind} {version} {channel.value} {api_version}",
    )
    for version in (*RELEASED, MAIN)
    for channel in (Channel.STANDARD, Channel.EXPERIMENTAL)
    for known in kinds()
    if known.group.startswith("gateway.")
    for api_version in known.versions_in(Release(version, channel))
]


@pytest.mark.parametrize(("known", "edition"), EDITIONS)
def test_the_types_say_what_the_crd_says(known: Any, edition: Edition) -> None:
    official = differential.official_kinds(edition.release)[known.group, edition.api_version, known.kind]
    theirs, ours = official_rows(official.schema), our_rows(edited(known.part, edition))
    different = {
        path: (theirs.get(path), ours.get(path))
        for path in sorted({*theirs, *ours})
        if theirs.get(path) != ours.get(path)
    }
    assert different == {}, json.dumps(different, indent=1)


@pytest.mark.parametrize("version", [*RELEASED, MAIN], ids=str)
@pytest.mark.parametrize("channel", [Channel.STANDARD, Channel.EXPERIMENTAL])
def test_the_kinds_and_their_versions_are_those_of_the_crds(version: Any, channel: Channel) -> None:
    release = Release(version, channel)
    ours = {
        (known.group, api_version, known.kind)
        for known in kinds()
        for api_version in known.versions_in(release)
        if known.group.startswith("gateway.")
    }
    assert ours == set(differential.official_kinds(release))


def test_deprecated_versions_are_those_that_the_crds_mark() -> None:
    marked = set()
    for file in (differential.FOLDER.parent / "crds" / differential.FOLDERS[V1_6]).glob("*/*.yaml"):
        for crd in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            spec = crd["spec"] if crd and crd["kind"] == "CustomResourceDefinition" else {"versions": ()}
            marked |= {
                (spec["names"]["kind"], each["name"]) for each in spec["versions"] if each.get("deprecated")
            }
    ours = {(known.kind, version) for known in kinds() for version in known.deprecated}
    assert marked
    assert ours - {("XListenerSet", "v1alpha1")} == marked, "XListenerSet is gone from 1.5 on"
