"""Commands that ask what a configuration does."""
