"""What is recorded holds, and is no more than was expected."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.analysis.expecting.comparing import differences
from gwsim.analysis.expecting.recording import recorded

CART = {
    "kind": "Service",
    "namespace": "shop",
    "name": "cart",
    "port": 80,
    "weight": 1,
    "request": {"path": "/"},
}
WEB = {**CART, "name": "web", "weight": 3}
READY = {"type": "Ready", "status": "True", "reason": "Ready", "message": "all is well"}
HEADERS = [["Accept", "a"], ["accept", "b"], ["host", "h"]]


@pytest.mark.parametrize(
    ("expected", "actual", "wanted"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, {"a": 1}, id="what holds stays"),
        pytest.param(
            {"a": 1, "b": {"c": 2}}, {"a": 3, "b": {"c": 2, "d": 4}}, {"a": 3, "b": {"c": 2}}, id="a value"
        ),
        pytest.param({"a": 1, "b": {"c": 2}}, {"b": None}, {"a": None, "b": None}, id="what is gone is null"),
        pytest.param({"a": None}, {"a": 1}, {"a": 1}, id="what must not be there"),
        pytest.param(
            {"route": None}, {"route": CART}, {"route": "Service/shop/cart:80"}, id="an object by its name"
        ),
        pytest.param(
            {"route": "x/web"}, {"route": CART}, {"route": "shop/cart"}, id="a name as short as it was"
        ),
        pytest.param({"route": "web"}, {"route": None}, {"route": None}, id="a name for nothing"),
        pytest.param({"t": None}, {"t": {"a": 1, "b": None, "c": []}}, {"t": {"a": 1}}, id="plain fields"),
        pytest.param(
            {"b": ["cart"]}, {"b": [CART, WEB]}, {"b": ["cart", "Service/shop/web:80"]}, id="one more name"
        ),
        pytest.param(
            {"b": [{"name": "cart", "weight": 2}]},
            {"b": [CART, WEB]},
            {"b": [{"name": "cart", "weight": 1}, {"name": "web", "weight": 3}]},
            id="one more, with the fields of the others",
        ),
        pytest.param({"b": ["web", "cart"]}, {"b": [CART]}, {"b": ["cart"]}, id="one less"),
        pytest.param({"b": ["web"]}, {"b": []}, {"b": []}, id="none left"),
        pytest.param(
            {"headers": {"ACCEPT": ["a"], "cookie": "x", "host": None}},
            {"headers": HEADERS},
            {"headers": {"ACCEPT": ["a", "b"], "cookie": None, "host": "h"}},
            id="headers by name",
        ),
        pytest.param(
            {"headers": {"host": "h"}}, {"headers": []}, {"headers": {"host": None}}, id="no headers"
        ),
        pytest.param(
            {"headers": [["host", "x"]]}, {"headers": HEADERS}, {"headers": HEADERS}, id="headers as pairs"
        ),
        pytest.param(
            {"headers": None}, {"headers": HEADERS[2:]}, {"headers": {"host": "h"}}, id="headers afresh"
        ),
        pytest.param(
            {"conditions": [{"type": "Ready", "status": "False"}, {"type": "Old", "status": "True"}]},
            {"conditions": [READY]},
            {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Old", "status": None}]},
            id="conditions by type",
        ),
        pytest.param(
            {"parents": [{"parentRef": {"name": "x"}}]},
            {"parents": []},
            {"parents": [{"parentRef": {"name": "x"}, "conditions": None}]},
            id="a parent that is gone",
        ),
        pytest.param(
            {"conditions": []}, {"conditions": [READY]}, {"conditions": [READY]}, id="conditions afresh"
        ),
    ],
)
def test_what_is_there_is_recorded_as_it_was_expected(
    expected: object, actual: object, wanted: object
) -> None:
    assert recorded(expected, actual) == wanted
    assert differences(wanted, actual) == ()


NAMES = st.sampled_from(["a", "b", "route", "name", "conditions", "listeners", "headers"])
SCALARS = st.sampled_from([None, True, False, 0, 1, "a", "b/c", "x"])
PAIRS = st.lists(st.lists(st.sampled_from(["Host", "host", "x"]), min_size=2, max_size=2), max_size=3)


def values(named: st.SearchStrategy[object], keyed: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Plain data in which lists that are compared by key have entries with that key."""

    def inside(children: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        def entries(key: str) -> st.SearchStrategy[object]:
            entry = st.fixed_dictionaries({key: keyed}, optional={"status": SCALARS, "b": children})
            return st.none() | st.lists(entry, max_size=2, unique_by=lambda each: str(each[key]))

        return st.lists(children, max_size=3) | st.fixed_dictionaries(
            {},
            optional={
                "a": children,
                "route": children,
                "name": named,
                "conditions": entries("type"),
                "listeners": entries("name"),
                "headers": PAIRS,
            },
        )

    return st.recursive(SCALARS | PAIRS, inside, max_leaves=5)


DATA = values(st.sampled_from(["cart", "web"]), st.sampled_from(["A", "B"]))


@settings(max_examples=100, deadline=None)
@given(
    expected=st.dictionaries(NAMES.filter(lambda name: name in "ab"), DATA, max_size=2),
    actual=st.dictionaries(st.sampled_from("ab"), DATA, max_size=2),
)
def test_what_was_recorded_holds(expected: object, actual: object) -> None:
    wanted = recorded(expected, actual)
    assert differences(wanted, actual) == ()
    assert recorded(wanted, actual) == wanted
