"""Kubernetes manifests as frozen values, with the API's types, defaults and limits written once."""
