r"""
RE2 patterns, read into automata.

What is common in manifests is read: characters, classes, groups, alternatives, repetitions, anchors, the
flags `i`, `s` and `U`. Not read: `\b`, `\B`, `\C`, `\p`, the flag `m`. Libraries for automata build them
whole before anything is asked, which takes exponential time for patterns from strangers; here they are only
walked through.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gwsim.analysis.patterns import characters
from gwsim.analysis.patterns.automaton import Automaton, Part, TooLarge, Where
from gwsim.analysis.patterns.characters import EVERY, Ranges, folded, joined, of_text, without

_CLASSES = {"d": characters.DIGIT, "w": characters.WORD, "s": characters.SPACE}
_CONTROLS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_REPEAT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_FLAGS = re.compile(r"\(\?([isU]*)(?:-([isU]*))?([:)])")
_NAME = re.compile(r"\(\?P?<\w+>")
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_OCTAL = re.compile(r"\\([0-7]{1,3})")


class _NotRead(Exception):  # noqa: N818
    """The pattern has something that is not read here."""


def automaton_of(
    pattern: str, anchor: str, *, excluded: Ranges = (), around: tuple[str, str] = ("", "")
) -> Automaton | None:
    """
    Read a pattern that RE2 takes.

    Args:
        anchor: of `Implementation.regex_anchor`.
        excluded: characters that do not occur in the text.
        around: what stands before and after the text.

    Returns:
        None for one that is not read, or is too large.
    """
    automaton = Automaton()
    try:
        part = _Reader(pattern, automaton, excluded).whole(anchor)
        before, after = (automaton.text(each) for each in around)
        automaton.whole = automaton.sequence([before, part, after])
    except (_NotRead, TooLarge, RecursionError):
        return None
    return automaton


def automaton_by(build: Callable[[Automaton], Part]) -> Automaton:
    """An automaton that is written down by hand."""
    automaton = Automaton()
    automaton.whole = build(automaton)
    return automaton


class _Reader:
    def __init__(self, pattern: str, automaton: Automaton, excluded: Ranges) -> None:
        self.pattern = pattern
        self.automaton = automaton
        self.excluded = excluded
        self.at = 0
        self.flags: frozenset[str] = frozenset()

    def whole(self, anchor: str) -> Part:
        part = self.alternatives()
        if self.at != len(self.pattern):
            raise _NotRead
        anything = [self.automaton.many(self.one(EVERY)) for _ in range(2)]
        match anchor:
            case "full":
                return part
            case "start":
                return self.automaton.sequence([part, anything[0]])
            case _:
                return self.automaton.sequence([anything[0], part, anything[1]])

    def one(self, ranges: Ranges) -> Part:
        return self.automaton.one(without(ranges, self.excluded))

    def in_case(self, ranges: Ranges) -> Ranges:
        """Characters as written, or in either case."""
        if "i" not in self.flags:
            return ranges
        both = folded(ranges)
        if both is None:
            raise _NotRead
        return both

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def alternatives(self) -> Part:
        before = self.flags
        parts = [self.sequence()]
        while self.peek("|"):
            self.at += 1
            parts.append(self.sequence())
        self.flags = before
        return parts[0] if len(parts) == 1 else self.automaton.choice(parts)

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self.repeated())
        return self.automaton.sequence(parts)

    def repeated(self) -> Part:
        start, flags = self.at, self.flags
        part = self.atom()
        while self.at < len(self.pattern):
            sign = self.pattern[self.at]
            count = self.take(_REPEAT)
            if count is not None:
                least, comma, most = count.groups()
                part = self.times(start, count.start(), int(least), comma is not None, most, flags)
            elif sign in "*+?":
                self.at += 1
                part = self.by_sign(part, sign)
            else:
                return part
            if self.peek("?"):
                self.at += 1
        return part

    def by_sign(self, part: Part, sign: str) -> Part:
        if sign == "?":
            return self.automaton.optional(part)
        many = self.automaton.many(part)
        if sign == "+":
            self.automaton.moves[many.first].remove((Where.ANYWHERE, many.last))
        return many

    def times(
        self, start: int, end: int, least: int, open_ended: bool, most: str | None, flags: frozenset[str]
    ) -> Part:
        """Read what is repeated again for each time."""
        after, kept = self.at, self.flags

        def again() -> Part:
            self.at, self.flags = start, flags
            part = self.atom()
            if self.at != end:
                raise _NotRead
            return part

        parts = [again() for _ in range(least)]
        if most:
            rest = self.automaton.nothing()
            for _ in range(int(most) - least):
                rest = self.automaton.optional(self.automaton.sequence([again(), rest]))
            parts.append(rest)
        elif open_ended:
            parts.append(self.automaton.many(again()))
        self.at, self.flags = after, kept
        return self.automaton.sequence(parts)

    def atom(self) -> Part:
        sign = self.pattern[self.at]
        match sign:
            case "(":
                return self.group()
            case "[":
                return self.one(self.set_of())
            case ".":
                self.at += 1
                return self.one(EVERY if "s" in self.flags else without(EVERY, of_text("\n")))
            case "^" | "$":
                self.at += 1
                return self.automaton.nothing(Where.START if sign == "^" else Where.END)
            case "\\":
                return self.escape()
            case "*" | "+" | "?":
                raise _NotRead
            case _:
                self.at += 1
                return self.one(self.in_case(of_text(sign)))

    def group(self) -> Part:
        before, flags = self.flags, self.take(_FLAGS)
        if flags is not None:
            on, off, end = flags.groups()
            self.flags = (self.flags | frozenset(on)) - frozenset(off or "")
            if end == ")":
                return self.automaton.nothing()
        elif self.take(_NAME) is None:
            if self.peek("(?"):
                raise _NotRead
            self.at += 1
        part = self.alternatives()
        if not self.peek(")"):
            raise _NotRead
        self.at += 1
        self.flags = before
        return part

    def escape(self) -> Part:
        if self.peek("\\Q"):
            text, end, _ = self.pattern[self.at + 2 :].partition("\\E")
            self.at += 2 + len(text) + len(end)
            return self.automaton.sequence([self.one(self.in_case(of_text(each))) for each in text])
        if self.peek("\\A") or self.peek("\\z"):
            self.at += 2
            return self.automaton.nothing(Where.START if self.pattern[self.at - 1] == "A" else Where.END)
        return self.one(self.in_case(self.escaped()))

    def escaped(self) -> Ranges:
        """The characters that a backslash stands for."""
        number = self.take(_HEX)
        if number is not None:
            return of_text(chr(int(number[1] or number[2], 16)))
        number = self.take(_OCTAL)
        if number is not None:
            if number[1][0] != "0" and len(number[1]) == 1:
                raise _NotRead
            return of_text(chr(int(number[1], 8)))
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if letter.lower() in _CLASSES:
            found = _CLASSES[letter.lower()]
            return found if letter.islower() else without(EVERY, found)
        if letter in _CONTROLS:
            return of_text(_CONTROLS[letter])
        if not letter or letter.isalnum() or not letter.isascii():
            raise _NotRead
        return of_text(letter)

    def set_of(self) -> Ranges:
        """A class in brackets."""
        self.at += 1
        negated = self.peek("^")
        self.at += int(negated)
        found: list[tuple[int, int]] = []
        first = True
        while first or not self.peek("]"):
            first = False
            posix = self.take(_POSIX)
            if posix is not None:
                named = characters.POSIX.get(posix[2])
                if named is None:
                    raise _NotRead
                found += without(EVERY, named) if posix[1] else named
                continue
            low = self.member()
            if self.peek("-") and not self.peek("-]") and len(low) == 1 and low[0][0] == low[0][1]:
                self.at += 1
                high = self.member()
                low = ((low[0][0], high[-1][1]),)
            found += low
        self.at += 1
        ranges = self.in_case(joined(found))
        return without(EVERY, ranges) if negated else ranges

    def member(self) -> Ranges:
        if self.at >= len(self.pattern):
            raise _NotRead
        if self.peek("\\"):
            return self.escaped()
        self.at += 1
        return of_text(self.pattern[self.at - 1])
