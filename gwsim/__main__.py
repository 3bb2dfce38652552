"""The program, as `gwsim` and as `python -m gwsim`."""

import gc
import os
from typing import NoReturn

INTERRUPTED = 130
COLLECT_AFTER = 100_000
"""
New objects after which the collector of cyclic garbage looks through them.

A start makes a third of that and no garbage; by Python's own 700 it would be looked through fifty times.
"""


def main() -> NoReturn:
    """Run the program and leave it; an interrupt ends it quietly while it is still being loaded, too."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        from gwsim.cli.main import main as run
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
