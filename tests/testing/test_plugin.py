"""The pytest plugin, in projects of its users."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml  # noqa: F401 - kept from one run to the next: libyaml's module cannot be imported anew

pytest_plugins = ["pytester"]

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PLUGINS = tuple(
    word for name in ("cacheprovider", "xdist", "nbmake", "hypothesispytest") for word in ("-p", f"no:{name}")
)


def project(pytester: pytest.Pytester, scenario: str = "storefront") -> Path:
    """A project whose routes are those of a scenario."""
    folder = pytester.path / "routes"
    folder.mkdir()
    for file in (SCENARIOS / scenario).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_scenario_is_a_test_for_each_request_and_object(pytester: pytest.Pytester) -> None:
    project(pytester)
    result = pytester.runpytest(*PLUGINS, "-v")
    result.assert_outcomes(passed=17)
    result.stdout.fnmatch_lines(["routes/scenario.yaml::nine carts of ten go to the stable version PASSED*"])


def test_a_failure_shows_the_trace_and_no_python(pytester: pytest.Pytester) -> None:
    scenario = project(pytester) / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("share: 9/10", "share: 8/10"))
    result = pytester.runpytest(*PLUGINS)
    result.assert_outcomes(passed=16, failed=1)
    result.stdout.fnmatch_lines(
        [
            "routes/scenario.yaml:3:5",
            "backends[[]0[]].share: expected '8/10', found '9/10'",
            "→ forwarded to Service/shop/cart:80",
            "*route     HTTPRoute/shop/cart rule 1, match 0  routes/routes.yaml:*",
            "  ✓ split Service/shop/cart:80, Service/shop/cart-canary:80: 9/10, 1/10*",
            "FAILED routes/scenario.yaml::nine carts of ten go to the stable version*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*plugin.py*")


def test_a_failure_of_an_object_shows_its_conditions(pytester: pytest.Pytester) -> None:
    scenario = project(pytester) / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("attachedRoutes: 2", "attachedRoutes: 3"))
    result = pytester.runpytest(*PLUGINS)
    result.assert_outcomes(passed=16, failed=1)
    result.stdout.fnmatch_lines(
        [
            "listeners.https.attachedRoutes: expected 3, found 2",
            "Gateway/shop/storefront  routes/gateway.yaml:*",
            "  https: Programmed=True Programmed: The listener serves",
        ]
    )


HOSTILE = ("a::b[c] \\e[31m", "<b>&\\u202ex\\u2066", "漢字 🎉", "n" * 253, "x\\n::error::y\\0")
"""As YAML has them between quotes."""


def test_hostile_names_show_rightly_and_inject_nothing(pytester: pytest.Pytester) -> None:
    cases = "".join(
        f'- {{name: "{name}", request: {{url: "http://shop.example.com/"}}, expect: {{reason: "{name}"}}}}\n'
        for name in HOSTILE
    )
    (project(pytester) / "scenario.yaml").write_text(f"title: t\nrequests:\n{cases}", encoding="utf-8")
    result = pytester.runpytest(*PLUGINS, "-v", "--junitxml=report.xml")
    result.assert_outcomes(failed=len(HOSTILE))
    shown = ("a: :b[c] \\x1b[31m", "<b>&\\u202ex\\u2066", "漢字 🎉", "n" * 253, "x\\n: :error: :y\\x00")
    output = result.stdout.str()
    assert not [char for char in output if not char.isprintable() and char != "\n"]
    assert all(f"routes/scenario.yaml::{name} " in output for name in shown)
    assert not any(line.startswith("::") for line in output.splitlines())
    names = [case.get("name") for case in ET.parse(pytester.path / "report.xml").iter("testcase")]
    assert [str(name).removesuffix("]") for name in names] == list(
        shown
    )  # pytest closes the bracket of an id


def test_tests_are_selected_by_the_names_of_requests(pytester: pytest.Pytester) -> None:
    project(pytester)
    pytester.runpytest(*PLUGINS, "-k", "canary or redirects").assert_outcomes(passed=3, deselected=14)


def test_a_broken_scenario_is_an_error_at_its_place(pytester: pytest.Pytester) -> None:
    scenario = project(pytester) / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("reason: RuleMatched", "reasn: RuleMatched", 1))
    result = pytester.runpytest(*PLUGINS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["routes/scenario.yaml:7:*: expected a field of an answer, found 'reasn'; perhaps 'reason' is meant"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_broken_manifests_are_said_to_be_broken(pytester: pytest.Pytester) -> None:
    (project(pytester) / "routes.yaml").write_text("kind: [")
    result = pytester.runpytest(*PLUGINS, "-k", "carts")
    result.assert_outcomes(failed=1, deselected=16)
    result.stdout.fnmatch_lines(["routes/routes.yaml:1:8: expected a value, found the end of the document*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_another_program_s_scenario_is_left_alone_unless_it_is_named(pytester: pytest.Pytester) -> None:
    path = pytester.path / "scenario.yaml"
    path.write_text("title: a play\nscenes: [one, two]\n")
    pytester.runpytest(*PLUGINS).assert_outcomes()
    result = pytester.runpytest(*PLUGINS, str(path))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["scenario.yaml:2:1: *unknown field `scenes`"])


TEST = """
import pytest
from gwsim.testing import assert_routes

SEEN = []

def test_cart(simulation):
    SEEN.append(simulation)
    decision = assert_routes(simulation, "https://shop.example.com/cart", backend={backend!r})
    assert decision.action.value == "forward"

def test_same(simulation):
    assert not SEEN or simulation is SEEN[0]
"""


@pytest.mark.parametrize(
    ("files", "mark", "ini"),
    [
        pytest.param("test_here.py", "", "", id="the folder of the test"),
        pytest.param("../test_there.py", "", "gwsim_manifests = routes", id="the ini option"),
        pytest.param("sub/test_below.py", "pytestmark = pytest.mark.gwsim('..')", "", id="the marker"),
        pytest.param(
            "sub/test_below.py",
            "pytestmark = pytest.mark.gwsim('../gateway.yaml', '../routes.yaml', '../certificates.yaml',"
            " '../services.yaml', namespace='x')",
            "gwsim_manifests = nowhere",
            id="the marker before the ini option",
        ),
    ],
)
def test_the_fixture_finds_its_manifests(pytester: pytest.Pytester, files: str, mark: str, ini: str) -> None:
    test = project(pytester) / files
    test.parent.mkdir(exist_ok=True)
    test.write_text(TEST.format(backend="cart:80") + mark)
    pytester.makeini(f"[pytest]\n{ini}")
    result = pytester.runpytest(*PLUGINS, "--strict-markers", "--strict-config", str(test))
    result.assert_outcomes(passed=2)


def test_the_fixture_says_what_to_do_where_there_are_no_manifests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST.format(backend="cart"))
    result = pytester.runpytest(*PLUGINS, "-k", "cart")
    result.assert_outcomes(errors=1, deselected=1)
    result.stdout.fnmatch_lines(["*expected manifests (*) in this folder, found none*"])
    result.stdout.fnmatch_lines(
        ["*@pytest.mark.gwsim('path') or the ini option gwsim_manifests names manifests"]
    )
    result.stdout.no_fnmatch_line("*During handling*")


def test_assert_routes_fails_with_the_trace(pytester: pytest.Pytester) -> None:
    (project(pytester) / "test_routes.py").write_text(TEST.format(backend="cart-canary"))
    result = pytester.runpytest(*PLUGINS, "routes/test_routes.py")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: backend: expected 'cart-canary', found 'Service/shop/cart:80'",
            "E*✓ drawn 9/10: Service/shop/cart:80*",
            "routes*test_routes.py:9: AssertionError",
        ]
    )


@pytest.mark.parametrize(
    "others", [PLUGINS, (*PLUGINS[:2], *PLUGINS[4:], "-n", "2")], ids=["alone", "by two workers"]
)
def test_coverage_is_said_at_the_end_on_request(pytester: pytest.Pytester, others: tuple[str, ...]) -> None:
    project(pytester)
    result = pytester.runpytest(*others, "--gwsim-coverage", "-k", "not tester and not any")
    result.stdout.fnmatch_lines(
        [
            "*= gwsim =*",
            "  rules       4 of  5   80.0 %",
            "Not reached",
            "  rule      HTTPRoute/shop/cart#rules[[]0[]]  *",
        ]
    )


def test_coverage_is_not_said_unasked(pytester: pytest.Pytester) -> None:
    project(pytester)
    pytester.runpytest(*PLUGINS, "-k", "canary").stdout.no_fnmatch_line("*Coverage*")


def test_the_plugin_costs_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n"
        "def test_nothing_is_loaded():\n"
        "    mine = {name for name in sys.modules if name.partition('.')[0] == 'gwsim'}\n"
        "    assert mine == {'gwsim', 'gwsim.testing', 'gwsim.testing.asserting', 'gwsim.testing.plugin'}\n"
        "    assert not {'hypothesis', 'rich', 'msgspec', 'yaml', 'click'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", *PLUGINS, "-p", "no:hypothesispytest", "test_other.py"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout
