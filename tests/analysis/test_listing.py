"""The rows of the routing table: their order, what they say, and which are left out."""

from __future__ import annotations

from pathlib import Path

import pytest

import gwsim
from gwsim.analysis.listing import Row, idle_listeners, table_rows
from gwsim.errors import UsageError
from gwsim.routing.precedence import CLAUSES

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = tuple(path.name for path in sorted(SCENARIOS.iterdir()) if path.is_dir())

HEAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: main}
spec:
  gatewayClassName: public
  listeners: [{name: http, protocol: HTTP, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
"""


def listed(
    name: str | Path, gateway: str | None = None, listener: str | None = None, host: str | None = None
) -> tuple[Row, ...]:
    return table_rows(gwsim.load(SCENARIOS / name).table, gateway=gateway, listener=listener, host=host)


def route(folder: Path, *rules: str, hostnames: str = "[]", name: str = "web") -> tuple[Row, ...]:
    """The rows of routes with these rules; each rule as the text of its `matches`."""
    lines = "".join(f"    - {{matches: {rule}, backendRefs: [{{name: web, port: 80}}]}}\n" for rule in rules)
    head = f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\n"
    spec = f"spec:\n  parentRefs: [{{name: main}}]\n  hostnames: {hostnames}\n  rules:\n{lines}"
    (folder / "all.yaml").write_text(f"{HEAD}{head}{spec}", encoding="utf-8")
    return listed(folder)


def order_of(row: Row) -> tuple[str | None, str | None, bool] | None:
    """The clause, what keeps it apart from the row before, and whether only the cluster knows."""
    why = row.why
    return None if why is None else (why.tie_break and why.tie_break.id, why.apart, why.undated)


def test_rows_stand_in_the_order_in_which_the_storefront_is_tried() -> None:
    assert [
        (row.listener.key.name, row.match, str(row.key), order_of(row)) for row in listed("storefront")
    ] == [
        ("http", ("PathPrefix /",), "HTTPRoute/shop/https-redirect#rules[0].matches[0]", None),
        ("https", ("PathPrefix /cart", "x-canary: true"), "HTTPRoute/shop/cart#rules[0].matches[0]", None),
        (
            "https",
            ("PathPrefix /cart",),
            "HTTPRoute/shop/cart#rules[1].matches[0]",
            ("precedence.headers", None, False),
        ),
        (
            "https",
            ("PathPrefix /api",),
            "HTTPRoute/shop/web#rules[1].matches[0]",
            ("precedence.path-length", "path", False),
        ),
        (
            "https",
            ("PathPrefix /",),
            "HTTPRoute/shop/web#rules[0].matches[0]",
            ("precedence.path-length", None, False),
        ),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_the_entries_of_the_table_in_its_order(name: str) -> None:
    table = gwsim.load(SCENARIOS / name).table
    rows = table_rows(table, gateway=None, listener=None, host=None)
    entries = [
        (entry.listener, entry.key)
        for _, tables in sorted(table.listeners.items(), key=lambda item: item[0])
        for each in tables
        for entry in each.entries
    ]
    assert [(row.listener.key, row.key) for row in rows] == entries


@pytest.mark.parametrize("name", NAMES)
def test_only_the_first_row_of_a_listener_has_nothing_before_it(name: str) -> None:
    rows = listed(name)
    firsts = {row.listener.key: row for row in reversed(rows)}
    assert all((row.why is None) is (firsts[row.listener.key] is row) for row in rows)


def test_every_tie_break_decides_between_some_rows_of_the_scenarios() -> None:
    rows = [row for name in NAMES for row in listed(name)]
    used = {row.why.tie_break.id for row in rows if row.why and row.why.tie_break}
    assert used == {clause.id for clause in CLAUSES.values()}


@pytest.mark.parametrize(
    ("host", "found"),
    [
        pytest.param(
            "foo.apps.example.com", ["foo", "wild", "wild-root"], id="a precise name, then wildcards"
        ),
        pytest.param("FOO.Apps.example.com.:80", ["foo", "wild", "wild-root"], id="case, port and dot"),
        pytest.param("foo.example.net", ["no-hostname", "written-hostname"], id="the more specific listener"),
        pytest.param("nobody.example.org", [], id="a host of nobody"),
    ],
)
def test_a_host_has_the_rows_that_its_requests_are_matched_against(host: str, found: list[str]) -> None:
    assert [row.key.route.name for row in listed("route-conflicts", host=host)] == found


def test_an_address_hits_no_hostname(tmp_path: Path) -> None:
    route(tmp_path, "[{}]", hostnames='["*.0.2.1", a.example.com]')
    assert listed(tmp_path, host="192.0.2.1") == ()


def test_a_host_has_rows_on_its_most_specific_listener_alone(tmp_path: Path) -> None:
    route(tmp_path, "[{}]")
    file = tmp_path / "all.yaml"
    narrow = "[{name: shop, protocol: HTTP, port: 80, hostname: '*.example.com'}, "
    text = file.read_text(encoding="utf-8").replace("listeners: [", f"listeners: {narrow}")
    file.write_text(text, encoding="utf-8")
    assert [row.listener.key.name for row in listed(tmp_path)] == ["shop", "http"]
    assert [row.listener.key.name for row in listed(tmp_path, host="a.example.com")] == ["shop"]


def test_rows_that_a_host_leaves_out_do_not_decide_the_order() -> None:
    (_, second, _) = listed("route-conflicts", host="foo.apps.example.com")
    assert order_of(second) == ("precedence.host-precise", None, False)


@pytest.mark.parametrize(
    ("gateway", "listener", "message"),
    [
        pytest.param("infra/x", None, "--gateway: expected one of infra/main, found infra/x", id="a Gateway"),
        pytest.param("infra/main", "x", "--listener: expected one of http, net, found x", id="a listener"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_exist(
    gateway: str, listener: str | None, message: str
) -> None:
    with pytest.raises(UsageError) as error:
        listed("route-conflicts", gateway, listener)
    assert str(error.value) == message


def test_a_listener_by_name_has_its_own_rows_alone() -> None:
    rows = listed("route-conflicts", "infra/main", "net")
    assert [row.key.route.name for row in rows] == ["no-hostname", "written-hostname"]


def test_listeners_without_rows_say_what_keeps_them_from_serving() -> None:
    table = gwsim.load(SCENARIOS / "listener-conflicts").table
    idle = idle_listeners(table, gateway="edge/mixed", listener=None)
    reasons = {each.key.name: step and step.clause.id for each, step in idle}
    assert reasons["quic"] is None
    assert reasons["grpc"] == "listener.protocol"
    assert reasons["tcp"] == "listener.distinct.protocol"
    assert reasons["api"] == "listener.distinct.hostname"
    assert "web" not in reasons


def test_a_failed_backend_keeps_its_share_and_has_its_reason() -> None:
    (row,) = (row for row in listed("partly-invalid") if row.key.route.name == "half")
    found = [(backend.target.name, str(backend.share), backend.reason) for backend in row.backends]
    assert found == [("web", "1/2", None), ("gone", "1/2", "BackendNotFound")]


def test_a_service_without_a_ready_endpoint_says_so() -> None:
    (row,) = (row for row in listed("partly-invalid") if row.key.route.name == "not-ready")
    assert [backend.reason for backend in row.backends] == ["NoEndpoints"]


A_PLUS = "{type: RegularExpression, value: /a+}"


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        pytest.param("{value: /a}", "{value: /b}", "path", id="prefixes side by side"),
        pytest.param("{value: /a/b}", "{value: /a/}", None, id="a prefix below another"),
        pytest.param("{value: /ab}", "{value: /a}", "path", id="half a segment"),
        pytest.param("{type: Exact, value: /a}", "{type: Exact, value: /b}", "path", id="exact paths"),
        pytest.param("{type: Exact, value: /a}", "{value: /a}", None, id="a path below a prefix"),
        pytest.param("{type: Exact, value: /b}", "{value: /a}", "path", id="a path beside a prefix"),
        pytest.param("{type: Exact, value: /b}", A_PLUS, "path", id="no pattern's"),
        pytest.param("{type: Exact, value: /a}", A_PLUS, None, id="a pattern's"),
        pytest.param(A_PLUS, "{value: /b}", None, id="patterns are not compared"),
    ],
)
def test_rows_of_paths_that_no_request_has_both_of_are_apart(
    tmp_path: Path, first: str, second: str, apart: str | None
) -> None:
    rows = route(tmp_path, f"[{{path: {first}}}]", f"[{{path: {second}}}]")
    assert rows[1].why is not None
    assert rows[1].why.apart == apart


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        pytest.param("{method: GET}", "{method: POST}", "method", id="two methods"),
        pytest.param("{method: GET}", "{}", None, id="any method"),
        pytest.param(
            "{headers: [{name: X-A, value: '1'}]}",
            "{headers: [{name: x-a, value: '2'}]}",
            "x-a",
            id="two values of a header",
        ),
        pytest.param(
            "{headers: [{name: X-A, value: '1'}]}",
            "{headers: [{name: X-B, value: '2'}]}",
            None,
            id="two headers",
        ),
        pytest.param(
            "{headers: [{name: X-A, value: '1'}]}",
            "{headers: [{name: X-A, value: '2', type: RegularExpression}]}",
            None,
            id="a header's pattern",
        ),
        pytest.param(
            "{queryParams: [{name: v, value: '1'}]}",
            "{queryParams: [{name: v, value: '2'}]}",
            "?v",
            id="two values of a parameter",
        ),
    ],
)
def test_rows_of_conditions_that_cannot_both_hold_are_apart(
    tmp_path: Path, first: str, second: str, apart: str | None
) -> None:
    rows = route(tmp_path, f"[{first}]", f"[{second}]")
    assert rows[1].why is not None
    assert rows[1].why.apart == apart


def test_one_match_under_two_hostnames_of_one_rank_is_in_no_order(tmp_path: Path) -> None:
    rows = route(tmp_path, "[{}]", hostnames="[a.example.com, b.example.com]")
    assert order_of(rows[1]) == (None, "hostname", False)


def test_equal_routes_without_a_time_are_said_to_be_for_the_cluster_to_order() -> None:
    orders = {row.key.route.name: order_of(row) for row in listed("route-conflicts")}
    assert orders["undated-b"] == ("precedence.name", None, True)
    assert orders["a-undated"] == ("precedence.age", None, True)
    assert orders["young-cart"] == ("precedence.age", None, False)


def test_a_match_is_written_in_words(tmp_path: Path) -> None:
    header = "{name: x-a, value: '1'}, {name: x-b, value: ^v, type: RegularExpression}"
    query = "{name: v, value: '2'}, {name: w, value: '[0-9]+', type: RegularExpression}"
    (row,) = route(tmp_path, f"[{{method: GET, headers: [{header}], queryParams: [{query}]}}]")
    assert row.match == ("PathPrefix /", "GET", "x-a: 1", "x-b: ~^v", "?v=2", "?w~[0-9]+")


def test_a_row_has_a_fixed_form_for_programs() -> None:
    row = listed("storefront", listener="https")[1]
    data = row.to_dict()
    assert list(data) == ["listener", "hostname", "match", "route", "filters", "backends", "why"]
    assert data["route"] == {
        "kind": "HTTPRoute",
        "namespace": "shop",
        "name": "cart",
        "rule": 1,
        "ruleName": None,
        "match": 0,
    }
    assert data["why"] == {
        "clause": "precedence.headers",
        "says": "Then the match with more headers",
        "before": 1,
        "here": 0,
        "apart": None,
        "undated": False,
    }
