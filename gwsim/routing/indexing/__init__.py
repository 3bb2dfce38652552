"""The compiled index: from a request to the rule that takes it, by look-ups."""
