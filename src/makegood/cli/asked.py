"""What was asked on the command line, and how it becomes the engine's params."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from makegood.engine import Params
from makegood.errors import BadMoney, BadPeriod, BadUse
from makegood.money import Money, check_currency, parse_money
from makegood.spans import Span, moment, month, zone

LANGUAGES = ("en", "ko")
LARGEST_BILL = 10**15
FIRST_YEAR, LAST_YEAR = 1970, 9998
_TEXTS = {
    "--format": "form",
    "--period": "period",
    "--from": "start",
    "--to": "end",
    "--account": "account",
    "--bill": "bill",
    "--currency": "currency",
}


@dataclass(frozen=True)
class Asked:
    """The options of `makegood assess` as they were typed."""

    paths: tuple[Path, ...]
    form: str | None = None
    mapping: Path | None = None
    period: str | None = None
    start: str | None = None
    end: str | None = None
    zone: str = "UTC"
    account: str | None = None
    bulletins: tuple[Path, ...] = ()
    charges: tuple[Path, ...] = ()
    terms: tuple[str, ...] = ()
    bill: str | None = None
    currency: str | None = None
    out: Path | None = None
    as_json: bool = False
    lang: str = "en"

    def params(self, now: datetime) -> Params:
        """The engine's params; raise BadUse for options that cannot be right."""
        self._refuse_empty()
        if self.lang not in LANGUAGES:
            raise BadUse(f"--lang {self.lang[:12]}: use en or ko.")
        if self.form and self.mapping:
            raise BadUse("--format and --map exclude each other: a map is a format of your own.")
        self._refuse_file()
        zone(self.zone)
        return Params(
            paths=self.paths,
            now=now,
            form=self.form,
            mapping=self.mapping,
            span=self._span(),
            zone=self.zone,
            account=self.account,
            bulletins=self.bulletins,
            charges=self.charges,
            terms=self.terms,
            bill=self._bill(),
            currency=check_currency(self.currency) if self.currency else None,
        )

    def _refuse_empty(self) -> None:
        """An option given without content is most often a variable of the shell that was never set."""
        for name, field in _TEXTS.items():
            if getattr(self, field) == "":
                raise BadUse(f"{name} is empty; give a value or leave the option out.")

    def _refuse_file(self) -> None:
        try:
            file = self.out is not None and self.out.exists() and not self.out.is_dir()
        except OSError as fault:
            raise BadUse(f"--out {self.out}: cannot be a folder ({fault.strerror}); name another one.") from fault
        if file:
            raise BadUse(f"--out {self.out}: is a file; name a folder.")

    def _bill(self) -> Money | None:
        if self.bill is None:
            return None
        bill = parse_money(self.bill)
        if not 0 <= bill.amount <= LARGEST_BILL:
            raise BadMoney(f"--bill {self.bill[:40]}: no bill is negative or over {LARGEST_BILL:,}; mend it.")
        return bill

    def _span(self) -> Span | None:
        if self.period and (self.start or self.end):
            raise BadPeriod("--period and --from/--to exclude each other; use one of them.")
        if self.period:
            return month(self.period, self.zone)
        if not self.start and not self.end:
            return None
        if not self.start or not self.end:
            raise BadPeriod("--from and --to go together; give both.")
        span = Span(moment(self.start, self.zone), moment(self.end, self.zone))
        if span.start.year < FIRST_YEAR or span.end.year > LAST_YEAR:
            raise BadPeriod(f"--from and --to must lie in the years {FIRST_YEAR} to {LAST_YEAR}.")
        if span.start >= span.end:
            raise BadPeriod("--from must be before --to.")
        return span
