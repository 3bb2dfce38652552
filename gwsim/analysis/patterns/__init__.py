"""Regular expressions as sets of texts: what they have in common, and what one has and another has not."""
