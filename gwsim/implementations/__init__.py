"""What the specification leaves to implementations, as typed choices."""

import importlib
from typing import TYPE_CHECKING

from gwsim.implementations.implementation import SPEC, Implementation

if TYPE_CHECKING:
    from gwsim.implementations.choosing import Choice, choices, with_choices
    from gwsim.implementations.known import KNOWN

__all__ = ["KNOWN", "SPEC", "Choice", "Implementation", "choices", "with_choices"]

# Imported when first used: most questions leave every choice as it is.
_MODULES = {"KNOWN": "known", "Choice": "choosing", "choices": "choosing", "with_choices": "choosing"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
