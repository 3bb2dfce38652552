"""The input edge: manifests, scenarios and requests from files and command lines."""
