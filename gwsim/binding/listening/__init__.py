"""Gateways and their listeners: which are served, which conflict, and what they take."""
