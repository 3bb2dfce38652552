"""Cross-field rules of HTTPRoutes' rules, in the order of the CRD."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal, TypeAlias

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.routes import HTTPRouteRule

PrefixChange: TypeAlias = Literal["RequestRedirect", "URLRewrite"]
PREFIX_CHANGES: tuple[PrefixChange, ...] = ("RequestRedirect", "URLRewrite")


def redirect_has_no_backends(rule: HTTPRouteRule, path: FieldPath) -> Iterable[Problem]:
    """Check that a rule that redirects has no backends; redirects of a backendRef's own are not looked at."""
    if not rule.backend_refs or not rule.filters:
        return ()
    problems = (
        Problem(
            "RedirectWithBackends",
            (*path, "filters", index),
            "expected no RequestRedirect in a rule with backendRefs, found one",
            "remove backendRefs: a redirected request reaches no backend",
        )
        for index, filter_ in enumerate(rule.filters)
        if filter_.request_redirect is not None
    )
    return tuple(itertools.islice(problems, 1))


def prefix_change_has_one_prefix_match(rule: HTTPRouteRule, path: FieldPath) -> Iterable[Problem]:
    """Check that a redirect or rewrite that replaces the matched prefix has one prefix to replace."""
    if not rule.filters or _has_one_prefix_match(rule):
        return ()
    return [
        _prefix_problem(type_, rule, path)
        for type_ in PREFIX_CHANGES
        if _replaces_prefix(rule.filters, type_)
    ]


def backend_prefix_change_has_one_prefix_match(rule: HTTPRouteRule, path: FieldPath) -> Iterable[Problem]:
    """Check the same for the filters of backendRefs; as the API does, only where exactly one has such."""
    if _has_one_prefix_match(rule):
        return ()
    return [
        _prefix_problem(f"{type_} in backendRefs", rule, path)
        for type_ in PREFIX_CHANGES
        if sum(_replaces_prefix(ref.filters, type_) for ref in rule.backend_refs) == 1
    ]


def _has_one_prefix_match(rule: HTTPRouteRule) -> bool:
    return len(rule.matches) == 1 and rule.matches[0].path.type == "PathPrefix"


def _replaces_prefix(filters: tuple[HTTPRouteFilter, ...], type_: PrefixChange) -> bool:
    count = 0
    for filter_ in filters:
        change = filter_.request_redirect if type_ == "RequestRedirect" else filter_.url_rewrite
        modifier = None if change is None else change.path
        if modifier is not None and modifier.type == "ReplacePrefixMatch":
            count += modifier.replace_prefix_match is not None
    return count == 1


def _prefix_problem(what: str, rule: HTTPRouteRule, path: FieldPath) -> Problem:
    found = (
        f"{len(rule.matches)} matches"
        if len(rule.matches) != 1
        else f"one of type {rule.matches[0].path.type}"
    )
    return Problem(
        "PrefixMatchMissing",
        (*path, "matches"),
        f"expected exactly one match, a PathPrefix, for the replacePrefixMatch of {what}, found {found}",
        "give each prefix a rule of its own, or use ReplaceFullPath",
    )
