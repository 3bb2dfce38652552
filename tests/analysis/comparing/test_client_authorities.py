"""Two configurations that differ in the CA alone that signs clients' certificates."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gwsim.analysis.differing.comparing import Comparison, compare
from gwsim.analysis.differing.meanings import Pair
from gwsim.simulation import Simulation
from gwsim.testing.drawing.certificates import AUTHORITY_PEM, KEY_PAIR, OTHER_PEM
from tests.analysis.space.manifests import Manifest, route, rule, simulate
from tests.certificates import certificate, pem


def authority() -> str:
    """PEM of a CA that has signed nothing but itself."""
    return pem(certificate("a third", ca=True)).decode()


def stored(kind: str, name: str, data: Mapping[str, str]) -> Manifest:
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": dict(data)}


def trusting(pem: str) -> Simulation:
    """A listener that takes clients with a certificate of a CA; the input holds one that AUTHORITY signed."""
    validation = {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}]}
    listener = {
        "name": "web",
        "port": 443,
        "protocol": "HTTPS",
        "tls": {"certificateRefs": [{"name": "web"}]},
    }
    gateway: Manifest = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge", "namespace": "shop"},
        "spec": {
            "gatewayClassName": "edge",
            "tls": {"frontend": {"default": {"validation": validation}}},
            "listeners": [listener],
        },
    }
    return simulate(
        gateway,
        route("shop", rule("web")),
        stored("Secret", "web", KEY_PAIR),
        stored("ConfigMap", "ca", {"ca.crt": pem}),
    )


def compared(before: str, after: str) -> Comparison:
    return compare(Pair(trusting(before), trusting(after)))


@pytest.mark.parametrize(
    ("before", "after", "settled"),
    [
        pytest.param(AUTHORITY_PEM, OTHER_PEM, True, id="one that signed a certificate of the input"),
        pytest.param(OTHER_PEM, AUTHORITY_PEM, True, id="the other way round"),
        pytest.param(OTHER_PEM, AUTHORITY_PEM + OTHER_PEM, True, id="one more"),
        pytest.param(OTHER_PEM, authority(), False, id="two that signed none"),
        pytest.param(OTHER_PEM, OTHER_PEM + authority(), False, id="one more that signed none"),
        pytest.param(authority(), "no certificate", True, id="none that can be read"),
    ],
)
def test_another_authority_is_a_difference_or_a_doubt(before: str, after: str, settled: bool) -> None:
    found = compared(before, after)
    assert bool(found.differences) is settled
    assert settled or any("CAs" in why for doubt in found.doubts for why in doubt.why)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(AUTHORITY_PEM, AUTHORITY_PEM, id="as it was"),
        pytest.param(AUTHORITY_PEM, f"# partners\n{AUTHORITY_PEM}\n", id="with a comment and an empty line"),
        pytest.param(AUTHORITY_PEM + OTHER_PEM, OTHER_PEM + AUTHORITY_PEM, id="in another order"),
        pytest.param(AUTHORITY_PEM, AUTHORITY_PEM * 2, id="twice"),
    ],
)
def test_the_same_authorities_are_neither(before: str, after: str) -> None:
    found = compared(before, after)
    assert not found.differences
    assert not found.doubts
