"""Releases and channels of the Gateway API, and when something holds in them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec


class Version(NamedTuple):
    """A minor release; patches change nothing that an object is checked for."""

    major: int
    minor: int

    def __str__(self) -> str:
        return "main" if self == MAIN else f"{self.major}.{self.minor}"


V1_3, V1_4, V1_5, V1_6 = (Version(1, minor) for minor in (3, 4, 5, 6))
MAIN = Version(1, 7)
"""After 1.6, not released: for tests."""
RELEASED = (V1_3, V1_4, V1_5, V1_6)
"""Those that gwsim knows, the oldest first."""


class Channel(Enum):
    """Which CRDs of a release are meant."""

    STANDARD = "standard"
    EXPERIMENTAL = "experimental"
    EITHER = "either"
    """None that one can install: it has what either has, and takes what either takes."""


class Release(NamedTuple):
    """The CRDs that a cluster has."""

    version: Version
    channel: Channel

    def __str__(self) -> str:
        return f"Gateway API {self.version} {self.channel.value}"


NEWEST = Release(V1_6, Channel.STANDARD)
LENIENT = Release(V1_6, Channel.EITHER)
"""For simulation: what a user tries out need not be in the standard channel."""


class Edition(NamedTuple):
    """A release, and in it one of the versions that a kind has there."""

    release: Release
    api_version: str
    """Without group: `v1beta1`."""


class When(msgspec.Struct, frozen=True):
    """In which releases, channels and versions of a kind something holds; by default in all."""

    since: Version = RELEASED[0]
    until: Version = MAIN
    """The last that has it."""
    channels: tuple[Channel, ...] = tuple(Channel)
    api_versions: tuple[str, ...] = ()
    """Empty for all."""

    def holds(self, edition: Edition) -> bool:
        """Whether this is one of them."""
        version, channel = edition.release
        return (
            self.since <= version <= self.until
            and channel in self.channels
            and (not self.api_versions or edition.api_version in self.api_versions)
        )


class Presence(NamedTuple):
    """In which releases a field, or a version of a kind, is there."""

    experimental: Version | None
    """The first release whose experimental channel has it."""
    standard: Version | None
    """The first release whose standard channel has it; None for not yet."""
    until: Version = MAIN
    """The last that has it."""

    def covers(self, release: Release) -> bool:
        """Whether a release has it."""
        first = self.standard if release.channel is Channel.STANDARD else self.experimental
        return first is not None and first <= release.version <= self.until

    def __str__(self) -> str:
        """
        Say since when, and in which channel.

        >>> str(Presence(Version(1, 4), Version(1, 5)))
        'in the standard channel since 1.5, in the experimental since 1.4'
        >>> str(Presence(Version(1, 2), None))
        'in the experimental channel since 1.2'
        """
        end = "" if self.until == MAIN else f" to {self.until}"
        word = "from" if end else "since"
        if self.standard is None:
            return f"in the experimental channel {word} {self.experimental}{end}"
        if self.standard == self.experimental:
            return f"in both channels {word} {self.standard}{end}"
        standard = f"in the standard channel {word} {self.standard}{end}"
        return f"{standard}, in the experimental {word} {self.experimental}{end}"


def presence(experimental: str | None, standard: str | None, until: Version = MAIN) -> Presence:
    """Write a presence with releases as texts: `presence("1.2", None)`."""
    return Presence(_version(experimental), _version(standard), until)


def _version(text: str | None) -> Version | None:
    """Read `1.2`; `main` is what comes after the newest."""
    if text is None or text == "main":
        return None if text is None else MAIN
    major, minor = text.split(".")
    return Version(int(major), int(minor))
