"""Commands whose answer can be a no: what is wrong, and what has changed."""
