"""`gwsim compat` answers which implementations report what the manifests need."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gwsim.cli.main import run
from tests.compat.manifests import PAIRS, documents
from tests.compat.scenarios import rows
from tests.compat.test_reports import REPORT

ROOT = Path(__file__).parents[2]
CORS = PAIRS["HTTPRouteCORS"].needs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "all.yaml").write_text(documents(CORS), encoding="utf-8")
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str]:
    code = run(["compat", "-f", str(folder / "all.yaml"), *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param((), 0, "3 features of the Gateway API are needed", id="all of them"),
        pytest.param(
            ("--implementation", "gke-gateway"), 1, "Not supported\n  HTTPRouteCORS", id="one lacks"
        ),
        pytest.param(("--implementation", "envoy-gateway"), 0, "3 supported, 0 not", id="one has it all"),
        pytest.param(("--implementation", "linkerd"), 0, "Unknown", id="unknown is not lacking"),
        pytest.param(
            ("--implementation", "haproxy-unified-gateway"),
            0,
            "no conformance report is known",
            id="no report",
        ),
        pytest.param(
            ("--implementation", "gke-gateway", "--implementation", "envoy-gateway"),
            1,
            "gke-gateway",
            id="two",
        ),
        pytest.param(
            ("--implementation", "contour", "--checklist"), 0, "coexistence with Ingress: ask", id="checklist"
        ),
        pytest.param(
            ("--implementation", "nginx-gateway-fabric", "--gateway-api", "1.3"),
            0,
            "Unknown",
            id="an older API",
        ),
    ],
)
def test_compat_answers(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, text: str
) -> None:
    got, printed = answer(capsys, folder, *words)
    assert text in printed
    assert got == code


def test_the_worst_comes_first_and_what_has_no_report_last(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, printed = answer(capsys, folder, "-o", "json")
    found = json.loads(printed)["implementations"]
    order = [(not each["reports"], -each["counts"]["no"], -each["counts"]["partly"]) for each in found]
    assert order == sorted(order)
    assert found[-1]["name"] == "haproxy-unified-gateway"


@pytest.mark.parametrize("form", ["markdown", "html"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param((), ("HTTPRouteCORS", "envoy-gateway", "all.yaml:"), id="all"),
        pytest.param(
            ("--implementation", "gke-gateway"),
            ("the rule is dropped", "unsupported: GATEWAY-HTTP"),
            id="one",
        ),
        pytest.param(
            ("--implementation", "gke-gateway", "--checklist"),
            ("coexistence with Ingress",),
            id="a checklist",
        ),
    ],
)
def test_a_page_says_what_where_and_why(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    form: str,
    words: tuple[str, ...],
    found: tuple[str, ...],
) -> None:
    _, page = answer(capsys, folder, *words, "-o", form)
    assert [text for text in found if text not in page] == []


def test_the_numbers_of_columns_are_read_downwards(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compat", "-f", str(ROOT / "scenarios/monolith")]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("")
    assert lines[at + 1].split() == ["1"]
    assert lines[at + 2].split() == list("1234567890")
    assert lines[at + 1].index("1") == lines[at + 2].index("0")


def test_the_port_of_a_parent_needs_no_experimental_channel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.yaml").write_text(PAIRS["HTTPRouteParentRefPort"].needs, encoding="utf-8")
    _, printed = answer(capsys, tmp_path, "--implementation", "traefik", "--checklist")
    assert (
        "specification: yes\n  the configuration needs Gateway API v1.1.0 (for HTTPRouteParentRefPort)"
        in printed
    )


SNI_CASES = [
    pytest.param("backend-tls", "istio", "(detectMisdirected): off (its conformance report)", id="told"),
    pytest.param("backend-tls", "linkerd", "ask 421 for another listener's host", id="to ask"),
    pytest.param("azure-web", "istio", None, id="no TLS, nothing to say"),
]


@pytest.mark.parametrize(("scenario", "name", "text"), SNI_CASES)
def test_the_checklist_says_what_is_known_of_sni(
    capsys: pytest.CaptureFixture[str], scenario: str, name: str, text: str | None
) -> None:
    run(["compat", "-f", str(ROOT / "scenarios" / scenario), "--implementation", name, "--checklist"])
    printed = capsys.readouterr().out
    assert ("TLS and SNI behaviour" in printed) is (text is not None)
    assert (text or "") in printed


def test_one_feature_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: a}, "
        "spec: {gatewayClassName: a, listeners: [{name: a, port: 80, protocol: HTTP}]}}"
    )
    (tmp_path / "all.yaml").write_text(gateway, encoding="utf-8")
    assert answer(capsys, tmp_path)[1].startswith("1 feature of the Gateway API is needed\n")


def test_where_nothing_is_needed_nothing_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.yaml").write_text("", encoding="utf-8")
    assert answer(capsys, tmp_path) == (0, "No feature of the Gateway API is needed\n")


def test_what_makes_the_exit_code_is_in_the_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = answer(capsys, folder, "--implementation", "gke-gateway", "-o", "json")
    assert (code, json.loads(printed)["implementations"][0]["lacks"]) == (1, ["HTTPRouteCORS"])


def test_newer_reports_count(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(REPORT, encoding="utf-8")
    words = ("--implementation", "nginx-gateway-fabric")
    assert answer(capsys, folder, *words)[0] == 0
    code, printed = answer(capsys, folder, *words, "--reports", str(path))
    assert (code, "v3.0.0" in printed) == (1, True)


@pytest.mark.parametrize(
    ("manifests", "words", "code"),
    [
        pytest.param(PAIRS["GatewayPort8080"].needs, "varnish-gateway", 0, id="a hint"),
        pytest.param(PAIRS["HTTPRouteParentRefPort"].needs, "cilium", 1, id="unsupported"),
        pytest.param(PAIRS["HTTPRoute"].needs, "contour", 0, id="a core test skipped"),
        pytest.param(PAIRS["HTTPRouteMethodMatching"].needs, "kong", 1, id="not in every mode"),
    ],
)
def test_the_exit_code_is_of_what_is_reported_as_unsupported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], manifests: str, words: str, code: int
) -> None:
    (tmp_path / "all.yaml").write_text(documents(manifests), encoding="utf-8")
    got, printed = answer(capsys, tmp_path, "--implementation", words)
    assert got == code
    assert "0 not, 0 in part" not in printed


def test_the_list_says_how_old_each_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compat", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "haproxy-unified-gateway: no report" in lines
    assert "istio 1.30.1, Gateway API v1.5.1 (experimental), 2026-05-20" in lines


class Cells(HTMLParser):
    """Collects the texts of cells, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_reports_from_strangers_inject_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hostile = "<script>x</script>|`\\u202e\\e[31m"
    path = tmp_path / "report.yaml"
    text = REPORT.replace("version: v3.0.0", f'version: "{hostile}"')
    path.write_text(
        text.replace("v1.7.0", f'"v1.7 {hostile}"').replace("mode: default", f'mode: "{hostile}"')
    )
    words = ("--implementation", "nginx-gateway-fabric", "--reports", str(path))
    for form in ("text", "json", "markdown", "html"):
        for more in ((), ("--checklist",), ("--implementation", "istio")):
            code, printed = answer(capsys, folder, *words, *more, "-o", form)
            assert code == 1
            assert "\x1b" not in printed
            assert "\u202e" not in printed
    _, page = answer(capsys, folder, *words, "-o", "html")
    cells = Cells()
    cells.feed(page)
    assert "script" not in cells.tags
    assert any("<script>x</script>|`" in text for text in cells.texts)
    _, markdown = answer(capsys, folder, *words, "-o", "markdown")
    assert "&lt;script&gt;" in markdown
    tables = [block.splitlines() for block in markdown.split("\n\n")[1:]]
    widths = [{line.replace("\\|", "").count("|") for line in table} for table in tables]
    assert widths == [{7}, {4}]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--implementation", "nobody"), id="no such implementation"),
        pytest.param(("--checklist",), id="a checklist of nobody"),
        pytest.param(("--gateway-api", "0.1"), id="no such release"),
        pytest.param(("--reports", "nowhere.yaml"), id="no such report"),
    ],
)
def test_a_wrong_call_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert answer(capsys, folder, *words) == (2, "")


def test_the_readme_has_the_matrix_of_the_scenarios() -> None:
    from gwsim.rendering.portability import table_markdown

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, rest = readme.partition("<!-- compat: scenarios -->\n")
    assert rest.partition("<!-- end of compat -->")[0].strip() == table_markdown(tuple(rows())).strip()


def test_a_simulation_says_what_its_implementation_lacks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["trace", "-f", str(folder / "all.yaml"), "http://a.test/"]
    assert run([*words, "--implementation", "gke-gateway"]) == 0
    said = capsys.readouterr()
    assert "404" in said.out
    assert "gke-gateway 1.36.2-gke.2154000 reports as unsupported: " in said.err
    assert "all else is simulated as supported" in said.err
    assert run(words) == 0
    assert "forwarded" in capsys.readouterr().out
