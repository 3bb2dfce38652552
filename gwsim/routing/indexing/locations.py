"""Hostname and path in one look-up, where only exact paths and prefixes are in play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gwsim.implementations import Implementation
from gwsim.routing.answering.prepared import Rule
from gwsim.routing.indexing.candidates import Candidate, SamePath
from gwsim.routing.indexing.paths import PathIndex
from gwsim.routing.reaching.conditions import hold
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.request import Request

BETWEEN: Final = "\n"
"""Stands between hostname and path, and in neither."""


class _Leaves:
    """What is found under hostname and path."""

    __slots__ = ("all", "lengths", "ready")

    def __init__(self) -> None:
        self.all: dict[str, Candidate | SamePath] = {}
        self.ready: dict[str, Rule] = {}
        """Answers of those entries that are alone and were asked: near to each other, in a smaller table."""
        self.lengths: set[int] = set()
        """Those of the paths: a look-up in vain costs nearly as much as a hit, most have none of these."""

    def add(self, hostname: str, paths: Mapping[str, SamePath]) -> None:
        for path, same in paths.items():
            self.all[f"{hostname}{BETWEEN}{path}"] = same.alone or same
            self.lengths.add(len(path))


class Locations:
    """
    The paths of many hostnames, in two flat tables.

    A large configuration does not fit into the caches of a processor: what is far apart in memory is what
    costs. Here the way from a request to its answer is one look-up in a table, and one object.
    """

    __slots__ = ("_exact", "_implementation", "_prefixes")

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._exact = _Leaves()
        self._prefixes = _Leaves()

    def add(self, hostname: str, paths: PathIndex) -> None:
        """File the entries of a hostname, all of which are of exact paths or prefixes."""
        self._exact.add(hostname, paths.exact)
        self._prefixes.add(hostname, paths.prefixes)

    def find(self, name: str | None, path: str, request: Request) -> Rule | Candidate | None:
        """
        What answers a request, or the entry that takes it; None where it has to be looked for elsewhere.

        Args:
            name: a hostname that was added; others have nothing here.
            path: without query.
        """
        whole = f"{name}{BETWEEN}{path}"
        if len(path) in self._exact.lengths:
            found = self._found(self._exact, whole, request)
            if found is not None:
                return found
        if not path:
            return None
        prefixes = self._prefixes
        ready, lengths = prefixes.ready, prefixes.lengths
        end = len(whole)
        first = end - len(path)
        while True:
            if end - first in lengths:
                key = whole[:end]
                rule = ready.get(key)
                if rule is not None and not rule.common.conditions:
                    return rule
                found = self._found(prefixes, key, request)
                if found is not None:
                    return found
            end = whole.rfind("/", first, end)
            if end < 0:
                return None

    def _found(self, leaves: _Leaves, key: str, request: Request) -> Rule | Candidate | None:
        """What of a leaf takes the request."""
        rule = leaves.ready.get(key)
        if rule is not None:
            conditions = rule.common.conditions
            return rule if not conditions or hold(conditions, Seen(request, self._implementation)) else None
        leaf = leaves.all.get(key)
        if leaf is None:
            return None
        if isinstance(leaf, SamePath):
            return leaf.winner(Seen(request, self._implementation))
        if leaf.rule is not None:
            # It stays where it was, too: another thread may have looked for it here, and look there now.
            leaves.ready[key] = leaf.rule
        return leaf if leaf.holds(Seen(request, self._implementation)) else None
