"""Which cross-field rules hold for which part of an object: a table for each module of types."""
