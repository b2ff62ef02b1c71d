"""Everything makegood raises, as one tree; bad data is returned with its place instead.

MakegoodError
├── BadUse              the command or the arguments cannot be right (exit status 2)
│   ├── BadPeriod       a period, a time or a zone that cannot be read
│   ├── BadMoney        an amount or a currency that cannot be read
│   ├── BadMap          a mapping file with a fault
│   └── BadTerms        a terms pack with a fault, or a pack nobody knows
└── Unreadable          an input that could not be read at all (exit status 3)
    └── UnknownFormat   a readable file in no format known here
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
