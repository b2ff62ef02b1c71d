"""An audit names every plant of an insider, each alone, with its row; and nothing in a book that nobody touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import pytest
from django.db import transaction

from makegood.acts.give_award import give_award
from makegood.acts.rebuild import Rebuilt, rebuild
from makegood.reads.audit import audit
from makegood.reads.audit_findings import MOST, Finding
from makegood.reads.finding_labels import FINDING
from makegood.reads.words import Words
from makegood.store.book import Book
from makegood.store.witness import as_it_stands
from tests.books import NOW, Makers, cast
from tests.reads.audit_plants import PLANTS
from tests.reads.audit_tools import Act, Plant, blob, bypassed, chained_anew, gone, logged_anew, set_
from tests.reads.audit_world import World, gift, make_world

SPAN = re.compile(r"(.*?)(-?\d+)–(-?\d+)$")


class Inside(Book):
    """The book as it stands within a transaction that is undone afterwards."""

    def reading(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, makers: Makers) -> Iterator[World]:
    """One world an engine; what a test does to it is undone."""
    made = make_world(makers.book(request.param))
    yield made
    made.book.close()


@contextmanager
def planted(world: World, plant: Plant) -> Iterator[World]:
    """The world with the plant in it."""
    book = Inside(world.book.alias, world.book.url)
    with transaction.atomic(using=book.alias):
        touched = replace(world, book=book)
        bypassed(touched, plant)
        yield touched
        transaction.set_rollback(True, using=book.alias)


def names(finding: Finding, where: str) -> bool:
    """Does the finding name this row, by itself or in a stretch?"""
    span = SPAN.match(finding.where)
    if not span:
        return finding.where == where
    return any(f"{span[1]}{number}" == where for number in range(int(span[2]), int(span[3]) + 1))


def test_a_book_that_nobody_touched_is_sound(world: World):
    found = audit(world.book, world.now, world.noted)
    assert found.findings == ()
    assert found.sound
    assert (found.size, found.root) == (world.noted.size, world.noted.root)
    assert found.looked_at["posting"] == world.at["size"] == 298
    assert (found.looked_at["campaign"], found.looked_at["chunk"], found.looked_at["journal"]) == (3, 6, 41)
    assert audit(world.book, world.now, world.half).sound


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_young_book_is_sound(makers: Makers, engine: str):
    book = makers.book(engine)
    assert audit(book, NOW).sound
    assert give_award(book, cast(book).dana, gift("acct-1", 5, "claim/1/1"), NOW).posted
    assert audit(book, NOW, as_it_stands(book)).sound
    book.close()


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.name} ({plant.kind})")
def test_it_names_each_plant(world: World, plant: Plant):
    if world.book.vendor not in plant.on:
        pytest.skip(f"not on {world.book.vendor}")
    with planted(world, plant) as touched:
        found = audit(touched.book, world.now)
    where = plant.where.format(**world.at)
    told = [(one.kind, one.where) for one in found.findings]
    assert any(one.kind == plant.kind and names(one, where) for one in found.findings), told
    assert all(one.says and "{" not in one.says for one in found.findings)


WITNESSED: list[tuple[str, str, str | Act]] = [
    ("journal cut at its end", "witness_older", gone("journal", "number >= 30")),
    ("log cut at its end", "witness_older", logged_anew),
    ("journal chained anew", "witness_changed_journal", chained_anew),
    ("log begun anew", "witness_changed_log", blob("root", "head", "size = 297")),
    ("another book", "witness_other_book", set_("book", "id = 'x'", "1 = 1")),
]


@pytest.mark.parametrize(("name", "kind", "does"), WITNESSED, ids=[name for name, _, _ in WITNESSED])
def test_what_the_book_cannot_tell_of_itself_its_witness_tells(world: World, name: str, kind: str, does: str | Act):
    noted = replace(world.noted, size=297) if kind == "witness_changed_log" else world.noted
    with planted(world, Plant(name, kind, "witness", does)) as touched:
        found = audit(touched.book, world.now, noted)
    assert kind in found.found


def test_an_older_copy_is_sound_but_for_its_witness(world: World):
    later = replace(world.noted, size=world.noted.size + 1, rows=world.noted.rows + 1)
    assert [one.kind for one in audit(world.book, world.now, later).findings] == ["witness_older"]


def test_a_change_is_told_alone_where_nothing_else_is_wrong(world: World):
    for does, kinds in (
        (set_("posting", "debit = 'expense/x'", "position = 100"), {"posting_changed", "line_posting_differs"}),
        (blob("leaf", "posting", "position = 100"), {"posting_hash"}),
        (blob("root", "head", "size = 163"), {"head_changed"}),
        (blob("root", "block", "number = 0"), {"block_changed"}),
        (gone("outbox", "position = 100"), {"outbox_missing"}),
        (
            gone("journal", "number = 3"),
            {"journal_missing", "person_unadmitted", "right_without_act", "key_without_act"},
        ),
    ):
        with planted(world, Plant("", "", "", does)) as touched:
            found = audit(touched.book, world.now, world.noted)
            assert set(found.found) == kinds
            assert sum(found.found.values()) <= 6


@pytest.mark.parametrize("does", [blob("root", "block", "number = 0"), gone("lot", "used = 0"), gone("lot", "1 = 1")])
def test_what_is_kept_for_speed_is_made_again(world: World, does: str | Act):
    with planted(world, Plant("", "", "", does)) as touched:
        assert not audit(touched.book, world.now).sound
        assert rebuild(touched.book, world.team.olga, world.now) == Rebuilt(blocks=1, lots=3)
        assert audit(touched.book, world.now).sound


def test_many_of_a_kind_are_counted_and_some_named(world: World):
    with planted(world, Plant("", "", "", set_("posting", "amount = amount + 1", "kind = 'award'"))) as touched:
        found = audit(touched.book, world.now)
    assert found.found["posting_changed"] == 295
    assert sum(one.kind == "posting_changed" for one in found.findings) == MOST


def test_it_is_told_how_far_it_is(world: World):
    told: list[tuple[str, int, int]] = []
    audit(world.book, world.now, progress=lambda *step: told.append(step))
    assert [step for step in told if step[1] == step[2]] == [
        ("journal", 41, 41),
        ("posting", 298, 298),
        ("line", 317, 317),
    ]


def test_every_kind_is_planted():
    kinds = {plant.kind for plant in PLANTS} | {kind for _, kind, _ in WITNESSED}
    assert FINDING.keys() - kinds == set()


def test_texts_out_of_the_book_are_made_safe():
    finding = Finding("posting_unasked", "posting 7", (("at", 7), ("key", "a\x1b[31m\u202eb")))
    assert finding.says == "Posting 7 (a\\u001b[31m\\u202eb) is of no campaign, and nobody asked for it."
    assert "아무도" in finding.said(Words("ko"))
