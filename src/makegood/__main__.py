"""Runs the command when the package itself is run: python -m makegood."""

from makegood.cli.main import main

if __name__ == "__main__":
    main()
