"""The compiled index gives the answers of the executable specification, without the reasons."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, get_args, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import structs
from msgspec.structs import replace

from gwsim.binding.status import plain
from gwsim.errors import RequestError
from gwsim.implementations import SPEC, Implementation
from gwsim.resources.admitting import admit
from gwsim.resources.snapshot import Snapshot
from gwsim.routing.decision import Action, Decision
from gwsim.routing.request import Protocol, Request
from gwsim.simulation import Simulation
from gwsim.testing.drawing.surroundings import UNPLACED
from gwsim.testing.strategies import requests_for, snapshots


def choices() -> Iterator[tuple[str, object]]:
    """Every choice that an implementation may make otherwise than the default, by its field."""
    for name, hint in get_type_hints(Implementation).items():
        for value in (True, False) if hint is bool else get_args(hint):
            if value != getattr(SPEC, name):
                yield name, value


IMPLEMENTATIONS: SearchStrategy[Implementation] = st.lists(
    st.sampled_from(tuple(choices())), max_size=3, unique_by=lambda choice: choice[0]
).map(lambda switched: replace(SPEC, **dict(switched)))


FEWER = settings(max_examples=settings().max_examples // 4)


class Asked(NamedTuple):
    """A configuration, and requests to it."""

    simulation: Simulation
    requests: Sequence[Request]


@st.composite
def asked(draw: DrawFn, implementations: SearchStrategy[Implementation]) -> Asked:
    simulation = Simulation.of(draw(snapshots()), draw(implementations))
    return Asked(simulation, draw(st.lists(requests_for(simulation), min_size=1, max_size=4)))


@given(asked(IMPLEMENTATIONS))
def test_the_index_decides_as_the_specification_does_and_in_the_contract_s_shape(case: Asked) -> None:
    for request in case.requests:
        assert_evaluators_agree(case.simulation, request)


@FEWER
@given(asked(st.just(SPEC)), st.sampled_from(("TLS", "TCP", "UDP")))
def test_the_index_decides_about_other_protocols_too(case: Asked, protocol: Protocol) -> None:
    for request in case.requests:
        assert_evaluators_agree(case.simulation, structs.replace(request, protocol=protocol))


def assert_evaluators_agree(simulation: Simulation, request: Request) -> None:
    explained = simulation.trace(request)
    assert explained.trace
    assert simulation.decide(request) == replace(explained, trace=())
    assert json.loads(json.dumps(explained.to_dict())) == explained.to_dict()
    assert_shares_add_up(explained)
    assert_action_fits_the_rest(explained)


def assert_shares_add_up(decision: Decision) -> None:
    total = sum((backend.share for backend in decision.backends), Fraction(0))
    assert total == (1 if any(backend.weight for backend in decision.backends) else 0)
    assert all(0 <= mirror.backend.share <= 1 for mirror in decision.mirrors)


def assert_action_fits_the_rest(decision: Decision) -> None:
    chosen = decision.chosen
    usable = chosen is not None and chosen.status is None
    assert (decision.action is Action.FORWARD) is usable
    if chosen is not None:
        assert chosen.share > 0
        assert (chosen.status is None) == (chosen.reason is None) == (chosen.request is not None)
        assert decision.status == chosen.status
        assert usable or decision.reason == chosen.reason
    match decision.action:
        case Action.FORWARD:
            assert decision.reason == "RuleMatched"
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
            assert decision.route is None
    assert decision.route is None or decision.listener is not None
    assert all(mirror.backend.status is None for mirror in decision.mirrors)


@FEWER
@given(asked(st.just(SPEC)), st.data())
def test_a_request_that_names_no_gateway_is_answered_or_refused_with_a_reason(
    case: Asked, data: st.DataObject
) -> None:
    gateway = data.draw(st.sampled_from((None, "infra/edge", "web/missing")))
    for request in case.requests:
        again = structs.replace(request, gateway=gateway)
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
@given(snapshots())
def test_everything_drawn_is_admitted_as_it_is(snapshot: Snapshot) -> None:
    for resource in snapshot.objects.values():
        admission = admit(plain(resource), UNPLACED)
        assert admission.findings == ()
        assert admission.resource == resource


@given(asked(st.just(SPEC)), st.integers(0, 99))
def test_the_order_of_the_objects_has_no_effect(case: Asked, seed: int) -> None:
    snapshot = case.simulation.snapshot
    objects = list(snapshot.objects.values())
    random.Random(seed).shuffle(objects)
    shuffled = Simulation.of(
        Snapshot.of(
            ((each, UNPLACED) for each in objects),
            others=dict(reversed(snapshot.others.items())),
            lenient=snapshot.lenient,
        )
    )
    assert json.dumps(shuffled.status()) == json.dumps(case.simulation.status())
    for request in case.requests:
        assert shuffled.trace(request) == case.simulation.trace(request)
