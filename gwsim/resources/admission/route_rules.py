"""
Cross-field rules of routes, in the order of the CRD.

Where the channels differ the looser rule holds: names of rules may repeat, as in the standard channel.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.meta import BackendObjectReference, ParentReference
from gwsim.resources.routes import (
    HTTPPathMatch,
    HTTPRouteRule,
    HTTPRouteSpec,
    HTTPRouteTimeouts,
    SessionPersistence,
)

MOST_MATCHES = 128
"""Of all rules of a route together."""
ABNORMAL: tuple[str, ...] = ("//", "/./", "/../")
LEGAL_PATH = re.compile(r"/([-A-Za-z0-9_~!$&'()*+,;=:@]+/)*[-A-Za-z0-9_~!$&'()*+,;=:@]*")
"""Paths that break no rule; others, as with dots or escapes, are looked at more closely."""
PATH_CHARACTERS = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@#]|%[0-9a-fA-F]{2})*")
"""`#` is refused by a rule of its own."""
DURATION = re.compile(r"([0-9]{1,5}(h|m|s|ms)){1,4}")
UNITS_MS: Mapping[str, int] = MappingProxyType({"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1})

PrefixChange: TypeAlias = Literal["RequestRedirect", "URLRewrite"]
PREFIX_CHANGES: tuple[PrefixChange, ...] = ("RequestRedirect", "URLRewrite")
Parent: TypeAlias = tuple[str, str, str, str]
"""Group, kind, name and namespace as written."""


def parents_are_told_apart(spec: HTTPRouteSpec, path: FieldPath) -> Iterator[Problem]:
    """
    Check that of several references to one parent either all name a section or none does, and ports likewise.

    The standard channel asks this of sections alone; what either channel takes is taken.
    """
    for indices in _same_parents(spec):
        refs = [spec.parent_refs[index] for index in indices]
        sections = _all_or_none(ref.section_name for ref in refs)
        ports = _all_or_none(ref.port for ref in refs)
        if not sections or (not ports and _repeated_indices(refs, standard=True)):
            lacking = next(
                index
                for index, ref in zip(indices, refs, strict=True)
                if not (ref.port if sections else ref.section_name)
            )
            missing = "port" if sections else "sectionName"
            yield Problem(
                "AmbiguousParentRef",
                (*path, "parentRefs", lacking),
                f"expected {missing} in all references to {_parent_text(refs[0])}, found some without it",
                f"add {missing} to this one, or leave it out of all",
            )


def parents_are_named_once(spec: HTTPRouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that no two references name one parent, section and port."""
    for indices in _same_parents(spec):
        refs = [spec.parent_refs[index] for index in indices]
        for repeated in _repeated_indices(refs, standard=False):
            yield Problem(
                "DuplicateParentRef",
                (*path, "parentRefs", indices[repeated]),
                f"expected different references, found {_parent_text(refs[repeated])} again with the same "
                "sectionName and port",
                "remove it, or give it another sectionName or port",
            )


def _same_parents(spec: HTTPRouteSpec) -> Iterator[list[int]]:
    if len(spec.parent_refs) < 2:
        return
    groups: dict[Parent, list[int]] = {}
    for index, ref in enumerate(spec.parent_refs):
        groups.setdefault((ref.group, ref.kind, ref.name, ref.namespace or ""), []).append(index)
    yield from (indices for indices in groups.values() if len(indices) > 1)


def _all_or_none(values: Iterable[str | int | None]) -> bool:
    return len({bool(value) for value in values}) == 1


def _repeated_indices(refs: list[ParentReference], *, standard: bool) -> list[int]:
    keys = [(ref.section_name or "", 0 if standard else ref.port or 0) for ref in refs]
    return [index for index, key in enumerate(keys) if key in keys[:index]]


def _parent_text(ref: ParentReference) -> str:
    return f"{ref.kind} {shown(ref.name)}"


def matches_are_at_most_128(spec: HTTPRouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check the number of matches of all rules together."""
    count = sum(len(rule.matches) for rule in spec.rules)
    if count > MOST_MATCHES:
        message = f"expected at most {MOST_MATCHES} matches in all rules together, found {count}"
        yield Problem("TooManyMatches", (*path, "rules"), message, "split the route into several")


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


def service_has_port(ref: BackendObjectReference, path: FieldPath) -> Iterable[Problem]:
    """Check that a reference to a Service says the port."""
    if ref.port is not None or ref.kind != "Service" or ref.group:
        return ()
    message = f"expected a port in a reference to Service {shown(ref.name)}, found none"
    return (Problem("PortMissing", (*path, "port"), message, "add the Service's port"),)


def path_is_legal(match: HTTPPathMatch, path: FieldPath) -> Iterable[Problem]:
    """Check a plain path; any text will do as a regular expression."""
    if match.type == "RegularExpression" or LEGAL_PATH.fullmatch(match.value):
        return ()
    where = (*path, "value")
    return [
        *path_is_absolute(match.value, where),
        *path_is_normal(match.value, where),
        *path_has_no_encoded_slash(match.value, where),
        *path_has_no_fragment(match.value, where),
        *path_has_legal_characters(match.value, where),
    ]


def path_is_absolute(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path begins with a slash."""
    if not value.startswith("/"):
        message = f"expected a path that begins with '/', found {shown(value)}"
        advice = "put a '/' in front" if value else "write '/' for any path"
        yield Problem("PathNotAbsolute", path, message, advice)


def path_is_normal(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no empty segment within it and no dot segment."""
    found = [part for part in ABNORMAL if part in value]
    found += [end for end in ("/.", "/..") if value.endswith(end)]
    if found:
        message = f"expected a path without {shown(found[0])}, found {shown(value)}"
        yield Problem("PathNotNormal", path, message, "write the path as it is after normalisation")


def path_has_no_encoded_slash(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no `%2F`."""
    if "%2f" in value or "%2F" in value:
        message = f"expected a path without an encoded '/', found {shown(value)}"
        yield Problem("PathEncodedSlash", path, message, "use '/', or type: RegularExpression")


def path_has_no_fragment(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no `#`."""
    if "#" in value:
        message = f"expected a path without '#', found {shown(value)}"
        yield Problem("PathFragment", path, message, "remove it: clients do not send the fragment")


def path_has_legal_characters(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check the characters of a plain path."""
    if not PATH_CHARACTERS.fullmatch(value):
        message = f"expected a path of the characters that RFC 3986 allows, found {shown(value)}"
        advice = "percent-encode the others; for a pattern, use type: RegularExpression"
        yield Problem("PathCharacters", path, message, advice)


def backend_timeout_is_within_request_timeout(
    timeouts: HTTPRouteTimeouts, path: FieldPath
) -> Iterator[Problem]:
    """Check that one try is not given longer than the whole; `request: 0s` is no limit."""
    whole, one = duration_ms(timeouts.request), duration_ms(timeouts.backend_request)
    if whole and one is not None and one > whole:
        yield Problem(
            "BackendTimeoutTooLong",
            (*path, "backendRequest"),
            f"expected at most the request timeout, {timeouts.request}, found {timeouts.backend_request}",
            "lower backendRequest, or raise request",
        )


def permanent_cookie_has_timeout(session: SessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that a permanent cookie says how long it lasts."""
    config = session.cookie_config
    if config is not None and config.lifetime_type == "Permanent" and session.absolute_timeout is None:
        message = "expected absoluteTimeout with lifetimeType Permanent, found none"
        yield Problem(
            "TimeoutMissing", (*path, "absoluteTimeout"), message, "add absoluteTimeout, such as 24h"
        )


def cookie_config_is_for_cookies(session: SessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that settings of cookies come with type Cookie."""
    if session.cookie_config is not None and session.type != "Cookie":
        message = f"expected no cookieConfig with type {session.type}, found one"
        yield Problem(
            "CookieConfigNotAllowed", (*path, "cookieConfig"), message, "use type: Cookie, or remove it"
        )


def duration_ms(text: str | None) -> int | None:
    """
    Read a duration in milliseconds; None for one that is absent or malformed.

    >>> duration_ms("1m30s"), duration_ms("1.5s")
    (90000, None)
    """
    if text is None or not DURATION.fullmatch(text):
        return None
    return sum(int(number) * UNITS_MS[unit] for number, unit in re.findall(r"([0-9]+)(ms|h|m|s)", text))
