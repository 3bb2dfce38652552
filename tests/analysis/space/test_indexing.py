"""Which claims may meet, by the hosts that they ask for."""

from __future__ import annotations

import pytest

from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.conditions import HostIs
from gwsim.analysis.space.indexing import ClaimIndex
from gwsim.binding.hostnames import intersection
from gwsim.implementations import SPEC

HOSTS = (
    "*",
    "*.example.com",
    "*.shop.example.com",
    "*.com",
    "*.ample.com",
    "example.com",
    "shop.example.com",
    "a.shop.example.com",
    "workshop.example.com",
    "shop.example.community",
    "other.test",
)


@pytest.mark.parametrize("own", HOSTS)
def test_claims_meet_whose_hosts_have_one_in_common(own: str) -> None:
    claims = [Claim(rank, (HostIs(host),)) for rank, host in enumerate(HOSTS)]
    index = ClaimIndex((*claims, Claim(len(HOSTS), ())), SPEC)
    met = [claim.rank for claim in index.meeting((HostIs(own),))]
    expected = [rank for rank, host in enumerate(HOSTS) if intersection(own, host) is not None]
    assert sorted(met) == [*expected, len(HOSTS)]
