"""The explorer: a terminal application over one simulation at a time."""
