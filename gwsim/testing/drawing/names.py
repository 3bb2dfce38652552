"""Names, hosts and paths: small pools, so that they meet, overlap and conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gwsim.addresses import GATEWAY_GROUP
from gwsim.resources.meta import ObjectMeta

T = TypeVar("T")
V1 = f"{GATEWAY_GROUP}/v1"
GATEWAY_NAMES = (("infra", "edge"), ("apps", "inner"))
"""Namespace and name."""


def sometimes(*choices: T) -> SearchStrategy[T | None]:
    """Draw None as often as any of the choices."""
    return st.sampled_from((*(None for _ in choices), *choices))


def short(name: str, strategy: SearchStrategy[T]) -> SearchStrategy[T]:
    """Let Hypothesis write a strategy as `name()` in its messages, rather than all that it is made of."""

    def drawn(draw: DrawFn) -> T:
        return draw(strategy)

    drawn.__name__ = drawn.__qualname__ = name
    return st.composite(drawn)()


def metadata(names: Sequence[tuple[str, str]], *, timed: bool) -> SearchStrategy[ObjectMeta]:
    """
    Draw metadata.

    Args:
        names: namespace and name.
        timed: whether some have a creationTimestamp.
    """
    times = sometimes("2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z") if timed else st.none()
    return st.builds(
        lambda key, time: ObjectMeta(name=key[1], namespace=key[0], creation_timestamp=time),
        st.sampled_from(names),
        times,
    )


def hostnames(
    *,
    labels: Sequence[str] = ("a", "b", "aa"),
    domains: Sequence[str] = ("test", "test", "test", "example.com"),
    wildcards: bool = True,
) -> SearchStrategy[str]:
    """
    Draw hostnames of listeners and routes, precise or, if wanted, with a wildcard.

    Args:
        labels: put in front of a domain, at most two.
    """
    names = st.builds(
        lambda front, domain: ".".join((*front, domain)),
        st.lists(st.sampled_from(labels), max_size=2),
        st.sampled_from(domains),
    )
    return st.one_of(names, names.map("*.{}".format)) if wildcards else names


def paths(*, segments: Sequence[str] = ("a", "b", "ab", "A"), max_depth: int = 2) -> SearchStrategy[str]:
    """Draw plain paths, some with a trailing slash."""
    return st.builds(
        lambda parts, slash: "/" + "/".join(parts) + (slash if parts else ""),
        st.lists(st.sampled_from(segments), max_size=max_depth),
        st.sampled_from(("", "/")),
    )


ANY_HOSTNAMES = hostnames()
ANY_PATHS = paths()
