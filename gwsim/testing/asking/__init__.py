"""The strategies of `gwsim.testing.strategies` that draw requests."""
