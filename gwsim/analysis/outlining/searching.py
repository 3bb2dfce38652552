"""The tree of a topology, reduced to the items that have some words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from gwsim.addresses import ListenerKey, ObjectKey
from gwsim.analysis.listing import conditions
from gwsim.analysis.outlining.judging import judge_route
from gwsim.analysis.outlining.outline import Item, ItemKind, Outline, Place
from gwsim.analysis.outlining.unfolding import backend_name, children, roots, route_item
from gwsim.binding.attaching.attachment import hostnames_of
from gwsim.binding.listening.listeners import BoundListener

Words: TypeAlias = tuple[str, ...]
"""What is looked for, in lower case; a text has a word when it contains it. States are words too."""


class Search(msgspec.Struct, frozen=True):
    """
    Finds items by words: an item is found when each word is its own, or of one above or below it.

    What a route and its rules say is put together once, and kept.
    """

    outline: Outline
    said: dict[tuple[ObjectKey, ListenerKey | None], str] = {}
    """By route and the listener it is on. Filled on the way."""

    def roots(self, words: Words) -> Iterator[Item]:
        """Yield the items at the top that are found."""
        return (item for item in roots(self.outline) if self._has(item, words))

    def children(self, item: Item, words: Words) -> Iterator[Item]:
        """
        Yield the items below one that are found.

        Args:
            words: those that no item above says: see `left`.
        """
        words = self.left(item, words)
        if not words:
            return children(self.outline, item)
        if item.kind in (ItemKind.ROUTE, ItemKind.RULE):
            found = tuple(children(self.outline, item))
            kept = tuple(each for each in found if self._has(each, words))
            # The words may be spread over several rules: then none of them is the one that is meant.
            return iter(kept or found)
        return self._found_below(item, words)

    def left(self, item: Item, words: Words) -> Words:
        """The words that an item does not say itself."""
        own = f"{item.kind.value} {item.name} {item.detail} {item.state.value}".lower()
        return tuple(word for word in words if word not in own)

    def prepare(self) -> None:
        """Put together what every route says, so that the first search is as quick as the next."""
        for listener in self.outline.topology.attachments:
            for route, _ in self.outline.attached(listener):
                self._said(Place(route, listener))
        for route in self.outline.loose:
            self._said(Place(route, None))

    def _has(self, item: Item, words: Words) -> bool:
        left = self.left(item, words)
        if not left:
            return True
        if isinstance(item.subject, Place):
            return all(word in self._said(item.subject) for word in left)
        return any(True for _ in self._found_below(item, left))

    def _found_below(self, item: Item, words: Words) -> Iterator[Item]:
        places = self._places(item)
        if places is None:
            yield from (each for each in children(self.outline, item) if self._has(each, words))
            return
        for place in places:
            if all(word in self._said(place) for word in words):
                yield route_item(self.outline, item, place)

    def _places(self, item: Item) -> Iterator[Place] | None:
        """The routes that an item has below it and nothing else, without their items being made."""
        match item.subject:
            case BoundListener(key=key) | (ListenerKey() as key):
                return (Place(route, key) for route, _ in self.outline.attached(key))
            case _:
                return None

    def _said(self, place: Place) -> str:
        key = (place.route.key, place.listener)
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self._say(place)
        return said

    def _say(self, place: Place) -> str:
        state = judge_route(self.outline, place).state.value
        texts = ["route", str(place.route.key), ", ".join(hostnames_of(place.route.resource)), state]
        for index, rule in enumerate(place.rules):
            texts += [f"rules[{index}]", rule.spec.name or ""]
            texts += [", ".join(conditions(match)) for match in rule.spec.matches]
            texts += [each.spec.type for each in rule.filters]
            texts += [backend_name(each.backend) for each in rule.backends]
        return "\n".join(texts).lower()
