"""Graphs as pictures: Mermaid, DOT and SVG."""
