"""What of the Gateway API an object needs, in the names that conformance reports have for it."""
