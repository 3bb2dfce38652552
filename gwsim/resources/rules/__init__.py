"""Cross-field rules of admission: what no type of one field can say."""
