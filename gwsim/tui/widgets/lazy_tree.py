"""A tree whose branches are made when they are looked at, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from gwsim.tui.painting import label
from gwsim.tui.views.lines import Line, Tone, line

T = TypeVar("T")
PAGE = 100
"""Branches that are shown at once below one; the next page comes when one gets to its end."""


@dataclass(frozen=True, slots=True)
class Branch(Generic[T]):
    """One line of the tree, and how to get at those below it."""

    value: T
    line: Line
    path: tuple[str, ...]
    """Its identity: when the tree is made anew, what had this path is as it was before."""
    unfolds: bool
    """Whether there is anything below it."""
    opens: bool
    """Whether it is unfolded from the start."""
    below: Callable[[], Iterator[Branch[T]]]


@dataclass(frozen=True, slots=True)
class Rest(Generic[T]):
    """Stands for the branches of a parent that are still to be made."""

    following: Iterator[Branch[T]]


_TOGGLES = Style.from_meta({"toggle": True})
"""Where the mouse unfolds."""
_MORE: Line = line(("… more", Tone.QUIET))


class LazyTree(Tree[Branch[T] | Rest[T]], Generic[T]):
    """A tree of branches; what is unfolded, and where the cursor is, stays when its contents change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold", show=False),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - as Textual calls it
        """Make an empty tree."""
        super().__init__(Text(""), id=id)
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self._filled: set[int] = set()

    def fill(self, branches: Iterator[Branch[T]], *, open_all: bool = False) -> None:
        """
        Show other branches.

        Args:
            open_all: unfold those that open themselves and no others, whatever was unfolded before.
        """
        unfolded = set() if open_all else {each.path for each in self._branches(expanded=True)}
        folded = set() if open_all else {each.path for each in self._branches(expanded=False)}
        cursor = self.cursor_node.data if self.cursor_node is not None else None
        self.clear()
        self._filled.clear()
        self._grow(self.root, branches, unfolded, folded)
        self.root.expand()
        if not (isinstance(cursor, Branch) and self.move_to(cursor.path)):
            # Where nothing is left, no branch of before is meant either.
            self.move_cursor(self.get_node_at_line(0) if self.last_line >= 0 else None)

    @property
    def present(self) -> T | None:
        """What is under the cursor."""
        data = None if self.cursor_node is None or self.cursor_line < 0 else self.cursor_node.data
        return data.value if isinstance(data, Branch) else None

    def move_to(self, path: tuple[str, ...]) -> bool:
        """Put the cursor on the branch of a path, if that is among those that were made."""
        for node in self._made(self.root):
            if isinstance(node.data, Branch) and node.data.path == path and self.last_line >= 0:
                self.move_cursor(node)
                return True
        return False

    def _branches(self, *, expanded: bool) -> Iterator[Branch[T]]:
        for node in self._made(self.root):
            if isinstance(node.data, Branch) and node.allow_expand and node.is_expanded is expanded:
                yield node.data

    def _made(self, node: TreeNode[Branch[T] | Rest[T]]) -> Iterator[TreeNode[Branch[T] | Rest[T]]]:
        for child in node.children:
            yield child
            yield from self._made(child)

    def _grow(
        self,
        parent: TreeNode[Branch[T] | Rest[T]],
        branches: Iterator[Branch[T]],
        unfolded: set[tuple[str, ...]],
        folded: set[tuple[str, ...]],
    ) -> None:
        """Add a page of branches, with what is unfolded below them."""
        for each in islice(branches, PAGE):
            text = Text("".join(part for part, _ in each.line))
            node = parent.add(text, each, allow_expand=each.unfolds)
            if each.unfolds and (each.path in unfolded or (each.opens and each.path not in folded)):
                self._filled.add(node.id)
                self._grow(node, each.below(), unfolded, folded)
                node.expand()
        following = next(branches, None)
        if following is not None:
            parent.add_leaf(Text(_MORE[0][0]), Rest(_put_back(following, branches)))

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Branch[T] | Rest[T]]) -> None:
        """Make what is below a branch when it is unfolded for the first time."""
        node = event.node
        if isinstance(node.data, Branch) and node.id not in self._filled:
            self._filled.add(node.id)
            self._grow(node, node.data.below(), set(), set())

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Branch[T] | Rest[T]]) -> None:
        """Make the next page when the cursor gets to the end of one."""
        node, rest = event.node, event.node.data
        if isinstance(rest, Rest) and node.parent is not None:
            event.stop()
            parent, at = node.parent, node.line
            node.remove()
            self._grow(parent, rest.following, set(), set())
            self.move_cursor_to_line(min(at, self.last_line))

    def action_unfold(self) -> None:
        """Unfold the branch under the cursor, or go to the first below it."""
        node = self.cursor_node
        if node is None or not node.allow_expand:
            return
        if node.is_expanded:
            self.action_cursor_down()
        else:
            node.expand()

    def action_fold(self) -> None:
        """Fold the branch under the cursor, or go to the one above it."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and not node.parent.is_root:
            self.move_cursor(node.parent)

    def render_label(self, node: TreeNode[Branch[T] | Rest[T]], base_style: Style, style: Style) -> Text:
        """Colour a line by its tones."""
        data = node.data
        text = data.line if isinstance(data, Branch) else _MORE
        sign = "▾ " if node.is_expanded else "▸ "
        colored = node is not self.cursor_node
        drawn = label(text, self.app.theme_variables, base_style + style, colored=colored)
        prefix = (sign, base_style + style + _TOGGLES) if node.allow_expand else ("  ", base_style + style)
        return Text.assemble(prefix, drawn)


def _put_back(first: Branch[T], rest: Iterator[Branch[T]]) -> Iterator[Branch[T]]:
    yield first
    yield from rest
