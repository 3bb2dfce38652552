"""Classes of requests, in words and as data."""
