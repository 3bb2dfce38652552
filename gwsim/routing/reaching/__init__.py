"""From a request to the rule that takes it: the listener, the hits, and which of them comes first."""
