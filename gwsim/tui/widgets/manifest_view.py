"""The manifest of what is selected."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.widgets import Static


class ManifestView(Vertical):
    """A title with the place, and below it the text, at the marked line."""

    def compose(self) -> ComposeResult:
        """Put the title above what scrolls."""
        yield Static(id="place", markup=False)
        with ScrollableContainer(id="text"):
            yield Static(id="lines", markup=False)

    def show(self, title: str, drawing: Content, row: int) -> None:
        """
        Show another text.

        Args:
            row: of the drawing, to be brought into view.
        """
        self.query_one("#place", Static).update(Content(title))
        self.query_one("#lines", Static).update(drawing)
        scroller = self.query_one("#text", ScrollableContainer)

        def bring_into_view() -> None:
            scroller.scroll_to(x=0, y=max(0, row - scroller.size.height // 3), animate=False)

        self.call_after_refresh(bring_into_view)
