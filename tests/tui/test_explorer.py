"""The explorer, used: each use once, with no mouse."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from textual.widgets import TabbedContent

import gwsim
from gwsim.analysis.expecting.comparing import differences
from gwsim.analysis.expecting.judging import answer_of
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.tui.app import Explorer
from gwsim.tui.screens.exploring import ExploreScreen
from gwsim.tui.session import Input
from gwsim.tui.widgets.lazy_tree import LazyTree
from gwsim.tui.widgets.request_bar import RequestBar, UrlInput
from tests.tui.piloting import SCENARIOS, Person, explore

CART = "https://shop.example.com/cart"


def copied(name: str, folder: Path) -> Path:
    target = folder / name
    shutil.copytree(SCENARIOS / name, target)
    return target


def changed(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=lambda size: "x".join(map(str, size)))
def test_answer_follows_what_is_typed(size: tuple[int, int]) -> None:
    async def steps(person: Person) -> None:
        person.shows("Type a URL above", "Gateway shop/storefront", "1 Answer", "5 History", "Keys")
        await person.paste(CART)
        person.shows("→ forwarded to Service/shop/cart:80", "9/10 █████████░ Service/shop/cart:80")
        assert "storefront/routes.yaml:44:11" in person.said("#outcome")
        assert (person.said("#before"), person.said("#after")) == (
            "As sent\n  GET /cart\n  host: shop.example.com",
            "At the backend\n  GET /cart\n  host: shop.example.com",
        )
        await person.write("oons")
        person.shows("→ forwarded to Service/shop/web:80")
        await person.press("home", "delete")
        person.shows("! url: expected http://, https://, tls://, tcp:// or udp://, found ttps://")

    explore(SCENARIOS / "storefront", steps, size=size)


def test_readme_shows_the_screen_as_it_is() -> None:
    readme = (SCENARIOS.parent / "README.md").read_text(encoding="utf-8")
    block = readme.partition("at 80 columns:\n\n")[2].partition("\n\nAt the left")[0]
    picture = [line.removeprefix("    ") for line in block.split("\n")]

    async def steps(person: Person) -> None:
        await person.paste("http://section.example.com/")
        await person.press("escape", "4", *["down"] * 16)
        assert (
            person.screen.replace(" nothing-attaches", " scenarios/nothing-attaches").split("\n") == picture
        )

    explore(SCENARIOS / "nothing-attaches", steps, size=(80, 24))


def test_request_has_a_method_headers_a_server_name_and_a_gateway() -> None:
    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("tab")
        await person.paste("x-canary: true")
        person.shows("→ forwarded to Service/shop/cart-canary:80")
        await person.press("tab", "-")
        person.shows("→ the connection is refused (NoListenerForHostname)")
        await person.press("backspace", "tab")
        await person.paste("shop/other")
        person.shows("! gateway: expected one of")
        await person.press("ctrl+u", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await person.write("post")
        person.shows("POST /cart")

    explore(SCENARIOS / "storefront", steps)


@pytest.mark.parametrize("pasted", [True, False], ids=["pasted", "typed, and Enter"])
def test_curl_command_becomes_the_request(pasted: bool) -> None:
    command = f"curl -s -H 'x-canary: true' \\\n  --request POST {CART}"

    async def steps(person: Person) -> None:
        bar = person.app.screen.query_one(RequestBar)
        if pasted:
            await person.paste(command)
        else:
            person.app.screen.query_one(UrlInput).value = command.replace("\\\n ", "")
            await person.rest()
            person.shows("→ forwarded to Service/shop/cart-canary:80")
            await person.press("enter")
        assert (bar.fields.url, bar.fields.method) == (CART, "POST")
        assert bar.fields.headers == "x-canary: true"
        person.shows("→ forwarded to Service/shop/cart-canary:80")

    explore(SCENARIOS / "storefront", steps)


def test_request_is_seen_before_and_after_the_filters_side_by_side() -> None:
    async def steps(person: Person) -> None:
        await person.paste("http://paths.example.com/a/bar")
        assert person.said("#before") == "As sent\n- GET /a/bar\n  host: paths.example.com"
        assert person.said("#after") == "At the backend\n+ GET /xyz/bar\n  host: paths.example.com"
        assert any("As sent" in each and "At the backend" in each for each in person.screen.splitlines())

    explore(SCENARIOS / "rewrites", steps)


def test_explanation_folds_and_leads_to_the_manifest() -> None:
    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("escape", "2", "2")
        person.shows("▾ ✓ rules tried here: 4", "▸ ✗ HTTPRoute/shop/cart#rules[0].matches[0]")
        tree = person.app.screen.query_one("#explanation", LazyTree)
        while "cart#rules[0]" not in tree.cursor_node.label.plain:
            await person.press("down")
        await person.press("right")
        person.shows("✗ header x-canary: true, but it is none")
        await person.press("down", "down", "down")
        assert "→ Send the header with this value" in person.said("#step")
        await person.press("enter")
        person.shows("storefront/routes.yaml:38:15", "✗38 │", "✗ header x-canary: true, but it is none")
        await person.press("2", "2", "left", "left")
        assert not any("header x-canary" in each for each in person.lines("#explanation"))

    explore(SCENARIOS / "storefront", steps, size=(100, 40))


def test_selected_rule_says_why_it_did_not_take_the_request() -> None:
    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("escape", "slash")
        await person.write("x-canary")
        await person.press("enter", "down", "down", "down", "down", "enter")
        assert "Why not this one, for GET https://shop.example.com/cart" in person.said("#fate")
        assert "✗ header x-canary: true, but it is none" in person.said("#fate")
        await person.press("u", "tab")
        await person.paste("x-canary: true")
        assert "✓ It took the request: forwarded to Service/shop/cart-canary:80" in person.said("#fate")

    explore(SCENARIOS / "storefront", steps)


def test_tree_is_filtered_as_one_types_and_whole_again_after_escape() -> None:
    async def steps(person: Person) -> None:
        whole = person.tree
        for text in ("✗ wrong-port ", "✓ works ", "◐ half-right ", "· no-parents "):
            assert any(each.startswith(text) for each in whole), text
        await person.press("escape", "slash")
        await person.write("wrong-por")
        assert [each.split()[1] for each in person.tree] == ["Attached", "wrong-port"]
        await person.write("zzz")
        assert person.tree == []
        await person.press("escape")
        assert person.tree == whole

    explore(SCENARIOS / "nothing-attaches", steps)


def test_manifest_is_shown_at_the_line_of_the_failing_field() -> None:
    async def steps(person: Person) -> None:
        await person.press("escape", "slash")
        await person.paste("wrong-hostname")
        await person.press("enter", "down", "4")
        person.shows(
            "routes.yaml:58:1", "▶58 │ apiVersion", "✗66 │   hostnames: [example.com, www.example.org]"
        )
        person.shows("✗ hostname *.example.com, but it is example.com, www.example.org")

    explore(SCENARIOS / "nothing-attaches", steps, size=(120, 30))


def test_history_keeps_requests_and_asks_them_again() -> None:
    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("enter")
        await person.write("oons")
        await person.press("enter", "escape", "5", "5")
        person.shows("2 requests", f"GET {CART}oons", "forwarded to Service/shop/cart:80")
        await person.press("down", "enter")
        person.shows("→ forwarded to Service/shop/cart:80")
        assert person.app.screen.query_one(RequestBar).fields.url == CART

    explore(SCENARIOS / "storefront", steps)


def test_change_of_a_file_is_noticed_and_shows_which_answers_changed(tmp_path: Path) -> None:
    folder = copied("storefront", tmp_path)

    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("enter")
        await person.write("oons")
        await person.press("enter", "escape", "right", "5")
        changed(folder / "routes.yaml", "value: /cart", "value: /basket")
        await person.until(lambda: person.app.session.history.changed > 0)
        person.shows("the last change of the files changed 1", "changed forwarded to Service/shop/cart:80 →")
        told = [each.message for each in person.app._notifications]
        assert told == ["The files were read again: 1 answer of the history changed."]
        (folder / "more.yaml").write_text("{}: [", encoding="utf-8")
        await person.until(lambda: person.app.session.problem is not None)
        person.shows("more.yaml:1:", "The last good files are still shown.", "Gateway shop/storefront")
        (folder / "more.yaml").unlink()
        await person.until(lambda: person.app.session.problem is None)
        assert "last good files" not in person.screen

    explore(folder, steps, watch_seconds=0.02)


def test_broken_files_at_the_start_are_shown_with_their_place_until_they_are_mended(tmp_path: Path) -> None:
    folder = copied("azure-web", tmp_path)
    good = (folder / "routes.yaml").read_text(encoding="utf-8")
    (folder / "routes.yaml").write_text(good.replace("spec:", "spec: ]"), encoding="utf-8")

    async def steps(person: Person) -> None:
        person.shows("✗ azure-web/routes.yaml:6:7: expected a value", "spec: ]", "✗ 6 │")
        assert "still shown" not in person.screen
        (folder / "routes.yaml").write_text(good, encoding="utf-8")
        await person.press("escape", "r")
        person.shows("Gateway default/web-gateway")

    explore(folder, steps)


def test_what_was_unfolded_stays_so_when_the_files_change(tmp_path: Path) -> None:
    folder = copied("storefront", tmp_path)

    async def steps(person: Person) -> None:
        await person.press("escape", *["down"] * 5, "right", "down")
        person.shows("▾ ✓ cart", "▸ ✓ rules[0]")
        before = person.app.screen.query_one("#topology", LazyTree).present
        os.utime(folder / "routes.yaml", ns=(1, 1))
        await person.press("r")
        person.shows("▾ ✓ cart", "▸ ✓ rules[0]")
        after = person.app.screen.query_one("#topology", LazyTree).present
        assert before.path == after.path
        assert before is not after

    explore(folder, steps)


def test_diff_shows_answers_and_objects_that_are_not_the_same(tmp_path: Path) -> None:
    folder = copied("storefront", tmp_path)
    changed(folder / "routes.yaml", "value: /cart", "value: /basket")
    (folder / "services.yaml").unlink()

    async def steps(person: Person) -> None:
        await person.paste(CART)
        await person.press("enter", "escape", "d", "enter")
        person.shows("1 of 1 answer", f"GET {CART}", "Service/shop/cart:80 →")
        person.shows("~ HTTPRoute/shop/cart", "- Service/shop/cart", "-kind: Service")
        await person.press("end")
        assert "-            value: /cart\n+            value: /basket" in person.said("#text")
        await person.press("escape")
        person.shows("Gateway shop/storefront")
        await person.press("d", "ctrl+u")
        await person.paste("gone")
        await person.press("enter")
        person.shows("gone cannot be read", "expected a file or folder that can be read")

    explore(SCENARIOS / "storefront", steps, against=folder)


def test_request_and_its_answer_are_saved_as_an_expectation_that_gwsim_test_reads(tmp_path: Path) -> None:
    folder = copied("storefront", tmp_path)
    before = read_scenario(folder).requests

    async def steps(person: Person) -> None:
        await person.press("escape", "s")
        assert [each.message for each in person.app._notifications] == ["There is no answer to save."]
        await person.press("u")
        await person.paste("https://shop.example.com/cart?saved")
        await person.press("ctrl+s")
        person.shows("Save as an expectation", "expect: {action: forward, route: HTTPRoute/shop/cart#1")
        await person.press("ctrl+u", "a", "enter", "escape", "s", "ctrl+u", "a", "enter")
        told = [(each.title, each.message) for each in person.app._notifications]
        assert told[-2] == ("", "Saved in storefront/scenario.yaml.")
        assert told[-1][0] == "Not saved"

    explore(folder, steps)
    *others, saved = read_scenario(folder).requests
    assert [each.name for each in others] == [each.name for each in before]
    assert (saved.name, saved.request) == ("a", {"url": "https://shop.example.com/cart?saved"})
    decision = gwsim.load(folder).decide(gwsim.Request.from_dict(saved.request))
    assert differences(saved.expect, answer_of(decision)) == ()


def test_every_key_of_the_explorer_is_in_the_footer_or_under_the_question_mark() -> None:
    async def steps(person: Person) -> None:
        await person.press("escape")
        footer = person.screen.splitlines()[-1]
        for key in (
            "u URL",
            "/ Filter",
            "12345 Pane",
            "d Diff",
            "r Reload",
            "t Theme",
            "? Keys",
            "q Quit",
        ):
            assert key in footer
        await person.press("question_mark")
        for binding in (*Explorer.BINDINGS, *ExploreScreen.BINDINGS):
            person.shows(binding.tooltip[:40])
        await person.press("escape")
        person.shows("Gateway shop/storefront")

    explore(SCENARIOS / "storefront", steps, size=(80, 60))


def test_keys_that_are_typed_into_a_field_do_nothing_else() -> None:
    async def steps(person: Person) -> None:
        await person.write("http://h/?q=/12345tdurs")
        assert person.app.screen.query_one(RequestBar).fields.url == "http://h/?q=/12345tdurs"
        footer = " ".join(person.screen.splitlines()[-2:])
        assert "F2 URL" in footer
        assert "/ Filter" not in footer

    explore(SCENARIOS / "storefront", steps)


def test_palette_has_every_command() -> None:
    async def steps(person: Person) -> None:
        await person.press("ctrl+p")
        await person.write("history")
        await person.press("enter")
        assert person.app.screen.query_one("#panes", TabbedContent).active == "history"

    explore(SCENARIOS / "storefront", steps)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_light_and_dark_have_colours_that_can_be_told_from_the_background(theme: str) -> None:
    async def steps(person: Person) -> None:
        if theme == "textual-light":
            await person.press("escape", "t")
        assert person.app.theme == theme
        await person.press("u")
        await person.paste("http://port.example.com/")
        strips = person.app.screen._compositor.render_strips()
        for strip in strips:
            for segment in strip:
                style = segment.style
                if segment.text.strip() and style is not None and style.color and style.bgcolor:
                    fore, back = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                    assert abs(sum(fore) - sum(back)) > 60, (segment.text, fore, back)

    explore(SCENARIOS / "nothing-attaches", steps)


def test_ten_thousand_routes_are_shown_a_page_at_a_time(tmp_path: Path) -> None:
    head = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: main}\nspec:\n"
        "  gatewayClassName: std\n  listeners: [{name: http, protocol: HTTP, port: 80}]\n"
    )
    routes = (
        f"---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r{number:04}}}\n"
        "spec:\n  parentRefs: [{name: main}]\n"
        f"  rules: [{{matches: [{{path: {{value: /{number:04}}}}}], backendRefs: [{{name: w, port: 80}}]}}]\n"
        for number in range(1000)
    )
    (tmp_path / "all.yaml").write_text(head + "".join(routes), encoding="utf-8")

    async def steps(person: Person) -> None:
        tree = person.app.screen.query_one("#topology", LazyTree)
        assert tree.last_line < 120
        await person.press("escape", "end")
        assert 120 < tree.last_line < 240
        await person.press("slash")
        await person.write("r0999")
        person.shows("r0999")
        assert tree.last_line == 3

    explore(tmp_path, steps)


def test_stale_answers_are_dropped() -> None:
    from gwsim.tui.latest import Latest

    shown: list[tuple[int, int]] = []

    async def run() -> None:
        app = Explorer(Input((str(SCENARIOS / "azure-web"),)), watch_seconds=3600)
        async with app.run_test() as pilot:
            latest = Latest(app, lambda question: question * 2, lambda *pair: shown.append(pair))
            for question in range(5):
                latest.ask(question)
            await app.workers.wait_for_complete()
            latest.ask(7)
            latest.forget()
            await app.workers.wait_for_complete()
            await pilot.pause()

    asyncio.run(run())
    assert shown == [(4, 8)]
