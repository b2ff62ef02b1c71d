"""Labels: what the codes of an assessment are called in front of people; an unknown code is shown spelled out."""

from __future__ import annotations

from makegood.reads.finding_labels import FINDING
from makegood.reads.legible import legible
from makegood.reads.words import Words

BOX = {
    "charged": "Charged and undelivered",
    "not_charged": "Not charged",
    "unknown": "Cannot tell",
    "caller": "The caller's own",
}
BOX_MEANS = {
    "charged": "Paid for, and not received: this is what a claim rests on.",
    "not_charged": "Failed on the provider's side, and no money was taken for it.",
    "unknown": "Failed, and nothing at hand says whether it was charged.",
    "caller": "Charged again with no failure before it; never part of a claim.",
}
KIND = {
    "failed": "failed",
    "unusable": "answered, but unusable",
    "duplicate": "charged again after a failure",
    "caller": "repeated by the caller",
    "unclear": "fault not clear",
}
VERDICT = {
    "owed": "Owed",
    "goodwill": "Goodwill only",
    "not_owed": "Not owed",
    "unknown": "Cannot be weighed",
    "ambiguous": "Two readings",
}
REASON = {
    "below_commitment": "the measured figure is below the commitment",
    "commitment_met": "the commitment was met",
    "no_attempts_in_scope": "the log holds no attempts that these terms cover",
    "no_traffic_undefined": "without traffic the terms do not define the figure",
    "tier_gap": "the figure falls between two rows of the credit table",
    "tier_overlap": "the figure falls in two rows of the credit table",
    "version_not_in_force": "this version of the terms was not in force then",
    "period_not_a_window": "the period is not a whole window of these terms",
    "window_not_over": "the window of these terms is not over yet",
    "log_covers_part": "the log covers only a part of the window",
    "below_minimum_credit": "the credit is below the minimum that is paid",
    "nothing_billed": "nothing was billed for the period",
    "cap_used_up": "what was granted before leaves nothing under the cap",
    "bill_not_given": "the amount needs the bill, which was not given",
    "minimum_in_other_currency": "the minimum credit is stated in another currency",
    "claim_in_time": "the claim came in time",
    "claim_late": "the claim came too late",
    "deadline_passed": "the time to claim is over",
    "claim_incomplete": "the claim lacks something that the terms ask for",
    "clause_unverified": "a clause it rests on could not be verified",
    "no_sla": "the provider publishes no service level agreement",
    "charged_waste": "money was charged for nothing received",
    "nothing_charged": "nothing was charged for what failed",
    "waste_not_given": "it is not known what was charged for what failed",
    "product_not_certain": "the log does not say for certain which product was used",
    "measured_from_bulletins": "it rests on the provider's own status pages, which are no measurement by these terms",
    "does_not_apply": "these terms do not apply here",
    "fact_not_given": "a fact is not given",
    "figure_not_given": "a figure is not given",
    "no_figures_given": "nothing here shows its figure",
    "figure_unpublished": "how its figure is reckoned is not published",
    "figure_of_another_measure": "the figure given is of another measure than the one in the terms",
    "figure_has_readings": "the figure can be reckoned in more than one way",
    "units_have_readings": "the units can be counted in more than one way",
    "windows_have_readings": "the windows can be counted in more than one way",
    "minimum_has_readings": "the minimum can be read in more than one way",
    "deadline_has_readings": "the deadline can be read in more than one way",
    "level_not_known": "the agreed level is not known",
    "grant_not_read": "what the terms give for it could not be read",
    "text_not_found": "the text of the terms was not found",
    "claim_not_made": "no claim was made",
    "duty_not_met": "a duty of the customer was not met",
    "never_asked": "goodwill is never asked for such a cause",
    "rarely_given": "goodwill is rarely given in such a case",
    "stacking": "another promise of the same terms counts in its place",
}
FORM = {
    "credit": "credit on a later invoice",
    "refund": "refund",
    "extension": "extension of the subscription",
    "quota": "extra quota",
    "card": "payment to the card",
    "usage_reset": "reset of the usage limit",
    "consumption_credits": "consumption credits",
    "compensation": "compensation",
    "price_reduction": "price reduction",
    "termination_right": "right to terminate",
    "termination_right_with_refund": "right to terminate, with refund",
    "notice_duty": "duty to give notice",
    "reasons_duty": "duty to give reasons",
    "review_duty": "duty to review",
    "dispute_right": "right to dispute",
    "none": "nothing",
}
SEVERITY = {
    "none": "no impact stated",
    "maintenance": "maintenance",
    "degraded": "degraded performance",
    "partial": "partial outage",
    "major": "major outage",
    "unknown": "severity not stated",
}
BULLETIN_KIND = {
    "downtime": "downtime",
    "maintenance": "maintenance",
    "access": "access",
    "login": "login",
    "billing": "billing",
    "other": "other matters",
}
BASIS = {
    "attempts": "seen in the log",
    "bulletin": "seen on the status page only",
    "both": "seen in the log and on the status page",
}
READING = {
    "all": "every bulletin in full",
    "outage_only": "outages only, in full",
    "major_only": "major outages only",
    "scaled": "outages scaled: a partial one counts 0.3",
    "unscaled": "outages not scaled: a partial one counts in full",
    "requests": "attempts that did not fail",
}
VARIANT = {
    "with_doubtful": "doubtful bulletins counted",
    "without_doubtful": "doubtful bulletins left out",
}
ROUNDING = {
    "half_up": "rounded half up",
    "half_even": "rounded half to even",
    "floor": "rounded down",
    "up": "rounded up",
    "exact": "exact",
}
DAY_STATE = {
    "agrees": "agrees",
    "moved": "explained by another day",
    "open": "open",
    "no_usage": "billed, but no usage is left for it",
    "unpriced": "no price known",
}
CLAIM_ITEM = {
    "identification": "the account, with the words the terms ask for in the subject",
    "region_or_product": "the region or product and the billing cycle",
    "uptime_figures": "the measured figures",
    "dates_times": "date and time of each failure",
    "logs": "logs that show the failures",
}
PART = {
    "measure": "Measure",
    "commitment": "Commitment",
    "tier": "Row of the table",
    "base": "Base of the credit",
    "cap": "Cap",
    "minimum": "Minimum",
    "deadline": "Deadline",
    "claim": "Claim",
    "goodwill": "Goodwill",
    "rounding": "Rounding",
    "remedy": "Remedy",
    "window": "Window",
    "scope": "Scope",
    "population": "Requests that count",
    "exemption": "Exemption",
    "several_periods": "Several periods",
    "windows": "Windows",
    "units": "Units",
    "multiple": "Multiple",
    "quantity": "Quantity",
    "amount": "Amount",
    "greater_of": "Greater of several",
    "reduction": "Reduction",
    "stacking": "Several promises together",
}
OUTCOME = {
    "commitment_met": "commitment met",
    "below_commitment": "below the commitment",
    "in_time": "in time",
    "too_late": "too late",
    "complete": "complete",
    "issued": "paid out",
    "below_minimum_credit": "below the minimum credit",
    "missing": "missing",
    "counted_minutes": "minutes counted",
    "buckets_below_perfect": "intervals with errors",
    "charged_waste": "money was charged for nothing received",
    "nothing_charged": "nothing was charged for what failed",
    "waste_not_given": "it is not known what was charged for what failed",
}
MEASURE = {"uptime_percent": "uptime"}
DIMENSION = {"provider": "Provider", "region": "Region", "model": "Model", "key": "Key"}
STANDING = {
    "tested": "tested",
    "stale": "tested before, not lately",
    "tried": "tried, too few answers",
    "failing": "asked, and failing",
    "declared": "declared, never exercised",
    "none": "none",
}
TELLING = {
    "provider_post_mortem": "post-mortem of the provider",
    "provider_peak_window": "peak hours by the provider",
    "provider_main_window": "main hours by the provider",
    "provider_closing_text": "closing text of the provider",
    "status_page_span": "times of the status page",
    "secondary_report": "report of others",
}
WHY_NOT = {
    "region_not_in_log": "The log names other regions than the one that failed.",
    "hours_not_in_log": "The log holds none of these hours on any day.",
}
# What `makegood attempts verify` finds, as its sentences stand; {names} are what they hold.
SEALED = {
    "head": "no line has the hash {head}: lines were changed or removed since that head was kept, or it is "
    "the head of another folder",
    "line": "{fault}: the line was changed",
    "commitment": "is no commitment",
    "hash": "is not what its own hash says",
    "empty": "is of a day without parts, or of no day that can end",
    "entry": "is no entry of a part",
    "form": "is not written as entries are",
    "follow": "does not follow the line before it: a line was changed, removed, added or moved",
    "after": "is of {day}, which is not after {previous}",
    "late": "was added after {day} was committed to",
    "list": "does not say what was committed to: it was changed",
    "rows": "has not as many rows as are listed: the list was changed",
    "unlisted": "is not listed: it was added, or its recorder was stopped just then; seal it",
    "missing": "is missing",
    "unread": "cannot be read ({why})",
    "part": "is not as it was sealed: its bytes, or what is said of them, were changed",
    "text": "is not UTF-8: the line was changed",
    "end": "ends without a line end: the line was cut or changed",
}
TABLES = {
    "box": BOX,
    "box_means": BOX_MEANS,
    "kind": KIND,
    "verdict": VERDICT,
    "reason": REASON,
    "form": FORM,
    "severity": SEVERITY,
    "bulletin_kind": BULLETIN_KIND,
    "basis": BASIS,
    "reading": READING,
    "variant": VARIANT,
    "claim_item": CLAIM_ITEM,
    "rounding": ROUNDING,
    "day_state": DAY_STATE,
    "part": PART,
    "outcome": OUTCOME,
    "measure": MEASURE,
    "finding": FINDING,
    "dimension": DIMENSION,
    "standing": STANDING,
    "why_not": WHY_NOT,
    "sealed": SEALED,
    "telling": TELLING,
}


def label(words: Words, table: str, code: object) -> str:
    """The name of a code of one table; "code:detail" keeps its detail; an unknown code is spelled out."""
    text = str(code)
    known = TABLES[table]
    head, colon, detail = text.partition(":")
    if head in known:
        named = words.say(known[head])
        return f"{named} ({legible(detail.replace('_', ' '))})" if colon else named
    return legible(text.replace("_", " "))


def filled(words: Words, table: str, code: str, **held: str) -> str:
    """The text of a code of one table, with what it holds filled in."""
    return words.say(TABLES[table][code], **held)


def scope_parts(words: Words, scope: dict[str, str | None]) -> tuple[str, str]:
    """The narrowest set field with its region, and the wider ones; the second is empty when there are none."""
    region = scope.get("region")
    fields = [legible(field) for name in ("provider", "service", "model") if (field := scope.get(name))]
    narrow = fields.pop() if fields else words.say("everything")
    return f"{narrow} · {legible(region)}" if region else narrow, " · ".join(fields)


def scope_words(words: Words, scope: dict[str, str | None]) -> str:
    """The set fields of a scope, joined; "everything" when none is set."""
    fields = (scope.get(name) for name in ("provider", "service", "model", "region"))
    return " · ".join(legible(field) for field in fields if field) or words.say("everything")
