"""`gwsim tui`: what keeps it from opening, and serving it to browsers of this machine alone."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import importlib.util
import os
import socket
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gwsim.cli import main

ROOT = Path(__file__).parents[2]
WEB = str(ROOT / "scenarios/azure-web")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(
            ["-f", "no/such"], "no/such: expected a file or folder, found none", id="no such folder"
        ),
        pytest.param(
            ["-f", WEB, "--serve", "--against", "no/such"],
            "no/such: expected a file or folder, found none",
            id="nothing to compare with",
        ),
        pytest.param(
            ["-f", "git:main:deploy"], "gwsim tui needs a terminal", id="a revision, which is read later"
        ),
        pytest.param(["-f", "-"], "standard input is the keyboard", id="standard input"),
        pytest.param(["-f", WEB], "gwsim tui needs a terminal; with --serve it needs none", id="no terminal"),
        pytest.param(["-f", WEB, "--port", "0"], "0 is not in the range", id="port 0"),
    ],
)
def test_a_call_that_cannot_open_says_why(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["tui", *arguments]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [
        pytest.param("textual", ["-f", WEB], id="textual"),
        pytest.param("textual_serve", ["-f", WEB, "--serve"], id="textual-serve"),
    ],
)
def test_without_its_libraries_it_says_what_to_install(
    missing: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == missing else found(name, *rest)
    )
    assert main.run(["tui", *arguments]) == 2
    assert "pip install 'gwsim[tui]'" in capsys.readouterr().err


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server that runs, and is stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    command = [sys.executable, "-u", "-m", "gwsim", "tui", "-f", WEB, "--serve", "--port", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"http://127.0.0.1:{number} (Ctrl+C ends it)\n"
        yield number
        process.terminate()
        assert process.wait(20) == 0


def asked(port: int, path: str, **headers: str) -> tuple[int, str, str]:
    """Status, body and content security policy of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        policy = response.getheader("Content-Security-Policy") or ""
        return response.status, response.read().decode(errors="replace"), policy
    finally:
        connection.close()


_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_page_answers_on_loopback_and_lets_nothing_leave_the_machine(port: int) -> None:
    status, body, policy = asked(port, "/")
    assert status == 200
    assert f"ws://127.0.0.1:{port}/ws" in body
    assert policy.startswith("default-src 'self'")
    assert "googleapis" not in policy
    assert asked(port, "/static/js/textual.js")[0] == 200
    assert asked(port, "/", Host=f"localhost:{port}")[0] == 200


def test_page_answers_on_no_other_address(port: int) -> None:
    own = {each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    others = [address for address in ("127.0.0.2", *own) if address != "127.0.0.1"]
    for address in others:
        with pytest.raises(OSError):
            socket.create_connection((address, port), timeout=5).close()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("/", {"Host": "evil.example.com"}, id="under another name"),
        pytest.param("/ws", {**_UPGRADE, "Origin": "http://evil.example.com"}, id="a page of another origin"),
        pytest.param("/ws", {**_UPGRADE, "Origin": "null"}, id="a page without an origin"),
        pytest.param("/ws", {**_UPGRADE, "Origin": "http://127.0.0.1:1"}, id="another port of this machine"),
    ],
)
def test_what_another_page_asks_is_refused(port: int, path: str, headers: dict[str, str]) -> None:
    assert asked(port, path, **headers)[0] == 403


def test_port_that_is_taken_is_said(port: int) -> None:
    command = [sys.executable, "-m", "gwsim", "tui", "-f", WEB, "--serve", "--port", str(port)]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert process.returncode == 2
    assert "address already in use" in process.stderr
    assert "Traceback" not in process.stderr


def test_it_opens_in_a_terminal_and_leaves_by_a_key() -> None:
    controller, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "gwsim", "tui", "-f", WEB]
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment
    ) as process:
        os.close(terminal)
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        drawn = b""
        while b"GatewayClass" not in drawn:
            drawn += os.read(controller, 65536)
        os.write(controller, b"\x11")
        # The program ends when all that it writes is read; then the terminal is gone.
        with contextlib.suppress(OSError):
            while os.read(controller, 65536):
                pass
        assert process.wait() == 0
        watchdog.cancel()
    os.close(controller)
