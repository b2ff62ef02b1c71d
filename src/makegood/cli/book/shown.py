"""Shown: campaigns in the terminal; previews, states, checks and effects."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from makegood.acts.send_parcels import read_back as read_back_of
from makegood.campaigns.allocation import GRANT, HOLDOUT
from makegood.campaigns.audience_file import read_listed
from makegood.campaigns.effect import effect
from makegood.campaigns.simulate import simulate
from makegood.campaigns.state import fold
from makegood.cli.book.desk import Desk, read_file, who_acts
from makegood.errors import BadUse
from makegood.ledger.unit import major
from makegood.reads.award_words import amount_words
from makegood.reads.campaign_check import Checked, Fault, check_campaign
from makegood.reads.campaign_page import campaign_page
from makegood.reads.campaign_status import Status, status
from makegood.reads.campaign_words import Section, campaign_lines, campaign_sentences
from makegood.reads.legible import legible
from makegood.reads.words import Words
from makegood.spans import from_us
from makegood.store import campaigns, causes, effects


def show_preview(at: Desk, campaign: str, out: Path | None) -> None:
    """The simulation of a campaign's allocation, on the screen and as a page."""
    with at.book.reading():
        kept = campaigns.campaign_of(at.book, campaign)
        allocation = campaigns.allocation_of(at.book, campaign)
        hits = causes.hits(at.book, allocation.draft.causes)
        standing = fold(campaigns.events(at.book, campaign))
    simulation = simulate(allocation, standing.started or at.now, hits)
    console = Console()
    console.print(Text(f"{campaign}  {state_words(standing.state, at.words)}", style="bold"))
    for sentence in campaign_sentences(simulation, at.words):
        console.print(Text(sentence))
    for section in campaign_lines(simulation, at.words):
        show_section(console, section)
    if allocation.hash != kept.hash:
        raise BadUse(f"{campaign} is no longer what was drawn; nobody may approve it. Run `makegood ledger audit`.")
    console.print()
    at.say("Hash to sign: {hash}", hash=kept.hash)
    if standing.state == "drawn":
        at.say("Another human approves it: makegood campaign approve {campaign}", campaign=campaign)
        if own := causes.billed_by(at.book, campaign, kept.by):
            at.say(
                "{person}, who drew it, also set where the credits of {n} accounts go, such as {account}; "
                "compare their billing ids before you sign.",
                person=kept.by,
                n=at.words.number(len(own)),
                account=own[0],
            )
    if out is not None:
        write_text(out, campaign_page(simulation, at.words, campaign))
        console.print(str(out), style="bold", soft_wrap=True, markup=False, highlight=False)
    at.say("Who gets what, line by line: makegood campaign lines {campaign} --out lines.csv", campaign=campaign)


def show_section(console: Console, section: Section) -> None:
    """One table of a preview."""
    console.print()
    console.print(Text(section.title, style="bold"))
    if section.note:
        console.print(Text(section.note))
    table = Table(box=None, show_header=bool(section.head), pad_edge=False)
    width = max((len(row) for row in section.rows), default=len(section.head))
    for column in range(width):
        title = section.head[column] if column < len(section.head) else ""
        table.add_column(title, justify="right" if column in section.figures else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def show_campaigns(at: Desk) -> None:
    """A line for each campaign."""
    for campaign in campaigns.ids(at.book):
        found = status(at.book, campaign, at.now)
        posted, granted = at.words.number(found.posted), at.words.number(found.kept.granted)
        spent = at.words.money(major(found.spent, found.kept.draft.unit), found.kept.draft.unit)
        state = state_words(found.standing.state, at.words)
        line = at.words.say("{posted} of {granted} posted, {spent} spent", posted=posted, granted=granted, spent=spent)
        print(f"{campaign}  {state}  {line}  {', '.join(found.kept.draft.causes)[:60]}")


def show_status(at: Desk, campaign: str) -> None:
    """How one campaign stands."""
    found = status(at.book, campaign, at.now)
    kept, words = found.kept, at.words
    unit = kept.draft.unit
    rows = [
        (words.say("State"), _state(found, words)),
        (words.say("Drawn by"), f"{kept.by}, {words.moment(kept.at)}"),
        (words.say("Approved by"), found.standing.approved_by or "–"),
        (words.say("Hash"), kept.hash),
        (
            words.say("Posted"),
            words.say(
                "{posted} of {granted} lines, {skipped} skipped",
                posted=words.number(found.posted),
                granted=words.number(kept.granted),
                skipped=words.number(found.skipped),
            ),
        ),
        (
            words.say("Spent"),
            words.say(
                "{spent} of {total} allocated, budget {budget}",
                spent=words.money(major(found.spent, unit), unit),
                total=words.money(major(kept.total, unit), unit),
                budget=words.money(major(kept.budget, unit), unit),
            ),
        ),
        (words.say("Next wave"), words.moment(found.next_due) if found.next_due else "–"),
        (words.say("To billing"), counted_words(found.outbox, words)),
        (words.say("Notices"), counted_words(found.notices, words)),
        (words.say("Objections"), words.number(found.complaints)),
    ]
    show_section(Console(), Section(campaign, (), tuple(rows)))


def next_words(at: Desk, campaign: str) -> str:
    """What comes next of a campaign, as one sentence."""
    found = status(at.book, campaign, at.now)
    if found.standing.state == "finished":
        return at.words.say("All of it is posted; makegood work sends credits and notices.")
    if found.next_due is None:
        return at.words.say("It is {state}.", state=state_words(found.standing.state, at.words))
    when = at.words.moment(found.next_due)
    return at.words.say("The next wave is due {when}; makegood work posts it.", when=when)


def show_check(at: Desk, campaign: str, read_back: bool, billing: str | None) -> bool | None:
    """The four sums side by side, and what does not fit; is all of it whole? None where it is so far."""
    checked = check_campaign(at.book, campaign)
    words, console = at.words, Console()
    rows = [
        (
            amount_of_unit(unit, words),
            amount_words(unit, checked.allocated.get(unit, 0), words),
            amount_words(unit, checked.posted.get(unit, 0), words),
            words.say("agrees")
            if checked.allocated.get(unit, 0) == checked.posted.get(unit, 0)
            else words.say("differs"),
        )
        for unit in sorted({*checked.allocated, *checked.posted})
    ]
    head = ("", words.say("Allocated and due"), words.say("Posted"), "")
    show_section(console, Section(campaign, head, tuple(rows), (1, 2)))
    show_section(console, Section(words.say("Counts"), (), tuple(_counts(checked, words)), (1,)))
    sentences = [fault_words(one, words) for one in checked.faults]
    if read_back:
        sentences += _read_back(at, campaign, billing)
    for sentence in sentences:
        console.print(Text(sentence, style="bold red"))
    console.print()
    whole = checked.whole and not sentences
    console.print(Text(_verdict(checked, whole, words), style="bold"))
    return whole or (False if sentences else None)


def _counts(checked: Checked, words: Words) -> list[tuple[str, str]]:
    number = words.number
    return [
        (words.say("Lines granted"), number(checked.lines)),
        (words.say("  posted"), number(checked.postings)),
        (words.say("  skipped: made good already"), number(checked.skipped)),
        (words.say("  not posted"), number(checked.left)),
        (words.say("Outbox rows"), number(sum(checked.outbox.values()))),
        (words.say("  of them"), counted_words(checked.outbox, words)),
        (words.say("Notices"), number(sum(checked.notices.values()))),
        (words.say("  of them"), counted_words(checked.notices, words)),
        (words.say("  still to be made"), number(checked.untold)),
    ]


def _verdict(checked: Checked, whole: bool, words: Words) -> str:
    if whole and checked.left:
        return words.many(
            "Whole: all that was posted agrees to the unit; {n} line was cancelled.",
            "Whole: all that was posted agrees to the unit; {n} lines were cancelled.",
            checked.left,
        )
    if whole:
        return words.say("Whole: allocation, postings, outbox and notices agree to the unit.")
    if checked.faults or checked.whole:
        return words.say("Not whole: something does not fit.")
    return words.many(
        "Nothing is wrong so far: {n} line is not posted, {open} credits and notices wait to leave the book.",
        "Nothing is wrong so far: {n} lines are not posted, {open} credits and notices wait to leave the book.",
        checked.left,
        open=words.number(checked.open),
    )


def _read_back(at: Desk, campaign: str, billing: str | None) -> list[str]:
    from makegood.cli.book.work import means_of

    outlet = means_of(at, billing, None).outlet
    sql = (
        "SELECT o.position FROM outbox AS o JOIN chunk AS c ON c.campaign = %s AND o.position >= c.position "
        "AND o.position < c.position + c.posted WHERE o.state = 'done' ORDER BY o.position"
    )
    positions = [position for (position,) in at.book.rows(sql, (campaign,))]
    return list(read_back_of(at.book, who_acts(at), outlet, positions, at.now))


def show_trouble(at: Desk) -> None:
    """What a human has to look at, of the outbox, the notices and the reminders."""
    words = at.words
    rows = tuple(
        (named, str(position), words.number(tries), _trouble_words(state, said, due, words))
        for named, table in zip(
            (words.say("To billing"), words.say("Notices"), words.say("Reminders")), effects.TABLES, strict=True
        )
        for position, state, tries, said, due in effects.troubled(at.book, table)
    )
    if not rows:
        at.say("Nothing is in trouble.")
        return
    head = ("", words.say("Posting"), words.say("Tries"), words.say("What is wrong"))
    show_section(Console(), Section(words.say("To be looked at"), head, rows, (1, 2)))


def _trouble_words(state: str, said: str, due: int, words: Words) -> str:
    told = f"{sent_words(state, words)}: {legible(said)}"
    if state != "waiting":
        return told
    return words.say("{told}; tried again {when}", told=told, when=words.moment(from_us(due)))


def show_effect(at: Desk, campaign: str, stayed: Path) -> None:
    """Retention among those whose award is posted and the held out, and what the difference says."""
    found = set(read_listed(read_file(stayed), str(stayed)))
    with at.book.reading():
        allocation = campaigns.allocation_of(at.book, campaign)
        posted = max(
            (one.end for one in campaigns.chunks(at.book, campaign)), default=0
        )  # by number, from the first on
    granted = {one.account for one in allocation.lines if one.group == GRANT and one.number < posted}
    held = {one.account for one in allocation.lines if one.group == HOLDOUT}
    known = effect(len(granted), len(granted & found), len(held), len(held & found))
    words = at.words
    rows = (
        (words.say("Award posted"), words.number(len(granted)), words.number(len(granted & found))),
        (words.say("Held out"), words.number(len(held)), words.number(len(held & found))),
    )
    show_section(Console(), Section(campaign, ("", words.say("Accounts"), words.say("Stayed")), rows, (1, 2)))
    if known is None:
        at.say("Without awards that are posted and a holdout nothing can be said of the effect.")
        return
    low, difference, high = (points(one, words) for one in (known.low, known.difference, known.high))
    at.say("Difference: {difference} points, 95 % interval {low} to {high}.", difference=difference, low=low, high=high)
    if known.shown:
        at.say("Chance alone does not explain it.")
    else:
        at.say("Chance alone can explain it.")


def points(share: Decimal, words: Words) -> str:
    """A share as percentage points with one decimal."""
    return words.number((share * 100).quantize(Decimal("0.1")))


def counted_words(states: Mapping[str, int], words: Words) -> str:
    """Rows by state in words, such as "3 done, 1 waiting"."""
    counted = (
        words.say("{count} {state}", count=words.number(count), state=sent_words(state, words))
        for state, count in sorted(states.items())
    )
    return ", ".join(counted) or "–"


def sent_words(state: str, words: Words) -> str:
    """How far something has come that leaves the book, in words."""
    named = {
        "waiting": words.say("waiting"),
        "taken": words.say("under way"),
        "done": words.say("done"),
        "refused": words.say("refused"),
        "differs": words.say("different there"),
        "doubt": words.say("in doubt"),
        "unreachable": words.say("cannot be reached"),
        "needless": words.say("no longer needed"),
    }
    return named[state]


def state_words(state: str, words: Words) -> str:
    """The state of a campaign in words."""
    named = {
        "drawn": words.say("drawn, waits for approval"),
        "approved": words.say("approved, not started"),
        "running": words.say("running"),
        "paused": words.say("paused"),
        "stopped": words.say("stopped by a rule"),
        "cancelled": words.say("cancelled"),
        "finished": words.say("finished"),
    }
    return named[state]


def _state(found: Status, words: Words) -> str:
    state = state_words(found.standing.state, words)
    rule = found.standing.why.get("rule") or found.standing.why.get("because")
    return f"{state} ({legible(rule)})" if rule else state


def fault_words(fault: Fault, words: Words) -> str:
    """One thing that does not fit, in words."""
    named = {
        "not_what_was_signed": words.say("The allocation is not what was signed"),
        "line_without_posting": words.say("Lines that count as posted have no posting"),
        "posting_differs": words.say("Postings differ from their lines"),
        "holdout_posted": words.say("Accounts that were held out got an award"),
        "posting_without_line": words.say("Postings have no line behind them"),
        "outbox_rows": words.say("Outbox rows and postings differ in number"),
        "notice_rows": words.say("Notices and postings differ in number"),
        "outbox_refused": words.say("The billing system refused credits"),
        "outbox_differs": words.say("The billing system shows something else"),
        "outbox_doubt": words.say("It is not known whether credits arrived"),
        "notice_refused": words.say("Notices were refused"),
        "notice_doubt": words.say("It is not known whether notices arrived"),
        "finished_with_lines_left": words.say("The campaign is finished, but lines are left"),
    }
    names = f" ({', '.join(legible(name) for name in fault.names)})" if fault.names else ""
    return f"{named[fault.code]}: {words.number(fault.count)}{names}"


def amount_of_unit(unit: str, words: Words) -> str:
    """A unit's name for people."""
    named = {
        "plan_days": words.say("plan days"),
        "tokens": words.say("tokens of quota"),
        "usage_resets": words.say("usage resets"),
    }
    return named.get(unit, unit)


def write_text(path: Path, text: str) -> None:
    """Write a file; raise BadUse where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise BadUse(f"{path} cannot be written ({fault.strerror}); choose another place.") from fault
