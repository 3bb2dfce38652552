"""HTML for notebooks says what the text says, and no name becomes markup."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from msgspec import structs

import gwsim
from gwsim import notebook
from gwsim.analysis.picturing.linking import object_graph
from gwsim.rendering.html.decisions import decision_html
from gwsim.rendering.html.overviews import simulation_html, table_html
from gwsim.rendering.sanitize import safe
from gwsim.simulation import Simulation
from tests.bench.generating import SHAPES
from tests.bench.generating import simulation as generated
from tests.bench.objects import simulation_of
from tests.rendering.graphs.test_graphs import HOSTILE
from tests.test_scenarios import SCENARIOS

TAGS = frozenset(
    {
        *("div", "style", "span", "code", "br", "details", "summary"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
)


class Reading(HTMLParser):
    """Reads HTML, and refuses what gwsim does not write."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= {"class", "style"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def hostile(text: str) -> Simulation:
    """A configuration that has a text where the API has no pattern: a backend, a header, a section."""
    manifests: list[Mapping[str, Any]] = [
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "edge", "namespace": "default"},
            "spec": {
                "gatewayClassName": "public",
                "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
            },
        },
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": "route", "namespace": "default"},
            "spec": {
                "parentRefs": [{"name": "edge"}],
                "rules": [
                    {
                        "matches": [{"headers": [{"name": "x", "value": text}]}],
                        "backendRefs": [{"name": text, "port": 80}],
                    }
                ],
            },
        },
    ]
    return simulation_of(manifests)


def answers(simulation: Simulation, request: gwsim.Request) -> Iterator[str]:
    """Everything that a notebook may show."""
    decision = simulation.trace(request)
    yield simulation_html(simulation)
    yield table_html(simulation.table)
    yield decision_html(decision)
    yield decision_html(decision, request=request, simulation=simulation)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_names_are_shown_as_they_are_and_inject_nothing(text: str) -> None:
    simulation = hostile(text)
    request = structs.replace(gwsim.Request.get("http://example.com/"), headers=(("x", text),))
    overview, table, alone, whole = (Reading(each).texts for each in answers(simulation, request))
    assert f"Service/default/{safe(text)}" in overview
    assert any(f"Service/default/{safe(text)}:80" in line for line in table)
    assert f"Service/default/{safe(text)}:80" in alone
    assert f"x: {safe(text)}" in whole


@pytest.mark.parametrize(
    ("scenario", "case"),
    [
        pytest.param(scenario, case, id=f"{scenario.name}: {case.name}")
        for scenario in SCENARIOS
        for case in scenario.requests[::9]
    ],
)
def test_every_answer_is_well_formed(scenario: Any, case: Any) -> None:
    simulation = gwsim.load(scenario.folder)
    for answer in answers(simulation, gwsim.Request.from_dict(case.request)):
        assert Reading(answer).texts


def test_miss_says_what_failed_what_helps_and_where() -> None:
    simulation = gwsim.load("scenarios/azure-web")
    request = gwsim.Request.get("http://example.com/ap")
    shown = Reading(decision_html(simulation.trace(request), request=request, simulation=simulation)).texts
    assert "path below /app, but it is /ap" in shown
    assert "Send a path below the prefix, or shorten the prefix" in shown
    assert "scenarios/azure-web/routes.yaml:11:11" in shown


def test_large_tables_stay_small_pages() -> None:
    simulation = generated(SHAPES["prefixes"], 2000)
    request = gwsim.Request.get("http://shop.example.com/nowhere")
    assert all(len(answer) < 100_000 for answer in answers(simulation, request))


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    """A shell of IPython that has loaded the extension."""
    shell = InteractiveShell()
    shell.extension_manager.load_extension("gwsim.notebook")
    return shell


SIMULATION = gwsim.load("scenarios/azure-web")
REQUEST = gwsim.Request.get("http://example.com/app")


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        pytest.param(SIMULATION, "text/html", "<Simulation of 4 objects>", id="a simulation"),
        pytest.param(
            SIMULATION.trace(REQUEST),
            "text/html",
            "<Decision forwarded to Service/default/app-service:80>",
            id="a decision",
        ),
        pytest.param(
            notebook.explained(SIMULATION, REQUEST),
            "text/html",
            "<Explained GET http://example.com/app: forwarded to Service/default/app-service:80>",
            id="a decision with its request",
        ),
        pytest.param(
            SIMULATION.table, "text/html", "<RoutingTable of 1 Gateways and ports>", id="a routing table"
        ),
        pytest.param(
            object_graph(SIMULATION.topology),
            "image/svg+xml",
            "<ObjectGraph of 6 nodes and 5 edges>",
            id="a graph",
        ),
    ],
)
def test_value_shows_itself(shell: InteractiveShell, value: object, kind: str, words: str) -> None:
    shown, _ = shell.display_formatter.format(value)
    assert shown["text/plain"] == words
    assert shown[kind].startswith(("<div", "<svg"))


def test_core_types_know_nothing_of_html() -> None:
    assert not any(hasattr(type(value), "_repr_html_") for value in (SIMULATION, SIMULATION.table))
