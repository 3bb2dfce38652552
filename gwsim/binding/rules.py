"""Rules of routes: whether they can be implemented, and what their references lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gwsim.addresses import Address, ObjectKey
from gwsim.binding import clauses
from gwsim.binding.references import BoundBackend, Grants, follow_backend
from gwsim.implementations import Implementation, compile_regex
from gwsim.resources.filters import HTTPPathModifier, HTTPRouteFilter
from gwsim.resources.meta import BackendObjectReference
from gwsim.resources.routes import HTTPRoute, HTTPRouteMatch, HTTPRouteRule
from gwsim.resources.snapshot import Snapshot
from gwsim.trace import Step, all_of, check


@dataclass(frozen=True, slots=True)
class BoundFilter:
    """A filter, and what it refers to."""

    address: Address
    spec: HTTPRouteFilter
    backend: BoundBackend | None = None
    """Where a mirror or an authorisation server is."""
    extension: Step | None = None
    """Of an ExtensionRef: whether it resolves."""


@dataclass(frozen=True, slots=True)
class WeightedBackend:
    """A backendRef with the filters of its own."""

    backend: BoundBackend
    filters: tuple[BoundFilter, ...]


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule, judged."""

    address: Address
    spec: HTTPRouteRule
    valid: Step
    filters: tuple[BoundFilter, ...]
    backends: tuple[WeightedBackend, ...]

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


def bind_rules(
    key: ObjectKey, route: HTTPRoute, snapshot: Snapshot, grants: Grants, implementation: Implementation
) -> tuple[BoundRule, ...]:
    """Judge every rule of a route and follow its references."""

    def bind_filters(filters: Sequence[HTTPRouteFilter], parent: Address) -> tuple[BoundFilter, ...]:
        return tuple(
            _bind_filter(each, parent.at("filters", index), snapshot, grants, implementation)
            for index, each in enumerate(filters)
        )

    def bind_rule(index: int, rule: HTTPRouteRule) -> BoundRule:
        address = Address(key, ("spec", "rules", index))
        return BoundRule(
            address=address,
            spec=rule,
            valid=all_of(clauses.RULE_VALID, address, _content_checks(address, rule)),
            filters=bind_filters(rule.filters, address),
            backends=tuple(
                WeightedBackend(
                    follow_backend(ref, address.at("backendRefs", place), ref.weight, snapshot, grants),
                    bind_filters(ref.filters, address.at("backendRefs", place)),
                )
                for place, ref in enumerate(rule.backend_refs)
            ),
        )

    return tuple(bind_rule(index, rule) for index, rule in enumerate(route.spec.rules))


def _bind_filter(
    each: HTTPRouteFilter,
    address: Address,
    snapshot: Snapshot,
    grants: Grants,
    implementation: Implementation,
) -> BoundFilter:
    def follow(ref: BackendObjectReference, field: str) -> BoundBackend:
        return follow_backend(ref, address.at(field, "backendRef"), 1, snapshot, grants)

    if each.request_mirror is not None:
        return BoundFilter(address, each, backend=follow(each.request_mirror.backend_ref, "requestMirror"))
    if each.external_auth is not None:
        return BoundFilter(address, each, backend=follow(each.external_auth.backend_ref, "externalAuth"))
    if each.extension_ref is not None:
        ref = each.extension_ref
        extension = check(
            clauses.EXTENSION_RESOLVED,
            address.at("extensionRef"),
            implementation.passes_unknown_extensions,
            expected="a kind of filter that gwsim knows",
            actual=f"{ref.group}/{ref.kind}/{ref.name}",
        )
        return BoundFilter(address, each, extension=extension)
    return BoundFilter(address, each)


def _content_checks(address: Address, rule: HTTPRouteRule) -> Iterator[Step]:
    for index, each in enumerate(rule.matches):
        for where, pattern in _patterns(each):
            yield check(
                clauses.RULE_REGEX,
                address.at("matches", index, *where),
                compile_regex(pattern) is not None,
                expected="an RE2 pattern",
                actual=pattern,
            )
    if any(_replaces_prefix(modifier) for modifier in _path_modifiers(rule)):
        types = tuple(each.path.type for each in rule.matches) or ("PathPrefix",)
        yield check(
            clauses.RULE_REPLACE_PREFIX,
            address.at("matches"),
            types == ("PathPrefix",),
            expected=("PathPrefix",),
            actual=types,
        )


def _patterns(match: HTTPRouteMatch) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if match.path.type == "RegularExpression":
        yield ("path", "value"), match.path.value
    for index, header in enumerate(match.headers):
        if header.type == "RegularExpression":
            yield ("headers", index, "value"), header.value
    for index, parameter in enumerate(match.query_params):
        if parameter.type == "RegularExpression":
            yield ("queryParams", index, "value"), parameter.value


def _path_modifiers(rule: HTTPRouteRule) -> Iterator[HTTPPathModifier | None]:
    lists = (rule.filters, *(ref.filters for ref in rule.backend_refs))
    for each in (each for filters in lists for each in filters):
        if each.url_rewrite is not None:
            yield each.url_rewrite.path
        if each.request_redirect is not None:
            yield each.request_redirect.path


def _replaces_prefix(modifier: HTTPPathModifier | None) -> bool:
    return modifier is not None and modifier.type == "ReplacePrefixMatch"
