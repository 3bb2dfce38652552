"""The benches' configurations are what they say, and the requests reach the rules that they are drawn for."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from gwsim.routing.request import Request
from tests.bench.generating import (
    SHAPES,
    Shape,
    loaded,
    manifests,
    questions,
    request_lines,
    requests,
    shape_objects,
    simulation,
    three_rules,
)
from tests.bench.objects import yaml_text

RULES = 100
SHAPE = pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in SHAPES.items()])


@SHAPE
def test_every_request_is_taken_by_the_rule_that_it_is_drawn_for(shape: Shape) -> None:
    made = simulation(shape, RULES)
    for popular in (False, True):
        for asked in questions(shape, RULES, 150, popular=popular):
            decision = made.decide(Request(host=asked.host, path=asked.path, headers=asked.headers))
            assert decision.status is None
            assert decision.route is not None
            rule = decision.route.key
            assert (rule.route.name, rule.rule) == (asked.route, asked.rule)


@SHAPE
def test_the_text_holds_the_same_objects(shape: Shape) -> None:
    data = manifests(shape, RULES)
    assert list(yaml.load_all(data, yaml.CSafeLoader)) == list(shape_objects(shape, RULES))
    assert loaded(data).snapshot.objects == simulation(shape, RULES).snapshot.objects


@SHAPE
def test_all_rules_of_all_routes_are_drawn_and_each_seed_draws_its_own(shape: Shape) -> None:
    drawn = {(asked.route, asked.rule) for asked in questions(shape, RULES, 2000)}
    assert len(drawn) == shape.routes(RULES) * shape.rules_a_route
    assert list(requests(shape, RULES, 20, seed=1)) == list(requests(shape, RULES, 20, seed=1))
    assert list(requests(shape, RULES, 20, seed=1)) != list(requests(shape, RULES, 20, seed=2))


def test_the_most_popular_rule_is_asked_for_far_more_often_than_the_median() -> None:
    counts = Counter(asked[:2] for asked in questions(SHAPES["hosts"], RULES, 5000, popular=True))
    ranked = counts.most_common()
    assert ranked[0][1] > 20 * ranked[len(ranked) // 2][1]


def test_lines_of_a_log_are_requests() -> None:
    shape = SHAPES["hosts"]
    read = [
        Request.from_dict(yaml.safe_load(line)) for line in request_lines(shape, RULES, 10, popular=False)
    ]
    assert [request.path for request in read] == [request.path for request in requests(shape, RULES, 10)]


def test_a_route_of_three_rules_is_as_long_as_its_figures_say() -> None:
    lines = yaml_text([three_rules(7, {"name": "gw", "namespace": "team"})]).splitlines()
    assert 45 <= len(lines) <= 49
