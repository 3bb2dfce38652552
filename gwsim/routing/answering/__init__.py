"""From the rule that takes a request to the answer: filters, the split, the backend."""
