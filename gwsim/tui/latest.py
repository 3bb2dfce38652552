"""Work in a thread, of which only the newest result is of interest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.dom import DOMNode

Q = TypeVar("Q")
A = TypeVar("A")


class Latest(Generic[Q, A]):
    """
    Answers questions one at a time in a thread, and shows the answers of those that are still asked.

    A question that comes while another is worked on waits; one that waited before it is dropped, and so is
    the answer of the one that is worked on. So a slow answer never overwrites that of a later question, and
    work does not pile up while someone types.
    """

    def __init__(self, owner: DOMNode, work: Callable[[Q], A], show: Callable[[Q, A], None]) -> None:
        """
        Tie a work to a widget or application.

        Args:
            work: runs in a thread, and touches no widget.
            show: runs in the application.
        """
        self._owner, self._work, self._show = owner, work, show
        self._waiting: list[Q] = []
        self._busy = False
        self._stale = False

    def ask(self, question: Q) -> None:
        """Ask in place of all that was asked before."""
        self._waiting = [question]
        if not self._busy:
            self._busy = True
            self._owner.run_worker(self._answer(), name=self._work.__name__)

    def forget(self) -> None:
        """Drop what was asked: its answer is no longer wanted."""
        self._waiting = []
        self._stale = True

    async def _answer(self) -> None:
        try:
            while self._waiting:
                self._stale = False
                question = self._waiting.pop()
                answer = await asyncio.to_thread(self._work, question)
                if not self._waiting and not self._stale:
                    self._show(question, answer)
        finally:
            self._busy = False
