"""Implementations against features: as text, data, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from gwsim.addresses import Address
from gwsim.analysis.portability.checklist import Point
from gwsim.analysis.portability.comparing import Candidate, Matrix, NeededFeature
from gwsim.implementations.lacking import CONSEQUENCES
from gwsim.implementations.supporting import Support
from gwsim.rendering.sanitize import safe
from gwsim.resources.snapshot import Snapshot

MARKS: Mapping[Support, str] = {Support.YES: "+", Support.NO: "-", Support.PARTLY: "~", Support.UNKNOWN: "?"}
LEGEND = "+ supported   - not supported   ~ in part   ? no report tells"
_SHOWN = 5
"""Places of one feature that text and Markdown name."""


def matrix_text(matrix: Matrix, snapshot: Snapshot) -> str:
    """The features with a number each, then a line for each implementation."""
    candidates = ("", *_candidate_lines(matrix)) if matrix.needed else ()
    return "\n".join((*_feature_lines(matrix, snapshot), *candidates)) + "\n"


def _feature_lines(matrix: Matrix, snapshot: Snapshot) -> Iterator[str]:
    count = len(matrix.needed)
    match count:
        case 0:
            yield "No feature of the Gateway API is needed"
        case 1:
            yield "1 feature of the Gateway API is needed"
        case _:
            yield f"{count} features of the Gateway API are needed"
    width = max((len(each.feature.name) for each in matrix.needed), default=0)
    for number, each in enumerate(matrix.needed, 1):
        place = place_text(each.places[0], snapshot)
        more = f" and {len(each.places) - 1} more" if len(each.places) > 1 else ""
        yield f"{number:>4}  {each.feature.name:<{width}}  {_kind(each)}  {place}{more}"
    for what, places in matrix.uncovered.items():
        yield f"   *  {what}: in no report  {place_text(places[0], snapshot)}"


def _kind(each: NeededFeature) -> str:
    channel = "experimental" if each.feature.channel == "experimental" else each.feature.level
    return f"{channel:<12} {each.feature.since:<6}"


def _candidate_lines(matrix: Matrix) -> Iterator[str]:
    reported = [each for each in matrix.candidates if each.reports]
    rows = [
        (safe(f"{each.name} {each.reports[0].version}"), safe(each.reports[0].gateway_api), each)
        for each in reported
    ]
    width = max((len(name) for name, _, _ in rows), default=0)
    if rows:
        for digits in _column_numbers(len(matrix.needed)):
            yield f"{'':<{width}}  {'':<7}{digits}"
        for name, release, each in rows:
            marks = "".join(f" {MARKS[one.support]}" for one in each.verdicts.values())
            yield f"{name:<{width}}  {release:<7}{marks}"
        yield LEGEND
    silent = [each.name for each in matrix.candidates if not each.reports]
    if silent:
        yield f"no report: {', '.join(silent)}"


def _column_numbers(count: int) -> Iterator[str]:
    """The numbers of the columns, their digits below each other, so that a column is two characters wide."""
    digits = len(str(count))
    numbers = [f"{number:>{digits}}" for number in range(1, count + 1)]
    for place in range(digits):
        yield "".join(f" {number[place]}" for number in numbers).rstrip()


def place_text(address: Address, snapshot: Snapshot) -> str:
    """An address, and where it is written."""
    location = snapshot.locate(address)
    return safe(f"{address}  {location}" if location is not None else str(address))


def candidate_text(
    matrix: Matrix, candidate: Candidate, snapshot: Snapshot, choices: Mapping[str, tuple[str, str]]
) -> str:
    """
    One implementation: what it lacks, where, and what follows; what is not known.

    Args:
        choices: value and basis of each known choice, by name; an empty basis where it is not known.
    """
    return "\n".join(_candidate_page(matrix, candidate, snapshot, choices)) + "\n"


def _candidate_page(
    matrix: Matrix, candidate: Candidate, snapshot: Snapshot, choices: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    yield safe(candidate.title)
    for report in candidate.reports:
        yield f"  report: {safe(str(report))}"
    if not candidate.reports:
        yield "  no conformance report is known: nothing is said of what it supports"
    counts = candidate.counts
    yield (
        f"{len(matrix.needed)} features are needed: "
        f"{counts[Support.YES]} supported, {counts[Support.NO]} not, "
        f"{counts[Support.PARTLY]} in part, {counts[Support.UNKNOWN]} unknown"
    )
    for support, title in (
        (Support.NO, "Not supported"),
        (Support.PARTLY, "In part"),
        (Support.UNKNOWN, "Unknown"),
    ):
        found = [each for each in matrix.needed if candidate.verdicts[each.feature.name].support is support]
        if found:
            yield ""
            yield title
        for each in found:
            yield from _needed_lines(each, candidate, snapshot)
    if matrix.uncovered:
        yield ""
        yield "In no report"
        for what, places in matrix.uncovered.items():
            yield f"  {what}"
            yield from _places(places, snapshot)
    yield from _choice_lines(choices)


def _needed_lines(each: NeededFeature, candidate: Candidate, snapshot: Snapshot) -> Iterator[str]:
    name = each.feature.name
    yield f"  {name}  ({', '.join(_kind(each).split())})"
    consequence = CONSEQUENCES.get(name)
    if consequence is not None:
        yield f"    without it: {consequence.says}  [{consequence.source}]"
    yield f"    basis: {safe(candidate.verdicts[name].basis)}"
    yield from _places(each.places, snapshot)


def _places(places: Sequence[Address], snapshot: Snapshot) -> Iterator[str]:
    for place in places[:_SHOWN]:
        yield f"    {place_text(place, snapshot)}"
    if len(places) > _SHOWN:
        yield f"    and {len(places) - _SHOWN} more places"


def _choice_lines(choices: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    known = {name: each for name, each in choices.items() if each[1]}
    if known:
        yield ""
        yield "Where the specification leaves room"
        width = max(map(len, known))
        for name, (value, basis) in known.items():
            yield f"  {name:<{width}}  {value}  ({basis})"
    unknown = [name for name, (_, basis) in choices.items() if not basis]
    if unknown:
        yield ""
        yield f"Not known, and simulated as by default: {', '.join(unknown)}"


def matrix_data(matrix: Matrix, snapshot: Snapshot) -> dict[str, object]:
    """The JSON form, keys in a fixed order."""
    return {
        "features": [
            {
                "name": each.feature.name,
                "level": each.feature.level,
                "channel": each.feature.channel,
                "since": each.feature.since,
                "places": _place_data(each.places, snapshot),
            }
            for each in matrix.needed
        ],
        "uncovered": [
            {"what": what, "places": _place_data(places, snapshot)}
            for what, places in matrix.uncovered.items()
        ],
        "implementations": [candidate_data(each) for each in matrix.candidates],
    }


def _place_data(places: Sequence[Address], snapshot: Snapshot) -> list[dict[str, object]]:
    rows = ((place, snapshot.locate(place)) for place in places)
    return [{"object": str(place), "source": None if at is None else str(at)} for place, at in rows]


def candidate_data(candidate: Candidate) -> dict[str, object]:
    """One implementation in JSON."""
    return {
        "name": candidate.name,
        "title": candidate.title,
        "reports": [
            {
                "version": each.version,
                "gatewayAPI": each.gateway_api,
                "channel": each.channel or None,
                "mode": each.mode,
                "date": each.date,
            }
            for each in candidate.reports
        ],
        "counts": {support.value: candidate.counts[support] for support in Support},
        "features": [
            {
                "name": name,
                "support": each.support.value,
                "basis": each.basis,
                "without": CONSEQUENCES[name].says if name in CONSEQUENCES else None,
                "source": CONSEQUENCES[name].source if name in CONSEQUENCES else None,
            }
            for name, each in candidate.verdicts.items()
        ],
        "lacks": list(candidate.lacks),
    }


def points_text(candidate: Candidate, points: Sequence[Point]) -> str:
    """The checklist, a paragraph for each point."""
    lines = [candidate.title]
    for point in points:
        lines += ["", f"{point.topic}: {point.answer.value}", f"  {safe(point.says)}"]
        if point.ask:
            lines.append(f"  → ask {safe(point.ask)}")
    return "\n".join(lines) + "\n"


def points_data(points: Sequence[Point]) -> list[dict[str, object]]:
    """The checklist in JSON."""
    return [
        {"topic": each.topic, "answer": each.answer.value, "says": each.says, "ask": each.ask or None}
        for each in points
    ]


def matrix_rows(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each implementation: name, release of the API, a mark for each feature."""
    yield ("implementation", "Gateway API", *(each.feature.name for each in matrix.needed))
    for each in matrix.candidates:
        version = f" {each.reports[0].version}" if each.reports else ""
        release = each.reports[0].gateway_api if each.reports else "no report"
        yield (f"{each.name}{version}", release, *(one.support.value for one in each.verdicts.values()))


def feature_rows(matrix: Matrix, snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each feature that is needed: what it is, and where."""
    yield ("feature", "level", "since", "needed by")
    for each in matrix.needed:
        level, since = _kind(each).split()
        yield (each.feature.name, level, since, _places_cell(each.places, snapshot))
    for what, places in matrix.uncovered.items():
        yield (what, "in no report", "", _places_cell(places, snapshot))


def candidate_rows(matrix: Matrix, candidate: Candidate, snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each feature, what is missing first: what follows, on what grounds, where."""
    yield ("feature", "support", "without it", "source", "basis", "needed by")
    order = (Support.NO, Support.PARTLY, Support.UNKNOWN, Support.YES)
    for each in sorted(
        matrix.needed, key=lambda each: order.index(candidate.verdicts[each.feature.name].support)
    ):
        name, found = each.feature.name, candidate.verdicts[each.feature.name]
        consequence = None if found.support is Support.YES else CONSEQUENCES.get(name)
        without = ("", "") if consequence is None else (consequence.says, consequence.source)
        yield (name, found.support.value, *without, found.basis, _places_cell(each.places, snapshot))
    for what, places in matrix.uncovered.items():
        yield (what, "unknown", "", "", "in no report", _places_cell(places, snapshot))


def _places_cell(places: Sequence[Address], snapshot: Snapshot) -> str:
    shown = "; ".join(place_text(place, snapshot) for place in places[:_SHOWN])
    return f"{shown}; and {len(places) - _SHOWN} more" if len(places) > _SHOWN else shown


def choice_rows(choices: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each choice that the specification leaves."""
    yield ("where the specification leaves room", "simulated as", "basis")
    for name, (value, basis) in choices.items():
        yield (name, value, basis or "not known: the default")


def points_rows(points: Sequence[Point]) -> Iterator[tuple[str, ...]]:
    """A heading, then a row for each point of the checklist."""
    yield ("point", "answer", "found", "to ask")
    for each in points:
        yield (each.topic, each.answer.value, each.says, each.ask)


def tables_markdown(title: str, tables: Sequence[Sequence[Sequence[str]]]) -> str:
    """A heading and tables, a line free between them."""
    return "\n".join((f"## {_markdown(title)}\n", *map(table_markdown, tables)))


def table_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first as its heading."""
    lines = [f"| {' | '.join(map(_markdown, row))} |" for row in rows]
    lines.insert(1, f"|{' --- |' * len(rows[0])}")
    return "\n".join(lines) + "\n"


def _markdown(text: str) -> str:
    shown = escape(safe(text), quote=False)
    return "".join(f"\\{each}" if each in "\\`*_[]|#" else each for each in shown)


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "th,td{border:1px solid #8888;padding:.3rem .6rem;text-align:left}"
    ".yes{background:#2a82}.no{background:#c334}.partly{background:#c834}.unknown{color:#888}"
)


def tables_html(title: str, tables: Sequence[Sequence[Sequence[str]]]) -> str:
    """Tables as a page of its own, the first row of each as its heading."""
    shown = escape(safe(title))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{shown}</title>'
        f"<style>{_STYLE}</style>\n<h1>{shown}</h1>\n{''.join(map(_table, tables))}</html>\n"
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    heading = "".join(f"<th>{escape(safe(cell))}</th>" for cell in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows[1:])
    return f"<table><thead><tr>{heading}</tr></thead>\n<tbody>\n{body}</tbody></table>\n"


def _cell(text: str) -> str:
    kind = f' class="{text}"' if text in {each.value for each in Support} else ""
    return f"<td{kind}>{escape(safe(text))}</td>"
