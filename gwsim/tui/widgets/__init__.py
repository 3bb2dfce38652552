"""The parts of the explorer's screen."""
