"""Verb: make a set of canaries by a seed; small questions whose right answers are computed here, even by class."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count

from makegood.errors import BadUse
from makegood.incidents.drift.canary import NUMBER, ONE_OF, YES_NO, Canary

SET_SIZE = 28  # questions of a topic; so many can be laid evenly in 2, 4 and 7 classes
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YES_NO = "Answer with one word: yes or no."
_DIGITS = "Answer with the number alone."
_WORDS = (
    *("anchor", "basket", "candle", "desert", "engine", "falcon", "garden", "hammer", "island", "jacket", "kettle"),
    *("ladder", "magnet", "needle", "orange", "pencil", "quiver", "rocket", "saddle", "temple", "umpire", "velvet"),
    *("walnut", "yellow", "zipper"),
)
_NAMES = ("Ana", "Bo", "Chen", "Dita", "Emil", "Femi")

Draw = random.Random
# A question, the kind of its answer, and its options; the class is the right answer, or its place among the options.
Question = tuple[str, str, tuple[str, ...], str]


def make_set(seed: int, size: int = SET_SIZE) -> tuple[Canary, ...]:
    """`size` questions of each topic, the classes of a topic equally often; the same seed makes the same set.

    Raise BadUse unless the size is a multiple of 28.
    """
    if size < SET_SIZE or size % SET_SIZE:
        raise BadUse(f"{size} questions a topic cannot be laid evenly in classes; ask for a multiple of {SET_SIZE}.")
    return tuple(canary for topic in TOPICS for canary in _topic(topic, seed, size))


def _topic(topic: str, seed: int, size: int) -> Iterator[Canary]:
    classes, question = TOPICS[topic]
    draw, seen = Draw(f"makegood canaries {seed} {topic}"), set()
    groups = list(classes) * (size // len(classes))
    draw.shuffle(groups)
    for number, group in enumerate(groups, 1):
        ask, kind, options, truth = next(one for _ in count() if (one := question(draw, group))[0] not in seen)
        seen.add(ask)
        yield Canary(f"{topic}-{number:03d}", topic, group, ask, kind, truth, options)


def _yes_no(text: str, truth: str) -> Question:
    return f"{text} {_YES_NO}", YES_NO, ("yes", "no"), truth


def _prime(draw: Draw, group: str) -> Question:
    """Composites have no small divisor, so that both classes look alike."""
    while True:
        number = draw.randrange(1_001, 20_000, 2)
        least = next((d for d in range(3, 142, 2) if number % d == 0), 0)
        if (least == 0) if group == "yes" else least > 10:
            return _yes_no(f"Is {number} a prime number?", group)


def _brackets(draw: Draw, group: str) -> Question:
    """A sequence that closes what it opens, or the same with two of its marks in each other's place."""
    while True:
        text, stack = "", ""
        while len(text) + len(stack) < 12 or (stack and len(text) < 14):
            if stack and (draw.random() < 0.45 or len(text) + len(stack) >= 14):
                text, stack = text + stack[-1], stack[:-1]
            else:
                opened = draw.choice(("()", "[]", "{}"))
                text, stack = text + opened[0], stack + opened[1]
        if group == "no":
            first, other = sorted(draw.sample(range(len(text)), 2))
            text = text[:first] + text[other] + text[first + 1 : other] + text[first] + text[other + 1 :]
        if closes(text) == (group == "yes"):
            return _yes_no(f"Is every bracket in {text} closed by its own kind and in the right order?", group)


def closes(text: str) -> bool:
    """Is every bracket closed by its own kind and in the right order?"""
    while (shorter := text.replace("()", "").replace("[]", "").replace("{}", "")) != text:
        text = shorter
    return not text


def _weekday(draw: Draw, group: str) -> Question:
    day = date(2000, 1, 1) + timedelta(days=draw.randrange(365 * 60))
    day += timedelta(days=(_WEEKDAYS.index(group) - day.weekday()) % 7)
    return f"Which day of the week is {day:%Y-%m-%d}? Answer with its English name alone.", ONE_OF, _WEEKDAYS, group


def _letters(draw: Draw, group: str) -> Question:
    """Counted in three words that hold the letter so often."""
    while True:
        words, letter = " ".join(draw.sample(_WORDS, 3)), draw.choice("aelnt")
        if words.count(letter) == int(group):
            return f'How many times does the letter "{letter}" stand in "{words}"? {_DIGITS}', NUMBER, (), group


def _remainder(draw: Draw, group: str) -> Question:
    number = draw.randrange(250, 2_500) * 4 + int(group)
    other = draw.randrange(250, 2_500) * 4
    return f"What is the remainder of {number} + {other} divided by 4? {_DIGITS}", NUMBER, (), group


def _sorting(draw: Draw, group: str) -> Question:
    """The class is the place of the right word as listed."""
    while True:
        listed = tuple(draw.sample(_WORDS, 4))
        nth = draw.randrange(4)
        truth = sorted(listed)[nth]
        if listed.index(truth) == int(group) - 1:
            place = ("first", "second", "third", "last")[nth]
            ask = f"Put in alphabetical order: {', '.join(listed)}. Which word comes {place}? Answer with it alone."
            return ask, ONE_OF, listed, truth


def _larger(draw: Draw, group: str) -> Question:
    """Decimals of one and of two places; the class is the place of the larger."""
    while True:
        whole = draw.randrange(3, 90)
        short, long = f"{whole}.{draw.randrange(1, 10)}", f"{whole}.{draw.randrange(11, 100)}"
        listed = (short, long) if draw.random() < 0.5 else (long, short)
        values = [int(text.partition(".")[2].ljust(2, "0")) for text in listed]
        if values[0] != values[1] and (values[0] > values[1]) == (group == "first"):
            truth = listed[0] if group == "first" else listed[1]
            return f"Which number is larger, {listed[0]} or {listed[1]}? Answer with it alone.", ONE_OF, listed, truth


def _order(draw: Draw, group: str) -> Question:
    """Five people in a row, told pair by pair; asked about two of them."""
    row = draw.sample(_NAMES, 5)
    told = [f"{row[n]} is taller than {row[n + 1]}." for n in range(4)]
    draw.shuffle(told)
    low, high = sorted(draw.sample(range(5), 2))
    first, other = (low, high) if group == "yes" else (high, low)
    return _yes_no(f"{' '.join(told)} Is {row[first]} taller than {row[other]}?", group)


TOPICS: dict[str, tuple[tuple[str, ...], Callable[[Draw, str], Question]]] = {
    "prime": (("yes", "no"), _prime),
    "brackets": (("yes", "no"), _brackets),
    "order": (("yes", "no"), _order),
    "larger": (("first", "second"), _larger),
    "weekday": (_WEEKDAYS, _weekday),
    "letters": (("1", "2", "3", "4"), _letters),
    "remainder": (("0", "1", "2", "3"), _remainder),
    "sorting": (("1", "2", "3", "4"), _sorting),
}
