"""Audit words: an audit's figures as sentences and cells, in either language, for screen and paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.incidents.documented import BY_TEXT
from makegood.reads.labels import TELLING, label
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words

Facts = Mapping[str, Any]


def headline(data: Facts, words: Words) -> str:
    """The answer: the worst single point of failure, or of which kinds of things there is none, as far as is told."""
    worst = _worst(data)
    if worst is None:
        kinds = _kinds((one for one in data["sides"] if one["told"]["calls"]), words)
        none = words.say("By {kinds} no call hangs on one thing alone: each has a tested alternative.", kinds=kinds)
        return " ".join((none, *_untold(data, words)))
    share = share_words(worst["stops"]["share"]["calls"], words)
    return words.say("{share} of your calls stop if {thing} fails.", share=share, thing=thing_words(worst))


def subheads(data: Facts, words: Words) -> list[str]:
    """How the weakest alternative did, what cannot be told, what was looked at, and what counts as tested."""
    log, tested = data["log"], data["tested"]
    looked = words.say(
        "{calls} calls in {attempts} attempts, {span}.",
        calls=words.number(log["calls"]),
        attempts=words.number(log["attempts"]),
        span=words.span(log["start"], log["end"]),
    )
    bar = words.say(
        "An alternative is tested if it gave at least {answers} usable answers in the last {days} days of the log and "
        "failed less often than it answered.",
        answers=words.number(tested["answers"]),
        days=words.number(tested["days"]),
    )
    untold = _untold(data, words) if _worst(data) else []
    return [*_weakest(data, words), *untold, looked, bar]


def _worst(data: Facts) -> Facts | None:
    return next((one for one in data["things"] if one["stops"]["calls"]), None)


def _kinds(sides: Iterable[Facts], words: Words) -> str:
    return words.listed(label(words, "dimension", one["dimension"]).lower() for one in sides)


def _untold(data: Facts, words: Words) -> list[str]:
    """Of which kinds of things the log tells nothing, or not of all calls."""
    nothing = [one for one in data["sides"] if not one["told"]["calls"]]
    some = [one for one in data["sides"] if one["told"]["calls"] and one["untold"]["calls"]]
    said = []
    if nothing:
        said.append(words.say("By {kinds} this cannot be told.", kinds=_kinds(nothing, words)))
    if some:
        said.append(words.say("By {kinds} it can be told of some calls only.", kinds=_kinds(some, words)))
    return said


def _weakest(data: Facts, words: Words) -> list[str]:
    """How the tested alternative that did worst did when it was asked."""
    lanes = [lane for one in data["things"] for lane in one["lanes"] if lane["calls"]]
    tested = [(lane, lane["alternative"]) for lane in lanes if lane["alternative"]["state"] == "tested"]
    if not tested:
        return []
    lane, one = min(tested, key=lambda pair: Fraction(pair[1]["recent_answered"], _asked(pair[1])))
    return [
        words.say(
            "The weakest of the tested alternatives, {name} for {lane}, answered {answered} of {asked} attempts "
            "of late ({share}).",
            name=_named(one),
            lane=lane_words(lane),
            answered=words.number(one["recent_answered"]),
            asked=words.number(_asked(one)),
            share=words.share(one["recent_answered"], _asked(one)),
        )
    ]


def _asked(alternative: Facts) -> int:
    return int(alternative["recent_answered"] + alternative["recent_failed"])


def _named(alternative: Facts) -> str:
    return " · ".join(legible(part) for part in (alternative["provider"], alternative["name"]) if part)


def thing_words(thing: Facts) -> str:
    """A thing by its name, with its provider where it is of one."""
    return " · ".join(legible(part) for part in (thing["provider"], thing["name"]) if part)


def target_words(target: Facts | None) -> str:
    """Who is asked: upstream where it is named, else provider, with model, region and key."""
    if target is None:
        return "–"
    first = target["upstream"] or target["provider"]
    return " · ".join(legible(part) for part in (first, target["model"], target["region"], target["key"]) if part)


def lane_words(lane: Facts) -> str:
    """The work that was asked for: its route, or service and model."""
    parts = [lane["route"]] if lane["route"] else [lane["service"], lane["model"]]
    return " · ".join(legible(part) for part in parts if part) or "–"


def share_words(share: Facts | None, words: Words) -> str:
    """A share with one decimal; never 0 % or 100 % unless exactly so."""
    if share is None:
        return "–"
    part, whole = (int(text, 0) for text in share["fraction"].split("/"))
    return words.share(part, whole * 100)


def spend_words(spend: Facts, words: Words) -> str:
    """Amounts, and of how many attempts beside nobody knows what they cost; never 0 for not known."""
    known = words.amounts(spend["amounts"])
    if not spend["unknown"]:
        return known or "–"
    if known is None:
        return words.say("not known")
    return words.many(
        "{amount}, and {n} attempt of unknown cost",
        "{amount}, and {n} attempts of unknown cost",
        spend["unknown"],
        amount=known,
    )


def spend_share(shares: Mapping[str, Facts], words: Words) -> str:
    """The share of known spend by currency; the currency is said where there are several."""
    if len(shares) == 1:
        return share_words(next(iter(shares.values())), words)
    return (
        ", ".join(f"{share_words(share, words)} {legible(currency)}" for currency, share in sorted(shares.items()))
        or "–"
    )


def side_row(side: Facts, words: Words) -> tuple[str, ...]:
    """A dimension's cells: its name; calls, spend, its share and models that would stop; calls not told."""
    without, told = side["without"], side["told"]["calls"]
    name = label(words, "dimension", side["dimension"])
    if not told:
        return (name, *["–"] * 4, words.number(side["untold"]["calls"]))
    return (
        name,
        f"{words.number(without['calls'])} ({share_words(without['share']['calls'], words)})",
        spend_words(without["spend"], words),
        spend_share(without["share"]["spend"], words),
        f"{words.number(without['models'])} ({share_words(without['share']['models'], words)})",
        words.number(side["untold"]["calls"]),
    )


def ready_words(thing: Facts, words: Words) -> str:
    """What stands ready for the calls of a thing: the states of its lanes with their calls, the worst first."""
    counts: dict[str, int] = {}
    for lane in thing["lanes"]:
        if lane["calls"] or not counts:
            state = lane["alternative"]["state"]
            counts[state] = counts.get(state, 0) + lane["calls"]
    if len(counts) == 1:
        return label(words, "standing", next(iter(counts)))
    parts = (f"{label(words, 'standing', state)}: {words.number(count)}" for state, count in sorted(counts.items()))
    return "; ".join(parts)


def alternative_words(one: Facts, words: Words) -> str:
    """An alternative, its state and its answers of late."""
    state = label(words, "standing", one["state"])
    if one["provider"] is None:
        return state
    if one["state"] == "declared":
        return f"{_named(one)}: {state}"
    answers = words.say(
        "{recent} answers and {failed} failures of late, {all} answers in all",
        recent=words.number(one["recent_answered"]),
        failed=words.number(one["recent_failed"]),
        all=words.number(one["answered"]),
    )
    return f"{_named(one)}: {state} ({answers})"


def path_row(path: Facts, words: Words) -> tuple[str, ...]:
    """A declared path's cells: route, upstream, what it is, attempts, answered share, last answer."""
    role = words.say("first") if path["first"] else words.say("failover")
    last = words.moment(path["answered_at"]) if path["answered_at"] else words.say("never exercised")
    if path["attempts"] and not path["answered_at"]:
        last = words.say("never answered")
    share = share_words(path["success"], words)
    return (legible(path["route"]), target_words(path["target"]), role, words.number(path["attempts"]), share, last)


def laid_words(replay: Facts, words: Words, chosen: str | None = None) -> list[str]:
    """How the incident was laid on the log, or why it was not; `chosen` is the provider that was asked for."""
    if replay["why_not"]:
        return [label(words, "why_not", replay["why_not"])]
    rule = {
        "same": words.say("The log holds those very hours."),
        "weeks": words.say(
            "The log is of other dates: the window lies on the same weekday and hours, {days} days away ({zone}).",
            days=words.number(replay["days"]),
            zone=legible(replay["zone"]),
        ),
        "days": words.say(
            "The log holds no such weekday: the window lies on the same hours of a day {days} days away ({zone}).",
            days=words.number(replay["days"]),
            zone=legible(replay["zone"]),
        ),
    }
    found = [rule[replay["rule"]]]
    if replay["stands_in"]:
        found.append(_stands_in(replay, words, chosen))
    if replay["within"]:
        found.append(words.say("Only {within} is hit, as the page names it.", within=legible(replay["within"])))
    for one in replay["readings"]:
        if one["observed"] is None:
            found.append(words.say("{told}: the log holds none of these hours.", told=telling_words(one, words)))
        elif one["observed"] != one["laid"]:
            found.append(
                words.say(
                    "{told}: the log holds {observed} of its {whole}; the figures are of that part alone.",
                    told=telling_words(one, words),
                    observed=words.minutes(one["observed_minutes"]),
                    whole=words.minutes(one["minutes"]),
                )
            )
    return found


def _stands_in(replay: Facts, words: Words, chosen: str | None) -> str:
    told = {
        "provider": legible(replay["provider"] or replay["title"]),
        "on": words.listed(legible(one) for one in replay["on"]),
    }
    if chosen is not None:
        return words.say("Laid over {on}, as --on asks; the incident was one of {provider}.", **told)
    return words.say(
        "Your log has no calls to {provider}; laid over {on} instead, which has the most, as with --on {first}.",
        **told,
        first=legible(replay["on"][0]),
    )


def telling_words(reading: Facts, words: Words) -> str:
    """The name of a telling: the product it is about and what it rests on."""
    whole = str(reading["told"])
    told = whole.removesuffix(BY_TEXT)
    product, _, basis = told.rpartition(" ")
    if basis in TELLING:
        named = label(words, "telling", basis)
        said = f"{legible(product.replace('_', ' '))}, {named}" if product else named
    else:
        said = legible(told.replace("_", " "))
    return words.say("{told}, by its text", told=said) if told != whole else said


def range_words(replay: Facts, words: Words) -> list[str]:
    """What it would have cost, from the least to the most that the readings give."""
    ends = replay["range"]
    if ends is None:
        return []
    found = [
        words.say(
            "Calls that would have failed: {calls}, in {length}.",
            calls=_between(ends["calls"], words),
            length=_length(ends["minutes"], words),
        )
    ]
    if ends["left"] != ends["calls"]:
        found.append(words.say("With the tested alternatives: {calls}.", calls=_between(ends["left"], words)))
    else:
        found.append(words.say("No tested alternative would have taken any of them."))
    return found


def _between(ends: Facts, words: Words) -> str:
    least, most = (None if ends[name] is None else words.number(ends[name]["rounded"]) for name in ("least", "most"))
    if least is None or least == most:
        return words.say("up to {most}", most=most) if least is None else str(most)
    return words.say("{least} to {most}", least=least, most=most)


def _length(ends: Facts, words: Words) -> str:
    least, most = words.minutes(ends["least"]), words.minutes(ends["most"])
    return most if least == most else words.say("{least} to {most}", least=least, most=most)


def toll_share(toll: Facts, words: Words) -> str:
    """The share that fails, and whether a source states it."""
    percent = words.percent(toll["share"])
    return words.say("{percent} (stated)", percent=percent) if toll["basis"] == "stated" else percent


def verdict_rows(replay: Facts, words: Words) -> list[tuple[str, ...]]:
    """What the terms would have given: share, terms, window, verdict, how much, clause with status and date."""
    found = [
        (
            toll_share(toll, words),
            " ".join(legible(part) for part in (one["terms"], one["promise"]) if part),
            words.period(one["period"]["start"], one["period"]["end"]),
            label(words, "verdict", one["verdict"]),
            given_words(one, words),
            clause_words(one, words),
        )
        for reading in replay["readings"]
        for toll in reading["tolls"]
        for one in toll["verdicts"]
    ]
    return list(dict.fromkeys(found))


def given_words(one: Facts, words: Words) -> str:
    """The amount, the share of a base, or why there is none; and whether the log alone gives as much."""
    said = _given(one, words)
    logged = one["as_logged"]
    if logged and (logged["verdict"], logged["percent"]) == (one["verdict"], one["percent"]):
        same = words.say("as the log gives without it")
        return f"{said}; {same}" if one["verdict"] == "owed" else said
    return said


def _given(one: Facts, words: Words) -> str:
    if one["amount"]:
        values = sorted({Decimal(value) for value in one["amount"]["rounded"].values()})
        return " – ".join(words.money(value, one["amount"]["currency"]) for value in values)
    if one["verdict"] == "owed" and one["percent"] is not None:
        return words.say("{percent} of the base, which is not known", percent=words.percent(one["percent"]))
    return ", ".join(label(words, "reason", reason) for reason in one["reasons"][:2]) or "–"


def clause_words(one: Facts, words: Words) -> str:
    """The clause, how well it is known, and as of when."""
    told = f"{legible(one['clause'])} ({legible(one['clause_status'])})"
    return f"{told}, {words.day(one['source_date'])}" if one["source_date"] else told


def detour_sentences(data: Facts, words: Words) -> list[str]:
    """What the detours cost in all, or that the log cannot tell."""
    found = data["detours"]
    if found is None:
        return [words.say("These files do not tell which attempts were detours: only a recorded folder does.")]
    if not found["attempts"]:
        return [words.say("No attempt was a detour.")]
    counted = words.many(
        "{n} attempt was a detour; it was answered {answered} times.",
        "{n} attempts were detours; {answered} of them were answered.",
        found["attempts"],
        answered=words.number(found["answered"]),
    )
    return [counted, words.say("What they cost beyond the first upstream: {extra}.", extra=detour_extra(found, words))]


def detour_extra(found: Facts, words: Words) -> str:
    """The extra cost, and of how many answered detours it is not known."""
    known = words.amounts(found["extra"])
    if not found["unknown"]:
        return known or "0"
    return spend_words({"amounts": found["extra"], "unknown": found["unknown"]}, words)


def detour_rows(data: Facts, words: Words) -> list[tuple[str, ...]]:
    """A row for each incident and one for what was in none: when, detours, answered, extra cost."""
    found = data["detours"] or {"incidents": []}
    return [
        (
            words.span(one["span"]["start"], one["span"]["end"]) if one["span"] else words.say("in no incident"),
            words.number(one["attempts"]),
            words.number(one["answered"]),
            detour_extra(one, words),
        )
        for one in found["incidents"]
    ]


def notes(data: Facts, words: Words) -> list[str]:
    """The notes in this language."""
    return [
        legible(words.note(one["code"], _counts(one["params"], words), one["text"]), TEXT_LIMIT)
        for one in data["notes"]
    ]


def _counts(params: Mapping[str, Any], words: Words) -> dict[str, Any]:
    return {name: words.number(value) if isinstance(value, int) else value for name, value in params.items()}
