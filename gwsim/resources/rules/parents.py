"""Cross-field rules of routes of every kind: their parents, and the names and matches of their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.grpc_routes import GRPCRouteRule, GRPCRouteSpec
from gwsim.resources.meta import BackendObjectReference, ParentReference
from gwsim.resources.routes import HTTPRouteRule, HTTPRouteSpec
from gwsim.resources.stream_routes import StreamRouteRule, StreamRouteSpec, TLSRouteSpec

MOST_MATCHES = 128
"""Of all rules of a route together."""
RouteSpec: TypeAlias = HTTPRouteSpec | GRPCRouteSpec | TLSRouteSpec | StreamRouteSpec
Parent: TypeAlias = tuple[str, str, str, str]
"""Group, kind, name and namespace as written."""


def parents_are_told_apart_by_section(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that of several references to one parent all name a section, or none does; ports do not count."""
    for indices, refs in _same_parents(spec):
        if not _all_or_none(ref.section_name for ref in refs):
            yield _ambiguous("sectionName", lambda ref: ref.section_name, indices, refs, path)


def parents_are_told_apart_by_section_and_port(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that of several references to one parent all name a section or none does, and ports likewise."""
    for indices, refs in _same_parents(spec):
        if not _all_or_none(ref.section_name for ref in refs):
            yield _ambiguous("sectionName", lambda ref: ref.section_name, indices, refs, path)
        elif not _all_or_none(ref.port for ref in refs):
            yield _ambiguous("port", lambda ref: ref.port, indices, refs, path)


def parents_are_told_apart_in_some_channel(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check the same, and take what either channel takes: different sections, some of them with a port."""
    for indices, refs in _same_parents(spec):
        if not _all_or_none(ref.section_name for ref in refs):
            yield _ambiguous("sectionName", lambda ref: ref.section_name, indices, refs, path)
        elif not _all_or_none(ref.port for ref in refs) and _repeated_indices(refs, ports=False):
            yield _ambiguous("port", lambda ref: ref.port, indices, refs, path)


def parents_are_named_once_by_section(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that no two references name one parent and section; ports do not count."""
    for indices, refs in _same_parents(spec):
        for repeated in _repeated_indices(refs, ports=False):
            yield _duplicate("sectionName", refs[repeated], (*path, "parentRefs", indices[repeated]))


def parents_are_named_once(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that no two references name one parent, section and port."""
    for indices, refs in _same_parents(spec):
        for repeated in _repeated_indices(refs, ports=True):
            where = (*path, "parentRefs", indices[repeated])
            yield _duplicate("sectionName and port", refs[repeated], where)


def _ambiguous(
    missing: str,
    stated: Callable[[ParentReference], str | int | None],
    indices: list[int],
    refs: list[ParentReference],
    path: FieldPath,
) -> Problem:
    lacking = next(index for index, ref in zip(indices, refs, strict=True) if not stated(ref))
    return Problem(
        "AmbiguousParentRef",
        (*path, "parentRefs", lacking),
        f"expected {missing} in all references to {_parent_text(refs[0])}, found some without it",
        f"add {missing} to this one, or leave it out of all",
    )


def _duplicate(same: str, ref: ParentReference, path: FieldPath) -> Problem:
    return Problem(
        "DuplicateParentRef",
        path,
        f"expected different references, found {_parent_text(ref)} again with the same {same}",
        f"remove it, or give it another {same.replace(' and ', ' or ')}",
    )


def _same_parents(spec: RouteSpec) -> Iterator[tuple[list[int], list[ParentReference]]]:
    """Yield the references that name one parent, with their places in the list."""
    if len(spec.parent_refs) < 2:
        return
    groups: dict[Parent, list[int]] = {}
    for index, ref in enumerate(spec.parent_refs):
        groups.setdefault((ref.group, ref.kind, ref.name, ref.namespace or ""), []).append(index)
    for indices in groups.values():
        if len(indices) > 1:
            yield indices, [spec.parent_refs[index] for index in indices]


def _all_or_none(values: Iterable[str | int | None]) -> bool:
    return len({bool(value) for value in values}) == 1


def _repeated_indices(refs: list[ParentReference], *, ports: bool) -> list[int]:
    keys = [(ref.section_name or "", ref.port or 0 if ports else 0) for ref in refs]
    return [index for index, key in enumerate(keys) if key in keys[:index]]


def _parent_text(ref: ParentReference) -> str:
    return f"{ref.kind} {shown(ref.name)}"


def rule_names_differ(spec: RouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that no two rules have one name."""
    rules: tuple[HTTPRouteRule | GRPCRouteRule | StreamRouteRule, ...] = spec.rules
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.name is None:
            continue
        if rule.name in seen:
            message = f"expected different names of rules, found {shown(rule.name)} twice"
            yield Problem("DuplicateRuleName", (*path, "rules", index, "name"), message, "rename one of them")
        seen.add(rule.name)


def matches_are_at_most_128(spec: HTTPRouteSpec | GRPCRouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check the number of matches of all rules together."""
    count = sum(len(rule.matches) for rule in spec.rules)
    if count > MOST_MATCHES:
        message = f"expected at most {MOST_MATCHES} matches in all rules together, found {count}"
        yield Problem("TooManyMatches", (*path, "rules"), message, "split the route into several")


def service_has_port(ref: BackendObjectReference, path: FieldPath) -> Iterable[Problem]:
    """Check that a reference to a Service says the port."""
    if ref.port is not None or ref.kind != "Service" or ref.group:
        return ()
    message = f"expected a port in a reference to Service {shown(ref.name)}, found none"
    return (Problem("PortMissing", (*path, "port"), message, "add the Service's port"),)
