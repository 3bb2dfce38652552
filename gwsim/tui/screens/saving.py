"""Asking where an expectation goes, and how it is called."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from gwsim.analysis.expecting.proposing import proposed
from gwsim.reading.formats.flow_text import flow_text
from gwsim.rendering.data import request_data
from gwsim.rendering.sanitize import safe
from gwsim.rendering.sentences import outcome, request_line
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.tui.saving import Expectation
from gwsim.tui.widgets.key_bar import KeyBar


class SaveScreen(ModalScreen[Expectation | None]):
    """Asks for the file and a sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save"),
        Binding("escape", "cancel", "Cancel"),
    ]

    def __init__(self, request: Request, decision: Decision, file: str) -> None:
        """Propose a file, and a sentence for what became of a request."""
        super().__init__()
        self._request, self._expect = request_data(request), proposed(request, decision)
        self._file, self._sentence = file, f"{request_line(request)} {_sentence(decision)}"

    def compose(self) -> ComposeResult:
        """Put two fields into a window, and below them what will be written."""
        with Vertical(classes="window"):
            yield Static(Content.styled("Save as an expectation", "bold"))
            yield Label("What is expected, as a sentence that can be false")
            yield Input(self._sentence, id="name", compact=True)
            yield Label("Scenario file")
            yield Input(self._file, id="file", compact=True)
            texts = (f"request: {flow_text(self._request)}", f"expect: {flow_text(self._expect)}")
            yield Static(Content.styled("\n".join(map(safe, texts)), "$foreground 60%"), markup=False)
        yield KeyBar()

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Give what was entered."""
        file, name = (self.query_one(f"#{each}", Input).value.strip() for each in ("file", "name"))
        if file and name:
            self.dismiss(Expectation(file, name, self._request, self._expect))

    def action_cancel(self) -> None:
        """Give nothing."""
        self.dismiss(None)


def _sentence(decision: Decision) -> str:
    """What became of a request, as the end of a sentence."""
    if decision.action is Action.FORWARD and len(decision.backends) > 1:
        return f"is split among {len(decision.backends)} backends"
    if decision.action in (Action.FORWARD, Action.REDIRECT):
        return f"is {outcome(decision)}"
    return f"gets {decision.status if decision.status is not None else 'no connection'} ({decision.reason})"
