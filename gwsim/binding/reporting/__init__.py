"""The status of each object, written from the steps that binding left."""
