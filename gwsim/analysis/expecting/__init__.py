"""What is expected of a configuration, compared with what it does."""
