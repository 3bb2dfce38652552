"""Requests beside a witness, in which a difference shows that the witness does not show."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from gwsim.analysis.space.claims import Claim, filters_of
from gwsim.analysis.space.fresh import ORIGINS
from gwsim.routing.request import Request


def variations(request: Request, before: Claim, after: Claim) -> Iterator[Request]:
    """
    Vary a request by what the filters of two claims look at.

    A path below shows how prefixes are replaced; a query whether it is kept; headers that filters name, what
    they do to those that are there; an origin, what CORS allows.
    """
    if request.protocol not in ("HTTP", "HTTPS") or request.grpc is not None:
        return
    bare, mark, query = request.path.partition("?")
    below = f"{bare.removesuffix('/')}/other{mark}{query}"
    yield structs.replace(request, path=below)
    given = {name.lower() for name, _ in request.headers}
    headers = tuple(
        (name, "given") for name in dict.fromkeys(_edited(before, after)) if name.lower() not in given
    )
    if headers:
        yield structs.replace(request, headers=(*request.headers, *headers))
    if _rewritten(before, after):
        yield structs.replace(request, path=f"{below}{'&' if mark else '?'}q=1")
    if "origin" not in given:
        for origin in dict.fromkeys(_origins(before, after)):
            yield structs.replace(request, headers=(*request.headers, ("origin", origin)))


def _rewritten(*claims: Claim) -> bool:
    """Whether a filter writes another path."""
    filters = (
        each.spec for claim in claims if claim.entry is not None for each in filters_of(claim.entry.rule)
    )
    return any(each.url_rewrite is not None or each.request_redirect is not None for each in filters)


def _edited(*claims: Claim) -> Iterator[str]:
    for claim in claims:
        for each in filters_of(claim.entry.rule) if claim.entry is not None else ():
            for edits in (each.spec.request_header_modifier, each.spec.response_header_modifier):
                if edits is not None:
                    yield from (header.name for header in (*edits.set, *edits.add))
                    yield from edits.remove


def _origins(*claims: Claim) -> Iterator[str]:
    for claim in claims:
        for each in filters_of(claim.entry.rule) if claim.entry is not None else ():
            if each.spec.cors is not None:
                yield from (pattern.replace("*", "app") for pattern in each.spec.cors.allow_origins)
                yield ORIGINS[0]
