"""What tests reached of a configuration, as text, as plain data and as LCOV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from gwsim.analysis.expecting.coverage import Coverage, Part, Reach
from gwsim.rendering.sanitize import safe

_PLURALS = {
    Part.LISTENER: "listeners",
    Part.RULE: "rules",
    Part.MATCH: "matches",
    Part.BACKEND: "backends",
}


def coverage_text(coverage: Coverage) -> str:
    """Write how much was reached, and what was not, at its place; of a rule that was not, just the rule."""
    rows = [(name, *coverage.counts(part)) for part, name in _PLURALS.items()]
    rows.append(("together", *coverage.counts()))
    width = len(str(rows[-1][2]))
    lines = ["Coverage"]
    for name, reached, total in rows:
        share = percent(reached, total)
        lines.append(f"  {name:<9}  {reached:>{width}} of {total:>{width}}  {share:>5} %")
    missed = coverage.missed
    rules = {reach.address for reach in missed if reach.part is Part.RULE}
    shown = [each for each in missed if each.part in (Part.LISTENER, Part.RULE) or each.rule not in rules]
    if shown:
        lines.append("Not reached")
    for reach in shown:
        place = "" if reach.location is None else f"  {reach.location}"
        lines.append(safe(f"  {reach.part.value:<8}  {reach.name}{place}"))
    return "\n".join(lines) + "\n"


def percent(reached: int, total: int) -> str:
    """Write a share in percent with one digit, rounded down, so that 100 is all of it."""
    tenths = 1000 if not total else reached * 1000 // total
    return f"{tenths // 10}.{tenths % 10}"


def coverage_data(coverage: Coverage) -> dict[str, object]:
    """Write how much was reached, and everything that was not."""
    data: dict[str, object] = {}
    for part, name in _PLURALS.items():
        reached, total = coverage.counts(part)
        data[name] = {"reached": reached, "total": total}
    reached, total = coverage.counts()
    data["percent"] = float(percent(reached, total))
    data["missed"] = [
        {
            "part": reach.part.value,
            "object": reach.name,
            "source": None if reach.location is None else str(reach.location),
        }
        for reach in coverage.missed
    ]
    return data


def coverage_lcov(coverage: Coverage) -> str:
    """
    Write a tracefile as lcov and what reads its files have it.

    Listeners and rules are functions, matches and backends are branches; a line was reached when something on
    it was. What no file holds is left out.
    """
    placed = (reach for reach in coverage.reaches if reach.location is not None)
    files = groupby(placed, key=lambda reach: reach.location.file if reach.location else "")
    return "".join(_record(file, list(reaches)) for file, reaches in files)


def _record(file: str, reaches: Sequence[Reach]) -> str:
    lines = {line: list(found) for line, found in groupby(reaches, key=_line)}
    hits = {line: max(reach.hits for reach in found) for line, found in lines.items()}
    functions = [reach for reach in reaches if reach.part in (Part.LISTENER, Part.RULE)]
    branches = [reach for reach in reaches if reach.part in (Part.MATCH, Part.BACKEND)]
    rows = [
        "TN:gwsim",
        f"SF:{safe(file)}",
        *(f"FN:{_line(reach)},{_name(reach)}" for reach in functions),
        *(f"FNDA:{reach.hits},{_name(reach)}" for reach in functions),
        f"FNF:{len(functions)}",
        f"FNH:{sum(reach.hits > 0 for reach in functions)}",
        *_branches(lines, hits),
        f"BRF:{len(branches)}",
        f"BRH:{sum(reach.hits > 0 for reach in branches)}",
        *(f"DA:{line},{count}" for line, count in hits.items()),
        f"LF:{len(hits)}",
        f"LH:{sum(count > 0 for count in hits.values())}",
        "end_of_record",
    ]
    return "".join(f"{row}\n" for row in rows)


def _line(reach: Reach) -> int:
    return reach.location.line if reach.location else 0


def _name(reach: Reach) -> str:
    """A name in a list whose separator is the comma."""
    return safe(reach.name).replace(",", ";")


def _branches(lines: dict[int, list[Reach]], hits: dict[int, int]) -> Iterator[str]:
    for line, found in lines.items():
        branches = [reach for reach in found if reach.part in (Part.MATCH, Part.BACKEND)]
        for index, reach in enumerate(branches):
            taken = str(reach.hits) if hits[line] else "-"
            yield f"BRDA:{line},0,{index},{taken}"
