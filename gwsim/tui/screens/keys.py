"""All keys, by where they work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from gwsim.tui.painting import painted
from gwsim.tui.views.lines import BLANK, Line, Tone, line
from gwsim.tui.views.naming import shown

Keys = tuple[str, Sequence[tuple[str, str]]]
"""Where, and there the keys with what they do."""

GENERAL: Sequence[tuple[str, str]] = (
    ("Tab  Shift+Tab", "to the next or previous field or part of the screen"),
    ("^P", "palette: every command by name"),
)
TREE: Sequence[tuple[str, str]] = (
    ("↑ ↓ PgUp PgDn", "move"),
    ("→ ←", "unfold, fold; once more: to the first below, to the one above"),
    ("Space", "unfold or fold"),
    ("Enter", "say why this rule did not take the request"),
)
FIELDS: Sequence[tuple[str, str]] = (
    ("→", "take the proposal, at the end of the text"),
    ("Enter", "keep it in the history; in Headers: a new line"),
    ("Esc", "back to the tree"),
)
HISTORY: Sequence[tuple[str, str]] = (("Enter", "ask this request again"),)


def keys_of(bindings: Sequence[BindingType]) -> Sequence[tuple[str, str]]:
    """The keys of some bindings, those of one action together, with what they do."""
    found: dict[str, list[Binding]] = {}
    for binding in Binding.make_bindings(bindings):
        found.setdefault(binding.action, []).append(binding)
    return [
        ("  ".join(shown(each.key) for each in group), group[0].tooltip or group[0].description)
        for group in found.values()
    ]


def key_lines(keys: Sequence[Keys]) -> Iterator[Line]:
    """Write keys as a table."""
    width = max(len(key) for _, rows in keys for key, _ in rows)
    for number, (where, rows) in enumerate(keys):
        if number:
            yield BLANK
        yield line((where, Tone.STRONG))
        yield from (line((f"  {key:<{width}}  ", Tone.ACCENT), text) for key, text in rows)


class KeysScreen(ModalScreen[None]):
    """All keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
    ]

    def __init__(self, everywhere: Sequence[BindingType]) -> None:
        """Show keys; `everywhere` are those of the application."""
        super().__init__()
        self._keys: tuple[Keys, ...] = (
            ("Everywhere; letters and digits where nothing is typed", (*keys_of(everywhere), *GENERAL)),
            ("In a tree", TREE),
            ("In the request", FIELDS),
            ("In the history", HISTORY),
        )

    def compose(self) -> ComposeResult:
        """Put all on a page that scrolls."""
        with VerticalScroll(classes="window"):
            yield Static(Content.assemble(("Keys", "bold"), ("   Esc closes", "$text-muted")))
            yield Static(painted(key_lines(self._keys)), markup=False)
