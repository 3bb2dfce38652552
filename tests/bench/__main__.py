"""
Print how fast gwsim is, as ratios, each against a peer that is measured in the same run.

    python -m tests.bench [SECTION ...] [--runs N] [--scale FACTOR]

Nothing is asserted here. Sizes are those that README.md shows; a scale of 0.01 makes them a hundred times
smaller.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.bench.against_envoy import envoy
from tests.bench.deciding import deciding
from tests.bench.explorer import explorer
from tests.bench.growth import growth
from tests.bench.loading import commands, loading, sizes
from tests.bench.measuring import Effort, Table, table_text
from tests.bench.space import space
from tests.bench.startup import startup
from tests.bench.streaming import streams

SECTIONS: Mapping[str, Callable[[Effort], Iterator[Table]]] = {
    "loading": loading,
    "commands": commands,
    "sizes": sizes,
    "streams": streams,
    "deciding": deciding,
    "envoy": envoy,
    "growth": growth,
    "space": space,
    "startup": startup,
    "explorer": explorer,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sections that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; default: all"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured, for the median")
    parser.add_argument("--scale", type=float, default=1.0, help="what all sizes are multiplied by")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    for name in options.sections or SECTIONS:
        for table in SECTIONS[name](Effort(options.scale, options.runs)):
            print(table_text(table), flush=True)


if __name__ == "__main__":
    main()
