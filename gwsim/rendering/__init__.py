"""The output edge: decisions, statuses and findings as text and data."""
