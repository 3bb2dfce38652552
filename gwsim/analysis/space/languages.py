"""Conditions with regular expressions as sets of texts, where trying some texts does not settle them."""

from __future__ import annotations

from collections.abc import Iterable

from gwsim.analysis.patterns.automaton import Automaton, Part
from gwsim.analysis.patterns.characters import EVERY, Ranges, of_text, without
from gwsim.analysis.patterns.parsing import automaton_by, automaton_of
from gwsim.analysis.patterns.searching import Language, Search, shortest
from gwsim.analysis.space.conditions import (
    CallIs,
    Condition,
    HeaderIs,
    PathIs,
    QueryIs,
    ReadBy,
    SlashEscaped,
)
from gwsim.binding.referring.patterns import pattern_test
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCMethodMatch
from gwsim.resources.routes import HTTPPathMatch
from gwsim.routing.paths import prefix_base

_SLASH = of_text("/")
_CONTROLS: Ranges = ((0, 8), (10, 31), (127, 127))
_PATH = without(EVERY, ((0, 32), (35, 35), (63, 63), (127, 127)))
"""What a path may hold: no space, no control, no `#`, no `?`."""
_UNSETTLED = Search(None, False)


def settle(
    subject: str, held: Iterable[Condition], missed: Iterable[Condition], implementation: Implementation
) -> Search:
    """Find the shortest value of a part that meets conditions and misses others, or that there is none."""
    wanted = [_language(each, implementation) for each in held]
    unwanted = [_language(each, implementation) for each in missed]
    languages = [each for each in (*wanted, *unwanted) if each is not None]
    if len(languages) < len(wanted) + len(unwanted):
        return _UNSETTLED
    alphabet = EVERY
    if subject == "path":
        alphabet = _PATH
        languages.insert(0, [automaton_by(lambda new: new.sequence([new.text("/"), new.anything()]))])
    elif subject.startswith("header:"):
        alphabet = without(EVERY, _CONTROLS)
    count = len(languages) - len(unwanted)
    return shortest(languages[:count], languages[count:], alphabet)


def _language(condition: Condition, implementation: Implementation) -> Language | None:
    if isinstance(condition, ReadBy):
        return _language(condition.condition, condition.implementation)
    match condition:
        case PathIs(path=path):
            return _path(path, implementation)
        case CallIs(call=call):
            return _call(call, implementation)
        case SlashEscaped():
            return [automaton_by(_escaped_slash)]
        case HeaderIs() | QueryIs():
            if condition.type == "Exact":
                return [automaton_by(lambda new: new.text(condition.value))]
            return _pattern(condition.value, implementation)
        case _:
            return None


def _pattern(pattern: str, implementation: Implementation) -> Language | None:
    if pattern_test(pattern, implementation) is None:
        return [automaton_by(lambda new: new.one(()))]
    automaton = automaton_of(pattern, implementation.regex_anchor)
    return None if automaton is None else [automaton]


def _path(path: HTTPPathMatch, implementation: Implementation) -> Language | None:
    match path.type:
        case "Exact":
            return [automaton_by(lambda new: new.text(path.value))]
        case "PathPrefix":
            base = prefix_base(path.value)

            def below(new: Automaton) -> Part:
                deeper = new.sequence([new.text("/"), new.anything()])
                return new.sequence([new.text(base), new.optional(deeper) if base else deeper])

            return [automaton_by(below)]
        case "RegularExpression":
            return _pattern(path.value, implementation)


def _call(call: GRPCMethodMatch, implementation: Implementation) -> Language | None:
    """A service and a method, each without a slash."""

    def of_two(new: Automaton) -> Part:
        name = without(EVERY, _SLASH)
        some = [new.sequence([new.one(name), new.many(new.one(name))]) for _ in range(2)]
        return new.sequence([new.text("/"), some[0], new.text("/"), some[1]])

    found = [automaton_by(of_two)]
    for value, around in ((call.service, ("/", "/")), (call.method, ("", ""))):
        if value:
            named = _named(value, call.type, implementation, around)
            if named is None:
                return None
            found.append(named)
    return found


def _named(
    value: str, type_: str, implementation: Implementation, around: tuple[str, str]
) -> Automaton | None:
    """A path of which the service, or the method, is such."""

    def rest(new: Automaton) -> Part:
        return new.many(new.one(without(EVERY, _SLASH)))

    def exact(new: Automaton) -> Part:
        text = new.text(f"{around[0]}{value}{around[1]}")
        return new.sequence(
            [text, rest(new)] if around[0] else [new.text("/"), rest(new), new.text("/"), text]
        )

    if type_ == "Exact":
        return automaton_by(exact)
    if pattern_test(value, implementation) is None:
        return automaton_by(lambda new: new.one(()))
    automaton = automaton_of(value, implementation.regex_anchor, excluded=_SLASH, around=around)
    if automaton is None:
        return None
    parts = [automaton.whole, rest(automaton)]
    if not around[0]:
        parts = [automaton.text("/"), rest(automaton), automaton.text("/"), automaton.whole]
    automaton.whole = automaton.sequence(parts)
    return automaton


def _escaped_slash(new: Automaton) -> Part:
    return new.sequence([new.anything(), new.text("%2"), new.one(of_text("fF")), new.anything()])
