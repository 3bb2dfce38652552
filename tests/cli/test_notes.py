"""What is said beside an answer, on standard error."""

import subprocess
import sys
from pathlib import Path

import pytest

GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web}
spec:
  gatewayClassName: public
  listeners: [{name: http, port: 80, protocol: HTTP}]
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: web}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
"""
CLASS = """
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: public}
spec: {controllerName: example.com/gateway}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
"""
REFUSED = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: refused}
spec: {rules: [{matches: [{path: {value: web}}]}]}
"""


@pytest.mark.parametrize(
    ("documents", "options", "said"),
    [
        pytest.param([CLASS, GATEWAY, ROUTE, SERVICE], [], "", id="nothing, where nothing is to be said"),
        pytest.param(
            [GATEWAY, ROUTE, SERVICE],
            [],
            "no GatewayClass in the input: public is taken to exist and to be accepted\n",
            id="a class that only the cluster has",
        ),
        pytest.param(
            [CLASS, GATEWAY, ROUTE, SERVICE, DEPLOYMENT],
            [],
            "skipped, of kinds that gwsim does not know: 1 Deployment\n",
            id="objects that are skipped",
        ),
        pytest.param(
            [CLASS, GATEWAY, ROUTE],
            ["--lenient"],
            "--lenient: no Services or Secrets or ConfigMaps in the input; "
            "references to them are taken as good\n",
            id="what lenient takes as given",
        ),
        pytest.param(
            [CLASS, GATEWAY, ROUTE, SERVICE, REFUSED],
            [],
            "all.yaml:29:42: spec.rules[0].matches[0].path.value: "
            "expected a path that begins with '/', found \"web\" (put a '/' in front)\n"
            "1 object is left out: the API server would refuse them; `gwsim validate` says more\n",
            id="objects that are left out",
        ),
    ],
)
def test_standard_error_says(documents: list[str], options: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text("---".join(documents), encoding="utf-8")
    words = ["trace", "-f", "all.yaml", *options, "http://example.com/"]
    process = subprocess.run(
        [sys.executable, "-m", "gwsim", *words], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert process.stderr == said
