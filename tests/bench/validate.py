"""
How long `gwsim validate` needs for 10,000 objects, against PyYAML's C loader alone on the same bytes.

    python tests/bench/validate.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

import yaml

from gwsim.reading.manifests import read_documents
from gwsim.rendering.findings import Report, report_text, worst_first
from gwsim.resources.admission.validating import validate

OBJECTS = 10_000
MOST = 1.5
"""The limit, in times of the loader."""
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: route-{number}
  namespace: shop
  labels:
    app.kubernetes.io/part-of: storefront
spec:
  parentRefs:
  - name: public
    namespace: infra
  hostnames:
  - host-{number}.example.com
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: /cart/{number}
      headers:
      - name: x-canary
        value: "true"
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set:
        - name: x-team
          value: shop
    backendRefs:
    - name: cart
      port: 8080
      weight: 90
    - name: cart-canary
      port: 8080
      weight: 10
  - backendRefs:
    - name: web
      port: 80
"""


def validated(data: bytes) -> None:
    """Do what the command does, but for printing."""
    documents = read_documents(["-"], stdin=BytesIO(data))
    validation = validate((document.value, document.source) for document in documents.documents)
    assert len(validation.checked) == OBJECTS
    assert not validation.findings
    report_text(Report(worst_first(validation.findings), checked=OBJECTS), color=False)


def loaded(data: bytes) -> None:
    """Read the same with nothing but PyYAML."""
    assert sum(1 for _ in yaml.load_all(data, yaml.CSafeLoader)) == OBJECTS


def seconds(work: Callable[[bytes], None], data: bytes) -> float:
    """Time the work, the better of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work(data)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print the ratio."""
    data = "---\n".join(ROUTE.format(number=number) for number in range(OBJECTS)).encode()
    ours, theirs = seconds(validated, data), seconds(loaded, data)
    print(f"{OBJECTS} objects, {len(data) / 1e6:.1f} MB")
    print(f"validate:                  {ours:.2f} s")
    print(f"PyYAML's C loader alone:   {theirs:.2f} s")
    print(f"ratio:                     {ours / theirs:.2f} (at most {MOST})")


if __name__ == "__main__":
    main()
