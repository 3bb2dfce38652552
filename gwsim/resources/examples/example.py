"""What an example is, and short ways to write one."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import NamedTuple

from gwsim.resources.releases.release import V1_6, Channel, Release

EXPERIMENTAL = Release(V1_6, Channel.EXPERIMENTAL)


class Example(NamedTuple):
    """Two texts for one code."""

    bad: str
    """A manifest with this finding, and perhaps others."""
    good: str
    """The same mended: without any finding."""
    release: Release = EXPERIMENTAL
    """The CRDs by which this is so."""


def manifest(kind: str, spec: str, *, name: str = "shop", api_version: str = "v1") -> str:
    """
    Write a manifest of the Gateway API.

    Args:
        spec: YAML; its indentation is set right.
        api_version: a version of the API's group, or with a group of its own.
    """
    group = "" if "/" in api_version else "gateway.networking.k8s.io/"
    head = f"apiVersion: {group}{api_version}\nkind: {kind}\nmetadata:\n  name: {name}\nspec:"
    return f"{head}\n{indent(dedent(spec).strip(), '  ')}\n"


def route(bad: str, good: str) -> Example:
    """Contrast the specs of two HTTPRoutes."""
    return Example(manifest("HTTPRoute", bad), manifest("HTTPRoute", good))


def rule(bad: str, good: str) -> Example:
    """Contrast the rules of two HTTPRoutes."""
    return route(_first_rule(bad), _first_rule(good))


def _first_rule(text: str) -> str:
    return f"rules:\n- {indent(dedent(text).strip(), '  ').strip()}"


def gateway(bad: str, good: str) -> Example:
    """Contrast the specs of two Gateways, but for their class."""
    of_class = "gatewayClassName: public\n"
    return of_kind("Gateway", of_class + dedent(bad).strip(), of_class + dedent(good).strip())


def of_kind(kind: str, bad: str, good: str, *, api_version: str = "v1") -> Example:
    """Contrast the specs of two objects of a kind."""
    return Example(
        manifest(kind, bad, api_version=api_version), manifest(kind, good, api_version=api_version)
    )
