"""The comparison with other manifests."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from gwsim.errors import GwsimError
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import request_line
from gwsim.simulation import Simulation
from gwsim.tui.painting import painted
from gwsim.tui.session import Input
from gwsim.tui.views.contrasting import Contrast, contrast, object_line, place_line, text_difference
from gwsim.tui.views.lines import Tone, count, line
from gwsim.tui.views.remembering import Entry, change_line
from gwsim.tui.widgets.key_bar import KeyBar

_MOST = 2000
"""Objects that are listed."""


class ContrastScreen(Screen[None]):
    """Which of the history's answers differ, and which objects changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(self, here: Simulation, entries: tuple[Entry, ...], other: Input) -> None:
        """
        Compare with other manifests.

        Args:
            other: those, read when the screen opens.
        """
        super().__init__()
        self._here, self._entries, self._other = here, entries, other
        self._contrast: Contrast | None = None

    def compose(self) -> ComposeResult:
        """Put the answers above the objects, and the text of one of those beside them."""
        yield Static(Content(f"Compared with {safe(', '.join(self._other.paths))}: reading…"), id="title")
        with Vertical(id="answers"):
            yield Static("", id="count", markup=False)
            with VerticalScroll():
                yield Static("", id="replies", markup=False)
        with Horizontal(id="objects"):
            yield OptionList(id="changes", markup=False)
            with VerticalScroll(id="difference"):
                yield Static("", id="text", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Start reading."""
        self._read()

    @work(exclusive=True)
    async def _read(self) -> None:
        try:
            found = await asyncio.to_thread(self._compare)
        except GwsimError as error:
            name = safe(", ".join(self._other.paths))
            text = line((f"{name} cannot be read", Tone.BAD))
            problems = (line((safe(each), Tone.BAD)) for each in str(error).split("\n"))
            self.query_one("#title", Static).update(painted([text]))
            self.query_one("#replies", Static).update(painted(problems))
            return
        self._show(found)

    def _compare(self) -> Contrast:
        return contrast(self._here, self._other.load().simulation, self._entries)

    def _show(self, found: Contrast) -> None:
        self._contrast = found
        changed, asked = found.changed, len(found.replies)
        name = safe(", ".join(self._other.paths))
        objects = count(len(found.objects), "object")
        title = f"Compared with {name}: {len(changed)} of {count(asked, 'answer')}, {objects} differ"
        self.query_one("#title", Static).update(Content(title))
        rows = [
            each
            for reply in changed
            for each in (
                line((request_line(reply.request), Tone.STRONG)),
                line("  ", *change_line(reply.before, reply.after, reply.differs)),
            )
        ]
        if not rows:
            same = f"The same answers there, of {count(asked, 'request')} in the history."
            none = "The history has no requests: press Enter in the request to keep one."
            rows = [line((same if asked else none, Tone.QUIET))]
        self.query_one("#replies", Static).update(painted(rows))
        options = self.query_one("#changes", OptionList)
        options.add_options(
            Option(painted([object_line(each)]), id=str(number))
            for number, each in enumerate(found.objects[:_MOST])
        )
        options.focus()
        if found.objects:
            options.highlighted = 0
        else:
            self.query_one("#text", Static).update(Content("The objects are the same."))

    @on(OptionList.OptionHighlighted)
    def _show_text(self, event: OptionList.OptionHighlighted) -> None:
        if self._contrast is not None and event.option_id is not None:
            key = self._contrast.objects[int(event.option_id)].key
            lines = (place_line(self._contrast, key), *text_difference(self._contrast, key))
            self.query_one("#text", Static).update(painted(lines))
