"""Commands that show, or help a shell to."""
