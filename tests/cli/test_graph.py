"""`gwsim graph`: what it draws, and what it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    """Run the program, after some statements."""
    start = f"{before}; from gwsim.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, "graph", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "drawn"),
    [
        pytest.param(["-f", "scenarios/azure-web"], "PathPrefix /app", id="the objects"),
        pytest.param(
            ["-f", "scenarios/azure-web", "--detail", "objects", "-o", "dot"], "app-service", id="DOT"
        ),
        pytest.param(["-f", "scenarios/azure-web", "GET", "http://a/app"], "==>", id="a way"),
        pytest.param(
            ["-f", "scenarios/azure-web", "curl", "http://a/x", "-o", "svg"], "==>", id="a curl command's -o"
        ),
        pytest.param(
            ["-f", "scenarios/azure-web", "-o", "svg", "http://a/x"], "NoMatchingRule", id="a miss as SVG"
        ),
        pytest.param(
            ["-f", "scenarios/storefront", "--around", "Service/shop/api"], "PathPrefix /api", id="a part"
        ),
    ],
)
def test_picture_has_what_was_asked_for(arguments: list[str], drawn: str) -> None:
    process = run(*arguments)
    assert (process.returncode, process.stderr) == (0, "")
    assert drawn in process.stdout


@pytest.mark.parametrize(
    ("arguments", "before", "complaint"),
    [
        pytest.param(
            ["--around", "HTTPRoute/default/web-rout"],
            "",
            "--around: expected an object of the graph (HTTPRoute/default/web-routes",
            id="an object that is not there",
        ),
        pytest.param(
            ["--detail", "kinds", "http://a/"],
            "",
            "--around and --detail are for graphs without a request",
            id="detail of a way",
        ),
        pytest.param(
            ["-o", "svg"],
            "import sys; sys.modules['pygraphviz'] = None",
            "-o svg: needs pygraphviz: pip install 'gwsim[svg]'",
            id="SVG without pygraphviz",
        ),
    ],
)
def test_call_that_cannot_be_drawn_is_refused(arguments: list[str], before: str, complaint: str) -> None:
    process = run("-f", "scenarios/azure-web", *arguments, before=before or "pass")
    assert (process.returncode, process.stdout) == (2, "")
    assert complaint in process.stderr
