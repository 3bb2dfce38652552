"""Asking for the folder to compare with."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from gwsim.tui.widgets.key_bar import KeyBar


class ChooseScreen(ModalScreen[str | None]):
    """Asks for a path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Compare"),
        Binding("escape", "cancel", "Cancel"),
    ]

    def __init__(self, proposed: str) -> None:
        """Propose a path."""
        super().__init__()
        self._proposed = proposed

    def compose(self) -> ComposeResult:
        """Put a field into a window."""
        with Vertical(classes="window"):
            yield Static(Content.assemble(("Compare with other manifests", "bold")))
            yield Label("A file or a folder")
            yield Input(self._proposed, id="path", compact=True)
        yield KeyBar()

    @on(Input.Submitted)
    def action_choose(self) -> None:
        """Give the answer."""
        path = self.query_one("#path", Input).value.strip()
        if path:
            self.dismiss(path)

    def action_cancel(self) -> None:
        """Give none."""
        self.dismiss(None)
