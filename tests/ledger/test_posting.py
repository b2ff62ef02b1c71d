"""A posting's text in the log: the same for one and for many at once, whatever the texts hold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.keys import canonical, canonical_rows
from makegood.ledger.posting import FIELDS, Posting, content_text, leaf_data, leaf_datas

TEXT = st.text(alphabet='a",\n]\\[\x7f\u2028\x85\x0bé', max_size=6)
NUMBER = st.integers(-(2**63), 2**63)
PLACE = st.none() | st.integers(0, 99)
POSTING = st.builds(Posting, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, TEXT, TEXT, NUMBER, TEXT, PLACE, PLACE)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NUMBER, POSTING), max_size=4))
def test_many_leaves_are_those_of_each(posted):
    rows = [(at_us, *(getattr(one, name) for name in FIELDS)) for at_us, one in posted]
    assert leaf_datas(rows) == [leaf_data(content_text(one), at_us) for at_us, one in posted]
    assert canonical_rows(rows) == "".join(canonical(list(row)) + "\n" for row in rows)
