"""Every clause that the code applies is shown to hold and to fail, by a scenario or by a row below."""

from __future__ import annotations

import ast
import importlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest
from msgspec.structs import replace

import gwsim
from gwsim.addresses import Address, ObjectKey
from gwsim.analysis.near_misses import near_misses
from gwsim.binding import clauses as binding_clauses
from gwsim.binding import policy_clauses
from gwsim.implementations import SPEC, Implementation
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.reading.scenarios.reading import read_scenario
from gwsim.routing import clauses as routing_clauses
from gwsim.trace import Clause, Outcome, Step, Support, check, walk

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted(path.parent for path in (ROOT / "scenarios").glob(f"*/{FILE_NAME}"))
PACKAGES = ("gwsim.binding", "gwsim.routing")
CLAUSES: Mapping[str, Clause] = {
    f"{module.__name__.removeprefix('gwsim.')}.{name}": value
    for module in (binding_clauses, policy_clauses, routing_clauses)
    for name, value in vars(module).items()
    if isinstance(value, Clause)
}
"""By module and name."""
CONDITIONS: Mapping[str, tuple[Clause, ...]] = {
    "OverlappingTLSConfig": (binding_clauses.CERTIFICATES_OVERLAP,),
    "Conflicted": (binding_clauses.LISTENER_DISTINCT_HOSTNAME, binding_clauses.LISTENER_DISTINCT_PROTOCOL),
}
"""Clauses that leave no step where all is well: the listener's condition is absent or False instead."""


NOWHERE = Address(ObjectKey("", "", "", ""))
IMPLIED: Mapping[Clause, Clause] = {
    policy_clauses.SET_GATEWAY_ACCEPTED: policy_clauses.SET_ALLOWED,
    policy_clauses.CA_KIND: policy_clauses.CA_USABLE,
    policy_clauses.CA_GRANT: policy_clauses.CA_USABLE,
    policy_clauses.CLIENT_CERTIFICATE_GRANT: policy_clauses.CLIENT_CERTIFICATE_REF,
    policy_clauses.POLICY_TARGET_PROTOCOL: policy_clauses.POLICY_TARGET,
    policy_clauses.POLICY_CONFLICT: policy_clauses.POLICY_TARGET,
    policy_clauses.COEXISTENCE: binding_clauses.ATTACH,
    policy_clauses.MESH_KIND: binding_clauses.ATTACH,
    binding_clauses.GATEWAY_ADDRESS_GIVEN: binding_clauses.GATEWAY_ADDRESS_USABLE,
}
"""Clauses that leave a step only where they fail, and the one whose step says that they held."""


class Row(NamedTuple):
    """A configuration and a request that show what no scenario shows, with one choice or another switched."""

    manifests: str
    url: str
    controllers: frozenset[str] | None = None


HTTP_GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: public
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
"""
CLASS = """
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: public}
spec: {controllerName: example.com/ours}
---
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: edge}]
  rules: [RULES]
---
"""
ROWS: Mapping[str, Row] = {
    "a method, and another feature": Row(
        HTTP_GATEWAY
        + ROUTE.replace(
            "RULES",
            "{matches: [{method: GET}], filters: [{type: URLRewrite, urlRewrite: {hostname: a.test}}]}",
        ),
        "http://example.com/",
    ),
    "an address without a value": Row(
        HTTP_GATEWAY.replace("  listeners:", "  addresses: [{type: IPAddress}]\n  listeners:"),
        "http://example.com/",
    ),
    "an extension that is passed over": Row(
        HTTP_GATEWAY
        + ROUTE.replace(
            "RULES",
            "{filters: [{type: ExtensionRef, extensionRef: {group: example.com, kind: Plugin, name: p}}]}",
        ),
        "http://example.com/",
    ),
    "a pattern that is no RE2, and two backends that replace a prefix that is none": Row(
        HTTP_GATEWAY
        + ROUTE.replace(
            "RULES",
            "{matches: [{path: {type: RegularExpression, value: '/(?=a)'}}]},"
            " {matches: [{path: {type: Exact, value: /a}}], backendRefs: [BACKEND, BACKEND]}",
        ).replace(
            "BACKEND",
            "{name: web, port: 80, filters: [{type: URLRewrite,"
            " urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}",
        ),
        "http://example.com/a",
    ),
    "a path with an escaped slash": Row(HTTP_GATEWAY, "http://example.com/a%2Fb"),
    "TLS listeners of both modes": Row(
        HTTP_GATEWAY.replace(
            "[{name: http, port: 80, protocol: HTTP}]",
            "[{name: one, port: 443, protocol: TLS, hostname: a.test, tls: {mode: Passthrough}},"
            " {name: two, port: 443, protocol: TLS, tls: {certificateRefs: [{name: cert}]}}]",
        ),
        "https://a.test/",
    ),
    "a class of another controller": Row(
        CLASS + HTTP_GATEWAY, "http://example.com/", controllers=frozenset({"example.com/theirs"})
    ),
    "a rewrite that changes nothing, of a request to one of two equal matches": Row(
        HTTP_GATEWAY
        + ROUTE.replace(
            "RULES",
            "{matches: [{path: {value: /a}}, {path: {value: /a}}],"
            " filters: [{type: URLRewrite, urlRewrite: {hostname: example.com}}]}",
        ),
        "http://example.com/a",
    ),
}


def implementations() -> Iterator[Implementation]:
    """The default choices, each other value of each choice alone, and two features less."""
    yield SPEC
    for feature in ("HTTPRouteMethodMatching", "GatewayAddressEmpty"):
        yield replace(SPEC, unsupported_features=frozenset({feature}))
    for name, hint in get_type_hints(Implementation).items():
        if name == "unsupported_features":
            continue
        values = (True, False) if hint is bool else get_args(hint)
        for value in values:
            if value != getattr(SPEC, name):
                yield replace(SPEC, **{name: value})


@cache
def shown() -> Counter[tuple[str, Outcome]]:
    """How often each clause comes to each outcome, in all scenarios and rows."""
    found: Counter[tuple[str, Outcome]] = Counter()
    for folder in SCENARIOS:
        simulation = gwsim.load(folder)
        count(found, topology_steps(simulation))
        for case in read_scenario(folder).requests:
            count(found, request_steps(simulation, gwsim.Request.from_dict(case.request)))
    for row in ROWS.values():
        for implementation in implementations():
            loaded = load_files(
                ["-"],
                controllers=row.controllers,
                implementation=implementation,
                stdin=io.BytesIO(row.manifests.encode()),
            )
            assert loaded.findings == ()
            count(found, topology_steps(loaded.simulation))
            count(found, request_steps(loaded.simulation, gwsim.Request.get(row.url)))
    return found


def count(found: Counter[tuple[str, Outcome]], steps: Iterable[Step]) -> None:
    for step in steps:
        for each in walk(step):
            found[each.clause.id, each.outcome] += 1


def request_steps(simulation: gwsim.Simulation, request: gwsim.Request) -> Iterator[Step]:
    """Why a request goes where it goes, and what nearly took it."""
    decision = simulation.trace(request)
    yield from decision.trace
    if decision.route is None:
        for miss in near_misses(simulation.table, request):
            yield from miss.blockers


def topology_steps(simulation: gwsim.Simulation) -> Iterator[Step]:
    """Every step that a topology holds, in whatever field or property of its values."""
    done: dict[int, object] = {}
    todo: list[object] = [simulation.topology]
    while todo:
        value = todo.pop()
        if isinstance(value, Step):
            yield value
        elif isinstance(value, Mapping):
            todo.extend(value.values())
        elif isinstance(value, tuple | Iterator):
            todo.extend(value)
        elif type(value).__module__.startswith("gwsim.binding.") and id(value) not in done:
            done[id(value)] = value
            names = (name for name in dir(value) if not name.startswith("_"))
            todo.extend(part for name in names if not callable(part := getattr(value, name)))
    for listener in listeners_of(simulation):
        raised = {each["type"]: each for each in listener["conditions"] if each["status"] == "True"}
        for type_, judged in CONDITIONS.items():
            for clause in judged:
                if type_ not in raised or clause is binding_clauses.CERTIFICATES_OVERLAP:
                    yield check(clause, NOWHERE, type_ not in raised)
    for item in simulation.status():
        if item["kind"] == "ListenerSet":
            reasons = {each["reason"] for each in status_of(item).get("conditions", ())}
            yield check(policy_clauses.SET_LISTENERS, NOWHERE, "ListenersNotValid" not in reasons)


def listeners_of(simulation: gwsim.Simulation) -> Iterator[dict[str, Any]]:
    """The status of every listener."""
    for item in simulation.status():
        yield from status_of(item).get("listeners", ())


def status_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The status of an object; empty where nobody writes one."""
    status: Mapping[str, Any] = item.get("status", {})
    return status


@cache
def citations() -> frozenset[Clause]:
    """The clauses that the code names, apart from where they are defined."""
    found: set[Clause] = set()
    for path in sorted((ROOT / "gwsim").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name: importlib.import_module(f"{node.module}.{alias.name}")
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in PACKAGES
            for alias in node.names
            if alias.name in ("clauses", "policy_clauses")
        }
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in imported:
                    found.add(getattr(imported[name], attribute))
    return frozenset(found)


SHOWN = [(name, outcome) for name in CLAUSES for outcome in (Outcome.SELECTED, Outcome.REJECTED)]
NAMES = list(CLAUSES)


@pytest.mark.parametrize(("name", "outcome"), SHOWN)
def test_a_clause_is_shown_to_hold_and_to_fail(name: str, outcome: Outcome) -> None:
    clause = CLAUSES[name]
    if outcome is Outcome.SELECTED:
        clause = IMPLIED.get(clause, clause)
    counts = {each.value: shown()[clause.id, each] for each in Outcome}
    assert counts[outcome.value], f"{clause.id} ({clause.says}): {counts}"


@pytest.mark.parametrize("name", NAMES)
def test_a_clause_is_complete_and_cited(name: str) -> None:
    clause = CLAUSES[name]
    assert clause.id == clause.id.lower()
    assert clause.says
    assert not clause.says.endswith(".")
    assert clause.source
    assert isinstance(clause.support, Support)
    assert clause in citations()


def test_no_two_clauses_have_one_id() -> None:
    ids = Counter(clause.id for clause in CLAUSES.values())
    assert [each for each, number in ids.items() if number > 1] == []
