"""Questions over whole tables, beyond the way of one request."""
