"""What every command has in common: exit codes, streams, help."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import gwsim
from gwsim.cli import main, options

ROOT = Path(__file__).parents[2]
WEB = "scenarios/azure-web"
URL = "http://www.example.com/app"
COMMANDS = [
    *("trace", "routes", "find", "status", "validate", "lint", "diff", "impact"),
    *("test", "compat", "explain", "graph", "tui", "completion"),
]


def run(
    *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "gwsim", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "complaint"),
    [
        pytest.param(["--version"], "", 0, "", id="version"),
        pytest.param(["--help"], "", 0, "", id="help"),
        pytest.param(["trace", "-h"], "", 0, "", id="a command's help"),
        pytest.param(["trace", "-f", WEB, "GET", URL], "", 0, "", id="an answer"),
        pytest.param(
            ["trace", "-f", WEB, "GET", "http://www.example.com/"], "", 0, "", id="a 404 is an answer"
        ),
        pytest.param(
            ["trace", "-f", WEB, "-o", "json", "--", "curl", "-skf", URL], "", 0, "", id="curl after --"
        ),
        pytest.param(
            ["trace", "-f", WEB, "-o", "json", "curl", "-skf", URL], "", 0, "", id="curl without --"
        ),
        pytest.param(["trace", "-f", WEB, "--requests", "-"], f'{{"url": "{URL}"}}', 0, "", id="a stream"),
        pytest.param(
            ["trace", "-f", WEB, "--requests", "-"],
            f'x\n{{"url": "{URL}"}}',
            2,
            "",
            id="a stream with a bad line",
        ),
        pytest.param(["frobnicate"], "", 2, "No such command 'frobnicate'", id="an unknown command"),
        pytest.param(["trace", "--frobnicate"], "", 2, "No such option", id="an unknown option"),
        pytest.param(["trace", URL], "", 2, "Missing option '-f' / '--filename'", id="no manifests"),
        pytest.param(
            ["trace", "-f", WEB], "", 2, "expected METHOD URL, a curl command, or --requests", id="no request"
        ),
        pytest.param(["trace", "-f", "no\x1b[31m", URL], "", 2, r"no\x1b[31m", id="escapes in a path"),
        pytest.param(["trace", "-f", "no/such", URL], "", 2, "no/such", id="no such file"),
        pytest.param(
            ["trace", "-f", WEB, "GET", URL, "x"],
            "",
            2,
            "Error: request: expected METHOD URL, or a curl command, found GET",
            id="a word too many",
        ),
        pytest.param(
            ["trace", "-f", WEB, "curl", "--wat", URL],
            "",
            2,
            "Error: curl: expected options for one HTTP request, found --wat",
            id="an unknown option of curl",
        ),
        pytest.param(
            ["trace", "-f", WEB, "a\x1b[31m b", URL], "", 2, r"a\x1b[31m b", id="escapes in a message"
        ),
        pytest.param(
            ["trace", "-f", WEB, "--requests", "-", URL],
            "",
            2,
            "--requests brings its own requests",
            id="a stream and a request",
        ),
        pytest.param(
            ["trace", "-f", "-", "--requests", "-"],
            "",
            2,
            "standard input can be either -f or --requests",
            id="standard input twice",
        ),
        pytest.param(
            ["trace", "-f", WEB, URL, "--why-not", "web"],
            "",
            2,
            "expected KIND/NAMESPACE/NAME",
            id="why not nothing",
        ),
        pytest.param(
            ["trace", "-f", WEB, URL, "--grpc", "web"],
            "",
            2,
            "expected SERVICE/METHOD",
            id="half a gRPC call",
        ),
        pytest.param(
            ["trace", "-f", WEB, URL, "--client-certificate", "@no/such"],
            "",
            2,
            "Error: clientCertificate: expected a PEM file",
            id="no certificate",
        ),
        pytest.param(
            ["trace", "-f", WEB, URL, "--draw", "1"],
            "",
            2,
            "Error: draw: expected a number from 0 to below 1, found 1.0",
            id="a draw that is none",
        ),
    ],
)
def test_exit_code_tells_an_answer_from_a_wrong_call(
    arguments: Sequence[str], stdin: str, code: int, complaint: str
) -> None:
    process = run(*arguments, stdin=stdin)
    assert process.returncode == code, process.stderr
    assert complaint in process.stderr
    assert bool(process.stderr) == bool(complaint)
    assert "Traceback" not in process.stderr
    assert "\x1b" not in process.stderr
    assert bool(process.stdout) == (not complaint)


@pytest.mark.parametrize(
    ("manifests", "says"),
    [
        pytest.param("", "✗ the input has no Gateway", id="no Gateway"),
        pytest.param(
            "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: a}, "
            "spec: {gatewayClassName: a, listeners: [{name: a, port: 80, protocol: HTTP}]}}",
            "✗ listener a  <stdin>:1:120",
            id="no listener of the port",
        ),
    ],
)
def test_an_answer_without_a_listener_says_why(manifests: str, says: str) -> None:
    process = run("trace", "-f", "-", "http://a.example:81/", stdin=manifests)
    assert process.returncode == 0
    assert process.stdout.splitlines()[:5] == [
        "GET http://a.example:81/",
        "→ the connection is refused (NoListener)",
        "",
        "Why",
        f"  {says}",
    ]


def test_escapes_in_a_finding_do_not_reach_the_terminal(tmp_path: Path) -> None:
    manifest = tmp_path / "a\x1b[31m.yaml"
    manifest.write_text("kind: [")
    process = run("trace", "-f", str(manifest), URL)
    assert process.returncode == 2
    assert process.stderr.startswith(f"{tmp_path}/a\\x1b[31m.yaml:1:")


def test_stream_answers_every_line_in_order() -> None:
    lines = [
        {"id": "a", "url": URL},
        {"id": "b", "port": "x"},
        {"id": "c", "url": URL, "gateway": "no/such"},
        {"url": URL},
    ]
    process = run("trace", "-f", WEB, "--requests", "-", stdin="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", 4]
    assert ["error" in answer for answer in answers][:2] == [False, True]
    assert process.returncode == 2


def test_stream_is_answered_before_it_ends() -> None:
    command = [sys.executable, "-m", "gwsim", "trace", "-f", WEB, "--requests", "-"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        watchdog = threading.Timer(30, process.kill)
        watchdog.start()
        for number in (1, 2):
            process.stdin.write(f'{{"url": "{URL}"}}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        watchdog.cancel()
        process.stdin.close()
    assert process.returncode == 0


def test_closed_pipe_ends_the_program_quietly(tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_text(f'{{"url": "{URL}"}}\n' * 5000)
    command = f"{sys.executable} -m gwsim trace -f {WEB} --requests {requests}"
    script = f"{command} | head -c1; code=${{PIPESTATUS[0]}}; echo; echo $code"
    process = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert process.stderr == ""
    assert process.stdout == "{\n141\n"


def test_interrupt_ends_the_program_with_130() -> None:
    # A test run in the background ignores interrupts, and so would the program that it starts.
    before = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    start = "from gwsim.cli.main import main; main()"
    words = ["trace", "-f", WEB, "--requests", "-"]
    with subprocess.Popen(
        [sys.executable, "-c", f"{before}; {start}", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f'{{"url": "{URL}"}}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 130


def test_an_interrupt_while_the_program_is_loaded_ends_it_with_130() -> None:
    finder = "type('Finder', (), {'find_spec': staticmethod(find)})"
    lines = (
        "import runpy, sys",
        "def find(name, *_):",
        "    if name == 'click': raise KeyboardInterrupt",
        f"sys.meta_path.insert(0, {finder})",
        "runpy.run_module('gwsim', run_name='__main__')",
    )
    process = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stdout, process.stderr) == (130, "", "")


def test_bug_is_reported_in_two_lines_and_exits_with_2(tmp_path: Path) -> None:
    script = tmp_path / "bug.py"
    script.write_text("from gwsim.cli import main\nmain.run = lambda _: {}['lost']\nmain.main([])\n")
    process = subprocess.run(
        [sys.executable, script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert (
        process.stderr == f"Error: {script}:2: KeyError: 'lost'\nThis is a bug in gwsim: please report it.\n"
    )


@pytest.mark.parametrize(
    ("terminal", "environment", "colored"),
    [
        pytest.param(True, {"TERM": "xterm"}, True, id="a terminal"),
        pytest.param(True, {"TERM": "xterm", "NO_COLOR": ""}, True, id="an empty NO_COLOR says nothing"),
        pytest.param(True, {"TERM": "xterm", "NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(True, {"TERM": "dumb"}, False, id="a terminal that shows none"),
        pytest.param(False, {"TERM": "xterm"}, False, id="a file or pipe"),
    ],
)
def test_colors_are_for_terminals_that_want_them(
    terminal: bool, environment: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert options.wants_color() is colored


def test_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"gwsim {gwsim.__version__}\n"


def test_help_lists_every_command() -> None:
    text = run("-h").stdout
    assert [line.split()[0] for line in text.partition("Commands:\n")[2].splitlines()] == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_examples_one_a_line(name: str) -> None:
    _, mark, examples = run(name, "-h").stdout.partition("\n  Examples:\n")
    lines = examples.partition("\n\n")[0].splitlines()
    assert mark
    assert lines
    assert all(f"gwsim {name}" in line for line in lines)


def test_plugin_calls_itself_as_kubectl_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/kubectl-gwsim"])
    assert main.run(["trace", "-h"]) == 0
    assert capsys.readouterr().out.startswith("Usage: kubectl gwsim trace")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_names_the_variable_that_answers(shell: str) -> None:
    script = run("completion", shell).stdout
    assert f"_GWSIM_COMPLETE={shell}_complete" in script


def test_completion_offers_commands_and_options() -> None:
    asked = {"_GWSIM_COMPLETE": "bash_complete", "COMP_WORDS": "gwsim tr", "COMP_CWORD": "1"}
    assert run(environment=asked).stdout == "plain,trace\n"
    asked = {"_GWSIM_COMPLETE": "bash_complete", "COMP_WORDS": "gwsim trace --why", "COMP_CWORD": "2"}
    assert run(environment=asked).stdout == "plain,--why-not\n"
