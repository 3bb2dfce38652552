"""A comparison finds every request that is answered differently, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from gwsim.addresses import RuleKey
from gwsim.analysis.differing.answers import answer_of
from gwsim.analysis.differing.comparing import Comparison, Difference, Doubt, compare, places_of
from gwsim.analysis.differing.meanings import Pair
from gwsim.analysis.space.reaching import unreachable
from gwsim.implementations import Implementation
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Snapshot
from gwsim.resources.stream_routes import TLSRoute
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.surroundings import UNPLACED
from gwsim.testing.strategies import requests_for, snapshots
from tests.properties.test_evaluators import IMPLEMENTATIONS

PAIRS = settings(max_examples=settings().max_examples // 20)


@st.composite
def edited(draw: DrawFn, snapshot: Snapshot) -> Snapshot:
    """A configuration with some objects left out, and some taken from another."""
    other = draw(WEB)
    objects = dict(snapshot.objects)
    for key in draw(st.lists(st.sampled_from(sorted(objects)), max_size=2)):
        objects.pop(key, None)
    for key in draw(st.lists(st.sampled_from(sorted(other.objects)), max_size=3)):
        objects[key] = other.objects[key]
    return Snapshot.of(((each, UNPLACED) for each in objects.values()), lenient=snapshot.lenient)


WEB = snapshots(kinds=["HTTPRoute", "GRPCRoute", "TLSRoute"], mesh=False, max_gateways=1, max_routes=4)


@st.composite
def pairs(draw: DrawFn) -> tuple[Pair, Sequence[Request]]:
    """Two configurations of which one comes of the other by an edit or two, and requests to them."""
    first = draw(WEB)
    second = draw(edited(first))
    pair = Pair(Simulation.of(first), Simulation.of(second))
    asked = [draw(requests_for(each)) for each in (pair.before, pair.after) for _ in range(3)]
    return pair, asked


def answers(pair: Pair, request: Request) -> tuple[object, object] | None:
    """How both sides answer; None where one does not know the Gateway, or it is no request for one."""
    for sides in places_of(pair):
        place, gateway = sides.before.place, sides.setting.place.gateway
        same = (place.port, place.protocol) == (request.port, request.protocol)
        if gateway is not None and same and request.gateway in (None, gateway.key.namespaced_name):
            named = request if request.host is not None else None
            if named is None or request.path == "*" or request.service or request.straight:
                return None
            one, two = sides.before.claim_of(named), sides.after.claim_of(named)
            assert one is not None
            assert two is not None
            return answer_of(sides.before, one, named), answer_of(sides.after, two, named)
    return None


@PAIRS
@given(pairs())
def test_every_request_that_is_answered_differently_belongs_to_a_difference(
    case: tuple[Pair, Sequence[Request]],
) -> None:
    pair, requests = case
    compared = compare(pair)
    for request in requests:
        found = answers(pair, request)
        if found is not None and found[0] != found[1]:
            assert any(holds(each, request) for each in (*compared.differences, *compared.doubts))


def holds(difference: Difference | Doubt, request: Request) -> bool:
    sides = difference.sides
    place = sides.before.place
    if (place.port, place.protocol) != (request.port, request.protocol):
        return False
    return sides.takes(difference.before, difference.after, request)


@PAIRS
@given(pairs())
def test_every_witness_is_answered_differently(case: tuple[Pair, Sequence[Request]]) -> None:
    pair, _ = case
    for difference in compare(pair).differences:
        assert difference.witnesses
        for witness in difference.witnesses:
            assert difference.sides.takes(difference.before, difference.after, witness)
            assert difference.sides.differs(difference.before, difference.after, witness)


@PAIRS
@given(WEB, IMPLEMENTATIONS)
def test_nothing_differs_from_itself(snapshot: Snapshot, implementation: Implementation) -> None:
    simulation = Simulation.of(snapshot, implementation)
    again = Simulation.of(
        Snapshot.of(((each, UNPLACED) for each in snapshot.objects.values()), lenient=snapshot.lenient),
        implementation,
    )
    compared = compare(Pair(simulation, again))
    assert len(compared.differences) == 0
    assert len(compared.doubts) == 0


@PAIRS
@given(pairs())
def test_the_other_way_round_the_same_classes_differ(case: tuple[Pair, Sequence[Request]]) -> None:
    pair, _ = case
    there, back = compare(pair), compare(Pair(pair.after, pair.before))
    assert ranks(there) == {(place, two, one) for place, one, two in ranks(back)}


def ranks(comparison: Comparison) -> set[tuple[str, int, int]]:
    found = (*comparison.differences, *comparison.doubts)
    return {
        (
            str((each.sides.setting.place.port, each.sides.setting.place.protocol)),
            each.before.rank,
            each.after.rank,
        )
        for each in found
    }


@PAIRS
@given(WEB)
def test_a_match_that_no_request_reaches_may_as_well_be_removed(snapshot: Snapshot) -> None:
    simulation = Simulation.of(snapshot)
    for dead in unreachable(simulation):
        without = without_match(snapshot, dead.key)
        if without is not None and not dead.doubts:
            assert len(compare(Pair(simulation, Simulation.of(without))).differences) == 0


def without_match(snapshot: Snapshot, key: RuleKey) -> Snapshot | None:
    """The same without a match, or its rule where it has no other; None where the route has no other."""
    route = snapshot.objects[key.route]
    assert isinstance(route, HTTPRoute | GRPCRoute | TLSRoute)
    rules = list(route.spec.rules)
    matches = getattr(rules[key.rule], "matches", ())
    if len(matches) > 1:
        kept = (*matches[: key.match], *matches[key.match + 1 :])
        rules[key.rule] = replace(rules[key.rule], matches=kept)
    elif len(rules) > 1:
        del rules[key.rule]
    else:
        return None
    changed = replace(route, spec=replace(route.spec, rules=tuple(rules)))
    objects = {**snapshot.objects, key.route: changed}
    return Snapshot.of(((each, UNPLACED) for each in objects.values()), lenient=snapshot.lenient)
