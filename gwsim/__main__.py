"""Lets `python -m gwsim` do what `gwsim` does."""

from gwsim.cli.main import main

if __name__ == "__main__":
    main()
