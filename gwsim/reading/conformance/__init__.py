"""Conformance reports: those that come with gwsim, and newer ones in upstream's form."""
