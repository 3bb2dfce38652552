"""Rules about Gateways and ListenerSets."""

from __future__ import annotations

from gwsim.resources.gateways import (
    Gateway,
    GatewayInfrastructure,
    GatewaySpec,
    GatewaySpecAddress,
    ListenerSetSpec,
    ListenerTLSConfig,
)
from gwsim.resources.releases.release import V1_3, When
from gwsim.resources.rules import gateways
from gwsim.resources.rules.tables.rule import SINCE_1_5, Rule, Tables, always

_LISTENERS = (
    *always(gateways.no_tls_on_plain_listeners, gateways.https_terminates),
    Rule(gateways.tls_listeners_have_tls, SINCE_1_5),
    *always(gateways.no_hostname_on_stream_listeners, gateways.listeners_are_distinct),
)

TABLES = Tables(
    parts={
        GatewaySpec: (*_LISTENERS, *always(gateways.addresses_are_distinct)),
        ListenerSetSpec: _LISTENERS,
        ListenerTLSConfig: always(gateways.terminating_tls_has_certificates),
        GatewaySpecAddress: (
            Rule(gateways.hostname_address_is_hostname),
            Rule(gateways.address_has_value, When(until=V1_3)),
        ),
        GatewayInfrastructure: always(gateways.keys_are_qualified, gateways.key_prefixes_are_short),
    },
    manifests={Gateway: always(gateways.unusable_addresses)},
)
