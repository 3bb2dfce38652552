"""The strategies of `gwsim.testing.strategies`, by what they draw."""
