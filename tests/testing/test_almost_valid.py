"""One planted defect: admission and binding take it without harm, and say so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gwsim.addresses import ObjectKey
from gwsim.findings import Severity
from gwsim.reading.loading import Loaded, load_files
from gwsim.rendering.glossary.codes import code_text
from gwsim.resources.cluster import Service
from gwsim.resources.meta import ObjectMeta
from gwsim.resources.snapshot import Resource
from gwsim.routing.decision import Decision
from gwsim.testing import strategies
from gwsim.testing.planting.changes import REFUSED, REPORTED, Recipe
from gwsim.testing.strategies import AlmostValid, almost_valid, requests_for, snapshots

SOME = settings(
    max_examples=250,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SINGLE: Mapping[str, SearchStrategy[Resource]] = {
    "Gateway": strategies.gateways(),
    "ListenerSet": strategies.listener_sets(),
    "HTTPRoute": strategies.http_routes(),
    "GRPCRoute": strategies.grpc_routes(),
    "TLSRoute": strategies.tls_routes(),
    "TCPRoute": strategies.tcp_routes(),
    "UDPRoute": strategies.udp_routes(),
}


def read(example: AlmostValid) -> Loaded:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": example.manifests})
    return load_files(["-"], stdin=BytesIO(text.encode()))


def conditions(loaded: Loaded, key: ObjectKey) -> set[str]:
    """The conditions of an object and its parts, as `Type=Status Reason`."""
    found = set()
    for each in loaded.simulation.status():
        metadata = each["metadata"]
        assert isinstance(metadata, dict)
        own = (str(each["kind"]), str(metadata.get("namespace", "")), str(metadata["name"]))
        if own == (key.kind, key.namespace, key.name):
            found |= {f"{row['type']}={row['status']} {row['reason']}" for row in rows_in(each.get("status"))}
    return found


def rows_in(part: object) -> Iterator[Mapping[str, object]]:
    if isinstance(part, dict):
        yield from part.get("conditions", ())
        for name, each in part.items():
            if name != "conditions":
                yield from rows_in(each)
    elif isinstance(part, list):
        for each in part:
            yield from rows_in(each)


def test_the_one_defect_of_a_snapshot_is_reported_and_does_no_other_harm() -> None:
    seen: set[str] = set()

    @SOME
    @given(almost_valid(snapshots()))
    def check(example: AlmostValid) -> None:
        loaded, flaw = read(example), example.flaw
        codes = {(finding.code, finding.severity) for finding in loaded.findings}
        if flaw.finding is not None:
            assert codes == {(flaw.finding, Severity.ERROR)}
            assert conditions(loaded, flaw.key) == set()
        else:
            assert codes == set()
            assert flaw.condition in conditions(loaded, flaw.key)
        seen.add(flaw.says)

    check()
    assert len(seen) > 0.8 * len({recipe.says for recipe in (*REFUSED, *REPORTED)})


@settings(SOME, max_examples=100)
@given(
    almost_valid(snapshots())
    .map(read)
    .flatmap(lambda loaded: requests_for(loaded.simulation).map(loaded.simulation.trace))
)
def test_what_is_left_of_an_almost_valid_snapshot_answers_requests(decision: Decision) -> None:
    assert decision.reason


@pytest.mark.parametrize("kind", SINGLE)
def test_the_one_defect_of_a_single_object_is_a_finding(kind: str) -> None:
    @settings(SOME, max_examples=40)
    @given(almost_valid(SINGLE[kind]))
    def check(example: AlmostValid) -> None:
        assert {finding.code for finding in read(example).findings} == {example.flaw.finding}
        assert example.flaw.key.kind == kind

    check()


@pytest.mark.parametrize("recipe", [*REFUSED, *REPORTED], ids=lambda recipe: recipe.says)
def test_a_defect_is_reported_by_a_code_that_is_explained(recipe: Recipe) -> None:
    assert code_text(recipe.reported.rpartition(" ")[2], color=False)


def test_a_defect_shrinks_to_the_object_that_has_it_and_what_that_needs() -> None:
    found = find(
        almost_valid(snapshots()),
        lambda example: example.flaw.condition == "ResolvedRefs=False BackendNotFound",
        settings=settings(SOME, max_examples=2000, phases=[Phase.generate, Phase.shrink]),
        random=Random(1),
    )
    assert [each["kind"] for each in found.manifests] == ["Service", "Gateway", "GatewayClass", "HTTPRoute"]
    assert found.to_yaml().startswith(
        "# HTTPRoute/apps/cart: a Service that is not there (ResolvedRefs=False BackendNotFound)\n"
    )
    loaded = load_files(["-"], stdin=BytesIO(repr(found).encode()))
    assert loaded.simulation.status() == read(found).simulation.status()


def test_what_no_defect_is_known_for_is_refused() -> None:
    service = Service(ObjectMeta("web", "shop"), "v1", "Service")
    with pytest.raises(ValueError, match="expected a Gateway, a ListenerSet or a route"):
        find(almost_valid(st.just(service)), lambda example: True, settings=SOME)
