"""How pictures look: colours for light and dark, and which part has which."""

from __future__ import annotations

_LIGHT = """
  --page: #fff; --text: #1b1b1b; --dim: #5f6368; --line: #5f6368; --frame: #bdc1c6; --taken: #1a73e8;
  --accepted: #1e7e34; --accepted-fill: #e6f4ea; --unreached: #80868b; --unreached-fill: #f1f3f4;
  --partial: #b06000; --partial-fill: #fef7e0; --refused: #c5221f; --refused-fill: #fce8e6;
  --missing: #c5221f; --missing-fill: #fff;"""
_DARK = """
  --page: #1b1b1b; --text: #f1f3f4; --dim: #bdc1c6; --line: #9aa0a6; --frame: #5f6368; --taken: #8ab4f8;
  --accepted: #81c995; --accepted-fill: #16301e; --unreached: #9aa0a6; --unreached-fill: #2d2e31;
  --partial: #fdd663; --partial-fill: #3a2f0b; --refused: #f28b82; --refused-fill: #3c1513;
  --missing: #f28b82; --missing-fill: #1b1b1b;"""
_FONT = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'
_RULES = (
    f"text {{ font: 12px {_FONT}; fill: var(--text); text-anchor: middle; unicode-bidi: isolate; }}",
    "text { white-space: pre; }",
    ".page { fill: var(--page); }",
    ".back { fill: var(--page); opacity: 0.85; }",
    ".name { font-weight: 600; }",
    *(f".{name} {{ font-size: 9.84px; fill: var(--dim); }}" for name in ("kind", "note", "label", "title")),
    ".title { text-anchor: start; }",
    ".frame { fill: none; stroke: var(--frame); }",
    ".line { fill: none; stroke: var(--line); }",
    ".tip { fill: var(--line); }",
    ".failed .line { stroke: var(--refused); stroke-dasharray: 5 3; }",
    ".failed .tip { fill: var(--refused); }",
    ".failed .label { fill: var(--refused); }",
    ".aside .line { stroke-dasharray: 2 3; }",
    ".taken .line { stroke: var(--taken); stroke-width: 2.5; }",
    ".taken .tip { fill: var(--taken); }",
    *(
        f".{state} rect {{ stroke: var(--{state}); fill: var(--{state}-fill); }}"
        for state in ("accepted", "unreached", "partial", "refused", "missing")
    ),
    *(f".{state} rect {{ stroke-dasharray: 4 3; }}" for state in ("unreached", "missing")),
)
NAME = "gwsim-graph"
"""The class of a picture; no rule reaches beyond it, so that a page may hold it among other things."""
STYLE = "\n".join(
    (
        "",
        f".{NAME} {{ {_LIGHT} }}",
        f"@media (prefers-color-scheme: dark) {{ .{NAME} {{ {_DARK} }} }}",
        *(f".{NAME} {rule}" for rule in _RULES),
        "",
    )
)
