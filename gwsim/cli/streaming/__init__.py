"""Streams of requests: answered in order, by one process or by several."""
