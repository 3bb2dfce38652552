"""Where references lead: backends, certificates and policies, and whether each may be used."""
