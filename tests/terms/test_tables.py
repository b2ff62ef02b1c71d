"""Tables looked over: figures that no row covers, that two rows cover, or that keep the promise all the same."""

import pytest

from makegood.terms.read import parse
from makegood.terms.tables import table_findings
from tests.terms.small_pack import YAML


def promise_with(kept: str, *ranges: str):
    start = YAML.index("            tiers:\n") + len("            tiers:\n")
    end = YAML.index("          rounding:")
    rows = "".join(f"              - {{range: {{{one}}}, percent: 10, clause: credits}}\n" for one in ranges)
    text = (YAML[:start] + rows + YAML[end:]).replace("{at_least: 99.90}", f"{{{kept}}}")
    pack, faults = parse(text, "own.yaml")
    assert faults == []
    return pack.versions[0].promises[0]


@pytest.mark.parametrize(
    ("kept", "ranges", "told"),
    [
        ("at_least: 99.9", ["below: 99.9"], []),
        ("at_least: 99.9", ["at_least: 99, below: 99.9", "below: 99"], []),
        ("at_least: 99.9", ["above: 99, at_most: 99.9", "below: 99"],
         ["gap: >=99 and <=99", "row_though_kept: >=99.9 and <=99.9"]),
        ("at_least: 99.5", ["at_least: 98, below: 99.5", "at_least: 95, at_most: 97.99", "below: 94.99"],
         ["gap: >=94.99 and <95", "gap: >97.99 and <98"]),
        ("at_least: 99.9", ["at_most: 99.5", "at_least: 99, below: 99.9"], ["overlap: >=99 and <=99.5"]),
        ("at_least: 99.9", ["at_least: 95, below: 99.8"], ["gap: >=0 and <95", "gap: >=99.8 and <99.9"]),
        ("at_least: 100", ["below: 100"], []),
    ],
)  # fmt: skip
def test_holes_of_a_table_are_found_to_the_edge(kept: str, ranges: list[str], told: list[str]) -> None:
    assert [one.words() for one in table_findings(promise_with(kept, *ranges))] == told
