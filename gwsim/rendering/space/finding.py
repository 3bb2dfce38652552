"""The answer of `gwsim find`: classes of requests, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import click
import msgspec

from gwsim.addresses import Address
from gwsim.analysis.finding import Found
from gwsim.analysis.space.space import RequestClass, Unsolved, mesh_routes
from gwsim.rendering.sanitize import safe
from gwsim.rendering.space.witnesses import place_data, place_words, request_data, rule_of
from gwsim.rendering.space.words import ClassWords, class_words, outcome_words, witness_words
from gwsim.simulation import Simulation


class Row(msgspec.Struct, frozen=True):
    """Classes that differ by their method alone, as one."""

    words: ClassWords
    requests: RequestClass
    share: Fraction
    rule: str
    """Address of the rule; empty where none takes the requests."""


def rows_of(found: Iterable[Found]) -> tuple[Row, ...]:
    """Put together what differs by the method alone; the first class of each row shows its witness."""
    rows: dict[tuple[object, ...], Row] = {}
    for each in found:
        words, claim = class_words(each.requests), each.requests.claim
        key_of = rule_of(claim)
        rule = "" if key_of is None else str(key_of.rule_address)
        place = each.requests.space.place
        at = (None if place.gateway is None else place.gateway.key, place.port, place.protocol)
        key = (*at, rule, words.place, words.unless, words.more, bool(words.methods))
        before = rows.get(key)
        if before is None:
            rows[key] = Row(words, each.requests, each.share, rule)
        elif words.methods:
            methods = tuple(dict.fromkeys((*before.words.methods, *words.methods)))
            rows[key] = msgspec.structs.replace(before, words=words._replace(methods=methods))
        else:
            rows[(*key, len(rows))] = Row(words, each.requests, each.share, rule)
    return tuple(rows.values())


def found_text(
    simulation: Simulation, rows: Sequence[Row], unsolved: Sequence[Unsolved], *, color: bool
) -> str:
    """Write classes for people; ends with a line break."""
    count = "no class" if not rows else "1 class" if len(rows) == 1 else f"{len(rows)} classes"
    lines = [click.style(f"{count} of requests", bold=True) if color else f"{count} of requests"]
    for row in rows:
        lines += ["", *_row_lines(simulation, row, color=color)]
    for each in unsolved:
        lines += ["", f"not known: {_unsolved(each)}", *(f"  {doubt}" for doubt in each.doubts)]
    return "\n".join(lines) + "\n"


def _row_lines(simulation: Simulation, row: Row, *, color: bool) -> Iterator[str]:
    dim = (lambda text: click.style(text, dim=True)) if color else str
    bold = (lambda text: click.style(text, bold=True)) if color else str
    text = str(row.words)
    yield bold(text[:1].upper() + text[1:])
    yield f"  {outcome_words(row.requests.decision)}"
    place = safe(place_words(row.requests.space.place))
    if row.rule:
        key = rule_of(row.requests.claim)
        assert key is not None
        yield f"  by {safe(row.rule)}{dim(_location(simulation, key.address))}"
    yield f"  at {place}"
    yield f"  such as {witness_words(row.requests.witness)}"
    for doubt in row.requests.doubts:
        yield f"  approximate: {doubt}"


def _location(simulation: Simulation, address: Address) -> str:
    location = simulation.snapshot.locate(address)
    return "" if location is None else f"  {safe(str(location))}"


def _unsolved(each: Unsolved) -> str:
    key = rule_of(each.claim)
    taker = "requests that no rule takes" if key is None else safe(str(key))
    return f"whether any request reaches {taker} at {safe(place_words(each.space.place))}"


def found_data(
    simulation: Simulation, rows: Sequence[Row], unsolved: Sequence[Unsolved]
) -> dict[str, object]:
    """Classes as JSON has them."""
    return {
        "classes": [_row_data(simulation, row) for row in rows],
        "notKnown": [
            {
                **place_data(each.space.place),
                "rule": None if rule_of(each.claim) is None else str(rule_of(each.claim)),
                "doubts": list(each.doubts),
            }
            for each in unsolved
        ],
        "meshRoutes": mesh_routes(simulation),
    }


def _row_data(simulation: Simulation, row: Row) -> dict[str, object]:
    requests, key = row.requests, rule_of(row.requests.claim)
    location = None if key is None else simulation.snapshot.locate(key.address)
    decision = requests.decision.to_dict()
    return {
        "words": str(row.words),
        **place_data(requests.space.place),
        "rule": row.rule or None,
        "source": None if location is None else f"{location.file}:{location.line}",
        "share": str(row.share),
        "witness": request_data(requests.witness),
        **{
            field: decision[field]
            for field in ("action", "status", "reason", "listener", "route", "backends")
        },
        "approximate": list(requests.doubts),
    }
