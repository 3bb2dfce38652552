"""From a broken configuration to its cause, its repair and another answer, without leaving the explorer."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.tui.piloting import SCENARIOS, Person, explore


def test_a_person_finds_the_cause_mends_the_file_and_sees_the_answer_change(tmp_path: Path) -> None:
    folder = tmp_path / "storefront"
    shutil.copytree(SCENARIOS / "storefront", folder)
    routes = folder / "routes.yaml"
    good = routes.read_text(encoding="utf-8")
    head, cart, rest = good.partition("  name: cart\n")
    routes.write_text(
        head + cart + rest.replace("sectionName: https", "sectionName: htps", 1), encoding="utf-8"
    )

    async def steps(person: Person) -> None:
        # The request goes to the wrong backend; Enter keeps it.
        await person.paste("https://shop.example.com/cart")
        await person.press("enter")
        person.shows("→ forwarded to Service/shop/web:80", "1 attached to nothing")
        # What is there of the name? The route is refused.
        await person.press("escape", "slash")
        await person.write("refused cart")
        assert [each.split()[:2] for each in person.tree] == [["✗", "Attached"], ["✗", "cart"]]
        # Why does it not take the request?
        await person.press("enter", "down", "enter")
        assert "HTTPRoute/shop/cart  ✗ refused" in person.said("#fate")
        assert "✗ sectionName htps, but it is https" in person.said("#fate")
        # At which line is that?
        await person.press("4")
        person.shows("✗29 │       sectionName: htps", "✗ sectionName htps, but it is https")
        # An editor mends the file; nothing is pressed.
        routes.write_text(good, encoding="utf-8")
        await person.until(lambda: person.app.session.history.changed > 0)
        person.shows("→ forwarded to Service/shop/cart:80")
        assert "attached to nothing" not in person.screen
        assert "htps" not in person.screen
        # Which answers changed by that?
        await person.press("5")
        person.shows("changed forwarded to Service/shop/web:80 →")

    explore(folder, steps, size=(80, 24), watch_seconds=0.02)
