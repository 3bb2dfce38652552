"""The keys that work now, on as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

from gwsim.tui.views.naming import shown

_CHARACTERS = {"slash": "/", "question_mark": "?"}
"""Keys that are typed, which Textual knows by another name."""


class KeyBar(Static):
    """
    A footer that wraps: at 80 columns, Textual's own would hide half of the keys.

    A click on a key does what the key does.
    """

    def __init__(self) -> None:
        """Make an empty one; it fills itself."""
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def on_resize(self) -> None:
        """Break the lines elsewhere."""
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.update(Content("\n").join(_lines(list(self._keys(screen)), self.content_size.width)))

    def _keys(self, screen: Screen[object]) -> Iterator[Content]:
        """Each action with the shortest of its keys; the keys of a group together."""
        actions: dict[str, list[Binding]] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if binding.show and enabled and not self._is_typed(binding.key):
                actions.setdefault(binding.action, []).append(binding)
        shortest = [min(each, key=lambda binding: len(shown(binding.key))) for each in actions.values()]
        for group, members in groupby(shortest, key=lambda binding: binding.group):
            bindings = list(members)
            if group is None:
                yield from (Content.assemble(_key(each), f" {each.description}") for each in bindings)
            else:
                yield Content.assemble(*map(_key, bindings), f" {group.description}")

    def _is_typed(self, key: str) -> bool:
        """Whether the key goes into the text that has the focus."""
        focused = self.screen.focused
        character = _CHARACTERS.get(key, key if len(key) == 1 else None)
        return focused is not None and focused.check_consume_key(key, character)


def _key(binding: Binding) -> Content:
    press = Style.from_meta({"@click": f"app.simulate_key('{binding.key}')"})
    return Content.styled(shown(binding.key), "bold $text-accent").stylize(press)


def _lines(keys: Sequence[Content], width: int) -> Iterator[Content]:
    """Put as many keys on each line as fit."""
    row: list[Content] = []
    for key in keys:
        if row and sum(each.cell_length + 2 for each in row) + key.cell_length > width:
            yield Content("  ").join(row)
            row = []
        row.append(key)
    yield Content("  ").join(row)
