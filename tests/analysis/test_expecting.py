"""The comparison of what is expected with what is there can say no."""

from __future__ import annotations

import pytest

from gwsim.analysis.expecting.comparing import differences, malformed
from gwsim.analysis.expecting.short_names import short_name

CONDITIONS = [
    {"type": "Accepted", "status": "True", "reason": "Accepted"},
    {"type": "Programmed", "status": "False", "reason": "Invalid"},
]
PARENTS = [
    {"parentRef": {"name": "a", "namespace": "x"}, "conditions": CONDITIONS},
    {"parentRef": {"name": "a", "namespace": "y", "port": 80}, "conditions": []},
]
ROUTE = {"kind": "HTTPRoute", "namespace": "shop", "name": "cart", "rule": 1, "match": 0}
HEADERS = [["X-Team", "red"], ["accept", "a"], ["Accept", "b"]]


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        pytest.param({}, {"status": 404}, True, id="nothing is asked"),
        pytest.param({"status": 404}, {"status": 404, "reason": "x"}, True, id="a part of a mapping"),
        pytest.param({"status": 404}, {"status": 500}, False, id="another value"),
        pytest.param({"status": 404}, {}, False, id="a key that is not there"),
        pytest.param({"status": None}, {}, True, id="null for absent"),
        pytest.param({"status": None}, {"status": None}, True, id="null for null"),
        pytest.param({"status": None}, {"status": 200}, False, id="null for a value"),
        pytest.param({"route": {"rule": None}}, {"route": None}, True, id="null below null"),
        pytest.param({"route": {"rule": 0}}, {"route": None}, False, id="a value below null"),
        pytest.param({"route": {}}, {"route": "text"}, False, id="a mapping for text"),
        pytest.param({"status": "True"}, {"status": True}, False, id="text for a boolean"),
        pytest.param({"chosen": 1}, {"chosen": True}, False, id="a number for a boolean"),
        pytest.param({"backends": [{"name": "a"}]}, {"backends": [{"name": "a"}]}, True, id="by position"),
        pytest.param(
            {"backends": [{"name": "a"}, {"name": "b"}]},
            {"backends": [{"name": "b"}, {"name": "a"}]},
            False,
            id="another order",
        ),
        pytest.param(
            {"backends": [{"name": "a"}]},
            {"backends": [{"name": "a"}, {"name": "b"}]},
            False,
            id="one too many",
        ),
        pytest.param({"backends": []}, {"backends": [{"name": "a"}]}, False, id="none, where there is one"),
        pytest.param({"parents": []}, {}, True, id="an empty list for an absent one"),
        pytest.param({"parents": []}, {"parents": PARENTS}, False, id="an empty list for a full one"),
        pytest.param({"parents": []}, None, True, id="an empty list in nothing"),
        pytest.param(
            {"conditions": [{"type": "Programmed", "status": "False"}]},
            {"conditions": CONDITIONS},
            True,
            id="a condition by type, whatever its position",
        ),
        pytest.param(
            {"conditions": [{"type": "Programmed", "status": "True"}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition with another status",
        ),
        pytest.param(
            {"conditions": [{"type": "Conflicted", "status": "True"}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition that is not there",
        ),
        pytest.param(
            {"conditions": [{"type": "Conflicted", "status": None}]},
            {"conditions": CONDITIONS},
            True,
            id="a condition that must not be there",
        ),
        pytest.param(
            {"conditions": [{"type": "Accepted", "status": None}]},
            {"conditions": CONDITIONS},
            False,
            id="a condition that must not be there, and is",
        ),
        pytest.param(
            {"parents": [{"parentRef": {"namespace": "y"}, "conditions": []}]},
            {"parents": PARENTS},
            True,
            id="a parent by a part of its parentRef",
        ),
        pytest.param(
            {"parents": [{"parentRef": {"name": "a", "port": 80}, "conditions": CONDITIONS}]},
            {"parents": PARENTS},
            False,
            id="a parent with other conditions",
        ),
        pytest.param({"headers": HEADERS}, {"headers": HEADERS}, True, id="headers as pairs"),
        pytest.param({"headers": HEADERS[:1]}, {"headers": HEADERS}, False, id="a header too many"),
        pytest.param({"headers": {"x-team": "red"}}, {"headers": HEADERS}, True, id="a header by name"),
        pytest.param(
            {"headers": {"x-team": "blue"}}, {"headers": HEADERS}, False, id="a header's other value"
        ),
        pytest.param({"headers": {"accept": ["a", "b"]}}, {"headers": HEADERS}, True, id="a repeated header"),
        pytest.param(
            {"headers": {"accept": "a"}}, {"headers": HEADERS}, False, id="one of a header's values"
        ),
        pytest.param(
            {"headers": {"cookie": None}}, {"headers": HEADERS}, True, id="a header that must be gone"
        ),
        pytest.param(
            {"headers": {"x-team": None}}, {"headers": HEADERS}, False, id="a header that is not gone"
        ),
        pytest.param({"headers": {"cookie": None}}, {"headers": []}, True, id="no headers at all"),
        pytest.param({"route": "cart"}, {"route": ROUTE}, True, id="a name"),
        pytest.param({"route": "shop/cart"}, {"route": ROUTE}, True, id="a namespace and a name"),
        pytest.param({"route": "HTTPRoute/shop/cart#1"}, {"route": ROUTE}, True, id="a whole short name"),
        pytest.param({"route": "HTTPRoute/cart"}, {"route": ROUTE}, True, id="a kind and a name"),
        pytest.param({"route": "cart#0"}, {"route": ROUTE}, False, id="a name with another rule"),
        pytest.param({"route": "web/cart"}, {"route": ROUTE}, False, id="a name in another namespace"),
        pytest.param({"route": "GRPCRoute/cart"}, {"route": ROUTE}, False, id="a name of another kind"),
        pytest.param({"route": "art"}, {"route": ROUTE}, False, id="a part of a name"),
        pytest.param({"route": "cart:80"}, {"route": ROUTE}, False, id="a port that is not there"),
        pytest.param({"route": "cart#"}, {"route": ROUTE}, False, id="half a short name"),
        pytest.param({"route": "cart"}, {"route": None}, False, id="a name for nothing"),
        pytest.param({"backends": ["cart"]}, {"backends": [ROUTE]}, True, id="names in a list"),
    ],
)
def test_differences_finds_what_is_not_as_expected(expected: object, actual: object, holds: bool) -> None:
    assert (differences(expected, actual) == ()) is holds


def test_a_difference_says_where_it_is() -> None:
    expected = {
        "parents": [{"parentRef": {"namespace": "x"}, "conditions": [{"type": "Accepted", "reason": "No"}]}]
    }
    (found,) = differences(expected, {"parents": PARENTS})
    assert found.path == ("parents", "namespace=x", "conditions", "Accepted", "reason")
    assert str(differences({"backends": [{"port": 80}]}, {"backends": [{"port": 81}]})[0]) == (
        "backends[0].port: expected 80, found 81"
    )


def test_an_expected_condition_without_its_type_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="expected an entry with 'type'"):
        differences({"conditions": [{"status": "True"}]}, {"conditions": CONDITIONS})


def test_a_keyed_entry_without_its_key_is_found() -> None:
    expected = {"conditions": [{"type": "Accepted"}], "parents": [{"parentRef": {}, "conditions": [{}]}]}
    assert list(malformed(expected)) == [
        (("parents", 0, "conditions", 0), "expected an entry with 'type', found {}")
    ]


def test_a_difference_names_objects_rather_than_quote_them() -> None:
    (found,) = differences({"backends": ["a"]}, {"backends": [ROUTE, ROUTE]})
    whole = "HTTPRoute/shop/cart#1"
    assert str(found) == f"backends: expected ['a'], found [{whole}, {whole}]"
    (found,) = differences({"route": "web"}, {"route": ROUTE})
    assert str(found) == f"route: expected 'web', found '{whole}'"


def test_a_short_name_is_as_long_as_the_one_that_it_replaces() -> None:
    assert short_name(ROUTE) == "HTTPRoute/shop/cart#1"
    assert short_name(ROUTE, like="web#7") == "cart#1"
    assert short_name(ROUTE, like="x/web:80") == "shop/cart"
