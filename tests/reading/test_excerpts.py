"""The text of one object: its own lines, the right one marked, and nothing of a Secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gwsim
from gwsim.addresses import GATEWAY_GROUP, Address, Location, ObjectKey
from gwsim.reading.excerpts import Excerpt, excerpt, excerpt_at

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = tuple(path.name for path in sorted(SCENARIOS.iterdir()) if path.is_dir())
ROUTE = """apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {name}
spec:
  parentRefs: [{{name: main}}]
  rules:
    - matches:
        - path: {{value: /{name}}}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData:\n  password: swordfish\n"
PATH = ("spec", "rules", 0, "matches", 0, "path", "value")


def of(folder: Path, name: str) -> Excerpt | None:
    key = ObjectKey(GATEWAY_GROUP, "HTTPRoute", "default", name)
    return excerpt(gwsim.load(folder).snapshot, Address(key, PATH))


def indented(text: str) -> str:
    first, *rest = text.splitlines()
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)]) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_excerpt_of_every_object_is_what_its_file_has_at_these_lines(name: str) -> None:
    snapshot = gwsim.load(SCENARIOS / name).snapshot
    for key in snapshot.objects:
        found = excerpt(snapshot, Address(key))
        assert found is not None
        assert found.confidential == (key.kind == "Secret")
        if found.confidential:
            assert found.lines == ()
            continue
        lines = Path(found.marked.file).read_text(encoding="utf-8").splitlines()
        assert tuple(lines[found.first_line - 1 :][: len(found.lines)]) == found.lines
        assert found.first_line <= found.marked.line < found.first_line + len(found.lines)
        text = "\n".join(found.lines)
        assert f"kind: {key.kind}" in text
        assert text.count("\nkind: ") + text.startswith("kind: ") == 1


@pytest.mark.parametrize(
    ("text", "first", "count", "marked"),
    [
        pytest.param(ROUTE.format(name="a"), 1, 9, 9, id="alone"),
        pytest.param(f"{SECRET}---\n{ROUTE.format(name='a')}---\n{SECRET}", 7, 9, 15, id="in between"),
        pytest.param(
            "apiVersion: v1\nkind: List\nitems:\n"
            + indented(SECRET)
            + indented(ROUTE.format(name="a"))
            + indented(ROUTE.format(name="b")),
            9,
            9,
            17,
            id="of a List",
        ),
        pytest.param(ROUTE.format(name="a").replace("\n", "\r\n"), 1, 9, 9, id="with CRLF"),
        pytest.param("# why\n\n---\n\n" + ROUTE.format(name="a"), 5, 9, 13, id="after blank lines"),
    ],
)
def test_excerpt_has_the_objects_own_lines_alone(
    tmp_path: Path, text: str, first: int, count: int, marked: int
) -> None:
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8", newline="")
    if "kind: List" in text or text.count("kind: Secret") > 1:
        (tmp_path / "all.yaml").write_text(
            text.replace("name: key", "name: one", 1), encoding="utf-8", newline=""
        )
    found = of(tmp_path, "a")
    assert found is not None
    assert (found.first_line, len(found.lines), found.marked.line) == (first, count, marked)
    assert not any("swordfish" in line for line in found.lines)


def test_excerpt_of_json_has_the_objects_own_lines(tmp_path: Path) -> None:
    def item(name: str) -> object:
        rules = [{"matches": [{"path": {"value": f"/{name}"}}]}]
        spec = {"parentRefs": [{"name": "main"}], "rules": rules}
        api = "gateway.networking.k8s.io/v1"
        return {"apiVersion": api, "kind": "HTTPRoute", "metadata": {"name": name}, "spec": spec}

    whole = {"apiVersion": "v1", "kind": "List", "items": [item("a"), item("b")]}
    (tmp_path / "all.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    found = of(tmp_path, "a")
    assert found is not None
    text = "\n".join(found.lines)
    assert '"/a"' in found.lines[found.marked.line - found.first_line]
    assert '"/b"' not in text


@pytest.mark.parametrize("indent", [None, 1], ids=["on one line", "on many"])
def test_excerpt_of_json_has_nothing_of_a_secret_beside_it(tmp_path: Path, indent: int | None) -> None:
    def secret(name: str) -> object:
        meta = {"name": name}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"p": "swordfish"}}

    spec = {"parentRefs": [{"name": "main"}]}
    route = {
        "apiVersion": f"{GATEWAY_GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "a"},
        "spec": spec,
    }
    whole = {"apiVersion": "v1", "kind": "List", "items": [secret("x"), route, secret("y")]}
    (tmp_path / "all.json").write_text(json.dumps(whole, indent=indent), encoding="utf-8")
    found = of(tmp_path, "a")
    assert found is not None
    text = "\n".join(found.lines)
    assert "HTTPRoute" in text
    assert "swordfish" not in text


def test_a_part_of_several_documents_is_withheld(tmp_path: Path) -> None:
    text = f"{ROUTE.format(name='a')}---\n{SECRET}".replace("\n", "\r")
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8", newline="")
    found = of(tmp_path, "a")
    assert found is not None
    assert found.lines == ()


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        pytest.param("kind: [\n", 1, ("kind: [",), id="broken"),
        pytest.param(f"{SECRET}---\nkind: [\n", 7, ("kind: [",), id="after a Secret"),
        pytest.param(f"{SECRET}  : [\n", 6, (), id="a broken Secret"),
        pytest.param('{"kind": "Secret", "data": {', 1, (), id="a broken Secret in JSON"),
    ],
)
def test_document_at_a_place_is_shown_unless_it_may_hold_a_secret(
    tmp_path: Path, text: str, line: int, shown: tuple[str, ...]
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(text, encoding="utf-8")
    found = excerpt_at(Location(str(file), line, 1))
    assert found is not None
    assert found.lines == shown
    assert found.confidential == (not shown)
    assert excerpt_at(Location(str(tmp_path / "gone.yaml"), 1, 1)) is None
