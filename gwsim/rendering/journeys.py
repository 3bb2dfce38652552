"""Redirects that were followed, as a person reads them."""

from __future__ import annotations

from gwsim.analysis.following import Ending, Journey
from gwsim.rendering.text import decision_text
from gwsim.simulation import Simulation

_ENDINGS = {
    Ending.LOOP: "The next request is one that was made before: a redirect loop.",
    Ending.LEFT: "The next request goes to no Gateway of this configuration.",
    Ending.TOO_MANY: "Clients give up after so many redirects.",
}


def journey_text(simulation: Simulation, journey: Journey, *, color: bool) -> str:
    """Write every hop of a journey, and how it ends."""
    pages = [decision_text(simulation, request, decision, color=color) for request, decision in journey.hops]
    ending = _ENDINGS.get(journey.ending)
    return "\n".join([*pages, *([f"{ending}\n"] if ending else [])])
