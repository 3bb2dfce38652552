"""Names of strangers: markup, escapes, marks of direction, wide and long names stay text on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from gwsim.analysis.outlining.outline import ItemKind
from gwsim.tui.widgets.lazy_tree import LazyTree
from gwsim.tui.widgets.request_bar import RequestBar
from tests.tui.piloting import SCENARIOS, Person, explore

API = "gateway.networking.k8s.io/v1"
TEXTS = {
    "Textual's markup": "[bold red]x[/] [@click=app.quit]y[/] [link=http://evil]z",
    "an escape": "a\x1b[31mb\x1b]0;title\x07",
    "marks of direction": "abc\u202edcba\u2066x",
    "wide characters": "日本語のヘッダー値",
    "line breaks": "one\ntwo\rthree\tfour",
    "half characters and joiners": "e\u0301\u200b\u200dz",
}
LONG = "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 61


def manifests(text: str, name: str = "web") -> str:
    """A configuration that has a text wherever the API takes any."""
    gateway = {
        "apiVersion": API,
        "kind": "Gateway",
        "metadata": {"name": name, "annotations": {"note": text}},
        "spec": {"gatewayClassName": name, "listeners": [{"name": "http", "protocol": "HTTP", "port": 80}]},
    }
    rule = {
        "matches": [{"headers": [{"name": "x-text", "value": text}], "path": {"value": "/a"}}],
        "filters": [
            {
                "type": "RequestHeaderModifier",
                "requestHeaderModifier": {"set": [{"name": "x-set", "value": text}]},
            }
        ],
        "backendRefs": [{"name": "gone", "port": 80}],
    }
    route = {
        "apiVersion": API,
        "kind": "HTTPRoute",
        "metadata": {"name": name, "annotations": {"note": text}},
        "spec": {"parentRefs": [{"name": name}], "rules": [rule]},
    }
    bad = {"apiVersion": API, "kind": "HTTPRoute", "metadata": {"name": text}, "spec": {}}
    return "\n---\n".join(json.dumps(each, ensure_ascii=True) for each in (gateway, route, bad))


async def look_everywhere(person: Person) -> list[str]:
    """Go through the tree and the panes, and give every screen."""
    screens = [person.screen]
    await person.paste("http://h/a")
    await person.press("enter", "escape", "slash")
    await person.write("rule")
    await person.press("enter")
    for pane in "12345":
        await person.press(pane)
        screens.append(person.screen)
    await person.press("slash", "ctrl+u", "enter", "end")
    for pane in "34":
        await person.press(pane)
        screens.append(person.screen)
    return screens


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_of_a_manifest_is_shown_as_text(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "all.yaml").write_text(manifests(text), encoding="utf-8")

    async def steps(person: Person) -> None:
        for screen in await look_everywhere(person):
            shown = screen.replace("\n", "")
            assert shown.isprintable(), [each for each in shown if not each.isprintable()]
            for line in screen.split("\n"):
                assert cell_len(line) <= 200
        assert person.app.is_running
        await person.press("3")
        if "[" in text and "\x1b" not in text:
            assert (
                any(text in person.said(part) for part in ("#fate", "#outcome"))
                or "[bold red]" in person.screen
            )

    explore(folder, steps, size=(200, 50))


def test_names_of_253_characters_leave_the_screen_whole(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "all.yaml").write_text(manifests("x", LONG), encoding="utf-8")

    async def steps(person: Person) -> None:
        for screen in await look_everywhere(person):
            assert all(cell_len(line) <= 80 for line in screen.split("\n"))
            assert "1 Answer 2 Why" in screen
        tree = person.app.screen.query_one("#topology", LazyTree)
        await person.press("slash", "ctrl+u", "enter", "home", "3")
        while tree.present.kind is not ItemKind.ROUTE:
            await person.press("down")
        assert LONG in person.said("#fate").replace("\n", "")

    explore(folder, steps, size=(80, 24))


def test_what_is_typed_or_pasted_is_no_markup_either() -> None:
    async def steps(person: Person) -> None:
        await person.paste("http://h/[red]x[/red]")
        person.shows("! " if "!" in person.said("#headline") else "→ ")
        await person.press("enter")
        bar = person.app.screen.query_one(RequestBar)
        bar.fields = bar.fields._replace(headers="[bold]: x")
        await person.rest()
        assert "[bold]" in person.said("#headline")

    explore(SCENARIOS / "azure-web", steps)
