"""
Scenario folders: manifests, and what is expected of them.

A folder holds manifests (`*.yaml`), a `README.md`, and `scenario.yaml`:

    title: one line
    requests:
      - name: a cart request goes to the stable version      # a sentence that can be false
        request: {url: "https://shop.example.com/cart", draw: 0.5}
        expect: {action: forward, chosen: 0, backends: [{name: cart, share: 9/10}, {name: cart-canary}]}
    status:
      - name: the Gateway is accepted
        object: Gateway/shop/storefront                       # GatewayClass/NAME for what has no namespace
        expect: {conditions: [{type: Accepted, status: "True", reason: Accepted}]}

`request` has the fields of the contract's request, `expect` is a partial decision in the contract's shape, or
a partial `status` in the API's. `differences` says how the two are compared:

* A mapping is partial: the keys that it names are compared, others may be there. Null asserts that a key is
  absent or null. What is absent counts as an empty mapping, so that nulls below it hold.
* `conditions` are compared by `type`, `listeners` by `name`, `parents` by `parentRef` (itself partial);
  others may be there. An entry that asserts only nulls holds where there is none. An empty list asserts that
  the list is empty or absent.
* A mapping that is expected of a list of `[name, value]` pairs is a partial set of headers: names are
  case-insensitive, their order is free, a list of values stands for a header that occurs several times, and
  null asserts that there is none.
* Every other list is compared by position and must have the same length.
* Everything else must be equal, and of the same type as far as booleans go.

Beware of YAML in conditions: `status: True` is a boolean, `status: "True"` what the API has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import yaml

from gwsim.addresses import path_text
from gwsim.errors import GwsimError

FILE_NAME = "scenario.yaml"
KEYED_LISTS: Mapping[str, str] = {"conditions": "type", "listeners": "name", "parents": "parentRef"}
"""Fields whose lists are compared by a key of their entries, and that key."""


class ScenarioError(GwsimError):
    """A folder that is no scenario; the text is `FILE: what is wrong`."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class RequestCase(msgspec.Struct, frozen=True):
    """One request, and the part of its decision that is expected."""

    name: str
    """A sentence that can be false."""
    request: Mapping[str, object]
    """In the contract's JSON shape, fit for `Request.from_dict`."""
    expect: Mapping[str, object]


class StatusCase(msgspec.Struct, frozen=True):
    """One object, and the part of its status that is expected."""

    name: str
    """A sentence that can be false."""
    subject: str
    """`KIND/NAMESPACE/NAME`, or `KIND/NAME` where there is no namespace."""
    expect: Mapping[str, object]


class Scenario(msgspec.Struct, frozen=True):
    """A folder's expectations, in the order of its file."""

    folder: Path
    title: str
    requests: tuple[RequestCase, ...]
    status: tuple[StatusCase, ...]

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name


class Difference(msgspec.Struct, frozen=True):
    """One place where what is expected is not there."""

    path: tuple[str | int, ...]
    """Keys and positions; an entry of a keyed list is named by its key."""
    expected: object
    actual: object

    def __str__(self) -> str:
        return f"{path_text(self.path) or 'the whole'}: expected {self.expected!r}, found {self.actual!r}"


def read_scenario(folder: Path | str) -> Scenario:
    """
    Read the expectations of a scenario folder; its manifests are read by `gwsim.load`.

    Raises:
        ScenarioError: there is no scenario.yaml, or it is not in the form above.
    """
    folder = Path(folder)
    path = folder / FILE_NAME
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        wire = msgspec.convert(document, _Document)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ScenarioError(path, str(error)) from None
    requests = tuple(RequestCase(case.name, case.request, case.expect) for case in wire.requests)
    status = tuple(StatusCase(case.name, case.subject, case.expect) for case in wire.status)
    names = Counter([case.name for case in requests] + [case.name for case in status])
    for name, count in names.items():
        if count > 1:
            raise ScenarioError(path, f"expected one case of each name, found {count} of {name!r}")
    return Scenario(folder, wire.title, requests, status)


def differences(expected: object, actual: object, path: tuple[str | int, ...] = ()) -> tuple[Difference, ...]:
    """
    Compare what is expected with what is there, by the rules above.

    >>> differences({"status": 404}, {"status": 404, "reason": "NoMatchingRule"})
    ()
    >>> print(*differences({"route": {"rule": 1}}, {"route": {"rule": 0}}))
    route.rule: expected 1, found 0

    Args:
        path: where the two stand; it also tells which lists are compared by key.
    """
    return tuple(_differences(expected, actual, path))


def _differences(expected: object, actual: object, path: tuple[str | int, ...]) -> Iterator[Difference]:
    match expected:
        case Mapping():
            yield from _mapping_differences(expected, actual, path)
        case list() | tuple():
            yield from _list_differences(expected, actual, path)
        case _:
            if expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
                yield Difference(path, expected, actual)


def _mapping_differences(
    expected: Mapping[str, object], actual: object, path: tuple[str | int, ...]
) -> Iterator[Difference]:
    match actual:
        case None:
            if _asserts_absence(expected):
                return
            yield Difference(path, expected, actual)
        case Mapping():
            for key, value in expected.items():
                yield from _differences(value, actual.get(key), (*path, key))
        case list() | tuple() if all(_is_pair(item) for item in actual):
            yield from _header_differences(expected, actual, path)
        case _:
            yield Difference(path, expected, actual)


def _header_differences(
    expected: Mapping[str, object], actual: Sequence[Sequence[str]], path: tuple[str | int, ...]
) -> Iterator[Difference]:
    for name, value in expected.items():
        found = [text for header, text in actual if header.lower() == name.lower()]
        wanted = [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
        if found != wanted:
            yield Difference((*path, name), value, found or None)


def _list_differences(
    expected: Sequence[object], actual: object, path: tuple[str | int, ...]
) -> Iterator[Difference]:
    field = path[-1] if path else None
    key = KEYED_LISTS.get(field) if isinstance(field, str) else None
    found = [] if actual is None and (key or not expected) else actual
    if not isinstance(found, list | tuple):
        yield Difference(path, expected, actual)
    elif key is not None and expected:
        for item in expected:
            yield from _keyed_differences(key, item, found, path)
    elif len(expected) != len(found):
        yield Difference(path, expected, actual)
    else:
        for index, (wanted, item) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(wanted, item, (*path, index))


def _keyed_differences(
    key: str, expected: object, actual: Sequence[object], path: tuple[str | int, ...]
) -> Iterator[Difference]:
    if not isinstance(expected, Mapping) or key not in expected:
        raise ValueError(f"expected an entry with {key!r} in {path[-1]!r}, found {expected!r}")
    wanted = expected[key]
    rest = {name: value for name, value in expected.items() if name != key}
    here = (*path, wanted if isinstance(wanted, str) else _label(wanted))
    for item in actual:
        if isinstance(item, Mapping) and not differences(wanted, item.get(key)):
            yield from _differences(rest, item, here)
            return
    if not (rest and _asserts_absence(rest)):
        yield Difference(here, expected, None)


def _asserts_absence(expected: object) -> bool:
    match expected:
        case Mapping():
            return all(_asserts_absence(value) for value in expected.values())
        case list() | tuple():
            return not expected
        case _:
            return expected is None


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(part, str) for part in item)


def _label(parent_ref: object) -> str:
    if not isinstance(parent_ref, Mapping):
        return str(parent_ref)
    return ",".join(f"{name}={value}" for name, value in parent_ref.items())


class _Loader(yaml.SafeLoader):
    """Safe loading that leaves dates and times as the text that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _RequestCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    request: dict[str, object]
    expect: dict[str, object]


class _StatusCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    subject: str = msgspec.field(name="object")
    expect: dict[str, object]


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """scenario.yaml as written."""

    title: str
    requests: list[_RequestCase] = []
    status: list[_StatusCase] = []
