"""What tests of configurations found, as text for people and in the forms that other programs read."""
