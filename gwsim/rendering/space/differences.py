"""The answer of `gwsim diff` and `gwsim impact`, for people and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from gwsim.addresses import Address, ObjectKey
from gwsim.analysis.differing.causes import Cause, Change
from gwsim.analysis.differing.comparing import Difference, Doubt
from gwsim.analysis.differing.traffic import Traffic
from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.space import PlaceSpace, mesh_routes
from gwsim.rendering.sanitize import safe
from gwsim.rendering.space.witnesses import mesh_words, place_data, place_words, request_data, rule_of
from gwsim.rendering.space.words import ClassWords, outcome_words, region_words, witness_words
from gwsim.routing.request import Request
from gwsim.simulation import Simulation

_MADE_OF = ("action", "status", "reason", "listener", "route", "backends")
_UNTOLD = frozenset({"id", "listener", "route", "reason", "notModelled", "chosen", "weight"})
_SHOWN = 4
"""Fields in which two answers differ that are written out."""


class Review(msgspec.Struct, frozen=True):
    """A comparison, to be written."""

    before: Simulation
    after: Simulation
    causes: tuple[Cause, ...]
    doubts: tuple[Doubt, ...]
    left_out: int
    traffic: Traffic | None = None
    """How much of a sample of traffic is touched."""

    @property
    def count(self) -> int:
        """How many classes differ."""
        return sum(len(cause.differences) for cause in self.causes)

    @property
    def mesh_routes(self) -> int:
        """How many routes of either side have Services as parents, whose requests are not compared."""
        return mesh_routes(self.before, self.after)

    def source(self, key: ObjectKey) -> str | None:
        """Where an object is written: on the second side, or else on the first."""
        for simulation in (self.after, self.before):
            location = simulation.snapshot.locate(Address(key))
            if location is not None:
                return f"{location.file}:{location.line}"
        return None


def difference_words(difference: Difference) -> ClassWords:
    """Say which requests a difference is about."""
    sides, conditions = difference.sides, difference.conditions

    def earlier() -> Iterator[Claim]:
        yield from sides.before.earlier(difference.before)
        yield from sides.after.earlier(difference.after)

    place = sides.before.place if sides.before.place.gateway is not None else sides.after.place
    return region_words(place, conditions, earlier(), lambda claim: sides.meets(difference, claim))


def review_text(review: Review, *, color: bool) -> str:
    """Write a comparison for people; ends with a line break."""
    lines = [_paint(_headline(review), color, bold=True)]
    for cause in review.causes:
        lines += ["", _paint(cause_words(review, cause), color, bold=True)]
        for difference in cause.differences:
            lines += [f"  {line}" for line in _difference_lines(difference)]
        lines += [f"  {line}" for line in _traffic_lines(review, cause)]
    lines += [f"\n{line}" for line in caveats(review)]
    return "\n".join(lines) + "\n"


def _paint(text: str, color: bool, *, bold: bool) -> str:
    return click.style(text, bold=bold) if color else text


def _headline(review: Review) -> str:
    if not review.count:
        return "no difference"
    classes = "1 class" if review.count == 1 else f"{review.count} classes"
    return f"{classes} of requests {'is' if review.count == 1 else 'are'} answered differently"


def cause_words(review: Review, cause: Cause) -> str:
    """Say what a group of differences hangs on."""
    if cause.choices:
        return "; ".join(cause.choices)
    if not cause.changes:
        return "nothing that is told apart"
    return ", ".join(_change_words(review, change) for change in cause.changes)


def _change_words(review: Review, change: Change) -> str:
    source = review.source(change.key)
    return safe(f"{change.key} {change.how}") + (f"  {safe(source)}" if source else "")


def _difference_lines(difference: Difference) -> Iterator[str]:
    text = str(difference_words(difference))
    before, after = answers_words(difference)
    yield text[:1].upper() + text[1:]
    yield f"  before: {before}"
    yield f"  after:  {after}"
    for detail in details(difference):
        yield f"  {detail}"
    yield f"  at {safe(place_words(_place(difference).place))}"
    for number, witness in enumerate(difference.witnesses):
        yield f"  {'such as' if number == 0 else '       '} {witness_words(witness)}"


def _place(difference: Difference) -> PlaceSpace:
    sides = difference.sides
    return sides.before if sides.before.place.gateway is not None else sides.after


def answers_words(difference: Difference) -> tuple[str, str]:
    """Say what became of the first witness, and what becomes of it."""
    sides, witness = difference.sides, difference.witnesses[0]
    before = sides.before.decision(difference.before, witness)
    after = sides.after.decision(difference.after, witness)
    return outcome_words(before), outcome_words(after)


def details(difference: Difference) -> tuple[str, ...]:
    """The fields in which two answers differ that are told in the same words."""
    before, after = answers_words(difference)
    if before != after:
        return ()
    sides, witness = difference.sides, difference.witnesses[0]
    one = sides.before.decision(difference.before, witness).to_dict()
    other = sides.after.decision(difference.after, witness).to_dict()
    found = list(_differing("", one, other))
    more = [f"{len(found) - _SHOWN} fields more"] if len(found) > _SHOWN else []
    return (*(safe(each) for each in found[:_SHOWN]), *more)


def _differing(path: str, one: object, other: object) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for field in dict.fromkeys((*one, *other)):
            if field not in _UNTOLD:
                inner = f"{path}.{field}" if path else field
                yield from _differing(inner, one.get(field), other.get(field))
    elif (
        isinstance(one, list)
        and isinstance(other, list)
        and len(one) == len(other)
        and path[-7:] != "headers"
    ):
        for index, (mine, its) in enumerate(zip(one, other, strict=True)):
            yield from _differing(f"{path}[{index}]", mine, its)
    elif one != other:
        yield f"{path}: {_short(one)} → {_short(other)}"


def _short(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 160 else f"{text[:159]}…"


def _traffic_lines(review: Review, cause: Cause) -> Iterator[str]:
    if review.traffic is not None:
        touched = sum(review.traffic.touched.get(id(each), 0) for each in cause.differences)
        yield f"touches {touched} of {review.traffic.requests} requests of the sample"


def caveats(review: Review) -> Iterator[str]:
    """What is not known, or was left out."""
    whys = dict.fromkeys(why for doubt in review.doubts for why in doubt.why)
    if review.doubts:
        pairs = "1 pair" if len(review.doubts) == 1 else f"{len(review.doubts)} pairs"
        yield f"not known for {pairs} of rules: {'; '.join(whys)}"
    if review.left_out:
        yield f"left out, for want of time: {review.left_out} pairs of rules"
    traffic = review.traffic
    if traffic is not None and traffic.unread:
        yield f"{traffic.unread} lines of the sample are no request that can be sent"


def review_data(review: Review) -> dict[str, object]:
    """A comparison as JSON has it."""
    traffic = review.traffic
    return {
        "causes": [_cause_data(review, cause) for cause in review.causes],
        "notKnown": [
            {
                **place_data(each.sides.setting.place),
                "before": _rule_text(each.before),
                "after": _rule_text(each.after),
                "doubts": list(each.why),
            }
            for each in review.doubts
        ],
        "leftOut": review.left_out,
        "meshRoutes": review.mesh_routes,
        "traffic": None
        if traffic is None
        else {
            "requests": traffic.requests,
            "touched": sum(traffic.touched.values()),
            "unread": traffic.unread,
        },
    }


def _rule_text(claim: Claim) -> str | None:
    key = rule_of(claim)
    return None if key is None else str(key.rule_address)


def _cause_data(review: Review, cause: Cause) -> dict[str, object]:
    return {
        "changes": [
            {"object": str(each.key), "how": each.how, "source": review.source(each.key)}
            for each in cause.changes
        ],
        "choices": list(cause.choices),
        "classes": [_difference_data(review, each) for each in cause.differences],
    }


def _difference_data(review: Review, difference: Difference) -> dict[str, object]:
    sides, witness = difference.sides, difference.witnesses[0]
    traffic = review.traffic
    return {
        "words": str(difference_words(difference)),
        **place_data(_place(difference).place),
        "before": _side_data(sides.before, difference.before, witness),
        "after": _side_data(sides.after, difference.after, witness),
        "differs": list(details(difference)),
        "witnesses": [request_data(each) for each in difference.witnesses],
        "touched": None if traffic is None else traffic.touched.get(id(difference), 0),
    }


def _side_data(space: PlaceSpace, claim: Claim, witness: Request) -> Mapping[str, object]:
    decision = space.decision(claim, witness).to_dict()
    return {
        "words": outcome_words(space.decision(claim, witness)),
        "rule": _rule_text(claim),
        **{field: decision[field] for field in _MADE_OF},
    }


def review_markdown(review: Review, names: Sequence[str] = ()) -> str:
    """Write a comparison as a comment on a pull request; ends with a line break."""
    title = f"### {_headline(review)[:1].upper()}{_headline(review)[1:]}"
    lines = [title, *(f"\n{_escaped(name)}" for name in names)]
    for cause in review.causes:
        lines += ["", f"**{_escaped(cause_words(review, cause))}**", ""]
        lines += ["| requests | before | after | such as |", "| --- | --- | --- | --- |"]
        for each in cause.differences:
            words = str(difference_words(each))
            before, after = map(_escaped, answers_words(each))
            if details(each):
                after = f"{after}<br>{'<br>'.join(map(_escaped, details(each)))}"
            examples = "<br>".join(_code(witness_words(witness)) for witness in each.witnesses)
            lines.append(f"| {_escaped(words[:1].upper() + words[1:])} | {before} | {after} | {examples} |")
        lines += [f"\n{_escaped(line)}" for line in _traffic_lines(review, cause)]
    # A comment is read where nothing else is printed.
    lines += [f"\n{_escaped(line)}" for line in (*caveats(review), *mesh_words(review.mesh_routes))]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    return "".join(f"\\{each}" if each in "\\`*_{}[]()#+!|~@" else each for each in text)


def _code(text: str) -> str:
    inner = text.replace("`", "'").replace("|", "\\|")
    return f"`{inner}`"
