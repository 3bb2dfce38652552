"""Two configurations, compared by what they do with requests."""
