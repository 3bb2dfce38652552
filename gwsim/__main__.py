"""The program, as `gwsim` and as `python -m gwsim`."""

import os
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the program and leave it; an interrupt ends it quietly while it is still being loaded, too."""
    try:
        from gwsim.cli.main import main as run
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
