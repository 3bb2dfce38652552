"""A cross-field rule: what is checked, and in which releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from gwsim.resources.admission.problems import Problem
from gwsim.resources.meta import Part
from gwsim.resources.releases.release import V1_5, Channel, When

Check: TypeAlias = Callable[..., Iterable[Problem]]
"""Takes a part, whose fields are of the right types, and its path; says what is wrong."""


class Rule(msgspec.Struct, frozen=True):
    """A check, and when it is made."""

    check: Check
    when: When = When()


Rules: TypeAlias = Mapping[type[Part], tuple[Rule, ...]]
_NONE: Rules = MappingProxyType({})


class Tables(msgspec.Struct, frozen=True):
    """The rules about the types of one module of `resources`; each has a module of its name here."""

    parts: Rules = _NONE
    """A subclass has the rules of its bases too."""
    lists: Rules = _NONE
    """Rules of whole lists, by the type of the items; they take the list and its path."""
    manifests: Rules = _NONE
    """What CRDs say in their schemas and types cannot, by type of object; these take the manifest alone."""


def always(*checks: Check) -> tuple[Rule, ...]:
    """Rules that hold in every release."""
    return tuple(map(Rule, checks))


STANDARD, EXPERIMENTAL, EITHER = (When(channels=(channel,)) for channel in Channel)
SINCE_1_5 = When(since=V1_5)
