"""
Simulate what Gateway API manifests do to a request, and say why.

    import gwsim
    sim = gwsim.load("scenarios/storefront")
    decision = sim.trace(gwsim.Request.get("https://shop.example.com/cart"))
"""

from gwsim.errors import GwsimError, RequestError, UsageError
from gwsim.findings import Finding, LoadError, Severity
from gwsim.implementations import SPEC, Implementation
from gwsim.reading.loading import load
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

__all__ = [
    "SPEC",
    "Action",
    "Decision",
    "Finding",
    "GwsimError",
    "Implementation",
    "LoadError",
    "Request",
    "RequestError",
    "Severity",
    "Simulation",
    "UsageError",
    "load",
]
__version__ = "0.1.0"
