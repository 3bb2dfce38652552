"""The request bar: what is asked, in fields that answer as one types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, TextArea

from gwsim.reading.words import is_curl
from gwsim.tui.views.asking import Fields, unfolded

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class UrlInput(Input):
    """An input that takes a pasted curl command, of several lines too, apart."""

    class CommandPasted(Message):
        """A curl command was pasted."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def on_paste(self, event: events.Paste) -> None:
        """Keep the input from taking the first line of a command alone."""
        if is_curl(event.text.split()):
            event.prevent_default()
            event.stop()
            self.post_message(self.CommandPasted(event.text.strip()))


class RequestBar(Vertical):
    """Method, URL, headers, server name and Gateway of the request that is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "To the tree"),
        Binding("enter", "keep", "Keep in the history"),
    ]

    class Changed(Message):
        """Something else is written in the bar."""

        def __init__(self, fields: Fields) -> None:
            super().__init__()
            self.fields = fields

    class Kept(Message):
        """Enter was pressed: the request goes into the history."""

    class Left(Message):
        """Escape was pressed."""

    def compose(self) -> ComposeResult:
        """Put the fields on two lines."""
        with Horizontal():
            yield Input(
                id="method",
                placeholder="GET",
                compact=True,
                suggester=SuggestFromList(METHODS, case_sensitive=False),
            )
            yield UrlInput(id="url", placeholder="URL, or a pasted curl command", compact=True)
        with Horizontal():
            yield Label("Headers")
            yield TextArea(
                id="headers",
                placeholder="Name: value, one a line",
                compact=True,
                highlight_cursor_line=False,
                soft_wrap=False,
            )
            yield Label("SNI")
            yield Input(id="sni", placeholder="the host", compact=True)
            yield Label("To")
            yield Input(id="gateway", placeholder="the only Gateway", compact=True)

    @property
    def fields(self) -> Fields:
        """What is written in the bar."""
        return Fields(
            url=self._input("url").value,
            method=self._input("method").value,
            headers=self.query_one("#headers", TextArea).text,
            sni=self._input("sni").value,
            gateway=self._input("gateway").value,
        )

    @fields.setter
    def fields(self, fields: Fields) -> None:
        for name in ("url", "method", "sni", "gateway"):
            field = self._input(name)
            field.value = getattr(fields, name)
            field.cursor_position = len(field.value)
        self.query_one("#headers", TextArea).text = fields.headers

    def propose(self, urls: Iterable[str], gateways: Iterable[str]) -> None:
        """Set what the fields propose while one types."""
        proposed = tuple(urls)
        url = self._input("url")
        url.suggester = SuggestFromList(proposed, case_sensitive=False)
        url.placeholder = "URL, or a pasted curl command" + (f": {proposed[0]}" if proposed else "")
        self._input("gateway").suggester = SuggestFromList(gateways)

    def ask(self) -> None:
        """Go to the URL."""
        self._input("url").focus()

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _tell(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed(self.fields))

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "url" and is_curl(event.value.split()):
            self.fields = unfolded(event.value)
        self.post_message(self.Kept())

    @on(UrlInput.CommandPasted)
    def _unfold(self, event: UrlInput.CommandPasted) -> None:
        event.stop()
        self.fields = unfolded(event.command)

    def action_leave(self) -> None:
        """Go back to the tree."""
        self.post_message(self.Left())

    def action_keep(self) -> None:
        """Keep the request; in the inputs, Enter does so by itself."""
        self.post_message(self.Kept())
