"""Rules about GRPCRoutes."""

from __future__ import annotations

from gwsim.resources.grpc_routes import GRPCMethodMatch, GRPCRouteFilter, GRPCRouteSpec
from gwsim.resources.rules import filters, grpc_routes
from gwsim.resources.rules.tables.parents import REQUEST_ROUTES
from gwsim.resources.rules.tables.rule import Tables, always

TABLES = Tables(
    parts={
        GRPCRouteSpec: REQUEST_ROUTES,
        GRPCMethodMatch: always(grpc_routes.method_match_says_something, grpc_routes.exact_names_are_legal),
        GRPCRouteFilter: always(filters.filter_has_its_field, filters.filter_has_no_other_field),
    },
    lists={GRPCRouteFilter: always(filters.filters_are_not_repeated)},
)
