"""Scenario files: what is expected of requests and objects, read with its places, and rewritten."""
