"""What the explorer shows, as values: made without a terminal, and tested without one."""
