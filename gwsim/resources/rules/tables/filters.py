"""Rules about the filters of HTTPRoutes, some of which GRPCRoutes have as well."""

from __future__ import annotations

from gwsim.resources.filters import (
    HTTPCORSFilter,
    HTTPExternalAuthFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRouteFilter,
    MirrorFraction,
)
from gwsim.resources.releases.release import V1_4, When
from gwsim.resources.rules import filters
from gwsim.resources.rules.tables.rule import SINCE_1_5, Rule, Tables, always

TABLES = Tables(
    parts={
        HTTPRouteFilter: always(filters.filter_has_its_field, filters.filter_has_no_other_field),
        HTTPPathModifier: always(filters.modifier_has_its_field, filters.modifier_has_no_other_field),
        HTTPRequestMirrorFilter: always(filters.mirror_has_percent_or_fraction),
        MirrorFraction: always(filters.fraction_is_at_most_one),
        HTTPCORSFilter: (
            Rule(filters.origin_wildcard_is_alone, When(since=V1_4)),
            Rule(filters.method_wildcard_is_alone),
            Rule(filters.header_wildcard_is_alone, SINCE_1_5),
        ),
        HTTPExternalAuthFilter: always(filters.auth_has_its_field, filters.auth_has_no_other_field),
    },
    lists={
        HTTPRouteFilter: (
            *always(filters.redirect_excludes_rewrite, filters.filters_are_not_repeated),
            Rule(filters.cors_is_not_repeated, SINCE_1_5),
        ),
    },
)
