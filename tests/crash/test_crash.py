"""Nothing lost and nothing double, with workers killed at every named point; `make crash` does it 5,000 times."""

from __future__ import annotations

from makegood.store.points import POINTS
from tests.crash.harness import Plan, apart
from tests.crash.plants import PLANTS

SMALL = {"accounts": 2_000, "sizes": (40, 60, 80), "many": 20, "mix": (90, 5, 0, 5)}


def test_a_campaign_survives_its_workers():
    """The point that was tried least is tried next, so that a few kills come to all of them."""
    plans = Plan("sqlite", 20, seed=1, **SMALL), Plan("postgresql", 20, stops=1, gullible=True, seed=2, **SMALL)
    for plan, outcome in zip(plans, apart(*plans), strict=True):
        assert outcome.faults == []
        assert outcome.killed >= plan.kills
        assert outcome.stops == plan.stops
        assert outcome.posted == outcome.parcels == sum(outcome.notices.values()) == plan.accounts
        assert set(outcome.notices) <= {"done", "doubt"}
        assert [point for point in POINTS if not outcome.kills[point]] == []


def test_every_planted_fault_is_found():
    """With one worker, so that nothing but its death can bring a fault to light."""
    seeds = {"no_look": 3}
    plans = [
        Plan("sqlite", 40, plant=plant, gullible=plant == "no_look", workers=1, seed=seeds.get(plant, 0), **SMALL)
        for plant in PLANTS
    ]
    found = {one.plan.plant: (one.faults or [""])[0].partition(":")[0] for one in apart(*plans)}
    assert found == {"chunk_first": "lost", "chunk_last": "double", "outbox_last": "lost", "no_look": "double"}
