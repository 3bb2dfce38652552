"""The space of all requests, in classes on which the decision is constant."""
