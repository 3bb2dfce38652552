"""Every code that gwsim gives has its explanation, and no explanation is of a code that it does not give."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gwsim.binding.reporting.conditions import FAILURES
from gwsim.errors import UsageError
from gwsim.implementations.choosing import choices
from gwsim.rendering.glossary.code_texts import CONDITION_REASONS, CONDITION_TYPES, DECISIONS
from gwsim.rendering.glossary.codes import clauses_by_id, code_list, code_text
from gwsim.rendering.glossary.finding_texts import FINDINGS, NOTES
from gwsim.rendering.glossary.lint_texts import LINTS

PACKAGE = Path(__file__).parents[2] / "gwsim"


def nodes(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last part of what is called."""
    for node in nodes(*folders):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield name, node


def words(node: ast.AST | None) -> Iterator[str]:
    """The constants that an expression can come to: what it calls with them is not looked at."""
    match node:
        case ast.Constant(str() as text):
            yield text
        case ast.IfExp():
            yield from words(node.body)
            yield from words(node.orelse)
        case ast.BoolOp():
            for value in node.values:
                yield from words(value)
        case ast.Tuple():
            for value in node.elts:
                yield from words(value)


def decision_reasons() -> set[str]:
    """What the engine writes into `Decision.reason` and `BackendChoice.reason`."""
    found: set[str] = set()
    for name, call in calls("routing"):
        place = {"Decision": 2, "ends": 2, "_fails": 3}.get(name)
        if place is not None and len(call.args) > place:
            found.update(words(call.args[place]))
        for keyword in call.keywords:
            if keyword.arg in ("reason", "answer_reason"):
                found.update(words(keyword.value))
    for node in nodes("routing"):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("reason", "(status, reason)"):
            found.update(words(node.value))
    backends = (pair for clause, pairs in FAILURES.items() if clause.startswith("backend.") for pair in pairs)
    return found | {reason for type_, reason in backends if type_ == "ResolvedRefs"}


def conditions_written() -> set[tuple[str, str]]:
    """Type and reason of every condition that binding can write."""
    found = {pair for pairs in FAILURES.values() for pair in pairs}
    for name, call in calls("binding"):
        if name == "Condition" and len(call.args) == 4:
            type_, _, reason, _ = call.args
            found |= {(first, second) for first in words(type_) for second in words(reason)}
        if name == "waiting":
            found |= {(type_, "Pending") for each in call.args for type_ in words(each)}
    return found


def finding_codes(*folders: str) -> set[str]:
    found: set[str] = set()
    for name, call in calls(*folders):
        if name in ("Finding", "Problem", "finding", "_report"):
            code = call.args[0] if call.args else None
            found.update(words(code))
    return found


def test_the_sources_show_codes_of_each_sort() -> None:
    assert {"RuleMatched", "NoEndpoints", "CORSPreflight", "NoMatchingRule"} <= decision_reasons()
    assert ("ResolvedRefs", "ListenersNotResolved") in conditions_written()
    assert {"DuplicateObject", "YAMLSyntax", "InvalidType"} <= finding_codes("reading", "resources")


def test_every_reason_of_a_decision_is_explained_and_no_other() -> None:
    assert set(DECISIONS) == decision_reasons()


def test_every_type_of_a_condition_is_explained_and_no_other() -> None:
    reasons = {"Conflicted"}  # its reason is that of Accepted, which is read from a variable
    assert set(CONDITION_TYPES) == {type_ for type_, _ in conditions_written()} | reasons


def test_every_reason_of_a_condition_is_explained_and_no_other() -> None:
    assert set(CONDITION_REASONS) == {reason for _, reason in conditions_written()}


def test_every_code_of_a_finding_is_explained_and_no_other() -> None:
    assert set(FINDINGS) == finding_codes("reading", "resources")
    assert set(NOTES) == finding_codes("analysis")


@pytest.mark.parametrize("clause", clauses_by_id())
def test_a_clause_is_explained_by_what_it_says_how_binding_it_is_and_its_source(clause: str) -> None:
    text, found = code_text(clause, color=False), clauses_by_id()[clause]
    assert all(part in text for part in (found.says, found.support.value, found.source, found.remedy))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{sort}: {code}")
        for sort, texts in (
            ("decision", DECISIONS),
            ("type", CONDITION_TYPES),
            ("reason", CONDITION_REASONS),
            ("finding", FINDINGS),
            ("note", NOTES),
        )
        for code, text in texts.items()
    ],
)
def test_a_text_is_of_sentences_without_their_full_stop(text: tuple[str, str, str]) -> None:
    assert text[0]
    assert text[2]
    assert not any(part.endswith(".") for part in text)


def test_a_code_is_explained_in_every_sense_that_it_has() -> None:
    assert code_text("RefNotPermitted", color=False) == (
        "RefNotPermitted\n"
        "  Reason of a decision: The backend that was drawn is in another namespace, "
        "and no ReferenceGrant permits it: 500.\n"
        "    What to do:  Create a ReferenceGrant in the backend's namespace, "
        "from the route's kind and namespace.\n"
        "    Where:       ReferenceGrant.spec\n"
        "\n"
        "  Reason of a condition: A reference leads into another namespace, "
        "and no ReferenceGrant there permits it.\n"
        "    What to do:  Create a ReferenceGrant in the namespace of the object that is referred to.\n"
        "    Where:       ResolvedRefs=False of a listener or route\n"
        "    By clause:   backend.grant: A reference to another namespace needs a ReferenceGrant there.\n"
        "    By clause:   ca.grant: A reference to a ConfigMap of another namespace "
        "needs a ReferenceGrant there.\n"
        "    By clause:   gateway.client-certificate.grant: A client certificate in another namespace "
        "needs a ReferenceGrant there.\n"
    )


def test_a_clause_tells_the_conditions_that_it_breaks() -> None:
    text = code_text("attach.kind", color=False)
    assert "    When broken: Accepted=False NotAllowedByListeners\n" in text


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param("RefNotPermited", "; did you mean RefNotPermitted?", id="a letter too few"),
        pytest.param("REFNOTPERMITTED", "; did you mean RefNotPermitted?", id="another case"),
        pytest.param("match.path.prefx", "; did you mean match.path.prefix?", id="a clause"),
        pytest.param("xyzzy", "", id="nothing like it"),
    ],
)
def test_an_unknown_code_is_answered_with_a_similar_one(written: str, answer: str) -> None:
    with pytest.raises(UsageError) as error:
        code_text(written, color=False)
    assert str(error.value) == f"expected a code that `gwsim explain` lists, found '{written}'{answer}"


def test_the_list_has_every_code_in_a_line() -> None:
    lines = [line.split()[0] for line in code_list(color=False).splitlines() if line.startswith("  ")]
    names = [choice.name for choice in choices()]
    codes = [*DECISIONS, *CONDITION_TYPES, *CONDITION_REASONS, *FINDINGS, *LINTS, *NOTES]
    codes += [*names, *clauses_by_id()]
    assert lines == codes


def test_colour_is_for_headings_alone() -> None:
    plain, colored = code_list(color=False), code_list(color=True)
    assert colored.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain != colored


def test_a_choice_is_explained_with_its_values_and_who_chooses_otherwise() -> None:
    assert code_text("regexRank", color=False) == (
        "regexRank\n"
        "  Choice: Where regular expressions of paths stand.\n"
        "    Values:      exact>regex>prefix, exact>prefix>regex, byLength\n"
        "    Default:     exact>regex>prefix\n"
        "    Otherwise:   istio: exact>prefix>regex; traefik: byLength\n"
        "    Basis:       implementation-specific, HTTPRouteRule.matches\n"
        "    How to set:  --set 'regexRank=VALUE'\n"
    )
    assert "    Values:      none, or a duration such as 15s\n" in code_text(
        "requestTimeoutDefault", color=False
    )
