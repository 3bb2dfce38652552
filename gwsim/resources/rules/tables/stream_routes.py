"""Rules about TLSRoutes, TCPRoutes and UDPRoutes."""

from __future__ import annotations

from gwsim.resources.releases.release import V1_5, Channel, When
from gwsim.resources.rules import parents, policies
from gwsim.resources.rules.tables.parents import PARENTS
from gwsim.resources.rules.tables.rule import Rule, Tables
from gwsim.resources.stream_routes import StreamRouteSpec, TLSRouteSpec

_ALPHA_NAMES = Rule(
    parents.rule_names_differ, When(channels=(Channel.EXPERIMENTAL,), api_versions=("v1alpha2",))
)

TABLES = Tables(
    {
        StreamRouteSpec: (*PARENTS, _ALPHA_NAMES),
        TLSRouteSpec: (
            *PARENTS,
            _ALPHA_NAMES,
            Rule(policies.hostnames_are_no_addresses, When(since=V1_5, api_versions=("v1", "v1alpha3"))),
        ),
    }
)
