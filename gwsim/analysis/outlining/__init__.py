"""The topology as a tree to look through: what there is, how it fares, what is below it."""
