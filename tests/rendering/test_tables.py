"""Tables are kubectl's, say what is wrong, cut nothing off, and hold nothing that a terminal would obey."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table
from rich.text import Text

import gwsim
from gwsim.addresses import Address, Location
from gwsim.analysis.listing import Row, idle_listeners, table_rows
from gwsim.binding.reporting.status import statuses
from gwsim.rendering.sanitize import safe
from gwsim.rendering.tables import TIE_BREAKS, _grid, routes_table, status_tables
from gwsim.routing.precedence import CLAUSES

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = tuple(path.name for path in sorted(SCENARIOS.iterdir()) if path.is_dir())


def simulation(name: str) -> gwsim.Simulation:
    return gwsim.load(SCENARIOS / name)


def objects(name: str, *kinds: str) -> list[Mapping[str, object]]:
    return [each for each in statuses(simulation(name).topology) if not kinds or each["kind"] in kinds]


def rows(name: str) -> tuple[Row, ...]:
    return table_rows(simulation(name).table, gateway=None, listener=None, host=None)


def nowhere(_: Address) -> Location | None:
    return None


def gateway_class(name: str = "public", **spec: object) -> Mapping[str, object]:
    return {
        "kind": "GatewayClass",
        "metadata": {"name": name},
        "spec": {"controllerName": "example.com/gateway", **spec},
    }


STATUS = """\
NAMESPACE   NAME                                           CLASS    ADDRESS                           PROGRAMMED
shop        gateway.gateway.networking.k8s.io/storefront   public   storefront.shop.gateway.invalid   True

NAME                                            CONTROLLER                       ACCEPTED
gatewayclass.gateway.networking.k8s.io/public   gateway.example.com/controller   True

NAMESPACE   NAME                                                 HOSTNAMES
shop        httproute.gateway.networking.k8s.io/cart             ["shop.example.com"]
shop        httproute.gateway.networking.k8s.io/https-redirect   ["shop.example.com"]
shop        httproute.gateway.networking.k8s.io/web              ["shop.example.com"]
"""  # noqa: E501

ROUTES = """\
Gateway/shop/storefront#listeners[http]: HTTP on port 80, any host
HOSTNAME           MATCH          ROUTE                                               FILTERS           BACKENDS   AFTER THE ROW ABOVE   SOURCE
shop.example.com   PathPrefix /   HTTPRoute/shop/https-redirect#rules[0].matches[0]   RequestRedirect                                    routes.yaml:14

Gateway/shop/storefront#listeners[https]: HTTPS on port 443, shop.example.com
HOSTNAME           MATCH                              ROUTE                                     FILTERS   BACKENDS                            AFTER THE ROW ABOVE                        SOURCE
shop.example.com   PathPrefix /cart, x-canary: true   HTTPRoute/shop/cart#rules[0].matches[0]             cart-canary:80                                                                 routes.yaml:34
shop.example.com   PathPrefix /cart                   HTTPRoute/shop/cart#rules[1].matches[0]             cart:80 9/10, cart-canary:80 1/10   fewer headers                              routes.yaml:44
shop.example.com   PathPrefix /api                    HTTPRoute/shop/web#rules[1].matches[0]              api:8080                            path shorter; no request hits both: path   routes.yaml:71
shop.example.com   PathPrefix /                       HTTPRoute/shop/web#rules[0].matches[0]              web:80                              path shorter                               routes.yaml:67
"""  # noqa: E501


def test_objects_stand_in_kubectls_tables() -> None:
    assert status_tables(objects("storefront"), wide=False, color=False) == STATUS


def test_routes_stand_in_a_table_for_each_listener() -> None:
    found = simulation("storefront")

    def locate(address: Address) -> Location | None:
        place = found.snapshot.locate(address)
        return None if place is None else place._replace(file=Path(place.file).name)

    listed = table_rows(found.table, gateway=None, listener=None, host=None)
    assert routes_table(listed, color=False, locate=locate) == ROUTES


def test_one_kind_alone_is_named_without_its_group() -> None:
    text = status_tables([gateway_class()], wide=False, color=False)
    assert text == "NAME     CONTROLLER            ACCEPTED\npublic   example.com/gateway\n"


def test_wide_adds_kubectls_wide_columns() -> None:
    text = status_tables([gateway_class(description="For all")], wide=True, color=False)
    assert text == (
        "NAME     CONTROLLER            ACCEPTED   DESCRIPTION\n"
        "public   example.com/gateway              For all\n"
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param(
            "partly-invalid",
            "HTTPRoute/prod/half parentRef Gateway/prod/main: ResolvedRefs=False BackendNotFound: ",
            id="a route with a broken reference",
        ),
        pytest.param(
            "listener-conflicts",
            "Gateway/edge/mixed listener tcp: "
            "Accepted=False Programmed=False Conflicted=True ProtocolConflict: ",
            id="a listener in conflict, its of one reason in one line",
        ),
        pytest.param(
            "listener-conflicts",
            "Gateway/edge/mixed: Accepted=True ListenersNotValid: ",
            id="a Gateway that is accepted in spite of some listeners",
        ),
        pytest.param(
            "platform-teams",
            "HTTPRoute/team-blue/red parentRef Gateway/platform/shared#listeners[red]: "
            "Accepted=False NotAllowedByListeners: ",
            id="a route that is not allowed",
        ),
    ],
)
def test_what_is_wrong_stands_below_the_table(name: str, line: str) -> None:
    text = status_tables(objects(name), wide=False, color=False)
    assert [each for each in text.splitlines() if each.startswith(line)]


def test_nothing_stands_below_the_table_where_nothing_is_wrong() -> None:
    assert "=" not in status_tables(objects("storefront"), wide=True, color=False)


@pytest.mark.parametrize(
    ("conditions", "table", "wide"),
    [
        pytest.param([("Accepted", "Unknown", "Pending")], False, True, id="waiting for a controller"),
        pytest.param([("OverlappingTLSConfig", "True", "Overlap")], False, True, id="a warning"),
        pytest.param([("PartiallyInvalid", "True", "UnsupportedValue")], True, True, id="dropped rules"),
        pytest.param([("Conflicted", "False", "NoConflicts")], False, False, id="no conflict"),
        pytest.param([("Accepted", "True", "Accepted")], False, False, id="all well"),
        pytest.param([("Accepted", "False", "Invalid")], True, True, id="a failure"),
    ],
)
def test_warnings_and_waiting_are_for_wide_alone(
    conditions: list[tuple[str, str, str]], table: bool, wide: bool
) -> None:
    written = [
        {"type": type_, "status": status, "reason": reason, "message": "m"}
        for type_, status, reason in conditions
    ]
    found = [{**gateway_class(), "status": {"conditions": written}}]
    assert ("GatewayClass/public: " in status_tables(found, wide=False, color=False)) is table
    assert ("GatewayClass/public: " in status_tables(found, wide=True, color=False)) is wide


def test_a_parent_that_nobody_serves_is_said_to_get_no_status() -> None:
    ref = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gone"}
    route = {"kind": "HTTPRoute", "metadata": {"name": "a", "namespace": "b"}, "spec": {"parentRefs": [ref]}}
    assert "HTTPRoute/b/a parentRef Gateway/b/gone: no status: " in status_tables(
        [route], wide=False, color=False
    )


def test_idle_listeners_stand_after_the_table() -> None:
    idle = idle_listeners(simulation("listener-conflicts").table, gateway="edge/mixed", listener=None)
    text = routes_table((), color=False, locate=nowhere, idle=idle)
    assert "#listeners[quic]: UDP on port 80, any host\nNo route is attached.\n" in text
    assert "#listeners[grpc]: GRPC on port 9090, any host\nDoes not serve: " in text


@pytest.mark.parametrize(
    ("host", "cell"),
    [
        pytest.param("half", "web:80 1/2, gone:80 1/2 (BackendNotFound)", id="a failed backend"),
        pytest.param("not-granted", "other/web:80 (RefNotPermitted)", id="another namespace"),
        pytest.param("no-backends", "(NoBackends)", id="no backends"),
        pytest.param("zero-weights", "web:80 0", id="no weight"),
        pytest.param("zero-weight", "web:80 0", id="no weight of the only one"),
    ],
)
def test_backends_show_share_namespace_and_failure(host: str, cell: str) -> None:
    listed = [row for row in rows("partly-invalid") if row.key.route.name == host]
    assert cell in routes_table(listed, color=False, locate=nowhere)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("color", [False, True])
def test_lines_are_never_cut_off_nor_end_in_spaces(name: str, color: bool) -> None:
    text = status_tables(objects(name), wide=True, color=color)
    text += routes_table(rows(name), color=color, locate=nowhere)
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "…" not in text
    assert ("\x1b[" in text) is color


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COLUMNS", "20"), ("FORCE_COLOR", "1"), ("TERM", "dumb"), ("TTY_COMPATIBLE", "1")):
        monkeypatch.setenv(name, value)
    assert status_tables(objects("storefront"), wide=False, color=False) == STATUS


HOSTILE = [
    pytest.param("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", id="terminal escapes"),
    pytest.param("[red]x[/red]", "[red]x[/red]", id="markup"),
    pytest.param("[link=http://x]y", "[link=http://x]y", id="a link in markup"),
    pytest.param("a\u202eb", r"a\u202eb", id="a bidirectional override"),
    pytest.param("a\nb\tc", r"a\nb\tc", id="line break and tab"),
    pytest.param(":smile:", ":smile:", id="the name of an emoji"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_hostile_names_are_inert_in_status_tables(text: str, shown: str) -> None:
    condition = {"type": "Accepted", "status": "False", "reason": text, "message": text}
    found = [{**gateway_class(text, description=text), "status": {"conditions": [condition]}}]
    lines = status_tables(found, wide=True, color=False).splitlines()
    assert lines[1].split("   ")[0] == shown
    assert lines[1].endswith(shown)
    assert lines[3:] == [f"GatewayClass/{shown}: Accepted=False {shown}: {shown}"]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_hostile_text_is_inert_in_the_routing_table(text: str, shown: str) -> None:
    row = replace(rows("azure-web")[0], hostname=text, match=(text,))
    table = routes_table([row], color=False, locate=lambda _: Location(text, 1, 1))
    cells = re.split(" {3,}", table.splitlines()[2])
    assert cells[:2] == [shown, shown]
    assert cells[-1] == f"{shown}:1"


def test_every_tie_break_has_its_words() -> None:
    assert set(TIE_BREAKS) == {clause.id for clause in CLAUSES.values()}


def test_wide_characters_keep_their_columns() -> None:
    found = [gateway_class("日本"), gateway_class("ab")]
    lines = status_tables(found, wide=False, color=False).splitlines()
    assert lines[1:] == ["日本   example.com/gateway", "ab     example.com/gateway"]


@given(
    st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(
                st.tuples(
                    st.text(max_size=8).map(safe) | st.sampled_from(["", "名前", "e\u0301", " a ", "👍🏽"]),
                    st.sampled_from(["", "bold", "red", "green", "yellow"]),
                ),
                min_size=columns,
                max_size=columns,
            ),
            min_size=1,
            max_size=5,
        )
    ),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_columns_are_those_that_rich_makes(rows: list[list[tuple[str, str]]], color: bool) -> None:
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0), pad_edge=False)
    for _ in rows[0]:
        table.add_column(no_wrap=True)
    for row in rows:
        table.add_row(*(Text.assemble(cell) for cell in row))
    out = io.StringIO()
    console = Console(
        file=out, width=10_000, color_system="standard" if color else None, force_terminal=color, _environ={}
    )
    console.print(table)
    lines = [f"{line.rstrip()}\n" for line in out.getvalue().split("\n")[:-1]]
    assert list(_grid(rows, color=color)) == lines
