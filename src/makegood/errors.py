"""Everything makegood raises, as one tree; bad data is returned with its place instead.

MakegoodError
├── BadUse              the command or the arguments cannot be right (exit status 2)
│   ├── BadPeriod       a period, a time or a zone that cannot be read
│   ├── BadMoney        an amount or a currency that cannot be read
│   ├── BadMap          a mapping file with a fault
│   ├── BadTerms        a terms pack with a fault, or a pack nobody knows
│   ├── Refused         an act that this person may not do, or that needs another human (exit status 4)
│   ├── BadState        an act that does not fit the state of its campaign or award
│   ├── KeyReused       a key that was used before with other content; names the field
│   ├── Compensated     a loss that an earlier award made good
│   └── NotRecorded     an attempt, or the folder of attempts, that could not be written
└── Unreadable          an input that could not be read at all (exit status 3)
    ├── UnknownFormat   a readable file in no format known here
    ├── NoReadBack      a billing system that shows nothing of what it was sent; repeats are safe by their id alone
    └── StoreAway       the database of the book cannot be reached, or holds something else
"""


class MakegoodError(Exception):
    """Base of all; its text is one sentence that says what is wrong and what to do."""


class BadUse(MakegoodError):
    """Bad use of the command or the library."""


class BadPeriod(BadUse):
    """A period, time or zone that cannot be read."""


class BadMoney(BadUse):
    """An amount or a currency that cannot be read."""


class BadMap(BadUse):
    """A mapping file with a fault; names file, line where known, and mend."""


class BadTerms(BadUse):
    """A terms pack with a fault, or an id that no pack carries."""


class Unreadable(MakegoodError):
    """An input that could not be read at all."""


class UnknownFormat(Unreadable):
    """A readable file whose content matches no known format."""


class NoReadBack(Unreadable):
    """A way out that cannot be read back, whatever stands there; the receiver drops repeats by their id."""


class Refused(BadUse):
    """An act that this person may not do, or that needs another human first."""


class BadState(BadUse):
    """An act that does not fit the state of its campaign or award."""


class KeyReused(BadUse):
    """A key used before with other content; `field` names the first field that differs."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class Compensated(BadUse):
    """A loss that an earlier award made good."""


class NotRecorded(BadUse):
    """Attempts that could not be written: no room, no rights, or the folder is gone; nothing else was lost."""


class StoreAway(Unreadable):
    """The database of the book cannot be reached, or holds something else."""
