"""Mistakes in every section of a pack: each told in one sentence at its line, alone and forty at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.terms.casebook import run_pack
from makegood.terms.read import parse
from tests.terms.rich_pack import RICH
from tests.terms.small_pack import TOML

V = "versions.2026-04-01"
FIRST = "versions.2025-03-01"
U, A, E = f"{V}.promises.uptime", f"{V}.promises.answers", f"{V}.promises.edge"
M = f"{FIRST}.promises.monthly"
STEP, CLAIM = f"{U}.deadlines.[0].readings.five-working-days", f"{U}.deadlines.[1].readings"
SLOW = f"{V}.worked.answer-in-the-seventh-hour.inputs"
SEEN = f"{V}.worked.forty-five-minutes"

# What is right, what is slipped in, the section, what the sentence says; and, where the fault is told at another line
# than the first one that differs, the text that begins there.
Slip = tuple[str, str, str, str] | tuple[str, str, str, str, str]
SLIPS: list[Slip] = [
    # the pack
    ("terms: orbit\n", "terms: Orbit Cloud\n", "terms", "'terms' is not an id; use small letters"),
    ("terms: orbit\n", "terms:\n", "terms", "'terms' is not a text; write it as one"),
    ("provider: Orbit Cloud\n", "", "", "'provider' is missing; add it", "terms: orbit"),
    ("provider: Orbit Cloud\n", 'provider: " "\n', "provider", "the text is blank; write it"),
    ("[orbit, orbit-cloud]", "[]", "providers", "no name of a provider is given; add one"),
    ("[orbit-cloud]\n", "[orbit]\n", "aliases.[0]", "'orbit' names this pack already; remove it"),
    ("title: Orbit", "titel: Orbit", "titel", "'titel' is not known here; remove it or correct"),
    # versions
    ("{from: 2025-03-01, to", "{from: 2026-05-01, to", f"{FIRST}.effective", "'to' is not after 'from'; 'to' is"),
    ("to: 2026-04-01}", "to: 2026-04-02}", f"{FIRST}.effective", "overlaps version '2026-04-01'; end it on or before"),
    ("{from: 2026-04-01}", "{from: 2026-02-30}", f"{V}.effective.from", "'from' is not a date; write it like"),
    ("{from: 2026-04-01}", "{to: 2026-04-01}", f"{V}.effective", "'from' is missing; add it"),
    ("also: [first]", 'also: ["2026-04-01"]', f"{V}.version", "version '2026-04-01' is given twice; give",
     '  - version: "2026-04-01"'),
    ("    checked: 2026-05-02\n    clauses:\n      mean", "    checked: May\n    clauses:\n      mean",
     f"{FIRST}.checked", "'checked' is not a date; write it like"),
    # clauses
    ("        source: own sample, section 2\n        status: S\n", "        status: S\n", f"{FIRST}.clauses.fee",
     "'source' is missing; add it", "      fee:"),
    ("source: a talk at a fair", "source: ' '", f"{V}.clauses.latency.source", "the text is blank; write it"),
    ("status: T", "status: V", f"{V}.clauses.support.status",
     "has a value that is not known; use 'P', 'S', 'T' or 'U'"),
    ("        status: U\n", "", f"{V}.clauses.unsaid", "'status' is missing; add it", "      unsaid:"),
    ("        ko: 서비스는", "        kr: 서비스는", f"{V}.clauses.uptime.kr", "'kr' is not known here; remove it or"),
    ("date: 2026-05-01", "date: 2026-5-1", f"{V}.clauses.latency.date", "'date' is not a date; write it like"),
    ("observer: {by: provider, clause: uptime}", "observer: {by: provider, clause: up-time}", f"{U}.observer.clause",
     "clause 'up-time' is not listed under 'clauses'; add it there"),
    # facts
    ("{name: plan, kind: word", "{name: plan, kind: text", f"{V}.facts.plan.kind",
     "is not known; use 'number', 'flag'"),
    ("      - {name: whose,", "      - {name: bought, kind: flag, says: twice}\n      - {name: whose,",
     f"{V}.facts.bought.name", "'bought' is given twice; give each its own name"),
    ("{name: answered, kind: moment", "{name: answered, kind: number", f"{V}.facts.answered.kind",
     "only a moment can be an anchor or the moment of asking; use"),
    ("anchor: report, says", "anchor: reported, says", f"{V}.facts.opened.anchor",
     "'anchor' has a value that is not known"),
    ("kind: flag, says: was", "kind: flag, one_of: ['yes'], says: was", f"{V}.facts.region_pair.one_of",
     "only a word is one of several; remove it"),
    ("kind: number, unit: hours", "kind: number, also: [plan], unit: hours", f"{V}.facts.hours_late.also.[0]",
     "'plan' names another fact already; remove it"),
    # readings
    ("- id: rounding-either-way", "- id: month-in-utc", f"{V}.readings.month-in-utc.id",
     "'month-in-utc' is given twice; give each its own id"),
    ("about: window", "about: zone", f"{V}.readings.month-in-utc.about", "is not known; use 'scope', 'window'"),
    ("        used: true\n        least: true", "        used: false\n        least: true",
     f"{V}.readings.rounding-either-way.least", "decides nothing; say 'used: true'", "        least: true"),
    # applies
    ("- {fact: plan, none_of: [free], if", "- {fact: plans, none_of: [free], if", f"{U}.applies.[0].fact",
     "fact 'plans' is not declared under 'facts'; add it there with its kind"),
    ("- {fact: plan, none_of: [free], if", "- {fact: plan, none_of: [gratis], if", f"{U}.applies.[0].none_of.[0]",
     "'gratis' is no word of 'plan'; use free, team, business"),
    ("- {fact: plan, none_of: [free], if", "- {fact: plan, range: {above: 1}, if", f"{U}.applies.[0]",
     "does not fit the fact 'plan', which is a word; use another"),
    ("- {fact: plan, none_of: [free], if", "- {fact: plan, if", f"{U}.applies.[0]", "makes one test; give one of"),
    # coverage
    ("split: [region]", "split: [zone]", f"{U}.coverage.split.[0]", "item 1 of 'split' has a value that is not known"),
    ("not_models: [orbit-preview]", "not_models: [Orbit-Preview]", f"{U}.coverage.not_models.[0]",
     "'Orbit-Preview' is held against small letters; write"),
    ("        population:\n          errors: {statuses: [500-599], clause: mean}\n", "", f"{M}.coverage",
     "a log is covered but not counted; add 'population'", "        coverage: {models"),
    ('coverage: {models: ["orbit-*"]', "coverage: {models: []", f"{M}.coverage.models",
     "'models' is empty; give at least"),
    # window
    ("zone: Asia/Seoul", "zone: Asia/Soul", f"{M}.window.zone", "'Asia/Soul' is not a time zone; use an IANA name"),
    ("kind: billing_cycle", "kind: billing", f"{M}.window.kind",
     "'kind' has a value that is not known; use 'calendar_month'"),
    ("kind: calendar_quarter", "kind: fixed_days", f"{E}.window", "'days' and the kind 'fixed_days' go together; give"),
    ("{kind: calendar_quarter,", "{kind: calendar_quarter, first_month: 2,", f"{E}.window.first_month",
     "only fiscal quarters have a first month; remove it"),
    # population
    ("errors: {statuses: [500-599], clause: mean}", "errors: {clause: mean}", f"{M}.population.errors",
     "the set is empty; give"),
    ("errors: {statuses: [500-599], clause: mean}", "errors: {statuses: [599-500], clause: mean}",
     f"{M}.population.errors.statuses.[0]", "item 1 of 'statuses' cannot be read; write a status like 500"),
    ("left_out: {statuses: [400-428, 430-499]", "left_out: {statuses: [99, 430-499]",
     f"{U}.population.left_out.statuses.[0]", "item 1 of 'statuses' cannot be read; write a status"),
    ("left_out: {statuses: [400-428, 430-499]", "left_out: {statuses: [400-428, 430-600]",
     f"{U}.population.left_out.statuses.[1]", "item 2 of 'statuses' cannot be read; write a status"),
    ("counts_as: error", "counts_as: failure", f"{U}.population.recounts.[0].counts_as",
     "use 'error', 'valid' or 'left_out'"),
    ("use: [provisioned]", "use: []", f"{U}.population.recounts.[0].use", "'use' is empty; give at least one item"),
    ("within_minutes: 15", "within_minutes: 0", f"{U}.population.repeats.within_minutes",
     "is below 1; write 1 or more"),
    # measure
    ("bucket_minutes: 5\n", "bucket_minutes: 7\n", f"{M}.measure.bucket_minutes", "do not fill a day; use a divisor"),
    ("          bucket_minutes: 5\n", "", f"{M}.measure", "a figure over buckets needs 'bucket_minutes'; add it",
     "        measure:\n"),
    ("          empty: {value: perfect, clause: uptime}\n", "", f"{U}.measure",
     "what an empty bucket is worth is not said; add 'empty'", "        measure:\n          name: uptime_percent"),
    ("kind: good_time", "kind: bad_time", f"{U}.measure.aggregation",
     "'aggregation' has a 'kind' that is not known; use"),
    ("error_rate: {above: 5}", "error_rate: {above: 5, at_least: 6}", f"{U}.measure.aggregation.bad_when.error_rate",
     "two lower or two upper ends; keep the one"),
    ("error_rate: {above: 5}", "error_rate: {above: 500}", f"{U}.measure.aggregation.bad_when.error_rate",
     "a percentage lies between 0 and 100; correct"),
    ("{fact: visitors_hit,", "{fact: visitors,", f"{E}.measure.aggregation.weight.fact",
     "fact 'visitors' is not declared"),
    ("{fact: visitors_hit,", "{fact: whose,", f"{E}.measure.aggregation.weight.fact",
     "fact 'whose' is a word, where a number is needed; name another"),
    ("unit: minutes", "unit: km", f"{E}.measure.unit",
     "down time is measured in seconds, minutes, hours, days; use one"),
    ("at_least_seconds: 90,", "", f"{E}.measure.aggregation.run", "a run has one shortest length; give"),
    ("at_least_seconds: 90,", "at_least_seconds: 90, at_least_minutes: 2,", f"{E}.measure.aggregation.run",
     "a run has one shortest length; give"),
    ("{at_least_minutes: 10, clause", "{at_least_minutes: 2.5, clause", f"{U}.measure.aggregation.run.at_least_minutes",
     "a run is counted in whole buckets; use a multiple of 1 min"),
    ("kind: fact, fact: hours_late", "kind: fact, fact: answered", f"{A}.measure.aggregation.fact",
     "fact 'answered' is a moment, where a number is needed"),
    # commitment
    ("commitment: {range: {at_least: 99.5}, clause", "commitment: {clause", f"{M}.commitment",
     "a commitment is tested one way; give either 'range' or 'missed_when'"),
    ("commitment: {range: {at_least: 99.9}", "commitment: {range: {}", f"{U}.commitment.range",
     "the range has no end; give"),
    ("commitment: {range: {at_least: 99.9}", "commitment: {range: {at_least: 999}", f"{U}.commitment.range",
     "a percentage lies between 0 and 100; correct"),
    ("range: {at_most: 0.05}", "range: {at_most: 0.05, above: 0.1}", f"{E}.commitment.range",
     "the range holds no value; its"),
    ("of: percent_of_window", "of: percent", f"{E}.commitment.of", "use 'value' or 'percent_of_window'"),
    # several
    ("several: {consecutive: 2,", "several: {", f"{M}.several",
     "several windows are counted one way; give 'consecutive'"),
    ("several: {consecutive: 2,", "several: {missed: 3, of_last: 2,", f"{M}.several",
     "'of_last' must be at least as many"),
    ("several: {consecutive: 2,", "several: {consecutive: 1,", f"{M}.several.consecutive",
     "is below 2; write 2 or more"),
    # exemptions
    ("{fact: region_pair, is: false", "{fact: region_pair, one_of: [a]", f"{U}.exemptions.single_region.when.[0]",
     "does not fit the fact 'region_pair', which is a flag"),
    ("{fact: region_pair, is: false", "{fact: region_pair, is: nope", f"{U}.exemptions.single_region.when.[0].is",
     "'is' is neither true nor false; write one of them"),
    # remedy: form, base, grant
    ("form: extension", "form: voucher", f"{E}.remedy.form",
     "'form' has a value that is not known; use 'credit', 'refund'"),
    ("          base: {says: the monthly fee, clause: fee}\n", "", f"{M}.remedy",
     "a share needs something to be a share of; add 'base'", "        remedy:"),
    ("facts: [support_fee]", "facts: [support_fees]", f"{A}.remedy.base.facts.[0]",
     "fact 'support_fees' is not declared"),
    ("divided_by: 12", "divided_by: 0", f"{A}.remedy.base.divided_by", "is below 1; write 1 or more"),
    ("            kind: greater_of\n", "", f"{A}.remedy.grant", "'grant' does not say its 'kind'; add it",
     "          grant:\n            clause: support"),
    ("below: 99}, percent: 25", "below: 99}, percent: 125", f"{U}.remedy.grant.tiers.[1].percent",
     "is above 100; write 100"),
    ("below: 99}, percent: 25", "below: 99}", f"{U}.remedy.grant.tiers.[1]",
     "it gives nothing or two things; give one of"),
    ("below: 99}, percent: 25", "below: 99}, percent: 25, times: 2", f"{U}.remedy.grant.tiers.[1]",
     "it gives nothing or two things; give one of"),
    ("{at_least: 95, below: 99}", "{at_least: 99, below: 95}", f"{U}.remedy.grant.tiers.[1].range",
     "the range holds no value"),
    ("- {percent: 10, clause: fee}", "- {range: {below: 99.5}, percent: 10, clause: fee}",
     f"{M}.remedy.grant.tiers.[0].range", "several windows have no one figure that a row could be found by; leave"),
    ("sum: {amount: 20, currency: EUR}", "sum: {amount: 20, currency: EURO}",
     f"{A}.remedy.grant.grants.[0].sum.currency", "'EURO' is not an ISO 4217 currency; use a code"),
    ("                threshold: 2\n", "", f"{A}.remedy.grant.grants.[1]", "'threshold' goes with 'of: excess'",
     "              - kind: per_unit\n                percent"),
    ("unit_size: 4", "unit_size: 0", f"{A}.remedy.grant.grants.[1].unit_size", "'unit_size' is not above 0; write"),
    ("counted: completed", "counted: rounded", f"{A}.remedy.grant.grants.[1].counted", "use 'started', 'completed'"),
    # remedy: limits
    ("to_percent: 60", "to_percent: 100", f"{U}.remedy.reductions.[0].to_percent",
     "changes nothing; give what is left"),
    ("              reason: team_plan\n", "", f"{U}.remedy.reductions.[0]", "'reason' is missing; add it",
     "            - to_percent"),
    ("{percent: 50, per: month", "{percent: 50, days: 3, per: month", f"{U}.remedy.caps.[0]",
     "stated one way; give one of"),
    ("{amount: 9000, currency: EUR}", "{amount: 9000, currency: E}", f"{U}.remedy.caps.[1].sum.currency",
     "not an ISO 4217"),
    ("less: credited_before", "less: credited", f"{U}.remedy.caps.[1].less", "fact 'credited' is not declared"),
    ("{at_least: 1}, currency: EUR", "{at_least: 1}, currency: eurs", f"{U}.remedy.minimum.currency",
     "not an ISO 4217"),
    ("rule: unstated", "rule: down", f"{U}.remedy.rounding.rule",
     "'rule' has a value that is not known; use 'unstated'"),
    ("anchor: receipt, days: 60,", "anchor: receipt,", f"{U}.remedy.pay_by",
     "counts in exactly one unit; give one of hours"),
    # deadlines
    ("                used: true\n                says: five", "                says: five",
     f"{U}.deadlines.[0].readings", "exactly one reading of the deadline must say 'used: true'; mark one",
     "            readings:\n              - id: five"),
    ("days: 60, says: sixty days}", "days: 60, used: true, says: sixty days}", f"{U}.deadlines.[1].readings",
     "exactly one reading", "            readings:\n              - {id: two-months"),
    ("business_days: 5", "business_days: 5\n                hours: 4", STEP, "counts in exactly one unit",
     "              - id: five-working-days"),
    ("anchor: incident_end", "anchor: outage_end", f"{STEP}.anchor", "'anchor' has a value that is not known; use"),
    ("anchor: confirmed, days", "anchor: issue, days", f"{A}.deadlines.[0].readings.ten-days.anchor",
     "nothing tells the moment 'issue'; add a fact of the kind 'moment'"),
    ("                calendar: {country: DE, subdivision: BY, clause: claim}\n", "", STEP,
     "working days need a 'calendar'", "              - id: five-working-days"),
    ("country: DE, sub", "country: XY, sub", f"{STEP}.calendar.country",
     "no holidays of a country 'XY' are known; use"),
    ("subdivision: BY", "subdivision: ZZ", f"{STEP}.calendar.subdivision",
     "'ZZ' is no part of 'DE' known here; use one"),
    ("days: 60, says: sixty days}", "days: 60, month_rule: last_day, says: sixty days}",
     f"{CLAIM}.sixty-days.month_rule", "only months and years need a 'month_rule'; remove it"),
    ("{id: sixty-days", "{id: two-months", f"{CLAIM}.two-months.id",
     "'two-months' is given twice; give each its own id"),
    ("step: notice", "step: call", f"{U}.deadlines.[0].step",
     "nothing tells when the step 'call' was taken; add a fact"),
    ("          - step: notice\n", "          -\n", f"{U}.deadlines.[1].step", "step 'claim' is given twice; give each",
     "          - clause: claim\n            readings:\n              - {id: two"),
    # claim, duties, exclusions
    ("        automatic: latency\n", "", E, "it is not said how the remedy is come by; add 'claim'",
     "      - id: edge"),
    ("if_missing: forfeited", "if_missing: lost", f"{U}.claim.if_missing", "use 'forfeited' or 'curable'"),
    ("{item: bill, says", "{item: request_ids, says", f"{U}.claim.requires.request_ids.item",
     "is given twice; give each"),
    ("curable: true, clause", "curable: perhaps, clause", f"{U}.claim.requires.bill.curable",
     "neither true nor false; write"),
    ("item: back_off, of: customer", "item: back_off, of: user", f"{U}.duties.back_off.of",
     "use 'provider', 'customer' or"),
    ("            budget_per: window\n", "", f"{U}.exclusions.maintenance", "go together; give both or neither",
     "          - id: maintenance"),
    ("notice_hours: 48", "notice_hours: two days", f"{U}.exclusions.maintenance.notice_hours",
     "not a whole number; write"),
    # promises and stacking
    ("- id: answers\n", "- id: edge\n", f"{E}.id", "'edge' is given twice; give each its own id",
     "      - id: edge\n        window: {kind: calendar_q"),
    ("    stacking: {rule: choose_one, order: [uptime, edge, answers], clause: credits}\n", "", f"{V}.promises",
     "several promises need a 'stacking' rule; say", "    promises:\n      - id: uptime"),
    ("order: [uptime, edge, answers]", "order: [uptime, edge]", f"{V}.stacking.order",
     "must list each promise once; correct"),
    ("rule: choose_one", "rule: best", f"{V}.stacking.rule", "use 'each', 'greatest', 'choose_one' or 'first'"),
    # prepaid and goodwill
    ("months: 18, month_rule", "months: 18, years: 1, month_rule", f"{V}.prepaid.expires.eighteen-months",
     "counts in exactly one unit; give one of"),
    ("anchor: purchase, says: when", "says: when", f"{V}.prepaid.expires.eighteen-months.anchor",
     "nothing tells the moment 'purchase'; add a fact", "        - {id: eighteen-months"),
    ("refundable: unused", "refundable: maybe", f"{V}.prepaid.refundable", "use 'no', 'unused', 'whole_balance' or"),
    ("      forms: [credit, extension]\n", "", f"{V}.goodwill", "'forms' is missing; add it", "    goodwill:"),
    ("forms: [credit, extension]", "forms: [credit, cash]", f"{V}.goodwill.forms.[1]", "item 2 of 'forms' has a value"),
    ("who: all teams, source: own sample}", "who: all teams}", f"{V}.goodwill.precedents.[0]",
     "'source' is missing; add it"),
    ("{date: 2026-02-03,", "{date: last winter,", f"{V}.goodwill.precedents.[0].date", "'date' is not a date; write"),
    ("{fact: whose, none_of", "{fact: fault, none_of", f"{V}.goodwill.never.[0].fact", "fact 'fault' is not declared"),
    # worked cases
    ("- id: answer-in-the-seventh-hour", "- id: forty-five-minutes", f"{V}.worked.forty-five-minutes.id",
     "is given twice"),
    ("        title: 45 minutes", "        terms_version: first\n        title: 45 minutes", f"{SEEN}.terms_version",
     "version 'first' is not the one it stands under; use '2026-04-01'"),
    ("hours_late: 6.5", "hours_late: six and a half", f"{SLOW}.hours_late",
     "'hours_late' is not a number (six and a half); write"),
    ("plan: team", "plan: gold", f"{SEEN}.inputs.plan",
     "'plan' is 'gold', which these terms do not know; use free, team"),
    ("opened: 2026-06-09T08:00:00Z", "opened: in the morning", f"{SLOW}.opened", "'opened' cannot be read: "),
    ("minutes: 45, valid", "minutes: 45, volid", f"{SEEN}.inputs.runs.[0].volid_requests",
     "is not known here; remove it"),
    ("end: 2026-07-01T00:00:00Z", "end: 2026-05-01T00:00:00Z", f"{SEEN}.inputs",
     "the period ends before it starts; exchange", "        inputs:\n          period: {start: 2026-06"),
    ("expected: {value: 99", "expected: {figure: 99", f"{SEEN}.expected.figure",
     "'figure' is not known here; remove it"),
    ("credit: 60.00", "credit: sixty", f"{SEEN}.expected.credit", "'credit' is not a number; write one such as 99.9"),
    # the text itself
    ("    checked: 2026-05-02\n    clauses:\n      uptime", "\tchecked: 2026-05-02\n    clauses:\n      uptime", "",
     "this is not YAML (found character"),
    ("        status: T\n", "        status: T\n        status: S\n", "",
     "'status' stands here twice; keep one of them", "        status: S\n      latency"),
    ("bill: {currency: EUR, amount: 1000.00}", "bill: &b {currency: EUR, amount: 1000.00}\n          again: *b", "",
     "a value is repeated by reference (&name, *name); write it out", "          again"),
]  # fmt: skip
HIDING = SLIPS[-3:]  # nothing else can be told of what is no YAML at all
TOML_SLIPS = [
    ("terms = \"acme\"", "terms = acme", 1, "", "this is not TOML (invalid value); mend the text here"),
    ("status = \"S\"", "status = \"S\"\nstatus = \"P\"", 22, "", "'status' stands here twice; keep one of them"),
    ("[versions.clauses.credits]", "[versions.clauses.uptime]", 16, "", "'uptime' stands here twice; keep one of them"),
    ("[[versions]]", "[versions]", 5, "versions", "'versions' is not a list; write its items"),
    ("days = 30", "days = 030", 57, "",
     "this is not TOML (expected newline or end of document after a statement); mend"),
    ("used = true", "used = True", 58, "", "this is not TOML (invalid value); mend"),
    ("bucket_minutes = 5", "bucket_minutes = 0", 33, "versions.2026-01-01.promises.uptime.measure.bucket_minutes",
     "'bucket_minutes' is below 1; write 1 or more"),
]  # fmt: skip


def test_the_pack_itself_has_no_mistake_and_its_cases_agree() -> None:
    pack, faults = parse(RICH, "rich.yaml")
    assert pack is not None, [str(one) for one in faults]
    assert [(one.id, one.state, one.says) for one in run_pack(pack)] == [
        ("two-low-months", "agrees", ()),
        ("forty-five-minutes", "agrees", ()),
        ("answer-in-the-seventh-hour", "agrees", ()),
    ]


def test_a_case_under_another_version_than_its_date_picks_is_told() -> None:
    pack, _ = parse(
        RICH.replace("month: 2025-06", "month: 2026-04").replace("month: 2025-07", "month: 2026-05"), "r.yaml"
    )
    assert pack is not None
    first = next(run_pack(pack))
    assert (first.state, first.remarks[-1]) == ("differs", "weighed by version 2026-04-01")


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{one[2]}: {one[3]}" for one in SLIPS])
def test_one_mistake_is_one_sentence_at_its_line(slip: Slip) -> None:
    good, bad, section, words, *begins = slip
    assert RICH.count(good) == 1
    text = RICH.replace(good, bad)
    line = text[: text.index(begins[0])].count("\n") + 1 if begins else first_line_that_differs(text)
    pack, faults = parse(text, "rich.yaml")
    assert pack is None
    (sentence,) = (str(one) for one in faults)
    assert sentence.startswith(f"rich.yaml:{line}: {section}{': ' if section else ''}")
    assert words in sentence
    assert re.fullmatch(r"[^\n]+; [^\n]+[^.]\.", sentence)


def first_line_that_differs(text: str) -> int:
    pairs = zip(text.split("\n"), RICH.split("\n"), strict=False)
    return next(number for number, (one, other) in enumerate(pairs, 1) if one != other)


@pytest.mark.parametrize(("good", "bad", "line", "section", "words"), TOML_SLIPS, ids=[one[1] for one in TOML_SLIPS])
def test_toml_is_told_the_same_way(good: str, bad: str, line: int, section: str, words: str) -> None:
    (fault,) = parse(TOML.replace(good, bad, 1), "small.toml")[1]
    assert str(fault).startswith(f"small.toml:{line}: {section}{': ' if section else ''}")
    assert words in str(fault)


def at_once() -> list[Slip]:
    """As many of the mistakes as have places of their own."""
    chosen: list[Slip] = []
    for slip in SLIPS[: -len(HIDING)]:
        begin = RICH.index(slip[0])
        others = [(RICH.index(one[0]), RICH.index(one[0]) + len(one[0])) for one in chosen]
        if all(end <= begin or begin + len(slip[0]) <= start for start, end in others):
            chosen.append(slip)
    return chosen


def with_all(slips: list[Slip]) -> str:
    """The pack with all these mistakes."""
    text = RICH
    for slip in sorted(slips, key=lambda one: RICH.index(one[0]), reverse=True):
        begin = RICH.index(slip[0])
        text = text[:begin] + slip[1] + text[begin + len(slip[0]) :]
    return text


def test_forty_mistakes_and_more_are_told_in_one_run(tmp_path: Path) -> None:
    path = tmp_path / "forty.yaml"
    path.write_text(with_all(at_once()), encoding="utf-8")
    done = CliRunner().invoke(app, ["terms", "check", str(path)], catch_exceptions=False)
    *sentences, count = done.output.splitlines()
    assert done.exit_code == 1
    assert count == f"{len(sentences)} faults."
    assert len(sentences) > 70
    assert len(set(sentences)) == len(sentences)
    lines = [int(one.removeprefix(f"{path}:").partition(":")[0]) for one in sentences]
    assert lines == sorted(lines)
    assert [one for one in sentences if not any(slip[3] in one for slip in at_once())] == []


def test_who_mends_what_is_told_comes_to_the_end_of_it() -> None:
    """What a broken part hides is told when that part is mended; nothing is told that was no mistake."""
    left, rounds = at_once(), []
    while left:
        told = [str(one) for one in parse(with_all(left), "rich.yaml")[1]]
        mended = [slip for slip in left if any(slip[3] in one and f": {slip[2]}" in one for one in told)]
        assert len(told) >= len(mended) > 0
        left = [slip for slip in left if slip not in mended]
        rounds.append(len(mended))
    assert sum(rounds) == len(at_once()) > 100
    assert len(rounds) <= 5, rounds
