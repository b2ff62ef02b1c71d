"""Runs the command: python -m makegood, and the script of the same name."""

from __future__ import annotations

import sys

_INTERRUPTED = 130


def main() -> None:
    """Load the command and run it; Ctrl-C while it is loaded ends it without a trace."""
    try:
        from makegood.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
