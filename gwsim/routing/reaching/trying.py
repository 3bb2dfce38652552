"""Entries of the table against one request: which hit, and which of those comes first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from gwsim.addresses import Address
from gwsim.binding.hostnames import ANY, hits
from gwsim.routing import clauses
from gwsim.routing.precedence import CLAUSES, deciding_field
from gwsim.routing.reaching.matching import Seen, match_steps
from gwsim.routing.table import Entry, shown_hostname
from gwsim.trace import Clause, Outcome, Step, all_of, check


def path_key(entry: Entry) -> tuple[object, ...]:
    """What makes two entries one location: hostname, and the path as written."""
    match = entry.match
    return entry.hostname, getattr(match, "path", None), None if match is None else type(match)


def try_entries(
    entries: Sequence[Entry], seen: Seen, name: str
) -> tuple[tuple[Step, ...], list[Entry], bool]:
    """
    Try entries in order, until a second one hits.

    Args:
        name: what routes' hostnames are compared with.

    Returns:
        The steps, of which the first that hits has won; the one or two entries that hit; and whether the
        hostname of any is that of the request.
    """
    tried: list[Step] = []
    hit: list[Entry] = []
    known_host = False
    for entry in entries:
        step = match_entry(entry, seen, name)
        known_host = known_host or step.children[0].selected
        tried.append(structs.replace(step, outcome=Outcome.SKIPPED) if step.selected and hit else step)
        if step.selected:
            hit.append(entry)
            if len(hit) == 2:
                break
    return tuple(tried), hit, known_host


def match_entry(entry: Entry, seen: Seen, name: str) -> Step:
    """Check one entry of the table: its hostname, then every condition of its match."""
    address = entry.key.address
    hostname = check(
        clauses.ROUTE_HOSTNAME,
        Address(entry.key.route, ("spec", "hostnames")),
        hits(entry.hostname, name),
        expected=shown_hostname(entry.hostname),
        actual=name or None,
    )
    return all_of(
        clauses.RULE_MATCH,
        address,
        (hostname, *match_steps(entry.match, seen, address)),
        expected=entry.hostname if entry.hostname != ANY else None,
    )


def precedence_step(winner: Entry, second: Entry) -> Step:
    """Name the tie-break by which one entry that hits comes before another that hits too."""
    field = deciding_field(winner.precedence, second.precedence)
    clause: Clause = CLAUSES[field or "match"]
    loser = check(clause, second.key.address, False, actual=_rank(second, field))
    return check(clause, winner.key.address, True, actual=_rank(winner, field), children=(loser,))


def _rank(entry: Entry, field: str | None) -> str | int | None:
    """What an entry has to show for a tie-break, in a person's units."""
    precedence, path = entry.precedence, getattr(entry.match, "path", None)
    match field:
        case "host_precise" | "host_length" | "late_host_precise" | "late_host_length":
            return shown_hostname(entry.hostname)
        case "path_type" if path is not None:
            return str(path.type)
        case "path_length" if path is not None:
            return str(path.value)
        case "method":
            return getattr(entry.match, "method", None) and str(getattr(entry.match, "method", None))
        case "age":
            return entry.route.resource.metadata.creation_timestamp
        case "name":
            return precedence.name
        case "rule" | "match" | None:
            return precedence.rule if field == "rule" else precedence.match
        case _:
            value = getattr(precedence, field)
            return -int(value)
