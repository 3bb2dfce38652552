"""For every code of a finding a manifest that has it, and one that does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gwsim.resources.examples.example import Example
from gwsim.resources.examples.rules import RULE_EXAMPLES
from gwsim.resources.examples.schema import SCHEMA_EXAMPLES

EXAMPLES: Mapping[str, Example] = MappingProxyType({**SCHEMA_EXAMPLES, **RULE_EXAMPLES})
"""By code."""
