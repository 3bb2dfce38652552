"""The tree of the topology, and the filter above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Tree

from gwsim.analysis.outlining.outline import Item, ItemKind
from gwsim.analysis.outlining.searching import Search, Words
from gwsim.analysis.outlining.unfolding import can_unfold
from gwsim.tui.views.telling import item_line
from gwsim.tui.widgets.lazy_tree import Branch, LazyTree

_OPEN = frozenset({ItemKind.GROUP, ItemKind.CLASS, ItemKind.GATEWAY, ItemKind.LISTENER})
_BUDGET = 150
"""Branches that are made for what is open from the start."""


class TopologyTree(Vertical):
    """What there is, with the state of each, reduced to what has the words of the filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear_filter", "Clear the filter", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another item."""

        def __init__(self, item: Item) -> None:
            super().__init__()
            self.item = item

    class Chosen(Highlighted):
        """Enter was pressed on an item."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - as Textual calls it
        """Make an empty tree."""
        super().__init__(id=id)
        self._search: Search | None = None

    def compose(self) -> ComposeResult:
        """Put the filter above the tree."""
        yield Input(id="filter", placeholder="Filter: words, states", compact=True)
        yield LazyTree[Item](id="topology")

    def show(self, search: Search) -> None:
        """Show another topology; what is unfolded stays."""
        self._search = search
        self._fill(open_all=False)

    def focus_tree(self) -> None:
        """Go to the tree."""
        self.query_one("#topology", LazyTree).focus()

    def focus_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#filter", Input).focus()

    def _fill(self, *, open_all: bool) -> None:
        if self._search is not None:
            words = tuple(self.query_one("#filter", Input).value.lower().split())
            branches = Branches(self._search).roots(words)
            tree: LazyTree[Item] = self.query_one("#topology", LazyTree)
            tree.fill(branches, open_all=open_all)
            if tree.present is not None:
                self.post_message(self.Highlighted(tree.present))

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(open_all=True)

    @on(Input.Submitted, "#filter")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_tree()

    def action_clear_filter(self) -> None:
        """Show all again, and go to the tree."""
        self.query_one("#filter", Input).value = ""
        self.focus_tree()

    @on(Tree.NodeHighlighted, "#topology")
    def _tell(self, event: Tree.NodeHighlighted[Branch[Item]]) -> None:
        event.stop()
        if isinstance(event.node.data, Branch):
            self.post_message(self.Highlighted(event.node.data.value))

    @on(Tree.NodeSelected, "#topology")
    def _choose(self, event: Tree.NodeSelected[Branch[Item]]) -> None:
        event.stop()
        if isinstance(event.node.data, Branch):
            self.post_message(self.Chosen(event.node.data.value))


class Branches:
    """Makes the branches of a topology; the first few of what is worth it are open."""

    def __init__(self, search: Search) -> None:
        """Make those that a search finds."""
        self._search = search
        self._budget = _BUDGET

    def roots(self, words: Words) -> Iterator[Branch[Item]]:
        """Yield the branches at the top."""
        for item in self._search.roots(words):
            yield self._branch(item, words)

    def _branch(self, item: Item, words: Words) -> Branch[Item]:
        left = self._search.left(item, words)
        self._budget -= 1
        wanted = item.kind in _OPEN or (item.kind is ItemKind.ROUTE and bool(left))
        return Branch(
            item,
            item_line(item),
            item.path,
            can_unfold(self._search.outline, item),
            wanted and self._budget > 0,
            lambda: (self._branch(each, left) for each in self._search.children(item, words)),
        )
