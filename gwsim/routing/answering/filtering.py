"""Filters: what they make of a request, and what they answer themselves."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from msgspec import structs

from gwsim.addresses import Address
from gwsim.binding.referring.rules import BoundFilter
from gwsim.implementations import Implementation
from gwsim.resources.filters import (
    HTTPHeaderFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRequestRedirectFilter,
    HTTPURLRewriteFilter,
)
from gwsim.routing import clauses
from gwsim.routing.answering.cors import apply_cors, is_preflight
from gwsim.routing.answering.filtered import Filtered, Mirrored
from gwsim.routing.decision import NO_EDITS, ForwardedRequest, GatewayResponse, HeaderEdits
from gwsim.routing.paths import prefix_base
from gwsim.routing.request import Headers
from gwsim.trace import Step, check

STANDARD_PORTS = {"http": 80, "https": 443}


def apply_filters(filters: Sequence[BoundFilter], state: Filtered) -> Filtered:
    """
    Run filters in list order, up to the first that answers.

    A CORS preflight is answered before anything else of the list runs.

    Source:
        HTTPRouteRule.filters, HTTPBackendRef.filters.
    """
    for bound in filters:
        if bound.spec.cors is not None and is_preflight(state.request):
            return _with_cors(bound, state)
    for bound in filters:
        state = _apply(bound, state)
        if state.answer is not None:
            return state
    return state


def _apply(bound: BoundFilter, state: Filtered) -> Filtered:
    spec = bound.spec
    if spec.request_header_modifier is not None:
        edits, step = header_edits(spec.request_header_modifier, bound.address, state.implementation)
        headers = edit_headers(state.request.headers, edits)
        return structs.replace(
            state, request=structs.replace(state.request, headers=headers), steps=(*state.steps, step)
        )
    if spec.response_header_modifier is not None:
        edits, step = header_edits(spec.response_header_modifier, bound.address, state.implementation)
        return structs.replace(
            state, response_edits=join_edits(state.response_edits, edits), steps=(*state.steps, step)
        )
    if spec.request_redirect is not None:
        return _redirect(spec.request_redirect, bound, state)
    if spec.url_rewrite is not None:
        return _rewrite(spec.url_rewrite, bound, state)
    if spec.request_mirror is not None:
        return _mirror(spec.request_mirror, bound, state)
    if spec.cors is not None:
        return _with_cors(bound, state)
    if spec.external_auth is not None:
        return _authorise(bound, state)
    assert bound.extension is not None
    return _extend(bound.extension, state)


def header_edits(
    spec: HTTPHeaderFilter, address: Address, implementation: Implementation
) -> tuple[HeaderEdits, Step]:
    """
    Reduce a header filter to one action for each name: of several the first of set, add, remove.

    An implementation that takes all actions runs them in that order.

    Source:
        HTTPHeaderFilter: only one action per header name is permitted.
    """
    names: set[str] = set()
    doubled: list[str] = []

    def first(name: str) -> bool:
        lowered = name.lower()
        if lowered in names:
            doubled.append(name)
            return implementation.duplicate_header_action == "all"
        names.add(lowered)
        return True

    edits = HeaderEdits(
        set=tuple((each.name, each.value) for each in spec.set if first(each.name)),
        add=tuple((each.name, each.value) for each in spec.add if first(each.name)),
        remove=tuple(name for name in spec.remove if first(name)),
    )
    actions = (
        *(f"set {name}: {value}" for name, value in edits.set),
        *(f"add {name}: {value}" for name, value in edits.add),
        *(f"remove {name}" for name in edits.remove),
    )
    step = check(
        clauses.FILTER_HEADERS,
        address,
        not doubled,
        expected=actions,
        actual=tuple(doubled) if doubled else None,
    )
    return edits, step


def edit_headers(headers: Headers, edits: HeaderEdits) -> Headers:
    """Apply edits; an added value is joined to the one that is there, as RFC 9110 has it."""
    setting = {name.lower(): (name, value) for name, value in edits.set}
    removed = {name.lower() for name in edits.remove}
    kept = [pair for pair in headers if pair[0].lower() not in removed and pair[0].lower() not in setting]
    kept += setting.values()
    for name, value in edits.add:
        lowered = name.lower()
        there = [pair for pair in kept if pair[0].lower() == lowered]
        if there and lowered != "set-cookie":
            joined = ",".join([*(pair[1] for pair in there), value])
            place = kept.index(there[0])
            kept[place] = (there[0][0], joined)
            kept = [pair for index, pair in enumerate(kept) if index == place or pair[0].lower() != lowered]
        else:
            kept.append((name, value))
    return tuple(kept)


def join_edits(first: HeaderEdits, then: HeaderEdits) -> HeaderEdits:
    """Edits that do what two lists of edits do one after the other."""
    settled = {name.lower() for name, _ in then.set} | {name.lower() for name in then.remove}
    setting = {name.lower(): (name, value) for name, value in first.set if name.lower() not in settled}
    adding: list[tuple[str, str]] = [pair for pair in first.add if pair[0].lower() not in settled]
    removing = [name for name in first.remove if name.lower() not in settled]
    for name, value in then.add:
        lowered = name.lower()
        if lowered in setting:
            setting[lowered] = (setting[lowered][0], f"{setting[lowered][1]},{value}")
        elif lowered in {each.lower() for each in removing}:
            removing = [each for each in removing if each.lower() != lowered]
            setting[lowered] = (name, value)
        else:
            adding.append((name, value))
    return HeaderEdits((*setting.values(), *then.set), tuple(adding), (*removing, *then.remove))


def location(spec: HTTPRequestRedirectFilter, state: Filtered) -> tuple[str, bool]:
    """
    Build the Location of a redirect.

    Returns:
        The absolute URL, and whether it shows a port.

    Source:
        HTTPRequestRedirectFilter (core; paths and ports extended).
    """
    request = state.request
    scheme = spec.scheme or request.scheme
    host = spec.hostname or bare_host_as_sent(request.host)
    if spec.port is not None:
        port = spec.port
    elif spec.scheme is not None:
        port = STANDARD_PORTS[spec.scheme]
    else:
        port = state.listener_port
    path = request.path
    if spec.path is not None:
        path = replace_path(spec.path, path, state.prefix, state.implementation)
    if state.implementation.redirect_query == "drop":
        path = path.partition("?")[0]
    shows_80 = state.implementation.redirect_port80 == "show" and port == 80 and spec.scheme is None
    shown = shows_80 or port != STANDARD_PORTS[scheme]
    path = path if path.startswith("/") else ""
    return f"{scheme}://{host}{f':{port}' if shown else ''}{path}", shown


def bare_host_as_sent(host: str) -> str:
    """A Host without its port, in the spelling that the client used."""
    address, bracket, _ = host.partition("]")
    return address + bracket if bracket else host.partition(":")[0].removesuffix(".")


def _redirect(spec: HTTPRequestRedirectFilter, bound: BoundFilter, state: Filtered) -> Filtered:
    url, shows_port = location(spec, state)
    skips = state.implementation.redirect_response_headers == "skip"
    headers = edit_headers((("location", url),), NO_EDITS if skips else state.response_edits)
    steps = (
        check(
            clauses.FILTER_REDIRECT,
            bound.address,
            not _leads_to_itself(url, state),
            expected=spec.status_code,
            actual=url,
        ),
        check(clauses.REDIRECT_PORT, bound.address.at("requestRedirect", "port"), shows_port, actual=url),
    )
    return structs.replace(
        state,
        answer=GatewayResponse(spec.status_code, headers),
        answer_reason="RuleMatched",
        steps=(*state.steps, *steps),
    )


def _leads_to_itself(url: str, state: Filtered) -> bool:
    request, port = state.request, state.listener_port
    shown = "" if port == STANDARD_PORTS[request.scheme] else f":{port}"
    return url == f"{request.scheme}://{bare_host_as_sent(request.host)}{shown}{request.path}"


def _rewrite(spec: HTTPURLRewriteFilter, bound: BoundFilter, state: Filtered) -> Filtered:
    request = state.request
    rewritten = rewrite(spec, request, state.prefix, state.implementation)
    step = check(
        clauses.FILTER_REWRITE,
        bound.address,
        rewritten != request,
        expected=f"{rewritten.host}{rewritten.path}",
        actual=f"{request.host}{request.path}",
    )
    return structs.replace(state, request=rewritten, steps=(*state.steps, step))


def rewrite(
    spec: HTTPURLRewriteFilter, request: ForwardedRequest, prefix: str | None, implementation: Implementation
) -> ForwardedRequest:
    """
    Write another host or path.

    Args:
        prefix: value of the PathPrefix match that was hit.
    """
    path = request.path
    if spec.path is not None:
        path = replace_path(spec.path, path, prefix, implementation)
    return structs.replace(request, host=spec.hostname or request.host, path=path)


def replace_path(
    modifier: HTTPPathModifier, path: str, prefix: str | None, implementation: Implementation
) -> str:
    """
    Write a new path; the query is kept.

    Args:
        path: with query.
        prefix: value of the PathPrefix match that was hit.

    Source:
        HTTPPathModifier, with the table of its replacePrefixMatch (extended).
    """
    bare, mark, query = path.partition("?")
    if modifier.type == "ReplaceFullPath":
        changed = modifier.replace_full_path or ""
    else:
        replacement = modifier.replace_prefix_match or ""
        rest = bare[len(prefix_base(prefix or "")) :]
        changed = f"{replacement.removesuffix('/')}{rest}" if rest else replacement
        whole = bare in (prefix, prefix_base(prefix or ""))
        if whole and implementation.prefix_replace_root == "slashDropped":
            changed = changed.removesuffix("/")
    return f"{changed if changed.startswith('/') else f'/{changed}'}{mark}{query}"


def mirror_fraction(spec: HTTPRequestMirrorFilter) -> Fraction:
    """The share of requests that a mirror copies, exact."""
    if spec.percent is not None:
        return Fraction(spec.percent, 100)
    if spec.fraction is not None:
        return Fraction(spec.fraction.numerator, spec.fraction.denominator)
    return Fraction(1)


def _mirror(spec: HTTPRequestMirrorFilter, bound: BoundFilter, state: Filtered) -> Filtered:
    assert bound.backend is not None
    resolved = check(
        clauses.FILTER_MIRROR_RESOLVED,
        bound.address,
        bound.backend.failure is None,
        actual=str(bound.backend.target),
        children=(bound.backend.trace,),
    )
    if not resolved.selected:
        state = structs.replace(state, steps=(*state.steps, resolved))
        return _fails(state, 500) if state.implementation.mirror_invalid == "500" else state
    mirrored = Mirrored(bound, mirror_fraction(spec), state.request)
    return structs.replace(state, mirrors=(*state.mirrors, mirrored), steps=(*state.steps, resolved))


def _with_cors(bound: BoundFilter, state: Filtered) -> Filtered:
    assert bound.spec.cors is not None
    outcome = apply_cors(bound.spec.cors, state.request, bound.address, state.implementation)
    return structs.replace(
        state,
        cors=outcome.cors,
        response_edits=join_edits(state.response_edits, outcome.edits),
        answer=outcome.answer,
        answer_reason=None if outcome.answer is None else "CORSPreflight",
        steps=(*state.steps, *outcome.steps),
    )


def _authorise(bound: BoundFilter, state: Filtered) -> Filtered:
    assert bound.backend is not None
    asked = bound.backend.failure is None and bound.backend.has_ready_endpoint
    step = check(
        clauses.FILTER_AUTH,
        bound.address,
        asked,
        actual=str(bound.backend.target),
        children=(bound.backend.trace,),
    )
    if not asked:
        state = structs.replace(state, steps=(*state.steps, step))
        unreachable = bound.backend.failure is None
        return _fails(state, int(state.implementation.auth_fail_status) if unreachable else 500)
    note = f"ExternalAuth ({bound.backend.target}): the authorisation server is taken to allow the request"
    return structs.replace(
        state, auth=bound, not_modelled=(*state.not_modelled, note), steps=(*state.steps, step)
    )


def _extend(extension: Step, state: Filtered) -> Filtered:
    steps = (*state.steps, extension)
    note = f"ExtensionRef {extension.actual}: gwsim does not know what it does"
    if extension.selected:
        return structs.replace(
            state, not_modelled=(*state.not_modelled, f"{note}; it is passed over"), steps=steps
        )
    note += "; the answer is that of a gateway that does not know it either"
    return _fails(structs.replace(state, not_modelled=(*state.not_modelled, note), steps=steps), 500)


def _fails(state: Filtered, status: int) -> Filtered:
    """A filter that cannot do its work: the request gets an error."""
    return structs.replace(state, answer=GatewayResponse(status, ()), answer_reason="InvalidFilter")
