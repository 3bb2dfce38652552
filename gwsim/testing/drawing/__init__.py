"""The strategies of `gwsim.testing.strategies` that draw configurations, by what they draw."""
