"""The tree of a topology: its states agree with status and with what becomes of requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import gwsim
from gwsim.analysis.outlining.outline import Group, Item, ItemKind, Outline, Place, State
from gwsim.analysis.outlining.searching import Search
from gwsim.analysis.outlining.unfolding import can_unfold, children, roots
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario

ROOT = Path(__file__).parents[2] / "scenarios"
NAMES = tuple(path.parent.name for path in sorted(ROOT.glob(f"*/{FILE_NAME}")))
HEAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: main}
spec:
  gatewayClassName: public
  listeners: [{name: http, protocol: HTTP, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""


@cache
def simulation(name: str) -> gwsim.Simulation:
    return gwsim.load(ROOT / name)


@cache
def items(name: str) -> tuple[Item, ...]:
    """Every item of a scenario's tree, parents first."""
    outline = Outline(simulation(name).table)
    return tuple(each for root in roots(outline) for each in below(outline, root))


def below(outline: Outline, item: Item) -> Iterator[Item]:
    yield item
    for child in children(outline, item):
        yield from below(outline, child)


def loaded(folder: Path, *documents: str) -> Outline:
    (folder / "all.yaml").write_text("\n---\n".join([HEAD, *documents]), encoding="utf-8")
    given = load_files([str(folder)])
    return Outline(given.simulation.table, given.findings)


def route(name: str, rules: str, hostnames: str = "[]") -> str:
    head = f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\n"
    return f"{head}spec:\n  parentRefs: [{{name: main}}]\n  hostnames: {hostnames}\n  rules: {rules}\n"


def states(outline: Outline, *names: str) -> dict[str, str]:
    """The state of each item of a name, wherever it is."""
    found = [each for root in roots(outline) for each in below(outline, root)]
    return {name: each.state.value for name in names for each in found if each.name == name}


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_takes_a_request_is_reached_and_its_backends_are_usable_as_the_tree_says(
    name: str,
) -> None:
    rules = {each.rule: each for each in items(name) if each.kind is ItemKind.RULE and each.state in _SERVING}
    backends = {(each.path[:-1], str(each.address)): each for each in items(name)}
    for case in read_scenario(ROOT / name).requests:
        decision = simulation(name).decide(gwsim.Request.from_dict(case.request))
        if decision.route is None:
            continue
        key = decision.route.key
        assert (key.route, key.rule) in rules, case.name
        found = [
            each
            for each in items(name)
            if each.rule == (key.route, key.rule)
            and each.state in _SERVING
            and decision.listener is not None
            and _listener_of(name, each) == decision.listener.key
        ]
        for item in found:
            for choice in decision.backends:
                backend = backends[item.path, str(choice.address)]
                if choice.reason != "InvalidFilter" and choice.status not in (301, 302):
                    assert (choice.status is None) == (backend.state is not State.REFUSED), case.name


_SERVING = (State.ACCEPTED, State.PARTLY)


def _listener_of(name: str, item: Item) -> object:
    parent = next(each for each in items(name) if each.path == item.path[:-1])
    assert isinstance(parent.subject, Place)
    return parent.subject.listener


@pytest.mark.parametrize("name", NAMES)
def test_gateways_and_routes_are_refused_where_their_status_says_so(name: str) -> None:
    status = {_key(each): each.get("status", {}) for each in simulation(name).status()}
    for item in items(name):
        if item.kind is ItemKind.GATEWAY:
            accepted = _accepted(status[f"Gateway/{item.name}"])
            assert (item.state is State.REFUSED) == (not accepted), item.path
        if item.kind is ItemKind.ROUTE:
            parents = [_accepted(parent) for parent in status[item.name].get("parents", [])]
            loose = item.path[0] == Group.LOOSE.value
            assert loose == (not any(parents)), item.path
            assert (item.state is State.REFUSED) <= loose, item.path


def _accepted(part: Mapping[str, Any]) -> bool:
    conditions: Sequence[Mapping[str, str]] = part.get("conditions", [])
    return any(each["type"] == "Accepted" and each["status"] == "True" for each in conditions)


def _key(item: Mapping[str, Any]) -> str:
    metadata = item["metadata"]
    parts = (item["kind"], metadata.get("namespace"), metadata["name"])
    return "/".join(part for part in parts if part)


@pytest.mark.parametrize("name", NAMES)
def test_each_object_of_the_topology_is_in_the_tree_and_no_path_is_there_twice(name: str) -> None:
    paths = [each.path for each in items(name)]
    assert len(set(paths)) == len(paths)
    topology = simulation(name).topology
    shown = {each.address.key for each in items(name) if each.address is not None}
    given = [*topology.classes, *topology.gateways, *topology.routes]
    assert {each.key for each in given} <= shown


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_accepted_says_which_check_failed_or_has_no_request(name: str) -> None:
    outline = Outline(simulation(name).table)
    for item in items(name):
        assert can_unfold(outline, item) == any(True for _ in children(outline, item))
        if item.state is State.ACCEPTED:
            assert item.failures == ()
        if item.state is State.REFUSED and item.kind in (ItemKind.GATEWAY, ItemKind.ROUTE, ItemKind.LISTENER):
            assert item.failures, item.path


@pytest.mark.parametrize(
    ("rules", "name", "state"),
    [
        pytest.param("[{backendRefs: [{name: web, port: 80}]}]", "rules[0]", "accepted", id="all is well"),
        pytest.param("[{backendRefs: [{name: gone, port: 80}]}]", "rules[0]", "partly invalid", id="no such"),
        pytest.param(
            "[{backendRefs: [{name: gone, port: 80}]}]", "Service/default/gone:80", "refused", id="it"
        ),
        pytest.param("[{}]", "rules[0]", "partly invalid", id="no backends"),
        pytest.param(
            "[{backendRefs: [{name: web, port: 80, weight: 0}]}]", "rules[0]", "partly invalid", id="all 0"
        ),
        pytest.param(
            "[{backendRefs: [{name: web, port: 80, weight: 0}]}]",
            "Service/default/web:80",
            "never reached",
            id="weight 0",
        ),
        pytest.param(
            "[{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]",
            "rules[0]",
            "accepted",
            id="a redirect needs no backend",
        ),
        pytest.param(
            "[{backendRefs: [{name: web, port: 80}]}, {backendRefs: [{name: web, port: 80}]}]",
            "rules[1]",
            "never reached",
            id="an equal match comes first",
        ),
        pytest.param(
            "[{matches: [{path: {type: RegularExpression, value: '('}}]}]",
            "rules[0]",
            "refused",
            id="pattern",
        ),
    ],
)
def test_state_of_a_rule_and_its_backend(tmp_path: Path, rules: str, name: str, state: str) -> None:
    assert states(loaded(tmp_path, route("web", rules)), name) == {name: state}


def test_a_route_is_never_reached_when_an_older_one_has_all_its_matches_for_all_its_hostnames(
    tmp_path: Path,
) -> None:
    rules = "[{backendRefs: [{name: web, port: 80}]}]"
    hidden, seen = "HTTPRoute/default/b", "HTTPRoute/default/c"
    outline = loaded(
        tmp_path,
        route("a", rules, "[one.example.com]"),
        route("b", rules, "[one.example.com]"),
        route("c", rules, "[one.example.com, two.example.com]"),
    )
    assert states(outline, hidden, seen) == {hidden: "never reached", seen: "accepted"}


def test_what_the_api_server_would_refuse_is_shown_with_its_place(tmp_path: Path) -> None:
    outline = loaded(tmp_path, route("Bad_Name", "[]"))
    group = next(each for each in roots(outline) if each.subject is Group.LEFT_OUT)
    found = next(children(outline, group))
    assert found.name == "HTTPRoute/default/Bad_Name"
    assert found.location is not None
    assert found.location.line == 17


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("cart-canary", ["HTTPRoute/shop/cart"], id="a backend's name"),
        pytest.param("x-canary", ["HTTPRoute/shop/cart"], id="a condition"),
        pytest.param("https-red", ["HTTPRoute/shop/https-redirect"], id="half a name"),
        pytest.param("storefront /api", ["HTTPRoute/shop/web"], id="a Gateway's word and a rule's"),
        pytest.param("refused", [], id="a state that nothing has"),
        pytest.param("nowhere", [], id="no such word"),
    ],
)
def test_search_finds_what_has_each_word_itself_or_above_or_below(words: str, found: list[str]) -> None:
    search = Search(Outline(simulation("storefront").table))
    wanted = tuple(words.split())

    def routes(item: Item, left: tuple[str, ...]) -> Iterator[str]:
        if item.kind is ItemKind.ROUTE:
            yield item.name
        else:
            for each in search.children(item, left):
                yield from routes(each, search.left(item, left))

    assert [name for root in search.roots(wanted) for name in routes(root, wanted)] == found


def test_search_leaves_the_rules_that_are_meant() -> None:
    search = Search(Outline(simulation("storefront").table))
    words = ("x-canary",)
    item = next(search.roots(words))
    while item.kind is not ItemKind.ROUTE:
        item = next(search.children(item, words))
    assert [each.name for each in search.children(item, words)] == ["rules[0]"]
    assert [each.name for each in search.children(item, ())] == ["rules[0]", "rules[1]"]


@pytest.mark.parametrize("name", NAMES)
def test_search_by_an_items_own_name_finds_the_item(name: str) -> None:
    search = Search(Outline(simulation(name).table))
    search.prepare()
    for item in items(name)[::7]:
        words = tuple(item.name.lower().split())
        assert any(each.path == item.path for each in _found(search, words)), item.path


def _found(search: Search, words: tuple[str, ...]) -> Iterator[Item]:
    def walk(item: Item, left: tuple[str, ...]) -> Iterator[Item]:
        yield item
        for each in search.children(item, left):
            yield from walk(each, search.left(item, left))

    for root in search.roots(words):
        yield from walk(root, words)
