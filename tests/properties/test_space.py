"""The space of all requests is divided without gaps or overlaps, and each class tells the truth."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from gwsim.analysis.finding import SERVED, Found, Sought, alternatives, find
from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.reaching import unreachable
from gwsim.analysis.space.solving import solve, solve_plain
from gwsim.analysis.space.space import PlaceSpace, Space, Unsolved
from gwsim.implementations import SPEC
from gwsim.implementations.known import KNOWN
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.testing.strategies import snapshots
from tests.properties.test_crowded_tables import CROWDS, Crowd
from tests.properties.test_evaluators import IMPLEMENTATIONS, Asked, asked

SPACES = settings(max_examples=settings().max_examples // 20)
WEB = snapshots(kinds=["HTTPRoute", "GRPCRoute"], mesh=False, max_gateways=1, max_routes=4)
CASES = st.one_of(
    asked(IMPLEMENTATIONS, snapshots()), asked(st.just(SPEC), WEB), asked(st.sampled_from(KNOWN), WEB)
)


def outcome(decision: Decision) -> tuple[object, ...]:
    """What a class settles: who answers and how, whatever the draw; what differs by request is left out."""
    listener = None if decision.listener is None else decision.listener.key
    if not decision.backends:
        return listener, decision.route, decision.action, decision.reason, decision.status
    backends = tuple((str(each), each.share, each.status, each.reason) for each in decision.backends)
    return listener, decision.route, backends


@SPACES
@given(CASES)
def test_every_witness_gets_the_decision_that_its_class_claims(case: Asked) -> None:
    for found in Space.of(case.simulation).classes():
        if not found.doubts:
            assert outcome(case.simulation.decide(found.witness)) == outcome(found.decision)
            assert found.holds(found.space.asked(found.witness).request)


@SPACES
@given(CASES)
def test_the_class_that_holds_a_request_predicts_its_decision(case: Asked) -> None:
    space = Space.of(case.simulation)
    for request in case.requests:
        at = space.place_of(request)
        if at is None or request.path == "*":
            continue
        place, arrived = at
        (claim,) = [each for each in place.claims if takes(place, each, arrived)]
        assert place.claim_of(arrived) is claim
        if not claim.doubts:
            decision = case.simulation.decide(request)
            assert outcome(decision) == outcome(place.decision(claim, arrived))
            solution = place.solution(claim)
            assert solution.request is not None or solution.doubts
            if solution.request is not None:
                assert outcome(place.decision(claim, solution.request)) == outcome(decision)


def takes(place: PlaceSpace, claim: Claim, request: Request) -> bool:
    """Whether a class holds a request, from what the class shows of itself alone."""
    asked = place.asked(request)
    if not all(condition.holds(asked) for condition in claim.conditions):
        return False
    return not any(all(each.holds(asked) for each in earlier.conditions) for earlier in place.earlier(claim))


@SPACES
@given(CASES)
def test_a_match_that_no_request_reaches_is_never_chosen_and_every_other_wins_a_witness(
    case: Asked,
) -> None:
    dead = {each.key for each in unreachable(case.simulation) if not each.doubts}
    doubtful = {each.key for each in unreachable(case.simulation) if each.doubts}
    classes = [each for each in Space.of(case.simulation).classes() if each.claim.entry is not None]
    won = {each.claim.entry.key for each in classes if each.claim.entry is not None}
    tables = [table for tables in case.simulation.table.listeners.values() for table in tables]
    reachable = {entry.key for table in tables for entry in table.entries} - dead - doubtful
    assert won == reachable
    for request in case.requests:
        decision = case.simulation.decide(request)
        assert decision.route is None or request.service is not None or decision.route.key not in dead


@SPACES
@given(CASES)
def test_what_comes_to_mind_first_is_what_the_search_finds(case: Asked) -> None:
    for place in Space.of(case.simulation).places:
        for claim in place.claims:
            if claim.entry is None or claim.entry.key.route.kind != "GRPCRoute":
                first = partial(place.index.first, before=claim.rank)
                plain = solve_plain(place.setting, claim.conditions, first)
                assert plain is None or plain == solve(place.setting, claim.conditions, first)


@SPACES
@given(CASES)
def test_a_class_is_found_by_its_share_whether_or_not_its_decision_had_to_be_made(case: Asked) -> None:
    for each in find(case.simulation, Sought(actions=tuple(Action))):
        if isinstance(each, Found):
            shares = (one.share for one in alternatives(each.requests.decision))
            assert each.share == min(sum(shares, Fraction(0)), 1)
    served = [each for each in find(case.simulation, Sought()) if isinstance(each, Found)]
    for each in served:
        made = [one.share for one in alternatives(each.requests.decision) if one.action in SERVED]
        assert each.share == min(sum(made, Fraction(0)), 1)


@SPACES
@given(CASES)
def test_every_request_that_reaches_a_backend_is_found_by_it(case: Asked) -> None:
    for request in case.requests:
        at, decision = Space.of(case.simulation).place_of(request), case.simulation.decide(request)
        chosen = decision.chosen
        if at is None or request.path == "*" or chosen is None or chosen.status is not None:
            continue
        found = list(find(case.simulation, Sought(backends=(f"{chosen.namespace}/{chosen.name}",))))
        place, arrived = at
        spaces = [each for each in found if each_place(each).place == place.place]
        claims = [each.claim if isinstance(each, Unsolved) else each.requests.claim for each in spaces]
        assert place.claim_of(arrived) in claims


def each_place(found: Found | Unsolved) -> PlaceSpace:
    return found.space if isinstance(found, Unsolved) else found.requests.space


@SPACES
@given(CROWDS)
def test_of_many_claims_the_first_that_holds_is_found(crowd: Crowd) -> None:
    space = Space.of(crowd.simulation)
    for request in crowd.requests:
        at = space.place_of(request)
        if at is not None:
            place, arrived = at
            asked = place.asked(arrived)
            holding = [each for each in place.claims if all(one.holds(asked) for one in each.conditions)]
            assert place.index.first(asked) is holding[0], (crowd.made, request)
            assert place.index.first(asked, before=holding[0].rank) is None
