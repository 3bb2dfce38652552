"""The explorer: reads the manifests, watches them, and keeps the history."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable
from typing import ClassVar

from msgspec import structs
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from gwsim.errors import GwsimError
from gwsim.reading.stamping import Stamp
from gwsim.tui.screens.choosing import ChooseScreen
from gwsim.tui.screens.contrast import ContrastScreen
from gwsim.tui.screens.exploring import PANES, TITLES, ExploreScreen
from gwsim.tui.screens.keys import KeysScreen
from gwsim.tui.session import Input, Ready, Session
from gwsim.tui.views.lines import count
from gwsim.tui.views.remembering import History

WATCH_SECONDS = 0.5


class Explorer(App[None]):
    """Shows what a set of manifests does to requests, and reads it again when a file changes."""

    CSS_PATH = "explorer.tcss"
    TITLE = "gwsim"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,f6", "compare", "Diff", tooltip="compare with another folder"),
        Binding("r,f5", "reload", "Reload", tooltip="read the files again, though a change is noticed"),
        Binding("t,f9", "theme", "Theme", tooltip="light or dark"),
        Binding("question_mark,f1", "keys", "Keys", key_display="?", tooltip="these keys"),
        Binding("q,ctrl+q", "quit", "Quit", tooltip="leave"),
    ]

    def __init__(
        self, manifests: Input, *, against: str | None = None, watch_seconds: float = WATCH_SECONDS
    ) -> None:
        """
        Make the application.

        Args:
            against: the folder that a comparison proposes.
            watch_seconds: how often the files are looked at.
        """
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal"), (150, "-wide")]
        self._manifests = manifests
        self._against = against
        self._watch_seconds = watch_seconds
        self._busy = False
        self._stamps: tuple[Stamp, ...] = ()
        self.session = Session()
        self._explore = ExploreScreen(manifests.paths)

    def get_default_screen(self) -> Screen[None]:
        """The explorer's own screen."""
        return self._explore

    @on(ExploreScreen.Opened)
    def _begin(self) -> None:
        """Read the files, and look at them from time to time."""
        self._watch()
        self.set_interval(self._watch_seconds, self._watch)

    def _watch(self) -> None:
        """Look at the files, unless that is still being done."""
        if not self._busy:
            self._busy = True
            self._check_files()

    @work
    async def _check_files(self) -> None:
        """Read the files where they are others than before."""
        try:
            found = await asyncio.to_thread(self._manifests.stamps)
            if found != self._stamps:
                self._stamps = found
                await self._read_files()
        finally:
            self._busy = False

    async def _read_files(self) -> None:
        first = self.session == Session()
        before = self.session.history
        try:
            ready, history = await asyncio.to_thread(self._read, before)
        except GwsimError as problem:
            self._take(self.session.with_problem(problem))
            return
        # What is loaded stays for long: the garbage collector need never look through it.
        gc.freeze()
        if self.session.history is not before:
            history = self.session.history.replayed(ready.simulation)
        self._take(Session(ready, None, history))
        if not first:
            changed = f"{count(history.changed, 'answer')} of the history changed"
            self.notify(f"The files were read again: {changed}.", markup=False)
        await asyncio.to_thread(ready.search.prepare)

    def _read(self, history: History) -> tuple[Ready, History]:
        ready = self._manifests.load()
        return ready, history.replayed(ready.simulation)

    def _take(self, session: Session) -> None:
        self.session = session
        self._explore.take(session)

    @on(ExploreScreen.Kept)
    def _keep(self, event: ExploreScreen.Kept) -> None:
        history = self.session.history.kept(event.fields, event.request, event.answer)
        self._take(structs.replace(self.session, history=history))

    def action_reload(self) -> None:
        """Read the files again."""
        self._stamps = self._stamps[:0]
        self._watch()

    def action_theme(self) -> None:
        """Change from dark to light, or back."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_keys(self) -> None:
        """Show all keys."""
        if self.screen is self._explore:
            self.push_screen(KeysScreen([*self.BINDINGS, *ExploreScreen.BINDINGS]))

    def action_compare(self) -> None:
        """Ask for other manifests, and compare."""
        if self.session.simulation is not None and self.screen is self._explore:
            self.push_screen(ChooseScreen(self._against or ""), self._compare)

    def _compare(self, path: str | None) -> None:
        simulation = self.session.simulation
        if path is not None and simulation is not None:
            self._against = path
            other = self._manifests._replace(paths=(path,))
            self.push_screen(ContrastScreen(simulation, self.session.history.entries, other))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep from screens above the explorer's what has no meaning there."""
        return action not in ("compare", "reload", "keys") or self.screen is self._explore

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give every command to the palette."""
        yield from (each for each in super().get_system_commands(screen) if each.title != "Keys")
        if screen is not self._explore:
            return
        explore = self._explore
        yield SystemCommand("Request", "Go to the URL of the request", explore.action_ask)
        yield SystemCommand("Filter", "Filter the tree as you type", explore.action_filter)
        yield SystemCommand("Save", "Save the request and its answer as an expectation", explore.action_save)
        for name in PANES.values():
            action = f"pane('{name}')"
            yield SystemCommand(
                f"Pane: {TITLES[name]}", "Show it", lambda action=action: explore.run_action(action)
            )
        yield SystemCommand("Diff", "Compare with another folder", self.action_compare)
        yield SystemCommand("Reload", "Read the files again", self.action_reload)
        yield SystemCommand("Light or dark", "Change the theme", self.action_theme)
        yield SystemCommand("All keys", "Show what each key does", self.action_keys)
