"""On which choices an answer may hang: for each a cheap look at the question that never overlooks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gwsim.addresses import ListenerKey
from gwsim.analysis.hinging.asking import Question
from gwsim.analysis.hinging.rule_hinges import RULE_HINGES, Hinge
from gwsim.binding import policy_clauses
from gwsim.binding.attaching.attachment import hostnames_of
from gwsim.binding.hostnames import ANY, hits, intersection
from gwsim.binding.listening.listeners import BoundListener, terminates_tls
from gwsim.binding.referring.rules import patterns_of
from gwsim.resources.grpc_routes import GRPCRoute, GRPCRouteMatch
from gwsim.resources.routes import HTTPRoute, HTTPRouteMatch
from gwsim.resources.stream_routes import TCPRoute
from gwsim.routing.paths import has_escaped_slash
from gwsim.routing.reaching.arriving import name_for_listener
from gwsim.routing.table import Entry


def _misdirected(asked: Question) -> bool:
    return asked.request.protocol == "HTTPS" and name_for_listener(asked.seen) != asked.seen.host


def _isolated(asked: Question) -> bool:
    fitting = (
        table.listener.spec.protocol
        for table in asked.tables
        if table.listener.spec.protocol in ("HTTP", "HTTPS")
        and hits(table.listener.hostname, asked.seen.host)
    )
    return sum(1 for _ in fitting) > 1


def _at_stake(asked: Question, touched: Iterable[BoundListener]) -> bool:
    """Whether the request's port is one of some listeners', or the Gateway may be accepted for them alone."""
    ports = {listener.spec.port for listener in touched}
    if not ports or asked.gateway is None:
        return False
    if asked.request.port in ports or not asked.gateway.partial:
        return True
    return not any(each.accepted and each.spec.port not in ports for each in asked.gateway.listeners)


def _listeners(asked: Question) -> tuple[BoundListener, ...]:
    return () if asked.gateway is None else asked.gateway.all_listeners


def _sharing(*protocols: str) -> Hinge:
    def some_share_a_port(asked: Question) -> bool:
        first, second = (
            {each.spec.port for each in _listeners(asked) if each.spec.protocol == protocol}
            for protocol in protocols
        )
        return _at_stake(asked, [each for each in _listeners(asked) if each.spec.port in first & second])

    return some_share_a_port


def _conflicting(asked: Question) -> bool:
    return _at_stake(asked, [each for each in _listeners(asked) if each.conflict is not None])


def _partial(asked: Question) -> bool:
    return asked.gateway is not None and not all(each.accepted for each in asked.gateway.listeners)


def _without_certificate(asked: Question) -> bool:
    return _at_stake(asked, [each for each in _listeners(asked) if not each.has_certificate])


def _first_certificate_bad(asked: Question) -> bool:
    touched = [
        each
        for each in _listeners(asked)
        if each.spec.tls and len(each.spec.tls.certificate_refs) > 1 and len(each.certificates) > 1
        if not each.certificates[1].selected
    ]
    return _at_stake(asked, touched)


def _terminating(listener: BoundListener) -> bool:
    return listener.spec.protocol == "TLS" and (terminates_tls(listener.spec) or listener.spec.tls is None)


def _tls_terminates(asked: Question) -> bool:
    return _at_stake(asked, [each for each in _listeners(asked) if _terminating(each)])


def _tls_mixed(asked: Question) -> bool:
    tls = [each for each in _listeners(asked) if each.spec.protocol == "TLS"]
    terminating = {each.spec.port for each in tls if _terminating(each)}
    passing = {each.spec.port for each in tls if not _terminating(each)}
    return _at_stake(asked, [each for each in tls if each.spec.port in terminating & passing])


def _tcp_on_tls(asked: Question) -> bool:
    given = any(True for _ in asked.topology.snapshot.all_of(TCPRoute))
    return given and any(_terminating(listener) for listener in asked.on_port)


def _several_hostnames(asked: Question) -> bool:
    return len({entry.hostname for entry in asked.entries}) > 1


def _compete(asked: Question) -> bool:
    return len(asked.path_hits) > 1


def _narrowed(asked: Question) -> bool:
    patterns = {table.listener.key: table.listener.hostname for table in asked.tables}
    return _compete(asked) and any(
        intersection(patterns.get(entry.listener, ANY), own) not in (None, own)
        for entry in asked.path_hits
        for own in hostnames_of(entry.route.resource) or (ANY,)
    )


def _hostname_ranks(asked: Question) -> bool:
    several = len({entry.hostname for entry in asked.path_hits}) > 1
    return several or (asked.implementation.hostname_precedence == "literal" and _compete(asked))


def _regex_ranks(asked: Question) -> bool:
    return _compete(asked) and any(map(_has_path_pattern, asked.path_hits))


def _has_path_pattern(entry: Entry) -> bool:
    match = entry.match
    if isinstance(match, HTTPRouteMatch):
        return match.path.type == "RegularExpression"
    return match is not None and match.method is not None and match.method.type == "RegularExpression"


def _single_byte(asked: Question) -> bool:
    if not asked.topology.patterns:
        return False
    from gwsim.binding.referring.patterns import has_single_byte

    return any(has_single_byte(pattern) for pattern in asked.topology.patterns)


def _has_pattern(asked: Question) -> bool:
    if not asked.topology.patterns:
        return False
    return any(True for entry in asked.entries for _ in patterns_of(entry.match))


def _method_ranks(asked: Question) -> bool:
    matches = (entry.match for entry in asked.path_hits)
    return _compete(asked) and any(isinstance(each, HTTPRouteMatch) and each.method for each in matches)


def _location_fails(asked: Question) -> bool:
    return _compete(asked) and not asked.all_hit


def _path_looks_otherwise(asked: Question) -> bool:
    path = asked.request.path.partition("?")[0]
    return any(part in path for part in ("%", "//", "/."))


def _escaped_slash(asked: Question) -> bool:
    return has_escaped_slash(asked.request.path.partition("?")[0])


def _encoded(asked: Question) -> bool:
    return "%" in asked.seen.path


def _header_looks_otherwise(asked: Question) -> bool:
    values: dict[str, list[str]] = {}
    for name, value in asked.request.headers:
        values.setdefault(name.lower(), []).append(value)
    several = {
        name for name, (first, *more) in values.items() if more or "," in first or first != first.strip()
    }
    if "content-type" in several and asked.implementation.grpc_content_type_check == "on":
        return True
    return bool(several) and any(
        header.name.lower() in several
        for entry in asked.entries
        if entry.match is not None
        for header in entry.match.headers
    )


def _query_looks_otherwise(asked: Question) -> bool:
    query = asked.request.path.partition("?")[2]
    names = [part.partition("=")[0] for part in query.split("&")]
    if len(set(names)) == len(names) and "%" not in query and "+" not in query:
        return False
    return any(
        isinstance(entry.match, HTTPRouteMatch) and entry.match.query_params for entry in asked.entries
    )


def _no_grpc_call(asked: Question) -> bool:
    return not asked.seen.is_grpc and any(_is_grpc(entry) for entry in asked.entries)


def _is_grpc(entry: Entry) -> bool:
    return isinstance(entry.match, GRPCRouteMatch)


def grpc_meets_http(asked: Question) -> bool:
    """Whether routes of both kinds are on one listener of the port, or one kind gave way to the other."""
    snapshot = asked.topology.snapshot
    if not all(any(True for _ in snapshot.all_of(kind)) for kind in (GRPCRoute, HTTPRoute)):
        return False
    kinds: dict[ListenerKey, set[str]] = {listener.key: set() for listener in asked.on_port}
    for route in asked.topology.routes:
        for parent in route.parents:
            for attachment in parent.attachments:
                if attachment.listener in kinds:
                    gave_way = attachment.failed_at(frozenset({policy_clauses.COEXISTENCE.id})) is not None
                    if attachment.attached or gave_way:
                        kinds[attachment.listener].add(route.key.kind)
    return any({"GRPCRoute", "HTTPRoute"} <= found for found in kinds.values())


def _grpc_ranks(asked: Question) -> bool:
    several = sum(map(_is_grpc, asked.path_hits)) > 1
    return several or grpc_meets_http(asked)


def _partly_valid(asked: Question) -> bool:
    broken = asked.topology.partly_valid
    if not broken:
        return False
    if asked.in_mesh:
        return any(route.mesh_parents for route in broken)
    listeners = {listener.key for listener in asked.on_port}
    near = any(
        attachment.listener in listeners
        and any(each.pattern in asked.hostnames for each in attachment.hostnames)
        for route in broken
        for parent in route.parents
        for attachment in parent.attachments
    )
    return near or grpc_meets_http(asked)


HINGES: Mapping[str, Hinge] = {
    "listener_isolation": _isolated,
    "detect_misdirected": _misdirected,
    "http_https_same_port": _sharing("HTTP", "HTTPS"),
    "https_tls_same_port": _sharing("HTTPS", "TLS"),
    "tcp_udp_same_port": _sharing("TCP", "UDP"),
    "gateway_conflict": _conflicting,
    "listener_set_internal_conflict": _conflicting,
    "partial_gateway": _partial,
    "unresolved_listener_accepted": _without_certificate,
    "multiple_certificates": _first_certificate_bad,
    "tls_mode_terminate": _tls_terminates,
    "tls_mode_mixed": _tls_mixed,
    "tcp_route_on_tls_terminate": _tcp_on_tls,
    "hostname_fallback": _several_hostnames,
    "hostname_precedence": _narrowed,
    "hostname_rank": _hostname_ranks,
    "regex_rank": _regex_ranks,
    "regex_dialect": _single_byte,
    "regex_anchor": _has_pattern,
    "method_rank": _method_ranks,
    "path_fallback": _location_fails,
    "path_normalize": _path_looks_otherwise,
    "merge_slashes": _path_looks_otherwise,
    "escaped_slash": _escaped_slash,
    "exact_encoded": _encoded,
    "repeated_header": _header_looks_otherwise,
    "repeated_query": _query_looks_otherwise,
    "query_decoding": _query_looks_otherwise,
    "grpc_http_coexistence": _grpc_ranks,
    "grpc_content_type_check": _no_grpc_call,
    "invalid_rule": _partly_valid,
    **RULE_HINGES,
}
"""
By field of `Implementation`.

Not here: choices whose values are free text, of which none is more another than the rest; and
`forwarded_headers`, which adds to every request alike.
"""
