"""What the specification leaves to implementations, as typed choices."""

from gwsim.implementations.choosing import Choice, choices, with_choices
from gwsim.implementations.implementation import SPEC, Implementation
from gwsim.implementations.known import KNOWN

__all__ = ["KNOWN", "SPEC", "Choice", "Implementation", "choices", "with_choices"]
