"""The explorer without a terminal: keys are pressed, and the screen is read."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import events
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from gwsim.tui.app import Explorer
from gwsim.tui.session import Input
from gwsim.tui.widgets.lazy_tree import LazyTree

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Steps = Callable[["Person"], Awaitable[None]]


class Person:
    """Sits before the screen."""

    def __init__(self, app: Explorer, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all that follows from them is shown."""
        await self.pilot.press(*keys)
        await self.rest()

    async def write(self, text: str) -> None:
        """Type a text into what has the focus."""
        await self.press(*text)

    async def paste(self, text: str) -> None:
        """Paste a text into what has the focus, as a terminal does."""
        self.app.post_message(events.Paste(text))
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing moves any more."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that comes by itself."""
        async with asyncio.timeout(20):
            while not condition():
                await self.pilot.pause()
        await self.rest()

    @property
    def screen(self) -> str:
        """All that can be read."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    def said(self, selector: str) -> str:
        """All that a part of the screen has to say, scrolled out of view or not."""
        content = self.app.screen.query_one(selector, Static).content
        assert isinstance(content, Content)
        return content.plain

    @property
    def tree(self) -> list[str]:
        """The lines of the topology."""
        return self.lines("#topology")

    def lines(self, selector: str) -> list[str]:
        """The lines of a tree."""
        tree = self.app.screen.query_one(selector, LazyTree)
        return [tree.get_node_at_line(number).label.plain for number in range(tree.last_line + 1)]

    def shows(self, *texts: str) -> None:
        """See that texts are there; a line break counts as a space."""
        flat = " ".join(self.screen.split())
        for text in texts:
            assert text in flat or text in self.screen, f"{text!r} is not on the screen:\n{self.screen}"


def explore(
    folder: Path,
    steps: Steps,
    *,
    size: tuple[int, int] = (160, 40),
    against: Path | None = None,
    watch_seconds: float = 3600,
) -> None:
    """Open the explorer on a folder, from the one that it is in, and do some steps."""

    async def run() -> None:
        app = Explorer(
            Input((folder.name,)),
            against=None if against is None else os.path.relpath(against),
            watch_seconds=watch_seconds,
        )
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot)
            await person.rest()
            await steps(person)

    with contextlib.chdir(folder.parent):
        asyncio.run(run())
