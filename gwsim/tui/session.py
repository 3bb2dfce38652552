"""What the explorer knows at a time: the last good simulation, what is wrong with the files, the history."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import structs

from gwsim.analysis.outlining.outline import Outline
from gwsim.analysis.outlining.searching import Search
from gwsim.errors import GwsimError, UsageError
from gwsim.implementations import SPEC, Implementation
from gwsim.reading.loading import Loaded, load_files
from gwsim.reading.revisions import PREFIX
from gwsim.reading.stamping import Stamp, stamps
from gwsim.simulation import Simulation
from gwsim.tui.views.remembering import History


class Input(NamedTuple):
    """Which manifests to read, and how."""

    paths: tuple[str, ...]
    recursive: bool = False
    namespace: str = "default"
    lenient: bool = False
    controllers: frozenset[str] | None = None
    """`spec.controllerName` values to serve; None for all."""
    implementation: Implementation = SPEC

    def load(self) -> Ready:
        """
        Read the files, and make ready all that a first answer needs.

        Raises:
            LoadError: they cannot be simulated.
            UsageError: a path cannot be read.
        """
        loaded = load_files(
            self.paths,
            recursive=self.recursive,
            namespace=self.namespace,
            lenient=self.lenient,
            controllers=self.controllers,
            implementation=self.implementation,
        )
        simulation = loaded.simulation
        outline = Outline(simulation.table, loaded.findings)
        # Worked out when first looked at, which would be when someone waits for it.
        assert outline.hidden is not None
        return Ready(simulation, loaded, Search(outline))

    def check(self) -> None:
        """
        See that the paths are there, before a screen opens over the message that they are not.

        What is at a revision of git is seen when it is read.

        Raises:
            UsageError: one is not.
        """
        for path in self.paths:
            if not path.startswith(PREFIX) and not Path(path).exists():
                raise UsageError(f"{path}: expected a file or folder, found none")

    def stamps(self) -> tuple[Stamp, ...]:
        """Tell the present state of the files."""
        return stamps(self.paths, recursive=self.recursive)


class Ready(msgspec.Struct, frozen=True):
    """Files that were read, ready to be asked and looked through."""

    simulation: Simulation
    loaded: Loaded
    search: Search


class Session(msgspec.Struct, frozen=True):
    """The state of the explorer; each change of the files makes a new one."""

    ready: Ready | None = None
    """The last that could be read; None before the first."""
    problem: GwsimError | None = None
    """What keeps the present files from being read; None where nothing does."""
    history: History = History()

    @property
    def simulation(self) -> Simulation | None:
        """The last good one."""
        return None if self.ready is None else self.ready.simulation

    def with_problem(self, problem: GwsimError) -> Session:
        """After files that cannot be read: the last good simulation stays."""
        return structs.replace(self, problem=problem)
