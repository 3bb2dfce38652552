"""Cross-field rules of filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import TypeAlias

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.filters import (
    HTTPCORSFilter,
    HTTPExternalAuthFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRouteFilter,
    MirrorFraction,
)
from gwsim.resources.grpc_routes import GRPCRouteFilter

Filter: TypeAlias = HTTPRouteFilter | GRPCRouteFilter
FILTER_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "RequestHeaderModifier": ("request_header_modifier", "requestHeaderModifier"),
        "ResponseHeaderModifier": ("response_header_modifier", "responseHeaderModifier"),
        "RequestMirror": ("request_mirror", "requestMirror"),
        "RequestRedirect": ("request_redirect", "requestRedirect"),
        "URLRewrite": ("url_rewrite", "urlRewrite"),
        "ExtensionRef": ("extension_ref", "extensionRef"),
        "CORS": ("cors", "cors"),
        "ExternalAuth": ("external_auth", "externalAuth"),
    }
)
"""For each type of filter its field: the attribute, and the API's spelling."""
ONCE = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"})
"""Types of which a list has one filter at most, in every release."""
MODIFIER_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ReplaceFullPath": ("replace_full_path", "replaceFullPath"),
        "ReplacePrefixMatch": ("replace_prefix_match", "replacePrefixMatch"),
    }
)
AUTH_FIELDS: Mapping[str, str] = MappingProxyType({"GRPC": "grpc", "HTTP": "http"})


def redirect_excludes_rewrite(filters: tuple[Filter, ...], path: FieldPath) -> Iterable[Problem]:
    """Check that no list has both a RequestRedirect and a URLRewrite."""
    if len(filters) < 2:
        return ()
    types = [filter_.type for filter_ in filters]
    if "RequestRedirect" not in types or "URLRewrite" not in types:
        return ()
    problem = Problem(
        "RedirectWithRewrite",
        (*path, max(types.index("RequestRedirect"), types.index("URLRewrite"))),
        "expected either RequestRedirect or URLRewrite, found both",
        "remove one: a redirected request reaches no backend that a rewrite could be for",
    )
    return (problem,)


def filters_are_not_repeated(filters: tuple[Filter, ...], path: FieldPath) -> Iterable[Problem]:
    """Check that filters of most types come once in a list; mirrors and extensions may repeat."""
    return _repeated_filters(filters, ONCE, path) if len(filters) > 1 else ()


def cors_is_not_repeated(filters: tuple[Filter, ...], path: FieldPath) -> Iterable[Problem]:
    """Check that a list has one CORS filter at most."""
    return _repeated_filters(filters, {"CORS"}, path) if len(filters) > 1 else ()


def _repeated_filters(filters: tuple[Filter, ...], once: Set[str], path: FieldPath) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, filter_ in enumerate(filters):
        if filter_.type in seen and filter_.type in once:
            yield Problem(
                "RepeatedFilter",
                (*path, index),
                f"expected one {filter_.type} filter, found another",
                "join the two filters",
            )
        seen.add(filter_.type)


def filter_has_its_field(filter_: Filter, path: FieldPath) -> Iterable[Problem]:
    """Check that the field that the type names is there."""
    attribute, name = FILTER_FIELDS[filter_.type]
    if getattr(filter_, attribute) is not None:
        return ()
    message = f"expected {name} in a filter of type {filter_.type}, found none"
    return (Problem("FilterFieldMissing", (*path, name), message, f"add {name}"),)


def filter_has_no_other_field(filter_: Filter, path: FieldPath) -> Iterator[Problem]:
    """Check that no field of another type is there; an empty one counts."""
    for type_, (attribute, name) in FILTER_FIELDS.items():
        if type_ != filter_.type and getattr(filter_, attribute, None) is not None:
            message = f"expected no {name} in a filter of type {filter_.type}, found one"
            yield Problem(
                "FilterFieldMismatch", (*path, name), message, f"use type: {type_}, or remove {name}"
            )


def modifier_has_its_field(modifier: HTTPPathModifier, path: FieldPath) -> Iterator[Problem]:
    """Check that the new path that the type names is there."""
    attribute, name = MODIFIER_FIELDS[modifier.type]
    if getattr(modifier, attribute) is None:
        message = f"expected {name} with type {modifier.type}, found none"
        yield Problem("FilterFieldMissing", (*path, name), message, f"add {name}")


def modifier_has_no_other_field(modifier: HTTPPathModifier, path: FieldPath) -> Iterator[Problem]:
    """Check that the new path of the other type is not there."""
    for type_, (attribute, name) in MODIFIER_FIELDS.items():
        if type_ != modifier.type and getattr(modifier, attribute) is not None:
            message = f"expected no {name} with type {modifier.type}, found one"
            yield Problem(
                "FilterFieldMismatch", (*path, name), message, f"use type: {type_}, or remove {name}"
            )


def mirror_has_percent_or_fraction(mirror: HTTPRequestMirrorFilter, path: FieldPath) -> Iterator[Problem]:
    """Check that a share is said in one way."""
    if mirror.percent is not None and mirror.fraction is not None:
        message = "expected either percent or fraction, found both"
        yield Problem("PercentWithFraction", (*path, "percent"), message, "remove one of them")


def fraction_is_at_most_one(fraction: MirrorFraction, path: FieldPath) -> Iterator[Problem]:
    """Check that no more than all requests are mirrored."""
    if fraction.numerator > fraction.denominator:
        message = f"expected at most the denominator, {fraction.denominator}, found {fraction.numerator}"
        yield Problem(
            "FractionAboveOne", (*path, "numerator"), message, "lower it; to mirror all, leave out fraction"
        )


def origin_wildcard_is_alone(cors: HTTPCORSFilter, path: FieldPath) -> Iterable[Problem]:
    """Check that `*` has no company among the origins."""
    return _company_of_wildcard(cors.allow_origins, (*path, "allowOrigins"))


def method_wildcard_is_alone(cors: HTTPCORSFilter, path: FieldPath) -> Iterable[Problem]:
    """Check that `*` has no company among the methods."""
    return _company_of_wildcard(cors.allow_methods, (*path, "allowMethods"))


def header_wildcard_is_alone(cors: HTTPCORSFilter, path: FieldPath) -> Iterable[Problem]:
    """Check that `*` has no company among the headers; in `exposeHeaders` it may."""
    return _company_of_wildcard(cors.allow_headers, (*path, "allowHeaders"))


def _company_of_wildcard(items: tuple[str, ...], path: FieldPath) -> Iterable[Problem]:
    if len(items) < 2 or "*" not in items:
        return ()
    message = f"expected '*' as the only item of {path[-1]}, found {len(items)} items"
    return (Problem("WildcardNotAlone", path, message, "remove '*', or everything else"),)


def credentials_are_allowed(route: Mapping[str, object]) -> Iterator[Problem]:
    """
    Yield each `allowCredentials: false` of an HTTPRoute, which 1.3 did not take.

    The CRD said so in its schema: this runs on the manifest, whatever else is wrong with it.
    """
    for filters, path in _filter_lists(route):
        for index, filter_ in enumerate(filters):
            cors = filter_.get("cors") if isinstance(filter_, dict) else None
            if isinstance(cors, dict) and cors.get("allowCredentials") is False:
                where = (*path, index, "cors", "allowCredentials")
                yield Problem("UnsupportedValue", where, "expected true, found false", "leave it out")


def _filter_lists(route: Mapping[str, object]) -> Iterator[tuple[list[object], FieldPath]]:
    for rule, path in _items(route.get("spec"), "rules", ("spec",)):
        for holder, below in ((rule, path), *_items(rule, "backendRefs", path)):
            filters = holder.get("filters") if isinstance(holder, dict) else None
            if isinstance(filters, list):
                yield filters, (*below, "filters")


def _items(holder: object, name: str, path: FieldPath) -> Iterator[tuple[object, FieldPath]]:
    items = holder.get(name) if isinstance(holder, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        yield item, (*path, name, index)


def auth_has_its_field(auth: HTTPExternalAuthFilter, path: FieldPath) -> Iterator[Problem]:
    """Check that the settings of the protocol are there."""
    name = AUTH_FIELDS[auth.protocol]
    if getattr(auth, name) is None:
        message = f"expected {name} with protocol {auth.protocol}, found none"
        yield Problem("FilterFieldMissing", (*path, name), message, f"add {name}, which may be {{}}")


def auth_has_no_other_field(auth: HTTPExternalAuthFilter, path: FieldPath) -> Iterator[Problem]:
    """Check that the settings of the other protocol are not there."""
    for protocol, name in AUTH_FIELDS.items():
        if protocol != auth.protocol and getattr(auth, name) is not None:
            message = f"expected no {name} with protocol {auth.protocol}, found one"
            advice = f"use protocol: {protocol}, or remove {name}"
            yield Problem("FilterFieldMismatch", (*path, name), message, advice)
