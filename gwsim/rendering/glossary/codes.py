"""The codes in gwsim's answers, explained: for `gwsim explain`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import indent
from typing import NamedTuple

from gwsim.binding import clauses as binding_clauses
from gwsim.binding import policy_clauses
from gwsim.binding.reporting.conditions import FAILURES
from gwsim.errors import UsageError
from gwsim.implementations.choosing import Choice, choices
from gwsim.implementations.known import KNOWN
from gwsim.rendering.glossary.code_texts import CONDITION_REASONS, CONDITION_TYPES, DECISIONS, Text
from gwsim.rendering.glossary.finding_texts import FINDINGS, NOTES
from gwsim.rendering.glossary.lint_texts import LINTS
from gwsim.routing import clauses as routing_clauses
from gwsim.trace import Clause, Support

_BINDING: Mapping[Support, str] = {
    Support.MUST: "every implementation must do so",
    Support.SHOULD: "every implementation should do so",
    Support.EXTENDED: "of those that support the feature, every implementation must do so",
    Support.IMPLEMENTATION: "each implementation has its own way; this is gwsim's",
    Support.UNSPECIFIED: "no source says; this is gwsim's way",
}


class _Sort(NamedTuple):
    """A sort of codes; one code may be of several."""

    one: str
    many: str
    texts: Mapping[str, Text]


_SORTS = (
    _Sort("Reason of a decision", "Reasons of decisions", DECISIONS),
    _Sort("Type of a condition", "Types of conditions", CONDITION_TYPES),
    _Sort("Reason of a condition", "Reasons of conditions", CONDITION_REASONS),
    _Sort("Finding", "Findings", FINDINGS),
    _Sort("Finding of `gwsim lint`", "Findings of `gwsim lint`", LINTS),
    _Sort("Note", "Notes", NOTES),
)


@cache
def clauses_by_id() -> Mapping[str, Clause]:
    """Every clause that a step may cite, in the order of a request's way."""
    modules = (binding_clauses, policy_clauses, routing_clauses)
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Clause))
    return {clause.id: clause for clause in found}


def code_text(code: str, *, color: bool) -> str:
    """
    Explain a code, in every sense that it has.

    Raises:
        UsageError: nothing in gwsim's answers is called so; a similar code is named.
    """
    parts = [_entry(code, sort) for sort in _SORTS if code in sort.texts]
    clause = clauses_by_id().get(code)
    if clause is not None:
        parts.append(_clause_entry(clause))
    choice = next((each for each in choices() if each.name == code), None)
    if choice is not None:
        parts.append(_choice_entry(choice))
    if not parts:
        raise UsageError(f"expected a code that `gwsim explain` lists, found {code!r}{_suggestion(code)}")
    return f"{_bold(code, color=color)}\n" + "\n".join("".join(part) for part in parts)


def code_list(*, color: bool) -> str:
    """List every code with what it means, sort by sort."""
    width = max(map(len, _codes()))
    blocks = [
        _block(sort.many, {code: text.means for code, text in sort.texts.items()}, width, color=color)
        for sort in _SORTS
    ]
    says = {code: clause.says for code, clause in clauses_by_id().items()}
    chosen = {each.name: f"{each.says} (default: {each.default})" for each in choices()}
    blocks.append(_block("Choices (`--set NAME=VALUE`)", chosen, width, color=color))
    return "\n".join([*blocks, _block("Clauses", says, width, color=color)])


def _block(heading: str, rows: Mapping[str, str], width: int, *, color: bool) -> str:
    lines = "".join(f"  {code:<{width}}  {means}\n" for code, means in rows.items())
    return f"{_bold(heading, color=color)}\n{lines}"


def _entry(code: str, sort: _Sort) -> Iterator[str]:
    text = sort.texts[code]
    yield f"  {sort.one}: {text.means}.\n"
    if text.do:
        yield f"    What to do:  {text.do}.\n"
    yield f"    Where:       {text.source}\n"
    if sort.texts in (FINDINGS, LINTS):
        yield from _examples(code)
    if sort.texts is CONDITION_REASONS:
        for clause in _clauses_behind(code):
            yield f"    By clause:   {clause.id}: {clause.says}.\n"


def _examples(code: str) -> Iterator[str]:
    """A manifest that has a finding, and one that does not; what is no text of an object has none."""
    from gwsim.analysis.linting.examples import LINT_EXAMPLES
    from gwsim.resources.examples import EXAMPLES

    example = EXAMPLES.get(code) or LINT_EXAMPLES.get(code)
    if example is not None:
        for title, manifest in (("Bad", example.bad), ("Good", example.good)):
            yield f"    {title}:\n{indent(manifest.strip(), ' ' * 6)}\n"


def _clauses_behind(reason: str) -> Iterator[Clause]:
    """The clauses that give a condition this reason."""
    for clause_id, clause in clauses_by_id().items():
        given = {pair[1] for pair in FAILURES.get(clause_id, ())}
        if reason in given:
            yield clause


def _clause_entry(clause: Clause) -> Iterator[str]:
    yield f"  Clause: {clause.says}.\n"
    if clause.remedy:
        yield f"    What to do:  {clause.remedy}.\n"
    yield f"    How binding: {clause.support.value}: {_BINDING[clause.support]}\n"
    yield f"    Where:       {clause.source}\n"
    for type_, reason in FAILURES.get(clause.id, ()):
        yield f"    When broken: {type_}=False {reason}\n"


def _choice_entry(choice: Choice) -> Iterator[str]:
    otherwise = (
        f"{each.name}: {getattr(each, choice.field)}"
        for each in KNOWN
        if getattr(each, choice.field) != choice.default
    )
    yield f"  Choice: {choice.says}.\n"
    yield f"    Values:      {', '.join(choice.values) or choice.form}\n"
    yield f"    Default:     {choice.default}\n"
    yield f"    Otherwise:   {'; '.join(otherwise) or 'in no named implementation'}\n"
    yield f"    Basis:       {choice.source}\n"
    yield f"    How to set:  --set '{choice.name}=VALUE'\n"


def _codes() -> Iterator[str]:
    for sort in _SORTS:
        yield from sort.texts
    yield from (choice.name for choice in choices())
    yield from clauses_by_id()


def _suggestion(code: str) -> str:
    known = {each.casefold(): each for each in _codes()}
    close = difflib.get_close_matches(code.casefold()[:60], known, n=1)
    return f"; did you mean {known[close[0]]}?" if close else ""


def _bold(text: str, *, color: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if color else text
