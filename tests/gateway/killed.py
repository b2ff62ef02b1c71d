"""A gateway that kills itself at a named point: `python -m tests.gateway.killed POINT TIMES ARGUMENT...`."""

from __future__ import annotations

import os
import signal
import sys

from makegood.acts.attempts.points import watched_by
from makegood.cli.main import main


def die_at(point: str, times: int) -> None:
    """Kill this process when the point is reached for so many times; never where `times` is 0."""
    left = [times]

    def watch(reached: str) -> None:
        if reached == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    watched_by(watch if times else None)


if __name__ == "__main__":
    die_at(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["makegood", *sys.argv[3:]]
    main()
