"""Noun: canaries as a task of the watch; asked evenly over the day, and told once a verdict changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from makegood.errors import BadUse, MakegoodError
from makegood.incidents.drift.judge import BEHAVIOUR, DROPPED, ROSE, UNKNOWN_QUALITY
from makegood.reads.alert import TASK, Alert
from makegood.reads.drift_words import drift_sentences, swap_sentence, verdict_sentence
from makegood.reads.legible import legible
from makegood.reads.words import LANGUAGES, Words
from makegood.spans import iso
from makegood.watch.canaries import FAULTS, REFUSED_KEY, Judged, Turn, ask, due, judged
from makegood.watch.canary_config import CanaryConfig

_SOONEST = timedelta(minutes=1)
_AFTER_FAULTS = timedelta(minutes=15)
_TOLD = (DROPPED, ROSE, BEHAVIOUR, UNKNOWN_QUALITY)


class CanaryTask:
    """What a watch takes as a task; `clock` tells zone-aware times, `tell` says to the keeper what keeps a model from
    being asked. Raise BadUse where a model has no key.
    """

    name = "canaries"

    def __init__(
        self,
        config: CanaryConfig,
        clock: Callable[[], datetime],
        zone: str = "UTC",
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        for model in config.models:
            if model.said.key_env and not model.key:
                raise BadUse(model.keyless)
        self._config, self._clock, self._tell = config, clock, tell
        self._faults: dict[str, str] = {}
        self._words = tuple(Words(lang, zone) for lang in LANGUAGES)
        self._next = self._first(clock())

    def due(self) -> datetime | None:
        """The moment at which the next question may be asked; None where all references are used up."""
        return self._next

    def run(self, now: datetime) -> Sequence[Alert]:
        """Ask every model what its budget allows by now, and tell verdicts and swaps of models."""
        self._next = now + _AFTER_FAULTS  # also where what was answered so far cannot be read
        wait = _SOONEST
        for turn in due(self._config, now):
            if turn.may and not self._asked(turn):
                wait = _AFTER_FAULTS
        following = self._first(now)
        self._next = following and max(following, now + wait)
        return [alert for one in judged(self._config) for alert in self._alerts(one, now)]

    def _asked(self, turn: Turn) -> bool:
        """Ask one model; did it answer? What hinders one is told once, and hinders no other."""
        name, fault, ended = turn.model.name, "", ""
        try:
            ended = ask(self._config, turn.model, self._clock, turn.may).ended
        except (MakegoodError, OSError) as raised:
            fault = str(raised)
        if fault and fault != self._faults.get(name):
            self._tell(f"{self.name}: {name} was not asked ({fault})")
        self._faults[name] = fault
        return not fault and ended not in (FAULTS, REFUSED_KEY)

    def _first(self, now: datetime) -> datetime | None:
        return min((turn.next_at for turn in due(self._config, now) if turn.next_at), default=None)

    def _alerts(self, one: Judged, now: datetime) -> list[Alert]:
        """One for each verdict that a reference came to, and for each model that answered in another's place."""
        drift, name = one.drift, one.model.name
        base = f"canaries {name} {one.model.mark} {drift.number}"
        found = []
        if drift.verdict in _TOLD:
            subject = {words.lang: f"{legible(name)}: {verdict_sentence(drift, words)}" for words in self._words}
            told = zip(*(drift_sentences(drift, words) for words in self._words), strict=True)
            lines = [{words.lang: line for words, line in zip(self._words, each, strict=True)} for each in told]
            found.append(Alert(f"{base} {drift.verdict}", TASK, now, {"subject": subject, "lines": lines}))
        for swapped, first in drift.models[1:]:
            subject = {words.lang: swap_sentence(name, swapped, words) for words in self._words}
            facts = {"subject": subject, "lines": [], "model": swapped, "first": iso(first)}
            found.append(Alert(f"{base} model {swapped}", TASK, now, facts))
        return found
