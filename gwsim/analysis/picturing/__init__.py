"""Graphs of a configuration: all of it, or the way of one request."""
