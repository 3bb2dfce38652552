"""Two configurations: which answers and which objects are not the same."""

from __future__ import annotations

from pathlib import Path

import gwsim
from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.analysis.comparing import Change, ObjectChange, answer, compare_answers, compare_objects
from gwsim.errors import RequestError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: main}
spec:
  gatewayClassName: public
  listeners: [{name: http, protocol: HTTP, port: 80}]
"""
SERVICES = "".join(
    f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: 80}}]}}\n"
    for name in ("one", "two")
)
ROUTE = """---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: main}]
  rules:
    - matches: [{path: {value: /}}]
      backendRefs: [{name: one, port: 80}]
    - matches: [{path: {value: /two}}]
      backendRefs: [{name: one, port: 80}]
"""
ROOT, TWO = gwsim.Request.get("http://h/"), gwsim.Request.get("http://h/two")


def simulation(folder: Path, name: str, text: str) -> gwsim.Simulation:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return gwsim.load(path)


def test_answers_that_changed_say_in_which_fields(tmp_path: Path) -> None:
    first = simulation(tmp_path, "a", GATEWAY + SERVICES + ROUTE)
    changed = ROUTE[::-1].replace("one"[::-1], "two"[::-1], 1)[::-1]
    second = simulation(tmp_path, "b", GATEWAY + SERVICES + changed)
    replies = compare_answers([(each, answer(first, each)) for each in (ROOT, TWO)], second)
    assert [(each.request, each.differs) for each in replies] == [(ROOT, ()), (TWO, ("backends",))]
    assert [each.changed for each in replies] == [False, True]


def test_a_request_that_can_no_longer_be_sent_has_another_answer(tmp_path: Path) -> None:
    first = simulation(tmp_path, "a", GATEWAY + SERVICES + ROUTE)
    second = simulation(tmp_path, "b", f"{GATEWAY}---{GATEWAY.replace('main', 'other')}{SERVICES}{ROUTE}")
    forth = compare_answers([(ROOT, answer(first, ROOT))], second)
    assert forth[0].differs == ("error",)
    assert isinstance(forth[0].after, RequestError)
    back = compare_answers([(ROOT, answer(second, ROOT))], second)
    assert not back[0].changed


def test_objects_that_came_went_and_changed_are_listed_in_order(tmp_path: Path) -> None:
    first = simulation(tmp_path, "a", GATEWAY + SERVICES + ROUTE)
    second = simulation(
        tmp_path, "b", GATEWAY.replace("port: 80", "port: 81") + ROUTE + SERVICES.replace("one", "three")
    )
    assert compare_objects(first.snapshot, second.snapshot) == (
        ObjectChange(ObjectKey("", "Service", "default", "one"), Change.REMOVED),
        ObjectChange(ObjectKey("", "Service", "default", "three"), Change.ADDED),
        ObjectChange(ObjectKey(GATEWAY_GROUP, "Gateway", "default", "main"), Change.CHANGED),
    )


def test_defaults_that_are_written_out_change_nothing(tmp_path: Path) -> None:
    first = simulation(tmp_path, "a", GATEWAY + SERVICES + ROUTE)
    written = ROUTE.replace("{value: /}", "{type: PathPrefix, value: /}")
    second = simulation(tmp_path, "b", SERVICES + written + "---" + GATEWAY)
    assert compare_objects(first.snapshot, second.snapshot) == ()


def test_a_configuration_is_the_same_as_itself() -> None:
    one, other = (gwsim.load(SCENARIOS / "storefront") for _ in range(2))
    assert compare_objects(one.snapshot, other.snapshot) == ()
    asked = [gwsim.Request.get(f"https://shop.example.com{path}") for path in ("/", "/cart", "/api")]
    assert not any(
        each.changed for each in compare_answers([(each, answer(one, each)) for each in asked], other)
    )
