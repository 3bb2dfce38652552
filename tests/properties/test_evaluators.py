"""The compiled index gives the answers of the executable specification, without the reasons."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import structs
from msgspec.structs import replace

from gwsim.binding.reporting.status import plain
from gwsim.errors import RequestError
from gwsim.implementations import SPEC, Implementation
from gwsim.implementations.choosing import choices, with_choices
from gwsim.resources.admission.admitting import admit
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.surroundings import UNPLACED
from gwsim.testing.strategies import KINDS, requests_for, snapshots


def settings_of_choices() -> Iterator[tuple[str, str]]:
    """Every choice that an implementation may make otherwise than the default; of open ones, an example."""
    for choice in choices():
        values = choice.values or ("3" if "number" in choice.form else "15s",)
        yield from ((choice.name, value) for value in values if value != choice.default)


SEARCH = ("listenerIsolation", "hostnameFallback", "pathFallback", "detectMisdirected", "exactEncoded")
"""What the index and the specification each do in their own way: switched more often than the rest."""
SETTINGS = tuple(settings_of_choices())
OFTEN = tuple(setting for setting in SETTINGS if setting[0] in SEARCH)
IMPLEMENTATIONS: SearchStrategy[Implementation] = st.lists(
    st.sampled_from((*SETTINGS, *8 * OFTEN)), max_size=4, unique_by=lambda setting: setting[0]
).map(lambda made: with_choices(SPEC, tuple(f"{name}={value}" for name, value in made)))
SWITCHED = st.just(with_choices(SPEC, ("pathFallback=off", "hostnameFallback=off")))
FEWER = settings(max_examples=settings().max_examples // 4)


class Asked(NamedTuple):
    """A configuration, and requests to it."""

    simulation: Simulation
    requests: Sequence[Request]

    def __repr__(self) -> str:
        """What is drawn, without defaults and bindings: Hypothesis refuses to print those, and rightly."""
        resources = [brief(each) for each in self.simulation.snapshot.objects.values()]
        made = brief(self.simulation.topology.implementation)
        sent = [brief(request) for request in self.requests]
        return f"{json.dumps(resources, default=str)} {made} {sent} {self.simulation.snapshot.lenient}"


def brief(value: object) -> object:
    """A value without what is as by default."""
    if isinstance(value, tuple):
        return [brief(each) for each in value]
    if not isinstance(value, msgspec.Struct):
        return value
    pairs = ((field, getattr(value, field.name)) for field in structs.fields(value))
    return {field.encode_name: brief(each) for field, each in pairs if each != field.default}


@st.composite
def asked(
    draw: DrawFn, implementations: SearchStrategy[Implementation], configurations: SearchStrategy[Snapshot]
) -> Asked:
    simulation = Simulation.of(draw(configurations), draw(implementations))
    return Asked(simulation, draw(st.lists(requests_for(simulation), min_size=1, max_size=6)))


ANY_CASES = asked(IMPLEMENTATIONS, snapshots())
CASES = asked(st.just(SPEC), snapshots())


@given(ANY_CASES)
def test_the_index_decides_as_the_specification_does(case: Asked) -> None:
    assert_evaluators_agree(case)


@FEWER
@given(ANY_CASES)
def test_a_decision_is_json(case: Asked) -> None:
    for request in case.requests:
        fields = case.simulation.decide(request).to_dict()
        assert json.loads(json.dumps(fields)) == fields


def of_kinds(*kinds: str) -> SearchStrategy[Asked]:
    """Cases with routes of few kinds, which meet more often."""
    return asked(IMPLEMENTATIONS, snapshots(kinds=kinds, mesh=False, max_gateways=1, max_routes=3))


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(of_kinds("HTTPRoute"), id="HTTP alone"),
        pytest.param(
            asked(SWITCHED, snapshots(kinds=["HTTPRoute"], mesh=False, max_gateways=1)),
            id="HTTP without falling back",
        ),
        pytest.param(of_kinds("HTTPRoute", "GRPCRoute"), id="HTTP and gRPC"),
        pytest.param(of_kinds("TLSRoute", "TCPRoute", "UDPRoute", "BackendTLSPolicy"), id="connections"),
        pytest.param(of_kinds("HTTPRoute", "TLSRoute", "ListenerSet"), id="ListenerSets"),
    ],
)
def test_the_index_decides_about_a_few_kinds_of_routes_too(cases: SearchStrategy[Asked]) -> None:
    @FEWER
    @given(cases)
    def agree(case: Asked) -> None:
        assert_evaluators_agree(case)

    agree()


def assert_evaluators_agree(case: Asked) -> None:
    """Ask everything four times: each is indexed, prepared, put with its like, and found there."""
    explained = [case.simulation.trace(request) for request in case.requests]
    for request, decision in (*zip(case.requests, explained, strict=True),) * 4:
        assert case.simulation.decide(request) == replace(decision, trace=())
    for request, decision in zip(case.requests, explained, strict=True):
        assert decision.trace or request.straight
        assert_shares_add_up(decision)
        assert_action_fits_the_rest(decision)


def assert_shares_add_up(decision: Decision) -> None:
    total = sum((backend.share for backend in decision.backends), Fraction(0))
    assert total == (1 if any(backend.weight for backend in decision.backends) else 0)
    assert all(0 <= mirror.backend.share <= 1 for mirror in decision.mirrors)


def assert_action_fits_the_rest(decision: Decision) -> None:
    chosen = decision.chosen
    usable = chosen is not None and chosen.status is None
    assert (decision.action is Action.FORWARD) is (usable or decision.reason == "PastService")
    if chosen is not None:
        assert chosen.share > 0
        assert (chosen.status is None) == (chosen.reason is None)
        assert usable or chosen.request is None
        assert usable or decision.reason == chosen.reason
        assert decision.action is Action.REFUSE or decision.status == chosen.status
    match decision.action:
        case Action.FORWARD:
            assert decision.reason in ("RuleMatched", "ServiceItself", "PastService")
            assert decision.status is None
            assert decision.response is None
        case Action.REDIRECT:
            assert decision.response is not None
            assert decision.status == decision.response.status in (301, 302, 303, 307, 308)
            assert [name for name, _ in decision.response.headers].count("location") == 1
        case Action.RESPOND:
            assert decision.status is not None
        case Action.REFUSE:
            assert decision.status is None
            assert decision.response is None
            assert decision.route is None or decision.route.key.route.kind in STREAMS
    assert (decision.grpc_status is None) or decision.action is Action.RESPOND
    assert all(mirror.backend.status is None for mirror in decision.mirrors)


STREAMS = ("TLSRoute", "TCPRoute", "UDPRoute")


@FEWER
@given(CASES, st.sampled_from((None, "infra/edge", "web/missing")))
def test_a_request_that_names_no_gateway_is_answered_or_refused_with_a_reason(
    case: Asked, gateway: str | None
) -> None:
    for request in case.requests:
        again = replace(request, gateway=gateway)
        explained = outcome(case.simulation.trace, again)
        assert outcome(case.simulation.decide, again) == explained
        assert isinstance(explained, Decision) or explained.startswith("gateway: expected one of")


def outcome(evaluate: Callable[[Request], Decision], request: Request) -> Decision | str:
    """The decision without its reasons, or what a caller is told."""
    try:
        return replace(evaluate(request), trace=())
    except RequestError as error:
        return str(error)


@FEWER
@given(ANY_CASES)
def test_a_draw_chooses_the_backend_whose_interval_begins_with_it_and_changes_no_share(case: Asked) -> None:
    for request in case.requests:
        decision = case.simulation.decide(request)
        shares = [backend.share for backend in decision.backends]
        starts = [end - share for end, share in zip(accumulate(shares), shares, strict=True)]
        for index, (start, share) in enumerate(zip(starts, shares, strict=True)):
            if share:
                again = case.simulation.decide(replace(request, draw=float(start + share / 2)))
                assert again.chosen_index == index
                assert again.backends == decision.backends


@FEWER
@given(snapshots())
def test_everything_drawn_is_admitted_as_it_is(snapshot: Snapshot) -> None:
    for resource in snapshot.objects.values():
        admission = admit(plain(resource), UNPLACED)
        assert admission.findings == ()
        assert admission.resource is not None
        assert plain(admission.resource) == plain(resource)


@given(ANY_CASES, st.integers(0, 99))
def test_the_order_of_the_objects_has_no_effect(case: Asked, seed: int) -> None:
    snapshot = case.simulation.snapshot
    objects = list(snapshot.objects.values())
    random.Random(seed).shuffle(objects)
    shuffled = Simulation.of(
        Snapshot.of(
            ((each, UNPLACED) for each in objects),
            others=dict(reversed(snapshot.others.items())),
            lenient=snapshot.lenient,
        ),
        case.simulation.topology.implementation,
    )
    assert json.dumps(shuffled.status()) == json.dumps(case.simulation.status())
    for request in case.requests:
        assert shuffled.trace(request) == case.simulation.trace(request)


def test_every_kind_is_drawn() -> None:
    seen: set[str] = set()

    @settings(max_examples=200)
    @given(snapshots())
    def look(snapshot: Snapshot) -> None:
        seen.update(key.kind for key in snapshot.objects)

    look()
    assert {*KINDS, "Gateway", "XBackend", "ServiceImport", "ConfigMap", "ReferenceGrant"} <= seen
