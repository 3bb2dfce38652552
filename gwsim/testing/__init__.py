"""Tools for the tests of people who write Gateway API manifests."""

from gwsim.testing.asserting import assert_routes

__all__ = ["assert_routes"]
