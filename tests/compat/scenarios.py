"""
What each implementation that people ask for reports of what each shipped scenario needs, as Markdown.

    python -m tests.compat.scenarios
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gwsim
from gwsim.analysis.portability.comparing import Candidate, matrix
from gwsim.implementations.conformance import TITLES
from gwsim.implementations.supporting import Support
from gwsim.reading.conformance.packaged import packaged_registry
from gwsim.rendering.portability import table_markdown

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def rows() -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each scenario."""
    names = tuple(TITLES)
    yield ("scenario", "features", *TITLES.values())
    for folder in sorted(path.parent for path in SCENARIOS.glob("*/scenario.yaml")):
        topology = gwsim.load(folder).topology
        found = matrix(topology, packaged_registry(), names)
        by_name = {each.name: each for each in found.candidates}
        yield (folder.name, str(len(found.needed)), *(mark(by_name[name]) for name in names))


def mark(candidate: Candidate) -> str:
    """Yes, or how many features are missing (no), missing in part, and unknown."""
    if not candidate.reports:
        return "no report"
    words = [
        f"{candidate.counts[support]} {word}"
        for support, word in ((Support.NO, "no"), (Support.PARTLY, "in part"), (Support.UNKNOWN, "unknown"))
        if candidate.counts[support]
    ]
    return ", ".join(words) or "yes"


if __name__ == "__main__":
    print(table_markdown(tuple(rows())), end="")
