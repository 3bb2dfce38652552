"""Tools for the tests of people who write Gateway API manifests."""
