"""The screens that open over the explorer."""
