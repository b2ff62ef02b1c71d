"""Verb: make a part in a process of its own, so that who records for weeks keeps the memory that it began with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from makegood.errors import NotRecorded
from makegood.records.attempts_folder import Made

_MODULE = "makegood.acts.attempts.apart"
_SECONDS = 600
_NOT_RECORDED = 3


def make_part_apart(journal: Path, part: Path) -> Made:
    """As `make_part`; raise NotRecorded where the other process cannot make it or takes ten minutes."""
    command = [sys.executable, "-m", _MODULE, str(journal), str(part)]
    try:
        # a session of its own: a terminal's Ctrl-C is for who records, and the part is made all the same
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, start_new_session=True)
    except subprocess.TimeoutExpired as fault:
        raise NotRecorded(f"{journal}: could not be sealed within {_SECONDS} s; it stays as it is.") from fault
    if done.returncode == _NOT_RECORDED:
        raise NotRecorded(done.stderr.strip())
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2][:200]
        raise NotRecorded(f"{journal}: could not be sealed (status {done.returncode}: {said}); it stays as it is.")
    told = json.loads(done.stdout)
    return Made(told["rows"], tuple(told["torn"]))


def main() -> None:
    """Make one part and say what it has."""
    from makegood.records.attempts_part import make_part

    try:
        made = make_part(Path(sys.argv[1]), Path(sys.argv[2]))
    except (NotRecorded, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(_NOT_RECORDED)
    print(json.dumps({"rows": made.rows, "torn": made.torn}))


if __name__ == "__main__":
    main()
