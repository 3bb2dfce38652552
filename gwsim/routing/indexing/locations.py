"""Hostname and path in one look-up, where only exact paths and prefixes are in play."""

from __future__ import annotations

from typing import Final, TypeAlias

from gwsim.implementations import Implementation
from gwsim.routing.answering.prepared import Rule
from gwsim.routing.indexing.candidates import Candidate, SamePath
from gwsim.routing.indexing.paths import PathIndex
from gwsim.routing.reaching.conditions import hold
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.request import Request

BETWEEN: Final = "\n"
"""Stands between hostname and path, and in neither."""
Leaf: TypeAlias = Rule | Candidate | SamePath
"""What is found: what answers every request, the one entry that could take it, or several."""


class Locations:
    """
    The paths of many hostnames, in two flat tables.

    A large configuration does not fit into the caches of a processor: what is far apart in memory is what
    costs. Here the way from a request to its answer is one look-up in a table, and one object.
    """

    __slots__ = ("_exact", "_exact_lengths", "_implementation", "_prefix_lengths", "_prefixes")

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._exact: dict[str, Leaf] = {}
        self._prefixes: dict[str, Leaf] = {}
        # What is looked up in vain costs nearly as much as what is found: most of it has no length of these.
        self._exact_lengths: set[int] = set()
        self._prefix_lengths: set[int] = set()

    def add(self, hostname: str, paths: PathIndex) -> None:
        """File the entries of a hostname, all of which are of exact paths or prefixes."""
        for path, same in paths.exact.items():
            self._exact[f"{hostname}{BETWEEN}{path}"] = same.alone or same
            self._exact_lengths.add(len(path))
        for base, same in paths.prefixes.items():
            self._prefixes[f"{hostname}{BETWEEN}{base}"] = same.alone or same
            self._prefix_lengths.add(len(base))

    def find(self, name: str | None, path: str, request: Request) -> Rule | Candidate | None:
        """
        What answers a request, or the entry that takes it; None where it has to be looked for elsewhere.

        Args:
            name: a hostname that was added; others have nothing here.
            path: without query.
        """
        whole = f"{name}{BETWEEN}{path}"
        if len(path) in self._exact_lengths:
            leaf = self._exact.get(whole)
            if leaf is not None:
                found = self._settled(self._exact, whole, leaf, request)
                if found is not None:
                    return found
        if not path:
            return None
        prefixes, lengths = self._prefixes, self._prefix_lengths
        end = len(whole)
        first = end - len(path)
        while True:
            if end - first in lengths:
                key = whole[:end]
                leaf = prefixes.get(key)
                if leaf is not None:
                    if leaf.__class__ is Rule and not leaf.common.conditions:
                        return leaf
                    found = self._settled(prefixes, key, leaf, request)
                    if found is not None:
                        return found
            end = whole.rfind("/", first, end)
            if end < 0:
                return None

    def _settled(
        self, table: dict[str, Leaf], key: str, leaf: Leaf, request: Request
    ) -> Rule | Candidate | None:
        """What of a leaf takes the request."""
        if isinstance(leaf, Rule):
            conditions = leaf.common.conditions
            return leaf if not conditions or hold(conditions, Seen(request, self._implementation)) else None
        if isinstance(leaf, SamePath):
            return leaf.winner(Seen(request, self._implementation))
        if leaf.rule is not None:
            table[key] = leaf.rule
        return leaf if leaf.holds(Seen(request, self._implementation)) else None
