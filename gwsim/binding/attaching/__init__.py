"""Routes and what they attach to: listeners of Gateways, or Services of a mesh."""
