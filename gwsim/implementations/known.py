"""Named sets of choices, as these data planes are known to make them."""

from __future__ import annotations

from msgspec import structs

from gwsim.implementations.implementation import SPEC, Implementation

_ENVOY = structs.replace(
    SPEC,
    name="envoy",
    hostname_fallback="off",
    path_normalize="rfc3986",
    grpc_http_coexistence="merge",
    detect_misdirected="off",
)
KNOWN: tuple[Implementation, ...] = (
    SPEC,
    _ENVOY,
    structs.replace(_ENVOY, name="istio", regex_rank="exact>prefix>regex", gateway_conflict="firstWins"),
    structs.replace(
        SPEC,
        name="nginx",
        path_fallback="off",
        repeated_header="any",
        regex_anchor="start",
        path_normalize="decode",
        merge_slashes="on",
    ),
    structs.replace(
        SPEC,
        name="traefik",
        hostname_rank="afterPath",
        listener_isolation="off",
        path_normalize="rfc3986",
        merge_slashes="on",
        regex_rank="byLength",
    ),
)
"""Named sets of choices, as these data planes are known to make them."""
