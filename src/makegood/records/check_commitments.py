"""Verb: check an attempts folder against its commitments and, where one was kept, against a head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import file_digest
from pathlib import Path

from makegood.records.attempts_folder import COMMITMENTS, LIST, LOCK, OPEN, bytes_of, days, journals, parts_of, torn
from makegood.records.commitments import Commitment, Sealed, commitment_of, listed
from makegood.records.folder_lock import undisturbed
from makegood.records.tally import Quarantined


@dataclass
class Checked:
    """What was checked and found: committed lines in order, parts listed since, and everything that is wrong.

    `kept` is the place of the line whose hash was kept as head, counted from 1; None where none was given or found.
    `waiting` are journals and torn lines, which are not sealed and so not committed to.
    """

    lines: list[Commitment] = field(default_factory=list)
    since: list[Sealed] = field(default_factory=list)
    wrong: list[Quarantined] = field(default_factory=list)
    kept: int | None = None
    waiting: tuple[Path, ...] = ()


def check_commitments(folder: Path, head: str | None = None) -> Checked:
    """Compare every part, list and line with what was committed to; what cannot be read counts as wrong."""
    with undisturbed(folder / OPEN / LOCK):
        found = Checked(waiting=(*journals(folder), *torn(folder)))
        _check_chain(folder / COMMITMENTS, found)
        committed = {one.day: one.parts for one in found.lines}
        looked_at = [_look(folder / day.isoformat(), found) for day in sorted({*days(folder), *committed})]
    for one in looked_at:
        _check_day(one, committed.get(date.fromisoformat(one.folder.name)), found)
    if head is not None:
        _find(head, folder / COMMITMENTS, found)
    return found


@dataclass(frozen=True)
class _Day:
    """A day's folder as it was looked at: its parts by name, and what is listed of them."""

    folder: Path
    there: dict[str, Path]
    listed: dict[str, Sealed]


def _look(day: Path, found: Checked) -> _Day:
    return _Day(day, {f"{day.name}/{path.name}": path for path in parts_of(day)}, _listed(day / LIST, found))


def _find(head: str, path: Path, found: Checked) -> None:
    hashes = [one.hash for one in found.lines]
    found.kept = hashes.index(head) + 1 if head in hashes else None
    if found.kept is None:
        reason = (
            f"no line has the hash {head[:80]}: lines were changed or removed since that head was kept, or it is the "
            "head of another folder"
        )
        found.wrong.append(Quarantined(str(path), 0, reason))


def _check_chain(path: Path, found: Checked) -> None:
    previous: Commitment | None = None
    for number, line in _lines(path, found):
        try:
            one = commitment_of(line)
        except ValueError as fault:
            found.wrong.append(Quarantined(str(path), number, f"{fault}: the line was changed"))
            continue
        if one.previous != (previous.hash if previous else None):
            reason = "does not follow the line before it: a line was changed, removed, added or moved"
            found.wrong.append(Quarantined(str(path), number, reason))
        elif previous is not None and one.day <= previous.day:
            found.wrong.append(Quarantined(str(path), number, f"is of {one.day}, which is not after {previous.day}"))
        found.lines.append(one)
        previous = one


def _check_day(day: _Day, committed: tuple[Sealed, ...] | None, found: Checked) -> None:
    said = day.listed if committed is None else {one.part: one for one in committed}
    added = [day.there[name] for name in sorted(day.there.keys() - said.keys())]
    same = []
    for name, one in sorted(said.items()):
        reason = _differs(day.there.get(name), one)
        if reason is None:
            same.append(one)
        else:
            found.wrong.append(Quarantined(str(day.folder.parent / name), 0, reason))
    if committed is None:
        found.since += same
        found.wrong += _not_committed(day, same, added)
        return
    found.wrong += (Quarantined(str(one), 0, f"was added after {day.folder.name} was committed to") for one in added)
    if day.listed != said:
        place = str(day.folder / LIST)
        found.wrong.append(Quarantined(place, 0, "does not say what was committed to: it was changed"))


def _not_committed(day: _Day, same: list[Sealed], added: list[Path]) -> Iterator[Quarantined]:
    """What is wrong on a day of which only its own list speaks."""
    from makegood.records.attempts_part import rows_of

    rows = rows_of([day.there[one.part] for one in same])
    for one in same:
        if rows[day.there[one.part]] != one.rows:
            yield Quarantined(str(day.there[one.part]), 0, "has not as many rows as are listed: the list was changed")
    for part in added:
        yield Quarantined(str(part), 0, "is not listed: it was added, or its recorder was stopped just then; seal it")


def _differs(part: Path | None, said: Sealed) -> str | None:
    """What is wrong with a part that is listed."""
    if part is None:
        return "is missing"
    try:
        with part.open("rb") as file:
            same = file_digest(file, "sha256").hexdigest() == said.sha256
    except OSError as fault:
        return f"cannot be read ({fault.strerror})"
    return None if same else "is not as it was sealed: its bytes, or what is said of them, were changed"


def _listed(path: Path, found: Checked) -> dict[str, Sealed]:
    entries: dict[str, Sealed] = {}
    for number, line in _lines(path, found):
        try:
            one = listed(line)
        except ValueError as fault:
            found.wrong.append(Quarantined(str(path), number, f"{fault}: the line was changed"))
            continue
        entries[one.part] = one
    return entries


def _lines(path: Path, found: Checked) -> Iterator[tuple[int, str]]:
    """The whole lines of a file that only grows, by number; none where it is not there."""
    try:
        *whole, rest = bytes_of(path).split(b"\n")
    except FileNotFoundError:
        return
    except OSError as fault:
        found.wrong.append(Quarantined(str(path), 0, f"cannot be read ({fault.strerror})"))
        return
    for number, line in enumerate(whole, 1):
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError:
            found.wrong.append(Quarantined(str(path), number, "is not UTF-8: the line was changed"))
    if rest:
        found.wrong.append(
            Quarantined(str(path), len(whole) + 1, "ends without a line end: the line was cut or changed")
        )
