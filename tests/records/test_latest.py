"""Latest: snapshots of one page read together give each incident once, as it was last seen."""

from datetime import UTC, datetime
from pathlib import Path

from makegood.records.bulletin import Bulletin
from makegood.records.latest import latest
from makegood.records.scope import Scope
from makegood.records.small_files import read_small


def version(end: int | None, seen: int | None) -> Bulletin:
    def day(number: int | None) -> datetime | None:
        return datetime(2026, 6, number, tzinfo=UTC) if number else None

    start = datetime(2026, 6, 1, tzinfo=UTC)
    return Bulletin(
        "i", "i", Scope("acme"), "API", "Down", "major", "downtime", start, day(end), "page", seen=day(seen)
    )


def test_the_later_seen_stands_even_when_it_was_opened_again() -> None:
    closed, reopened = version(2, 3), version(None, 4)
    assert latest([reopened, closed])[0] == (reopened,)
    assert latest([closed, reopened])[0] == (reopened,)


def test_without_a_time_a_closed_one_stands_before_an_open_one() -> None:
    assert latest([version(None, None), version(2, None)])[0] == (version(2, None),)


def test_the_same_version_twice_is_no_news() -> None:
    assert latest([version(2, 3), version(2, 4)]) == ((version(2, 4),), ())


def test_three_real_snapshots(shared: Path) -> None:
    folder = shared / "data/ai_status_leaderboard"
    files = [folder / when / "openai.json" for when in ("2026-06-15T20", "2026-06-01T02", "2026-06-01T17")]
    together = [bulletin for file in files for bulletin in read_small(file).bulletins]
    kept, notes = latest(together)
    chosen = [bulletin for bulletin in kept if bulletin.incident == "01KT204M76EYZYJX7WYG1B2QPH"]
    assert [bulletin.end for bulletin in chosen] == [datetime(2026, 6, 1, 17, 28, 52, tzinfo=UTC)]
    assert [note for note in notes if note.startswith("01KT204M76EYZYJX7WYG1B2QPH")] == [
        "01KT204M76EYZYJX7WYG1B2QPH-chatgpt: 2 versions that differ; the latest one is used "
        "(closed 2026-06-01 17:28 UTC)."
    ]
    assert len(kept) == len({bulletin.id for bulletin in together}) == len({bulletin.id for bulletin in kept})
    assert latest(kept) == (kept, ())
