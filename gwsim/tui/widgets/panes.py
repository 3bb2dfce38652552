"""The panes beside the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static, Tree
from textual.widgets.option_list import Option

from gwsim.trace import Step
from gwsim.tui.painting import painted
from gwsim.tui.views.answering import Sides
from gwsim.tui.views.explaining import opens, step_detail, step_line
from gwsim.tui.views.lines import Line, count
from gwsim.tui.views.remembering import History, entry_lines
from gwsim.tui.widgets.lazy_tree import Branch, LazyTree


class AnswerPane(VerticalScroll):
    """What became of the request."""

    def compose(self) -> ComposeResult:
        """Put the two sides between what comes before and after them."""
        yield Static(id="outcome", markup=False)
        with Horizontal(id="sides"):
            yield Static(id="before", markup=False)
            yield Static(id="after", markup=False)
        yield Static(id="rest", markup=False)

    def show(self, answer: Sequence[Line], sides: Sides | None, rest: Sequence[Line]) -> None:
        """Show another answer."""
        self.query_one("#outcome", Static).update(painted(answer))
        self.query_one("#sides", Horizontal).display = sides is not None
        if sides is not None:
            for name, heading, lines in zip(
                ("before", "after"), ("As sent", "At the backend"), sides, strict=True
            ):
                content = Content("\n").join((Content.styled(heading, "bold"), painted(lines)))
                self.query_one(f"#{name}", Static).update(content)
        self.query_one("#rest", Static).update(painted(rest))


class ExplanationPane(Vertical):
    """Why, as a tree that folds; below it all of the step that is under the cursor."""

    def compose(self) -> ComposeResult:
        """Put the tree above the details."""
        yield LazyTree[Step](id="explanation")
        yield Static(id="step", markup=False)

    def show(self, trace: Sequence[Step]) -> None:
        """Show another explanation."""
        tree = self.query_one("#explanation", LazyTree)
        tree.fill(_branches(trace, ()))
        self._show_detail(tree.present)

    @on(Tree.NodeHighlighted, "#explanation")
    def _move(self, event: Tree.NodeHighlighted[Branch[Step]]) -> None:
        if isinstance(event.node.data, Branch):
            self._show_detail(event.node.data.value)

    def _show_detail(self, step: Step | None) -> None:
        self.query_one("#step", Static).update(painted(() if step is None else step_detail(step)))


def _branches(steps: Sequence[Step], path: tuple[str, ...]) -> Iterator[Branch[Step]]:
    for number, step in enumerate(steps):
        own = (*path, f"{number} {step.clause.id} {step.address}")
        yield Branch(step, step_line(step), own, bool(step.children), opens(step), partial(_below, step, own))


def _below(step: Step, path: tuple[str, ...]) -> Iterator[Branch[Step]]:
    return _branches(step.children, path)


class SelectedPane(VerticalScroll):
    """The state of the selected item, and why it did not take the request."""

    def compose(self) -> ComposeResult:
        """Put it on a page that scrolls."""
        yield Static(id="fate", markup=False)

    def show(self, lines: Sequence[Line]) -> None:
        """Show another item."""
        self.query_one("#fate", Static).update(painted(lines))
        self.scroll_home(animate=False)


class HistoryPane(Vertical):
    """The requests that were kept, and their answers."""

    class Asked(Message):
        """A request of the history is to be asked again."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def compose(self) -> ComposeResult:
        """Put a hint above the list."""
        yield Static(id="hint", markup=False)
        yield OptionList(id="kept", markup=False)

    def show(self, history: History) -> None:
        """Show another history."""
        options = self.query_one("#kept", OptionList)
        highlighted = options.highlighted
        options.clear_options()
        options.add_options(
            Option(painted(entry_lines(entry)), id=str(number))
            for number, entry in enumerate(history.entries)
        )
        if history.entries:
            options.highlighted = min(highlighted or 0, len(history.entries) - 1)
        number = len(history.entries)
        hint = f"{count(number, 'request')}; the last change of the files changed {history.changed}"
        none = "Enter in the request keeps it here."
        self.query_one("#hint", Static).update(Content.styled(hint if number else none, "$text-muted"))

    @on(OptionList.OptionSelected)
    def _ask(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Asked(int(event.option_id)))
