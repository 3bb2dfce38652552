"""What differs from release to release of the Gateway API, and from channel to channel."""
