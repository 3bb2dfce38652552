"""Rules about HTTPRoutes."""

from __future__ import annotations

from gwsim.resources.releases.release import V1_3, V1_5, V1_6, Channel, When
from gwsim.resources.routes import (
    HTTPPathMatch,
    HTTPRoute,
    HTTPRouteRule,
    HTTPRouteSpec,
    HTTPRouteTimeouts,
    SessionPersistence,
)
from gwsim.resources.rules import durations, filters, http_routes, paths, sessions
from gwsim.resources.rules.tables.parents import REQUEST_ROUTES
from gwsim.resources.rules.tables.rule import Rule, Tables, always

TABLES = Tables(
    parts={
        HTTPRouteSpec: REQUEST_ROUTES,
        HTTPRouteRule: always(
            http_routes.redirect_has_no_backends,
            http_routes.prefix_change_has_one_prefix_match,
            http_routes.backend_prefix_change_has_one_prefix_match,
        ),
        HTTPPathMatch: always(paths.path_is_legal),
        HTTPRouteTimeouts: always(durations.backend_timeout_is_within_request_timeout),
        SessionPersistence: (
            Rule(sessions.permanent_cookie_has_timeout, When(until=V1_6)),
            Rule(sessions.cookie_config_is_for_cookies, When(since=V1_5, until=V1_6)),
        ),
    },
    manifests={
        HTTPRoute: (
            Rule(filters.credentials_are_allowed, When(until=V1_3, channels=(Channel.EXPERIMENTAL,))),
        ),
    },
)
