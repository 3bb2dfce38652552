"""A stream is answered as each of its requests is: decided, and written as JSON by the plain way."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from gwsim.cli.streaming.answering import Answerer, answers_of_one
from gwsim.errors import RequestError
from gwsim.implementations import SPEC
from gwsim.reading.request_lines import RefusedRequest
from gwsim.rendering.decision_lines import DecisionWriter
from gwsim.rendering.sanitize import inert_json
from gwsim.routing.decision import BackendChoice, Decision
from gwsim.routing.request import Request
from gwsim.testing.strategies import snapshots
from tests.properties.test_evaluators import ANY_CASES, Asked, asked

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["\u202e", "\x9b", '"\\', "é\U0001f600", "", {"a": [None, {"b": "\u2028"}]}, [], -(2**63)]
    ),
)
"""Ids: any JSON."""
TEXTS = st.sampled_from(["\u202e\x9b", '"\\\t', "é", "{}", "%b", ""])
FEW = settings(max_examples=200)


def plainly(value: object) -> bytes:
    """JSON in which nothing is taken from what was written before."""
    return msgspec.json.encode(value.to_dict() if isinstance(value, Decision) else value)


def wire(request: Request, id_: object, text: str, *, by_name: bool) -> dict[str, object]:
    """
    Write a request as a log has it, with an odd header and query, and an id of its own.

    Some lack a draw, or name a Gateway that is not there.
    """
    fields: dict[str, object] = {
        field.encode_name: getattr(request, field.name)
        for field in structs.fields(request)
        if field.name in ("port", "draw")
        or (getattr(request, field.name) not in (field.default, msgspec.UNSET) and field.name != "straight")
    }
    renamed = {"client_certificate": "clientCertificate", "connection_sni": "connectionSNI"}
    fields = {renamed.get(name, name): value for name, value in fields.items()}
    headers = [*request.headers, ("x-odd", text)] if "\t" not in text else list(request.headers)
    fields["headers"] = by_names(headers) if by_name else headers
    if request.straight:
        fields["service"] = None
    if not request.grpc and text != '"\\\t':
        fields["path"] = f"{request.path}{'&' if '?' in request.path else '?'}{text}"
    if by_name:
        del fields["draw"]
    if text == "{}":
        fields["gateway"] = "web/missing"
    return fields | {"id": id_}


def by_names(headers: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


@settings(max_examples=800)
@given(ANY_CASES, st.lists(st.tuples(ODD, TEXTS, st.booleans()), min_size=6, max_size=6))
def test_a_stream_is_answered_as_its_requests_are(
    case: Asked, odd: Sequence[tuple[object, str, bool]]
) -> None:
    sent = [
        wire(request, id_, text, by_name=by_name)
        for request, (id_, text, by_name) in zip(case.requests * 2, odd * 2, strict=False)
    ]
    lines = b"".join(msgspec.json.encode(fields) + b"\n" for fields in sent)
    answerer = Answerer(case.simulation)
    [answers] = answers_of_one(answerer, io.BytesIO(lines))
    expected, refused = [], False
    for number, fields in enumerate(sent, start=1):
        plain = msgspec.json.decode(msgspec.json.encode(fields))
        request = Request.from_dict(plain | {"id": number if plain["id"] is None else plain["id"]})
        try:
            answer: object = case.simulation.trace(request)
        except RequestError as error:
            answer = RefusedRequest(request.id, str(error))
        expected.append(inert_json(plainly(answer)))
        refused = refused or isinstance(answer, RefusedRequest)
    assert answers.text.split(b"\n") == [*expected, b""]
    assert answers.refused is refused


CASES = asked(st.just(SPEC), snapshots())


@FEW
@given(CASES)
def test_a_decision_that_shares_a_part_with_another_is_written_as_what_it_is(case: Asked) -> None:
    """Decisions are mixed of the parts of others, so that some parts are the very same and some are not."""
    decisions = [case.simulation.decide(request) for request in case.requests]
    backends = [choice for decision in decisions for choice in decision.backends]
    writer = DecisionWriter()
    for decision in decisions:
        assert writer.write(decision) == plainly(decision)
        for other in decisions:
            for field in structs.fields(Decision):
                mixed = structs.replace(decision, **{field.name: getattr(other, field.name)})
                if mixed.chosen_index is None or mixed.chosen_index < len(mixed.backends):
                    assert writer.write(mixed) == plainly(mixed)
    for choice in backends[:4]:
        for other_choice in backends[-4:]:
            for field in structs.fields(BackendChoice):
                mixed_choice = structs.replace(choice, **{field.name: getattr(other_choice, field.name)})
                decision = structs.replace(decisions[0], backends=(mixed_choice, choice))
                assert writer.write(decision) == plainly(decision)
