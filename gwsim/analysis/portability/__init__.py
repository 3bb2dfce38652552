"""Whether a configuration runs on an implementation: what it needs, and what is known of each."""
