"""Rules about the parentRefs of routes, the same for all kinds."""

from __future__ import annotations

from gwsim.resources.rules import parents
from gwsim.resources.rules.tables.rule import EITHER, EXPERIMENTAL, STANDARD, Rule

PARENTS = (
    Rule(parents.parents_are_told_apart_by_section, STANDARD),
    Rule(parents.parents_are_told_apart_by_section_and_port, EXPERIMENTAL),
    Rule(parents.parents_are_told_apart_in_some_channel, EITHER),
    Rule(parents.parents_are_named_once_by_section, STANDARD),
    Rule(parents.parents_are_named_once, EXPERIMENTAL),
    Rule(parents.parents_are_named_once, EITHER),
)
REQUEST_ROUTES = (
    *PARENTS,
    Rule(parents.matches_are_at_most_128),
    Rule(parents.rule_names_differ, EXPERIMENTAL),
)
"""Of HTTPRoutes and GRPCRoutes."""
