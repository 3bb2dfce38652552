"""What there is to say about an input beside the answer: on standard error, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gwsim.findings import Severity

if TYPE_CHECKING:
    from gwsim.reading.loading import Loaded

_ASSUMED = ("Service", "Secret", "ConfigMap")
_SHOWN = 10
"""How many fields that are not simulated are named."""


def notes(loaded: Loaded) -> Iterator[str]:
    """Name what was wrong, left out, skipped, or taken as given."""
    yield from map(str, loaded.findings)
    implementation = loaded.simulation.topology.implementation
    if implementation.unsupported_features:
        missing = ", ".join(sorted(implementation.unsupported_features))
        yield (
            f"{implementation.name} reports as unsupported: {missing}; all else is simulated as supported,"
            " what no report tells and what is supported in part among it: `gwsim compat` has the reports"
        )
    yield from _not_simulated(loaded)
    errors = [finding for finding in loaded.findings if finding.severity is Severity.ERROR]
    refused = {finding.key or finding.location for finding in errors}
    if refused:
        count = "1 object is" if len(refused) == 1 else f"{len(refused)} objects are"
        yield f"{count} left out: the API server would refuse them; `gwsim validate` says more"
    if loaded.skipped:
        kinds = ", ".join(f"{count} {kind}" for kind, count in loaded.skipped.items())
        yield f"skipped, of kinds that gwsim does not know: {kinds}"
    snapshot, topology = loaded.simulation.snapshot, loaded.simulation.topology
    assumed = [f"{kind}s" for kind in _ASSUMED if snapshot.assumes("", kind)]
    if assumed:
        yield f"--lenient: no {' or '.join(assumed)} in the input; references to them are taken as good"
    if topology.unknown_classes:
        names = ", ".join(topology.unknown_classes)
        yield f"no GatewayClass in the input: {names} is taken to exist and to be accepted"


def _not_simulated(loaded: Loaded) -> Iterator[str]:
    from gwsim.analysis.not_simulated import not_simulated

    found = not_simulated(loaded.simulation.snapshot)
    for finding in found[:_SHOWN]:
        yield f"{finding} (NotSimulated)"
    if len(found) > _SHOWN:
        yield f"{len(found) - _SHOWN} more fields that are set are not simulated"
