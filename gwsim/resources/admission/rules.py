"""Which cross-field rules hold for which part of an object, and the walk that applies them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from msgspec import inspect

from gwsim.addresses import FieldPath
from gwsim.resources.admission import core_rules, filter_rules, gateway_rules, route_rules
from gwsim.resources.admission.problems import Problem
from gwsim.resources.cluster import Secret
from gwsim.resources.filters import (
    HTTPCORSFilter,
    HTTPExternalAuthFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRouteFilter,
    MirrorFraction,
)
from gwsim.resources.gateways import GatewayInfrastructure, GatewaySpec, GatewaySpecAddress, ListenerTLSConfig
from gwsim.resources.meta import BackendObjectReference, Part
from gwsim.resources.routes import (
    HTTPPathMatch,
    HTTPRouteRule,
    HTTPRouteSpec,
    HTTPRouteTimeouts,
    SessionPersistence,
)

Rule: TypeAlias = Callable[..., Iterable[Problem]]
"""Takes a part, whose fields are of the right types, and its path; says what is wrong."""


class Ruled(NamedTuple):
    """The rules of a part, and of the parts below it; made once for each type."""

    rules: tuple[Rule, ...]
    fields: tuple[RuledField, ...]


class RuledField(NamedTuple):
    """A field with rules in it."""

    attribute: str
    name: str
    """As the API spells it."""
    repeated: bool
    """Whether it is a list of parts."""
    below: Ruled
    list_rules: tuple[Rule, ...]


def violations(part: Part, ruled: Ruled) -> list[Problem]:
    """Apply every rule to a part and to all parts below it."""
    problems: list[Problem] = []
    todo: list[tuple[Part, Ruled, FieldPath]] = [(part, ruled, ())]
    # The list grows while it is read: each part puts its own parts at the end.
    for current, (rules, fields), path in todo:
        for rule in rules:
            problems += rule(current, path)
        for attribute, name, repeated, below, list_rules in fields:
            value = getattr(current, attribute)
            if not value:
                continue
            for rule in list_rules:
                problems += rule(value, (*path, name))
            if repeated:
                todo += [(item, below, (*path, name, index)) for index, item in enumerate(value)]
            else:
                todo.append((value, below, (*path, name)))
    return problems


@functools.cache
def ruled_parts(part: type[Part]) -> Ruled:
    """Find the rules that bear on a type of object."""
    return _ruled(part) or Ruled((), ())


@functools.cache
def _ruled(part: type[Part]) -> Ruled | None:
    info = inspect.type_info(part)
    assert isinstance(info, inspect.StructType)
    fields = []
    for field in info.fields:
        child, repeated = _child(field.type)
        below = None if child is None else _ruled(child)
        if below is not None:
            list_rules = LIST_RULES.get(child, ()) if repeated and child is not None else ()
            fields.append(RuledField(field.name, field.encode_name, repeated, below, list_rules))
    own = tuple(rule for base in reversed(part.__mro__) for rule in RULES.get(base, ()))
    return Ruled(own, tuple(fields)) if own or fields else None


def _child(node: inspect.Type) -> tuple[type[Part] | None, bool]:
    match node:
        case inspect.Metadata():
            return _child(node.type)
        case inspect.UnionType():
            found = [_child(member) for member in node.types]
            return next((child for child in found if child[0] is not None), (None, False))
        case inspect.VarTupleType():
            return _child(node.item_type)[0], True
        case inspect.StructType() if issubclass(node.cls, Part):
            return node.cls, False
        case _:
            return None, False


RULES: Mapping[type, tuple[Rule, ...]] = MappingProxyType(
    {
        Secret: (core_rules.data_is_base64,),
        GatewaySpec: (
            gateway_rules.no_tls_on_plain_listeners,
            gateway_rules.https_terminates,
            gateway_rules.tls_listeners_have_tls,
            gateway_rules.no_hostname_on_stream_listeners,
            gateway_rules.listeners_are_distinct,
            gateway_rules.addresses_are_distinct,
        ),
        ListenerTLSConfig: (gateway_rules.terminating_tls_has_certificates,),
        GatewaySpecAddress: (gateway_rules.hostname_address_is_hostname,),
        GatewayInfrastructure: (gateway_rules.keys_are_qualified, gateway_rules.key_prefixes_are_short),
        HTTPRouteSpec: (
            route_rules.parents_are_told_apart,
            route_rules.parents_are_named_once,
            route_rules.matches_are_at_most_128,
        ),
        HTTPRouteRule: (
            route_rules.redirect_has_no_backends,
            route_rules.prefix_change_has_one_prefix_match,
            route_rules.backend_prefix_change_has_one_prefix_match,
        ),
        BackendObjectReference: (route_rules.service_has_port,),
        HTTPPathMatch: (route_rules.path_is_legal,),
        HTTPRouteTimeouts: (route_rules.backend_timeout_is_within_request_timeout,),
        SessionPersistence: (
            route_rules.permanent_cookie_has_timeout,
            route_rules.cookie_config_is_for_cookies,
        ),
        HTTPRouteFilter: (filter_rules.filter_has_its_field, filter_rules.filter_has_no_other_field),
        HTTPPathModifier: (filter_rules.modifier_has_its_field, filter_rules.modifier_has_no_other_field),
        HTTPRequestMirrorFilter: (filter_rules.mirror_has_percent_or_fraction,),
        MirrorFraction: (filter_rules.fraction_is_at_most_one,),
        HTTPCORSFilter: (filter_rules.wildcard_is_alone,),
        HTTPExternalAuthFilter: (filter_rules.auth_has_its_field, filter_rules.auth_has_no_other_field),
    }
)
"""A subclass has the rules of its bases too."""
LIST_RULES: Mapping[type, tuple[Rule, ...]] = MappingProxyType(
    {HTTPRouteFilter: (filter_rules.redirect_excludes_rewrite, filter_rules.filters_are_not_repeated)}
)
"""Rules of whole lists, by the type of the items; they take the list and its path."""
