"""What happens to a request: listener, rule, filters, backends, and why."""
