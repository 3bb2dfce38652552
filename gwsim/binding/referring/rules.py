"""Rules of routes: whether they can be implemented, and what their references lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

import msgspec

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.referring.references import BoundBackend, Surroundings, follow_backend
from gwsim.implementations import Implementation
from gwsim.resources.filters import HTTPPathModifier, HTTPRouteFilter
from gwsim.resources.grpc_routes import (
    GRPCBackendRef,
    GRPCHeaderMatch,
    GRPCRoute,
    GRPCRouteFilter,
    GRPCRouteMatch,
)
from gwsim.resources.meta import BackendObjectReference
from gwsim.resources.routes import (
    ANY_PATH,
    HTTPBackendRef,
    HTTPHeaderMatch,
    HTTPRoute,
    HTTPRouteMatch,
    HTTPRouteRetry,
    HTTPRouteTimeouts,
    SessionPersistence,
)
from gwsim.resources.snapshot import Route
from gwsim.resources.stream_routes import BackendRef
from gwsim.trace import Step, all_of, check

Match: TypeAlias = HTTPRouteMatch | GRPCRouteMatch | None
"""A condition on a request; None for the routes of connections, which have none."""
ANY_CALL = (GRPCRouteMatch(),)


class Rule(msgspec.Struct, frozen=True, gc=False):
    """What rules of all kinds of routes have in common, with what absence means filled in."""

    name: str | None
    matches: tuple[Match, ...]
    filters: tuple[HTTPRouteFilter, ...] = ()
    backend_refs: tuple[HTTPBackendRef | GRPCBackendRef | BackendRef, ...] = ()
    timeouts: HTTPRouteTimeouts | None = None
    retry: HTTPRouteRetry | None = None
    session_persistence: SessionPersistence | None = None


class BoundFilter(msgspec.Struct, frozen=True, gc=False):
    """A filter, and what it refers to."""

    address: Address
    spec: HTTPRouteFilter
    backend: BoundBackend | None = None
    """Where a mirror or an authorisation server is."""
    extension: Step | None = None
    """Of an ExtensionRef: whether it resolves."""


class WeightedBackend(msgspec.Struct, frozen=True, gc=False):
    """A backendRef with the filters of its own."""

    backend: BoundBackend
    filters: tuple[BoundFilter, ...]


class BoundRule(msgspec.Struct, frozen=True, gc=False):
    """A rule, judged."""

    address: Address
    spec: Rule
    valid: Step
    filters: tuple[BoundFilter, ...]
    backends: tuple[WeightedBackend, ...]

    @property
    def needs_draw(self) -> bool:
        """Whether anything hangs on a request's draw: which backend takes it, or whether it is mirrored."""
        filters = chain(self.filters, *(weighted.filters for weighted in self.backends))
        return len(self.backends) > 1 or any(each.spec.request_mirror is not None for each in filters)

    @property
    def references(self) -> Iterator[Step]:
        """Every reference of the rule, in document order."""
        yield from _filter_references(self.filters)
        for weighted in self.backends:
            yield weighted.backend.trace
            yield from _filter_references(weighted.filters)


def _filter_references(filters: Sequence[BoundFilter]) -> Iterator[Step]:
    for each in filters:
        if each.backend is not None:
            yield each.backend.trace
        if each.extension is not None:
            yield each.extension


def rules_of(route: Route) -> tuple[Rule, ...]:
    """The rules of a route of any kind."""
    match route:
        case HTTPRoute():
            return tuple(
                Rule(
                    rule.name,
                    rule.matches or ANY_PATH,
                    rule.filters,
                    rule.backend_refs,
                    rule.timeouts,
                    rule.retry,
                    rule.session_persistence,
                )
                for rule in route.spec.rules
            )
        case GRPCRoute():
            return tuple(
                Rule(
                    rule.name,
                    rule.matches or ANY_CALL,
                    _http_filters(rule.filters),
                    rule.backend_refs,
                    session_persistence=rule.session_persistence,
                )
                for rule in route.spec.rules
            )
        case _:
            return tuple(
                Rule(rule.name, (None,), backend_refs=rule.backend_refs) for rule in route.spec.rules
            )


def _http_filters(filters: Sequence[GRPCRouteFilter | HTTPRouteFilter]) -> tuple[HTTPRouteFilter, ...]:
    """A GRPCRoute's filters as the HTTPRoute's that do the same."""
    return tuple(
        each
        if isinstance(each, HTTPRouteFilter)
        else HTTPRouteFilter(
            type=each.type,
            request_header_modifier=each.request_header_modifier,
            response_header_modifier=each.response_header_modifier,
            request_mirror=each.request_mirror,
            extension_ref=each.extension_ref,
        )
        for each in filters
    )


def bind_rules(
    key: ObjectKey, route: Route, around: Surroundings, *, mesh: bool = False
) -> tuple[BoundRule, ...]:
    """
    Judge every rule of a route and follow its references.

    Args:
        mesh: whether for traffic in a mesh, rather than through a Gateway.
    """

    def bind_filters(filters: Sequence[HTTPRouteFilter], parent: Address) -> tuple[BoundFilter, ...]:
        return tuple(
            _bind_filter(each, parent.at("filters", index), around, mesh=mesh)
            for index, each in enumerate(filters)
        )

    def bind_backends(rule: Rule, address: Address) -> Iterator[WeightedBackend]:
        for place, ref in enumerate(rule.backend_refs):
            where = address.at("backendRefs", place)
            filters = () if isinstance(ref, BackendRef) else _http_filters(ref.filters)
            backend = follow_backend(ref, where, ref.weight, around, mesh=mesh)
            yield WeightedBackend(backend, bind_filters(filters, where))

    lacking = tuple(_lacking(key, route, around.implementation, mesh=mesh))

    def bind_rule(index: int, rule: Rule) -> BoundRule:
        address = Address(key, ("spec", "rules", index))
        missing = (step for step in lacking if step.address.path[: len(address.path)] == address.path)
        return BoundRule(
            address=address,
            spec=rule,
            valid=all_of(clauses.RULE_VALID, address, chain(_content_checks(address, rule, around), missing)),
            filters=bind_filters(rule.filters, address),
            backends=tuple(bind_backends(rule, address)),
        )

    return tuple(bind_rule(index, rule) for index, rule in enumerate(rules_of(route)))


def _bind_filter(each: HTTPRouteFilter, address: Address, around: Surroundings, *, mesh: bool) -> BoundFilter:
    def follow(ref: BackendObjectReference, field: str) -> BoundBackend:
        return follow_backend(ref, address.at(field, "backendRef"), 1, around, mesh=mesh)

    if each.request_mirror is not None:
        return BoundFilter(address, each, backend=follow(each.request_mirror.backend_ref, "requestMirror"))
    if each.external_auth is not None:
        return BoundFilter(address, each, backend=follow(each.external_auth.backend_ref, "externalAuth"))
    if each.extension_ref is not None:
        ref = each.extension_ref
        extension = check(
            clauses.EXTENSION_RESOLVED,
            address.at("extensionRef"),
            around.implementation.unknown_extension_ref == "passThrough",
            expected="a kind of filter that gwsim knows",
            actual=f"{ref.group}/{ref.kind}/{ref.name}",
        )
        return BoundFilter(address, each, extension=extension)
    return BoundFilter(address, each)


def _lacking(key: ObjectKey, route: Route, implementation: Implementation, *, mesh: bool) -> Iterator[Step]:
    """What rules ask for that the implementation reports it does not support."""
    if not implementation.unsupported_features:
        return
    from gwsim.implementations.lacking import RULE_FEATURES
    from gwsim.resources.features.using import uses_of

    for use in uses_of(route):
        if use.feature in RULE_FEATURES and use.counts(mesh=mesh):
            holds = use.feature not in implementation.unsupported_features
            yield check(
                clauses.RULE_FEATURE,
                Address(key, use.path),
                holds,
                expected=use.feature,
                actual=None if holds else f"not supported by {implementation.name}",
            )


def _content_checks(address: Address, rule: Rule, around: Surroundings) -> Iterator[Step]:
    for index, each in enumerate(rule.matches):
        for where, pattern in patterns_of(each):
            from gwsim.binding.referring.patterns import pattern_test

            yield check(
                clauses.RULE_REGEX,
                address.at("matches", index, *where),
                pattern_test(pattern, around.implementation) is not None,
                expected="an RE2 pattern",
                actual=pattern,
            )
    if any(modifier.type == "ReplacePrefixMatch" for modifier in _path_modifiers(rule)):
        types = tuple(each.path.type for each in rule.matches if isinstance(each, HTTPRouteMatch))
        yield check(
            clauses.RULE_REPLACE_PREFIX,
            address.at("matches"),
            types == ("PathPrefix",),
            expected=("PathPrefix",),
            actual=types,
        )


def patterns_of(match: Match) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the regular expressions of a match, each with its place below it."""
    match match:
        case HTTPRouteMatch():
            if match.path.type == "RegularExpression":
                yield ("path", "value"), match.path.value
            for index, parameter in enumerate(match.query_params):
                if parameter.type == "RegularExpression":
                    yield ("queryParams", index, "value"), parameter.value
        case GRPCRouteMatch(method=method) if method is not None and method.type == "RegularExpression":
            for field, pattern in (("service", method.service), ("method", method.method)):
                if pattern:
                    yield ("method", field), pattern
    headers: Sequence[HTTPHeaderMatch | GRPCHeaderMatch] = match.headers if match is not None else ()
    for index, header in enumerate(headers):
        if header.type == "RegularExpression":
            yield ("headers", index, "value"), header.value


def _path_modifiers(rule: Rule) -> Iterator[HTTPPathModifier]:
    lists = (rule.filters, *(ref.filters for ref in rule.backend_refs if isinstance(ref, HTTPBackendRef)))
    for each in (each for filters in lists for each in filters):
        if each.url_rewrite is not None and each.url_rewrite.path is not None:
            yield each.url_rewrite.path
        if each.request_redirect is not None and each.request_redirect.path is not None:
            yield each.request_redirect.path
