"""YAML and JSON as Kubernetes clients read them, with places."""
