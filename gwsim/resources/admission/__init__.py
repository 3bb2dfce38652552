"""What the API server checks before it takes an object: schema, metadata, list keys, cross-field rules."""
