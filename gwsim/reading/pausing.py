"""Work that makes many objects and no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """
    Keep the collector of cyclic garbage from running.

    A configuration has no cycles and is kept whole; looking through it again and again while it grows takes
    longer than making it. Reference counting goes on. What was made is old when the collector runs again: it
    would else be the first thing to be looked through. Of several threads that do this at a time, the first
    that is done turns the collector on again for all, which costs time alone.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            # Both together only make all objects old; who has frozen any keeps them so.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
