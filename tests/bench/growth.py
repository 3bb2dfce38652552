"""
How binding, the table and status grow where one thing of a configuration is multiplied alone.

    python -m tests.bench.growth [DIMENSION ...]

A line for each dimension: CPU seconds at n, 2n and 4n of each stage. Twice as much may take somewhat more
than twice as long; what takes four times as long is a step that grows with the square, and is marked.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from gwsim.analysis.listing import idle_listeners, table_rows
from gwsim.reading.pausing import without_collections
from gwsim.rendering.tables import routes_table, status_tables
from gwsim.simulation import Simulation
from tests.bench.objects import (
    GATEWAY_CLASS,
    Object,
    endpoint_slice,
    gateway,
    grant,
    listener_set,
    namespace,
    of_set,
    route,
    service,
    snapshot_of,
    tls_policy,
)

GRADUAL = 2.9
"""Growth from 2n to 4n from which on a stage is marked."""


BASIC = (gateway("gw"), service("web"))
OPEN = (gateway("gw", first=2 * 10**7), service("web"))
DIMENSIONS: Mapping[str, tuple[int, Callable[[int], Iterator[Object]]]] = {
    "Gateways": (1000, lambda n: (gateway(f"gw{i}") for i in range(n))),
    "Gateways, each with a ListenerSet": (
        250,
        lambda n: (
            each for i in range(n) for each in (gateway(f"gw{i}"), listener_set(i, size=1, parent=f"gw{i}"))
        ),
    ),
    "Gateways, each with a route and a policy": (
        250,
        lambda n: (
            each
            for i in range(n)
            for each in (
                gateway(f"gw{i}"),
                service(f"web{i}"),
                tls_policy(f"p{i}", f"web{i}"),
                route(f"r{i}", parents=[{"name": f"gw{i}"}], backends=[f"web{i}"]),
            )
        ),
    ),
    "Gateways of 64 listeners": (25, lambda n: (gateway(f"gw{i}", listeners=64) for i in range(n))),
    "ListenerSets of 16 on one Gateway": (100, lambda n: iter([*OPEN, *map(listener_set, range(n))])),
    "ListenerSets in conflict": (
        200,
        lambda n: iter([*OPEN, *(listener_set(i, size=1, same=True) for i in range(n))]),
    ),
    "ListenerSets, a route for each listener": (
        25,
        lambda n: iter(
            [
                *OPEN,
                *map(listener_set, range(n)),
                *(route(f"r{i}-{j}", parents=[of_set(i, j)]) for i in range(n) for j in range(16)),
            ]
        ),
    ),
    "ReferenceGrants and routes that need them": (
        500,
        lambda n: iter(
            [
                *BASIC,
                *map(grant, range(n)),
                *(
                    route(f"r{i}", parents=[{"name": "gw", "namespace": "team"}], namespace=f"n{i}")
                    for i in range(n)
                ),
            ]
        ),
    ),
    "Namespaces by selector, a route in each": (
        500,
        lambda n: iter(
            [
                gateway("gw", from_="Selector"),
                service("web"),
                *(namespace(f"n{i}") for i in range(n)),
                *(
                    route(f"r{i}", parents=[{"name": "gw", "namespace": "team"}], namespace=f"n{i}")
                    for i in range(n)
                ),
            ]
        ),
    ),
    "routes on one listener and host": (1000, lambda n: iter([*BASIC, *(route(f"r{i}") for i in range(n))])),
    "routes on a Gateway of 64 listeners": (
        50,
        lambda n: iter([gateway("gw", listeners=64), service("web"), *(route(f"r{i}") for i in range(n))]),
    ),
    "routes of 16 hostnames": (
        250,
        lambda n: iter(
            [
                gateway("gw", hostname=False),
                service("web"),
                *(route(f"r{i}", hosts=[f"h{i}-{j}.example.com" for j in range(16)]) for i in range(n)),
            ]
        ),
    ),
    "routes of 32 parents": (
        25,
        lambda n: iter(
            [
                service("web"),
                *(gateway(f"gw{i}") for i in range(32)),
                *(route(f"r{i}", parents=[{"name": f"gw{j}"} for j in range(32)]) for i in range(n)),
            ]
        ),
    ),
    "routes of 16 references to one Service": (
        100,
        lambda n: iter([*BASIC, *(route(f"r{i}", backends=["web"] * 16) for i in range(n))]),
    ),
    "policies of one Service": (
        500,
        lambda n: iter([*BASIC, route("r"), *(tls_policy(f"p{i}", "web") for i in range(n))]),
    ),
    "EndpointSlices of one Service": (
        1000,
        lambda n: iter([*BASIC, route("r"), *map(endpoint_slice, range(n))]),
    ),
    "HTTPRoutes and GRPCRoutes of one host": (
        500,
        lambda n: iter(
            [*BASIC, *(route(f"r{i}", kind="GRPCRoute" if i % 2 else "HTTPRoute") for i in range(n))]
        ),
    ),
    "routes of one Service in a mesh": (
        500,
        lambda n: iter(
            [
                *BASIC,
                *(
                    route(f"r{i}", parents=[{"group": "", "kind": "Service", "name": "web"}])
                    for i in range(n)
                ),
            ]
        ),
    ),
}


def stages(objects: Sequence[Object]) -> Iterator[tuple[str, float]]:
    """Take every stage in turn, and the CPU seconds of each."""
    snapshot = snapshot_of(objects)

    def timed(work: Callable[[], object]) -> float:
        gc.collect()
        start = time.process_time()
        work()
        return time.process_time() - start

    simulation = Simulation.of(snapshot)
    table = simulation.table
    yield "bind", timed(lambda: Simulation.of(simulation.snapshot))
    yield "table", timed(lambda: table.listeners)
    yield "status", timed(simulation.status)
    objects_with_status = simulation.status()
    yield "status table", timed(lambda: status_tables(objects_with_status, wide=True, color=False))
    yield "rows", timed(lambda: table_rows(table, gateway=None, listener=None, host=None))
    yield "idle", timed(lambda: idle_listeners(table, gateway=None, listener=None))
    rows = table_rows(table, gateway=None, listener=None, host=None)
    yield "routes table", timed(lambda: routes_table(rows, color=False, locate=lambda _: None))


def main(names: Sequence[str]) -> None:
    for name in names or DIMENSIONS:
        size, objects = DIMENSIONS[name]
        runs = [dict(stages([GATEWAY_CLASS, *objects(size * factor)])) for factor in (1, 2, 4)]
        columns = []
        for stage in runs[0]:
            one, two, four = (run[stage] for run in runs)
            if four >= 0.02:
                mark = "!" if four > GRADUAL * two else ""
                columns.append(f"{stage} {one:.2f} {two:.2f} {four:.2f}{mark}")
        print(f"{name} (n = {size}): {'; '.join(columns) or 'nothing to measure'}", flush=True)


if __name__ == "__main__":
    with without_collections():
        main(sys.argv[1:])
