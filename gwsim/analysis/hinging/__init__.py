"""On which choices of an implementation an answer hangs."""
