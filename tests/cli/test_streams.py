"""Streams of requests: in order, whatever the jobs are; interactive; and gone when they are told to go."""

from __future__ import annotations

import io
import json
import os
import pty
import random
import select
import shlex
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import msgspec
import pytest

import gwsim
from gwsim.cli.main import run
from gwsim.cli.streaming.answering import Answerer, answers_of_one
from gwsim.cli.streaming.running import LARGE, suitable_jobs
from gwsim.reading.request_lines import RefusedRequest, read_requests
from gwsim.rendering.data import decision_data

ROOT = Path(__file__).parents[2]
WEB = "scenarios/azure-web"
URL = "http://example.com/app/cart"
LINE = f'{{"url": "{URL}"}}\n'
JOBS = pytest.mark.parametrize("jobs", [1, 2])
WAIT = 30
"""Seconds after which a test fails rather than wait on."""


HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A test run in the background ignores interrupts, and so would the programs that it starts."""


def command(*words: str, jobs: int) -> list[str]:
    start = [sys.executable, "-c", f"{HEEDING}; from gwsim.cli.main import main; main()"]
    return [*start, "trace", "-f", WEB, "--requests", *words, "--jobs", str(jobs)]


def odd_lines(count: int) -> list[str]:
    """Requests of all sorts, some of them none."""
    dice = random.Random(count)
    kinds = (
        lambda number: json.dumps({"url": f"http://example.com/app/{number}"}),
        lambda number: json.dumps({"id": {"n": [number, None]}, "url": URL, "headers": {"a": ["b", "c"]}}),
        lambda number: json.dumps({"id": "é\u202e", "path": f"/{number}/\x9b", "host": "ü.example"}),
        lambda number: json.dumps({"id": number, "url": URL, "gateway": "no/such"}),
        lambda number: '{"id": 1, "port": "x"}',
        lambda number: "nonsense",
        lambda number: " \r",
        lambda number: json.dumps({"url": URL, "headers": {"x": "y" * 2000}}),
    )
    return [dice.choice(kinds)(number) for number in range(count)]


def answers_one_by_one(text: bytes) -> bytes:
    """What a stream is answered, by the plain way: each line decided and encoded by itself."""
    simulation = gwsim.load(str(ROOT / WEB))
    answers: list[bytes] = []
    for request in read_requests(io.BytesIO(text)):
        answer: object = request
        if not isinstance(request, RefusedRequest):
            try:
                answer = decision_data(simulation, request, simulation.decide(request), explain=False)
            except gwsim.RequestError as error:
                answer = RefusedRequest(request.id, str(error))
        encoded = json.dumps(msgspec.to_builtins(answer), ensure_ascii=False, separators=(",", ":"))
        answers += (encoded.replace("\x9b", "\\u009b").replace("\u202e", "\\u202e").encode(), b"\n")
    return b"".join(answers)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_answers_are_the_same_in_the_same_order_whatever_the_jobs_are(tmp_path: Path, jobs: int) -> None:
    text = "\n".join(odd_lines(8000)).encode()
    path = tmp_path / "requests.jsonl"
    path.write_bytes(text)
    process = subprocess.run(command(str(path), jobs=jobs), cwd=ROOT, capture_output=True, check=False)
    assert process.stdout == answers_one_by_one(text)
    assert process.stderr == b""
    assert process.returncode == 2


@JOBS
def test_a_piped_stream_is_answered_as_a_file_is(jobs: int) -> None:
    text = "\n".join(odd_lines(2000)).encode()
    process = subprocess.run(
        command("-", jobs=jobs), cwd=ROOT, input=text, capture_output=True, check=False, timeout=WAIT
    )
    assert process.stdout == answers_one_by_one(text)


@contextmanager
def streaming(jobs: int, **options: object) -> Iterator[subprocess.Popen[str]]:
    """A stream that stays open; whatever a test forgets is ended by a watchdog."""
    with subprocess.Popen(
        command("-", jobs=jobs),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    ) as process:
        watchdog = threading.Timer(WAIT, process.kill)
        watchdog.start()
        yield process
        watchdog.cancel()


def ask(process: subprocess.Popen[str], text: str, lines: int) -> list[str]:
    """Write a text, and read the answers, without closing the pipe."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(text)
    process.stdin.flush()
    return [process.stdout.readline() for _ in range(lines)]


@JOBS
def test_a_line_is_answered_before_the_next_is_written(jobs: int) -> None:
    with streaming(jobs) as process:
        for number in range(1, 6):
            assert json.loads(ask(process, LINE, 1)[0])["id"] == number
        assert len(ask(process, LINE * 3 + '{"url": "http://exam', 3)) == 3
        assert json.loads(ask(process, 'ple.com/app"}\n', 1)[0])["id"] == 9
        process.communicate()
    assert process.returncode == 0


def children(process: subprocess.Popen[str]) -> Sequence[int]:
    text = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(number) for number in text.split()]


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="children are listed in /proc")


@needs_proc
@JOBS
@pytest.mark.parametrize("group", [True, False], ids=["the whole group", "the process alone"])
def test_an_interrupted_stream_ends_with_130_and_its_children(jobs: int, group: bool) -> None:
    with streaming(jobs, start_new_session=True) as process:
        ask(process, LINE, 1)
        found = children(process)
        (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 130
    assert len(found) == (jobs if jobs > 1 else 0)
    assert not any(map(is_alive, found))


@JOBS
def test_a_stream_that_is_interrupted_while_it_is_busy_ends_with_130(tmp_path: Path, jobs: int) -> None:
    fifo = tmp_path / "answers"
    os.mkfifo(fifo)
    path = tmp_path / "requests.jsonl"
    path.write_text(LINE * 20_000, encoding="ascii")
    line = shlex.join(command(str(path), jobs=jobs))
    with subprocess.Popen(
        ["sh", "-c", f"exec {line} > {fifo}"], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        with fifo.open("rb") as answers:
            answers.readline()
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(WAIT) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


@needs_proc
def test_children_end_when_their_parent_is_killed() -> None:
    with streaming(2) as process:
        ask(process, LINE, 1)
        ends = [os.pidfd_open(number) for number in children(process)]
        process.kill()
        for end in ends:
            assert select.select([end], (), (), WAIT)[0] == [end]
            os.close(end)


@needs_proc
def test_a_killed_child_is_told_in_one_line() -> None:
    with streaming(2) as process:
        ask(process, LINE, 1)
        os.kill(children(process)[0], signal.SIGKILL)
        ask(process, LINE, 0)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Error: a process of --jobs was killed")
    assert process.returncode == 2


@JOBS
def test_a_closed_pipe_ends_a_stream_quietly(tmp_path: Path, jobs: int) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text(LINE * 5000, encoding="ascii")
    line = shlex.join(command(str(path), jobs=jobs))
    script = f"{line} | head -c1; code=${{PIPESTATUS[0]}}; echo; echo $code"
    process = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert process.stderr == ""
    assert process.stdout == "{\n141\n"


def test_a_stream_is_answered_where_standard_output_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINE.encode() * 3)))
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        assert run(["trace", "-f", WEB, "--requests", "-"]) == 0
    assert out.buffer.getvalue().count(b"\n") == 3  # type: ignore[attr-defined]


def test_several_jobs_are_refused_where_the_input_is_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINE.encode())))
    assert run(["trace", "-f", WEB, "--requests", "-", "--jobs", "2"]) == 2
    assert "--jobs: several processes need" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "-1", "257", "99999999"])
def test_a_number_of_jobs_that_no_machine_has_is_refused(
    jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trace", "-f", WEB, "--requests", "-", "--jobs", jobs]) == 2
    assert f"{jobs} is not in the range 1<=x<=256" in capsys.readouterr().err


def test_jobs_without_a_stream_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "-f", WEB, URL, "--jobs", "2"]) == 2
    assert "--jobs goes with --requests" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("size", "several"), [pytest.param(LARGE, True, id="large"), pytest.param(LARGE - 1, False, id="small")]
)
def test_a_large_file_is_answered_on_every_processor(tmp_path: Path, size: int, several: bool) -> None:
    path = tmp_path / "requests.jsonl"
    with path.open("wb") as file:
        file.truncate(size)
    with path.open("rb") as stream:
        assert suitable_jobs(stream) == (min(len(os.sched_getaffinity(0)), 8) if several else 1)


def test_a_pipe_is_answered_by_one_process() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb"):
        assert suitable_jobs(stream) == 1


def peak_of(lines: int) -> int:
    """The memory that a stream takes at most, in bytes."""
    answerer = Answerer(gwsim.load(str(ROOT / WEB)))
    stream = io.BufferedReader(Repeated(LINE.encode() * 100, lines // 100))
    for _ in answers_of_one(answerer, io.BytesIO(LINE.encode() * 2000)):
        pass
    tracemalloc.start()
    try:
        assert sum(answers.requests for answers in answers_of_one(answerer, stream)) == lines
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Repeated(io.RawIOBase):
    """The same lines many times over."""

    def __init__(self, lines: bytes, times: int) -> None:
        self.lines, self.times = lines, times

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self.times:
            return 0
        self.times -= 1
        buffer[: len(self.lines)] = self.lines
        return len(self.lines)


def test_a_longer_stream_takes_no_more_memory() -> None:
    assert peak_of(2000) < 1.2 * peak_of(1000)


@pytest.mark.parametrize("known", [True, False], ids=["a file", "a pipe"])
def test_progress_is_shown_on_a_terminal(tmp_path: Path, known: bool) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text(LINE * 3000, encoding="ascii")
    ours, theirs = pty.openpty()
    with (tmp_path / "answers").open("wb") as answers, path.open("rb") as requests:
        process = subprocess.Popen(
            command(str(path) if known else "-", jobs=2),
            cwd=ROOT,
            stdin=subprocess.DEVNULL if known else subprocess.PIPE,
            stdout=answers,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"},
        )
        os.close(theirs)
        if process.stdin is not None:
            process.stdin.write(requests.read())
            process.stdin.close()
        shown = b""
        try:
            while part := os.read(ours, 1 << 16):
                shown += part
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(ours)
        assert process.wait(WAIT) == 0
    assert b"3,000 requests" in shown
    assert (b"100%" in shown) is known
    assert (tmp_path / "answers").read_bytes().count(b"\n") == 3000
