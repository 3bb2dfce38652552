"""The documentation of choices, conditions and reasons is what gwsim has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

import gwsim
from gwsim.implementations import SPEC
from gwsim.implementations.choosing import choices, with_choices
from gwsim.reading.loading import load_files
from gwsim.reading.scenarios.finding import FILE_NAME
from gwsim.simulation import Simulation

ROOT = Path(__file__).parents[1]
README = (ROOT / "gwsim/README.md").read_text(encoding="utf-8")
SCENARIOS = sorted(path.parent for path in (ROOT / "scenarios").glob(f"*/{FILE_NAME}"))


class Row(NamedTuple):
    """A condition of the documentation's table."""

    place: str
    condition: str
    """`Type=Status Reason`."""
    shown: str
    """A link to a scenario, the name of an example below, or `never` and why."""


ROWS = tuple(
    Row(*row) for row in re.findall(r"^\| ([\w, ]+) \| `(\w+=\w+ \w+)` \| (.+) \|$", README, re.MULTILINE)
)


class Example(NamedTuple):
    """What no scenario shows: manifests, and how they are read."""

    manifests: str
    settings: tuple[str, ...] = ()
    controllers: frozenset[str] | None = None
    unsupported: frozenset[str] = frozenset()


CLASS = """
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: public}
spec: {controllerName: example.com/ours}
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: public, listeners: [{name: a, port: 80, protocol: HTTP}, LISTENER]}
"""
REPLACING = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: edge}]
  rules:
  - matches: [{path: {type: Exact, value: /a}}]
    backendRefs: [BACKEND, BACKEND]
""".replace(
    "BACKEND",
    "{name: web, port: 80, filters: [{type: URLRewrite,"
    " urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}",
)
UDP_POLICY = """
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {ports: [{port: 53, protocol: UDP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: {name: dns}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: dns, port: 53}]}]}
---
apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackendTrafficPolicy
metadata: {name: budget}
spec: {targetRefs: [{group: "", kind: Service, name: dns}], retryConstraint: {}}
"""
TLS = "{name: b, port: 443, protocol: TLS, tls: {mode: Terminate, certificateRefs: [{name: c}]}}"
EXAMPLES: Mapping[str, Example] = {
    "an implementation without GatewayAddressEmpty": Example(
        CLASS + "---" + GATEWAY.replace(", LISTENER", "").replace("spec: {", "spec: {addresses: [{}], "),
        unsupported=frozenset({"GatewayAddressEmpty"}),
    ),
    "another controller's class": Example(CLASS, controllers=frozenset({"example.com/theirs"})),
    "a prefix replaced where none is matched": Example(
        "---".join((CLASS, GATEWAY.replace(", LISTENER", ""), REPLACING))
    ),
    "a policy for UDP": Example(
        "---".join((CLASS, GATEWAY.replace("LISTENER", "{name: b, port: 53, protocol: UDP}"), UDP_POLICY))
    ),
    "tlsModeTerminate=off": Example(
        "---".join((CLASS, GATEWAY.replace("LISTENER", TLS))), ("tlsModeTerminate=off",)
    ),
    "unresolvedListenerAccepted=false": Example(
        "---".join((CLASS, GATEWAY.replace("LISTENER", TLS))), ("unresolvedListenerAccepted=false",)
    ),
}
"""By the name that the documentation has for it."""


def conditions(simulation: Simulation) -> Iterator[tuple[str, str]]:
    """Place and `Type=Status Reason` of every condition that a status has."""
    for item in simulation.status():
        status: Any = item.get("status", {})
        kind = str(item["kind"])
        rows = [(kind, each) for each in status.get("conditions", ())]
        for name, place in (("listeners", "Listener"), ("parents", kind), ("ancestors", kind)):
            rows += [(place, each) for entry in status.get(name, ()) for each in entry["conditions"]]
        for place, each in rows:
            shown = "Route" if place.endswith("Route") else place
            yield shown, f"{each['type']}={each['status']} {each['reason']}"


@cache
def written() -> Mapping[str, frozenset[tuple[str, str]]]:
    """The conditions that each scenario and each example writes."""
    found = {folder.name: frozenset(conditions(gwsim.load(folder))) for folder in SCENARIOS}
    for name, example in EXAMPLES.items():
        loaded = load_files(
            ["-"],
            implementation=replace(
                with_choices(SPEC, example.settings), unsupported_features=example.unsupported
            ),
            controllers=example.controllers,
            stdin=BytesIO(example.manifests.encode()),
        )
        assert loaded.findings == (), name
        found[name] = frozenset(conditions(loaded.simulation))
    return found


def test_the_table_has_every_condition_that_is_written_and_says_of_no_other_that_it_is() -> None:
    listed = {(row.place, row.condition) for row in ROWS if not row.shown.startswith("never: ")}
    assert set().union(*written().values()) == listed
    assert len({(row.place, row.condition) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.shown.startswith("never: ")], ids=lambda row: " ".join(row[:2])
)
def test_a_condition_is_written_where_the_table_says(row: Row) -> None:
    link = re.fullmatch(r"\[([\w-]+)\]\(\.\./scenarios/([\w-]+)\)", row.shown)
    if link is not None:
        assert link[1] == link[2]
    name = link[1] if link is not None else row.shown.strip("`")
    assert (row.place, row.condition) in written()[name]


def choice_table() -> str:
    """The table of choices, as the documentation has it."""
    lines = ["| choice | values, the default first | what it is about | basis |", "| --- | --- | --- | --- |"]
    for each in choices():
        values = ", ".join(f"`{value}`" for value in each.values) or f"`{each.default}`; {each.form}"
        lines.append(f"| `{each.name}` | {values} | {each.says} | {each.source} |")
    return "\n".join(lines) + "\n"


def test_the_table_of_choices_is_the_one_that_the_code_has() -> None:
    _, _, rest = README.partition("<!-- choices -->\n")
    assert rest.partition("<!-- end of choices -->")[0] == choice_table()
