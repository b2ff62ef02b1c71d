"""Verb: audit people; one human once, rights by whoever could give them, keys as issued, limits as set."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Act, Acts
from makegood.reads.audit_rights import Rights
from makegood.store.people import mailbox
from makegood.store.policy import SINGLE_LIMIT


def audit_people(looking: Looking, rights: Rights, acts: Acts) -> None:
    """Hold every row about people against the others, and against the acts that the journal tells of."""
    _people(looking, acts)
    _rights(looking, acts)
    _keys(looking, rights, acts)
    _limits(looking, acts)
    _complaints(looking, acts)


def _people(looking: Looking, acts: Acts) -> None:
    rows = looking.book.rows("SELECT id, name, email, mailbox, added_by, at_us FROM person ORDER BY at_us, id")
    looking.looked_at["person"] = len(rows)
    admitted = {act.subject: act for act in acts.of("admit_person")}
    boxes: dict[str, str] = {}
    for person, name, email, box, added_by, at_us in rows:
        where = f"person {person}"
        true = _box(email)
        act = admitted.pop(person, None)
        if act is None or (act.at_us, act.by) != (at_us, added_by):
            looking.find("person_unadmitted", where, person=person)
        elif true != box or act.detail.get("email") != email or act.detail.get("name", name).strip() != name:
            looking.find("person_changed", where, person=person)
        for one in {true, box} & boxes.keys():
            looking.find("mailbox_twice", where, person=person, other=boxes[one])
        boxes |= {true: person, box: person}
    for person in sorted(admitted):
        looking.find("row_missing", f"person {person}", at=person, table="person")


def _box(email: str) -> str:
    try:
        return mailbox(email)
    except BadUse:
        return email


def _rights(looking: Looking, acts: Acts) -> None:
    sql = 'SELECT number, person, "right", given, by, at_us FROM right_given ORDER BY number'
    told = {
        (act.subject, right, act.at_us, given): act
        for given, names in ((True, ("admit_person", "give_rights")), (False, ("take_rights",)))
        for act in acts.of(*names)
        for right in act.detail.get("rights", [])
    }
    owners: set[str] = set()
    numbers, met = [], set()
    for number, person, right, given, by, at_us in looking.rows(sql):
        where = f"right_given {number}"
        numbers.append(number)
        act = told.get((person, right, at_us, bool(given)))
        met.add((person, right, at_us, bool(given)))
        first = not owners and person == by
        if (by not in owners and not (first and right == "owner")) or (given and person == by and not _set_up(act)):
            looking.find("right_unheld", where, at=number, by=by, person=person)
        if act is None or act.by != by:
            looking.find("right_without_act", where, at=number, person=person)
        if right == "owner":
            owners = owners | {person} if given else owners - {person}
    looking.looked_at["right_given"] = len(numbers)
    _gaps(looking, "right_given", numbers)
    for person, right, _, _ in sorted(told.keys() - met):
        looking.find("row_missing", f"right_given {person}/{right}", at=f"{person}/{right}", table="right_given")


def _set_up(act: Act | None) -> bool:
    return act is not None and act.by == act.subject and act.number == 0


def _keys(looking: Looking, rights: Rights, acts: Acts) -> None:
    issued: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for act in acts.of("admit_person", "issue_key"):
        issued[act.subject, act.at_us, act.by].append(act.detail.get("key", ""))
    ended = {(act.subject, act.at_us, act.by) for act in acts.of("end_key")}
    digests: dict[str, str] = {}
    numbers = []
    sql = "SELECT number, id, person, digest, ended, by, at_us FROM person_key ORDER BY number"
    for number, key, person, digest, over, by, at_us in looking.rows(sql):
        where = f"person_key {number}"
        numbers.append(number)
        if over:
            if (key, at_us, by) not in ended:
                looking.find("key_without_act", where, key=key, person=person)
            if digests.get(key) != digest or rights.keys.get(key) != person:
                looking.find("key_changed", where, key=key, person=person)
            ended.discard((key, at_us, by))
            continue
        digests[key] = digest
        if not issued[person, at_us, by]:
            looking.find("key_without_act", where, key=key, person=person)
        elif digest not in issued[person, at_us, by] or key != f"K-{number + 1}":
            looking.find("key_changed", where, key=key, person=person)
    looking.looked_at["person_key"] = len(numbers)
    _gaps(looking, "person_key", numbers)
    kept = set(digests.values())
    lost = [(subject, key) for (subject, _, _), keys in issued.items() for key in keys if key not in kept]
    if len(lost) > looking.found["key_changed"]:
        for subject, _ in lost:
            looking.find("row_missing", f"person_key {subject}", at=subject, table="person_key")
    for key, _, _ in sorted(ended):
        looking.find("row_missing", f"person_key {key}", at=key, table="person_key")


def _limits(looking: Looking, acts: Acts) -> None:
    told = {(act.subject, act.at_us, act.by, canonical(act.detail.get("amount"))) for act in acts.of("set_limit")}
    numbers = []
    for number, name, value, by, at_us in looking.rows(
        "SELECT number, name, value, by, at_us FROM policy ORDER BY number"
    ):
        numbers.append(number)
        row = (str(name).removeprefix(f"{SINGLE_LIMIT}/"), at_us, by, value)
        if row not in told:
            looking.find("policy_without_act", f"policy {number}", at=number)
        told.discard(row)
    looking.looked_at["policy"] = len(numbers)
    _gaps(looking, "policy", numbers)
    if told and not looking.found["policy_without_act"]:
        for unit, *_ in sorted(told):
            looking.find("row_missing", f"policy {unit}", at=unit, table="policy")


def _complaints(looking: Looking, acts: Acts) -> None:
    told = {(act.subject, act.detail.get("account"), act.at_us, act.by) for act in acts.of("take_complaint")}
    numbers = []
    for number, *row in looking.rows("SELECT number, campaign, account, at_us, by FROM complaint ORDER BY number"):
        numbers.append(number)
        if tuple(row) not in told:
            looking.find("complaint_without_act", f"complaint {number}", at=number)
        told.discard((row[0], row[1], row[2], row[3]))
    looking.looked_at["complaint"] = len(numbers)
    _gaps(looking, "complaint", numbers)
    if told and not looking.found["complaint_without_act"]:
        for campaign, account, *_ in sorted(told, key=str):
            looking.find("row_missing", f"complaint {campaign}", at=f"{campaign}/{account}", table="complaint")


def _gaps(looking: Looking, table: str, numbers: list[Any]) -> None:
    there = set(numbers)
    for number in range(max(there, default=-1)):
        if number not in there:
            looking.find("row_missing", f"{table} {number}", at=number, table=table)
