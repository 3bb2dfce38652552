"""
Simulate what Gateway API manifests do to a request, and say why.

    >>> import gwsim
    >>> sim = gwsim.load("scenarios/storefront")
    >>> decision = sim.trace(gwsim.Request.get("https://shop.example.com/cart", draw=0.95))
    >>> decision.action.value, decision.chosen.name
    ('forward', 'cart-canary')
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# A name's module is imported when the name is first used: pytest imports this package wherever it is
# installed, and most commands need a part of it.
_MODULES = {
    "SPEC": "implementations",
    "Action": "routing.decision",
    "Decision": "routing.decision",
    "Finding": "findings",
    "GwsimError": "errors",
    "Implementation": "implementations",
    "LoadError": "findings",
    "Request": "routing.request",
    "RequestError": "errors",
    "Severity": "findings",
    "Simulation": "simulation",
    "UsageError": "errors",
    "load": "reading.loading",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
