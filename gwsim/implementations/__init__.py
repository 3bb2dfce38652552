"""What the specification leaves to implementations, as typed choices."""

from gwsim.implementations.implementation import SPEC, Implementation

__all__ = ["SPEC", "Implementation"]
