"""Verb: review what a contract grants: edge, table, base, form, limits, claim, deadlines, money, and what was read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from makegood.terms.due import Within
from makegood.terms.findings import Finding, finding
from makegood.terms.pack import Promise, clauses_in
from makegood.terms.remedies import (
    Grant,
    GreaterOf,
    NoMoney,
    PerUnit,
    Row,
    Tiers,
    Yield,
)
from makegood.terms.review_measuring import Subject, unstated
from makegood.terms.tables import TableFinding, table_findings

_SHORT_WORKING_DAYS = 5
_CREDITS = ("credit", "consumption_credits", "quota", "extension")
_DUTIES = ("notice_duty", "reasons_duty", "review_duty")
_TOLD = ("notice", "notif", "inform", "report")
_TIME_WORDS = ("month", "cycle", "quarter", "period", "year", "day", "window", "invoice", "월", "주기", "분기", "기간")
# What is shown beside every outcome, or only ever takes away, carries no reckoning.
_SHOWN_BESIDE = ("window", "rounding", "exclusions", "observer", "automatic", "duties")


def edge(subject: Subject) -> Iterator[Finding]:
    """12: single figures, at the end of ranges, that the text decides twice or not at all."""
    codes = {"gap": "edge_gap", "overlap": "edge_overlap", "row_though_kept": "edge_kept"}
    for promise in subject.promises:
        for one in table_findings(promise):
            if _is_point(one):
                clause = promise.commitment.clause if promise.commitment else None
                shown = f"{one.range.lower:f}"
                yield finding(codes[one.kind], "remedy.grant.tiers", promise, clause, range=shown)


def _is_point(one: TableFinding) -> bool:
    return one.range.lower is not None and one.range.lower == one.range.upper


def table(subject: Subject) -> Iterator[Finding]:
    """13: targets without remedy, tables without level, gaps, overlaps, rows that were not read or give less."""
    if not subject.promises:
        goodwill = subject.terms.version.goodwill
        yield finding("nothing_promised", "promises", None, goodwill.clause if goodwill else None)
    for promise in subject.promises:
        yield from _level(promise)
        yield from _rows(promise)


def _level(promise: Promise) -> Iterator[Finding]:
    kept, remedy = promise.commitment, promise.remedy
    duty_alone = remedy.form in _DUTIES or remedy.form.startswith("termination") or remedy.duties
    if isinstance(remedy.grant, NoMoney) and not duty_alone:
        yield finding("target_without_remedy", "remedy.grant", promise, kept.clause if kept else None)
    if kept is None:
        if isinstance(remedy.grant, Tiers) and any(row.range for row in remedy.grant.tiers):
            yield finding("table_without_level", "commitment", promise, remedy.grant.tiers[0].clause)
        return
    if not kept.promised:
        yield finding("not_promised", "commitment.promised", promise, kept.clause)
    if kept.level is not None:
        yield finding("level_elsewhere", "commitment.level", promise, kept.clause, fact=kept.level)
    if kept.unread is not None:
        where, figures = "commitment.unread", kept.unread.range.words()
        yield finding("level_unread", where, promise, kept.unread.clause, range=figures)


def _rows(promise: Promise) -> Iterator[Finding]:
    codes = {"gap": "table_gap", "overlap": "table_overlap", "row_though_kept": "row_though_kept"}
    grant, where = promise.remedy.grant, "remedy.grant"
    each = _yields(grant)
    unread = [one for one in each if one.unread]
    if unread and len(unread) == len(each):
        yield finding("remedy_unpublished", where, promise, promise.remedy.form_clause)
    elif unread:
        rows = "; ".join(_row_words(one) for one in unread)
        yield finding("row_unread", where, promise, _clause(unread[0]), rows=rows)
    for path, clause in unstated(grant):
        yield finding("grant_has_readings", f"{where}.{path}", promise, clause, what=path.replace("_", " "))
    for one in table_findings(promise):
        if not _is_point(one):
            yield finding(codes[one.kind], where, promise, _clause(each[0]), range=one.range.words())
    for better, worse in _falling(promise, grant):
        rows = f"{_row_words(better)}, {_row_words(worse)}"
        yield finding("not_monotone", where, promise, worse.clause, rows=rows)


def _clause(part: object) -> str | None:
    clause = getattr(part, "clause", None)
    return clause if isinstance(clause, str) else None


def _row_words(row: Yield) -> str:
    ends = row.range if isinstance(row, Row) else None
    where = ends.words() if ends else getattr(row, "name", None) or "any"
    return f"{where}: {row.percent.normalize():f} %" if row.percent is not None else where


def _falling(promise: Promise, grant: Grant) -> Iterator[tuple[Row, Row]]:
    """Neighbouring rows of percentages of which the one for the worse figure gives less."""
    kept = promise.commitment.range if promise.commitment else None
    if not isinstance(grant, Tiers) or kept is None or (kept.lower is None) == (kept.upper is None):
        return
    rows = [(row.range, row.percent, row) for row in grant.tiers if row.range and not row.when]
    falls = kept.lower is not None  # the lower the figure, the worse
    ordered = sorted(
        ((ends.upper if falls else ends.lower, percent, row) for ends, percent, row in rows if percent is not None),
        key=lambda one: (one[0] is not None, 0 if one[0] is None else -one[0] if falls else one[0]),
    )
    for (_, more, better), (_, less, worse) in pairwise(ordered):
        if less < more:
            yield better, worse


def base(subject: Subject) -> Iterator[Finding]:
    """14: an amount that shares are of, and of which time."""
    for promise in subject.promises:
        rule = promise.remedy.base
        shares = [one for one in _yields(promise.remedy.grant) if one.percent or one.times or one.fee_of]
        if rule is None:
            if shares:
                yield finding("base_missing", "remedy.base", promise, promise.remedy.form_clause)
            continue
        if rule.kind != "money":
            continue
        clause = subject.terms.clause(rule.clause)
        told = f"{rule.says} {clause.says}".casefold()
        if not any(word in told for word in _TIME_WORDS):
            yield finding("base_time_unsaid", "remedy.base", promise, rule.clause)
        if "bill" not in rule.facts:
            yield finding("base_not_shown", "remedy.base", promise, rule.clause, fact=", ".join(rule.facts))


def _grants(grant: Grant) -> tuple[Grant, ...]:
    return grant.grants if isinstance(grant, GreaterOf) else (grant,)


def _yields(grant: Grant) -> tuple[Yield, ...]:
    found: list[Yield] = []
    for one in _grants(grant):
        found += one.tiers if isinstance(one, Tiers) else (one,) if isinstance(one, PerUnit) else ()
    return tuple(found)


def form(subject: Subject) -> Iterator[Finding]:
    """15: credits that expire or are lost with the contract, the day of granting, word of a failure."""
    for promise in subject.promises:
        rule = promise.remedy
        if rule.form in _CREDITS:
            words = rule.form.replace("_", " ")
            yield finding("credit_only", "remedy.form", promise, rule.form_clause, form=words)
            if rule.expires is None:
                yield finding("credit_expiry_unsaid", "remedy.expires", promise, rule.form_clause, form=words)
        if rule.pay_by is None and not isinstance(rule.grant, NoMoney):
            yield finding("payment_undated", "remedy.pay_by", promise)
        duties = [duty.item for duty in (*promise.duties, *rule.duties) if duty.of == "provider"]
        if rule.form not in _DUTIES and not any(part in item for item in duties for part in _TOLD):
            yield finding("notice_unsaid", "remedy.duties", promise)


def limits(subject: Subject) -> Iterator[Finding]:
    """16: caps and over which time they count, rows above the cap, the smallest amount."""
    for promise in subject.promises:
        rule = promise.remedy
        if isinstance(rule.grant, NoMoney):
            continue
        if not rule.caps:
            yield finding("cap_unsaid", "remedy.caps", promise)
        for cap in rule.caps:
            if cap.unread:
                yield finding("cap_unread", "remedy.caps", promise, cap.clause)
            if cap.per is None:
                yield finding("cap_time_unsaid", "remedy.caps", promise, cap.clause)
            elif cap.less is None and cap.by_year:
                yield finding("cap_without_before", "remedy.caps", promise, cap.clause, per=cap.per)
            percents = [one.percent for one in _yields(rule.grant) if one.percent is not None]
            if cap.percent is not None and cap.of in (None, "bill") and percents and cap.percent < max(percents):
                shown = {"cap": f"{cap.percent.normalize():f} %", "row": f"{max(percents).normalize():f} %"}
                yield finding("cap_below_table", "remedy.caps", promise, cap.clause, **shown)
        if rule.minimum is None:
            yield finding("minimum_unsaid", "remedy.minimum", promise)
        for path, clause in unstated(rule.minimum):
            what = f"minimum.{path}".replace("_", " ")
            yield finding("limit_has_readings", f"remedy.minimum.{path}", promise, clause, what=what)


def stacking(subject: Subject) -> Iterator[Finding]:
    """17: whether remedies of several promises or scopes add up."""
    rule = subject.terms.version.stacking
    for promise in subject.promises if rule is None else ():
        if promise.coverage is not None and promise.coverage.split:
            what = ", ".join(f"{name}s" for name in promise.coverage.split)
            yield finding("stacking_unsaid", "coverage.split", promise, promise.coverage.clause, what=what)
    if rule is not None and rule.rule == "choose_one":
        yield finding("choice_unsaid", "stacking", None, rule.clause)


def way(subject: Subject) -> Iterator[Finding]:
    """18: automatic or on claim."""
    for promise in subject.promises:
        if promise.claim is None and promise.automatic is None:
            yield finding("way_unsaid", "claim", promise)
        elif promise.claim is not None and promise.automatic is not None:
            yield finding("claim_and_automatic", "claim", promise, promise.claim.clause)
        elif promise.claim is not None:
            yield finding("on_claim", "claim", promise, promise.claim.clause)


def deadlines(subject: Subject) -> Iterator[Finding]:
    """19: a deadline at all, one reading of it, month rule, received or sent, its moment, whose holidays, length."""
    for promise in subject.promises:
        if promise.claim is not None and not promise.deadlines:
            yield finding("no_deadline", "deadlines", promise, promise.claim.clause)
        for rule in promise.deadlines:
            where = f"deadlines.{rule.step}"
            if len(rule.readings) > 1:
                told = {"step": rule.step, "n": len(rule.readings)}
                yield finding("deadline_readings", where, promise, rule.clause, **told)
            if "counts" not in rule.model_fields_set:
                yield finding("received_or_sent", f"{where}.counts", promise, rule.clause)
            for one in rule.readings:
                yield from _within(promise, one, (where, rule.clause))
                if one.used and _is_short(one):
                    yield finding("deadline_short", where, promise, rule.clause, id=one.id)
        remedy = promise.remedy
        for name, other, clause in (
            ("remedy.pay_by", remedy.pay_by, remedy.pay_by_clause),
            ("remedy.expires", remedy.expires, remedy.expires_clause),
            *(("duties", duty.by, duty.clause) for duty in (*promise.duties, *remedy.duties)),
        ):
            if other is not None:
                yield from _within(promise, other, (name, clause))


def _within(promise: Promise | None, one: Within, at: tuple[str, str | None]) -> Iterator[Finding]:
    where, clause = at
    if one.unit in ("months", "years") and one.month_rule == "unstated" and one.until in ("day", "none"):
        yield finding("month_rule_unsaid", f"{where}.{one.id}", promise, clause, id=one.id)
    if one.calendar is not None and one.calendar.country is None:
        yield finding("holidays_unsaid", f"{where}.{one.id}", promise, clause, id=one.id)


def _is_short(one: Within) -> bool:
    """Less than a week; months and cycles never are."""
    hours = {"hours": 1, "days": 24, "weeks": 168}.get(one.unit)
    working = one.unit == "business_days" and one.amount <= _SHORT_WORKING_DAYS
    return not one.before and (working or (hours is not None and hours * one.amount < 168))


def contents(subject: Subject) -> Iterator[Finding]:
    """20: what a claim must hold, and what its absence costs."""
    for promise in subject.promises:
        rule = promise.claim
        if rule is not None and not rule.requires:
            yield finding("contents_unsaid", "claim.requires", promise, rule.clause)
        if rule is not None and rule.if_missing == "forfeited" and not all(one.curable for one in rule.requires):
            yield finding("forfeits", "claim.if_missing", promise, rule.clause)


def duties(subject: Subject) -> Iterator[Finding]:
    """21: what the customer must do, and what shows it."""
    for promise in subject.promises:
        own = [duty for duty in (*promise.duties, *promise.remedy.duties) if duty.of == "customer"]
        untold = [duty for duty in own if duty.condition is None]
        if not own:
            yield finding("duties_unsaid", "duties", promise)
        if untold:
            items = ", ".join(duty.item for duty in untold)
            yield finding("duty_untold", "duties", promise, untold[0].clause, items=items)


def several(subject: Subject) -> Iterator[Finding]:
    """22: remedies that take more than one missed window."""
    for promise in subject.promises:
        rule = promise.several
        if rule is not None:
            what = f"{rule.consecutive} in a row" if rule.consecutive else f"{rule.missed} of {rule.of_last}"
            yield finding("several_needed", "several", promise, rule.clause, what=what)


def money(subject: Subject) -> Iterator[Finding]:
    """23: rounding and currency."""
    for promise in subject.promises:
        rule = promise.remedy
        if isinstance(rule.grant, NoMoney) or (rule.base is not None and rule.base.kind != "money"):
            continue
        if rule.rounding.rule == "unstated":
            yield finding("rounding_unsaid", "remedy.rounding", promise, rule.rounding.clause)
        sums = [*(one.sum for one in _yields(rule.grant)), *(cap.sum for cap in rule.caps)]
        least = {rule.minimum.currency} if rule.minimum else set()
        named = sorted(least | {one.currency for one in sums if one is not None})
        if not named:
            yield finding("currency_unsaid", "remedy.base", promise, rule.base.clause if rule.base else None)
        if len(named) > 1:
            yield finding("currencies_differ", "remedy", promise, None, currencies=", ".join(named))


def prepaid(subject: Subject) -> Iterator[Finding]:
    """24: when a balance expires, and whether it is paid back."""
    rule = subject.terms.version.prepaid
    if rule is None:
        yield finding("prepaid_unsaid", "prepaid")
        return
    if not rule.expires:
        yield finding("prepaid_expiry_unsaid", "prepaid.expires", None, rule.clause)
    if len(rule.expires) > 1:
        yield finding("prepaid_readings", "prepaid.expires", None, rule.clause, n=len(rule.expires))
    for one in rule.expires:
        yield from _within(None, one, ("prepaid.expires", rule.clause))
    if rule.refundable == "no":
        yield finding("prepaid_lost", "prepaid.refundable", None, rule.clause)


def sanctions(_subject: Subject) -> Iterator[Finding]:
    """25: packs do not hold them."""
    yield finding("sanctions_unsaid", "")


def reading(subject: Subject) -> Iterator[Finding]:
    """26: clauses that nobody has read and that a reckoning rests on, and sentences that come from elsewhere."""
    version = subject.terms.version
    used = {one.clause: one for one in version.readings if one.used}
    for promise in subject.promises:
        rests = dict.fromkeys(
            clause for path, clause in clauses_in(promise) if not any(part in path for part in _SHOWN_BESIDE)
        )
        for clause in rests:
            if version.clauses[clause].status == "U":
                taken = used.get(clause)
                code = "clause_unread" if taken is None else "clause_least" if taken.least else "clause_read_so"
                yield finding(code, "", promise, clause)
    elsewhere = [name for name, clause in version.clauses.items() if clause.status in ("S", "T")]
    if elsewhere:
        yield finding("secondhand", "clauses", None, elsewhere[0], clauses=", ".join(elsewhere))
