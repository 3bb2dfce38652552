"""Lines with tones as Textual and Rich draw them; nothing in a text is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.style import Style
from rich.text import Text
from textual.content import Content
from textual.highlight import highlight

from gwsim.tui.views.depicting import Picture
from gwsim.tui.views.lines import Line, Tone

_STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.QUIET: "$foreground 60%",
    Tone.GOOD: "$text-success",
    Tone.BAD: "$text-error",
    Tone.CAREFUL: "$text-warning",
    Tone.ACCENT: "$text-accent",
}
_VARIABLES: Mapping[Tone, str] = {
    Tone.GOOD: "text-success",
    Tone.BAD: "text-error",
    Tone.CAREFUL: "text-warning",
    Tone.ACCENT: "text-accent",
}
"""For trees, which are drawn by Rich: names of the theme's colours."""


def painted(lines: Iterable[Line]) -> Content:
    """Colour lines by the theme, whichever it is when they are drawn."""
    return Content("\n").join(
        Content.assemble(*((text, _STYLES[tone]) for text, tone in each)) for each in lines
    )


def label(line: Line, variables: Mapping[str, str], style: Style, *, colored: bool) -> Text:
    """
    Colour a line for a tree.

    Args:
        variables: the theme's.
        style: of the whole line.
        colored: whether tones show; under the cursor they would not be readable.
    """
    return Text.assemble(*((text, style + _tree_style(tone, variables, colored)) for text, tone in line))


def _tree_style(tone: Tone, variables: Mapping[str, str], colored: bool) -> Style:
    if tone is Tone.STRONG:
        return Style(bold=True)
    if not colored:
        return Style()
    if tone is Tone.QUIET:
        return Style(dim=True)
    color = variables.get(_VARIABLES.get(tone, ""))
    return Style(color=color) if color is not None and color.startswith("#") else Style()


def drawn(picture: Picture) -> tuple[Content, int]:
    """
    Draw a manifest with line numbers, syntax colours, and its marks.

    Returns:
        Beside the drawing, the row of the marked line in it.
    """
    if not picture.lines:
        return Content(""), 0
    language = "json" if picture.lines[0].lstrip().startswith(("{", '"')) else "yaml"
    colored = highlight("\n".join(picture.lines), language=language).split("\n")
    width = len(str(picture.first_line + len(picture.lines)))
    rows: list[Content] = []
    marked = 0
    for number, text in enumerate(colored, picture.first_line):
        faults = picture.faults.get(number, ())
        if number == picture.marked:
            marked = len(rows)
        rows.append(_row(text, f"{number:>{width}}", meant=number == picture.marked, faulty=bool(faults)))
        indent = " " * (width + 3 + len(text.plain) - len(text.plain.lstrip()))
        rows += [Content.assemble((f"{indent}✗ {fault}", "bold $text-error")) for fault in faults]
    return Content("\n").join(rows), marked


def _row(text: Content, number: str, *, meant: bool, faulty: bool) -> Content:
    if faulty:
        text = text.stylize("on $error-muted")
    elif meant:
        text = text.stylize("on $primary-muted")
    mark = ("✗", "bold $text-error") if faulty else ("▶", "bold $text-accent") if meant else (" ", "")
    return Content.assemble(
        mark, (number, "bold" if meant else "$foreground 60%"), (" │ ", "$foreground 40%"), text
    )
