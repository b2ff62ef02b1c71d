"""Output: the report's folder, written aside and moved into place, so that nothing is ever half-written."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from makegood.engine import Assessment
from makegood.errors import BadUse
from makegood.reads.assessment import as_data
from makegood.reads.evidence import evidence
from makegood.reads.report import report
from makegood.reads.series import read_series
from makegood.records.warehouse import Warehouse


def write_out(out: Path, assessment: Assessment, warehouse: Warehouse, lang: str) -> None:
    """Write report.html, assessment.json and evidence/*.csv; files of other names in the folder stay."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".makegood-", dir=out))
    except OSError as fault:
        raise BadUse(f"--out {out}: cannot be written ({fault.strerror}); name another folder.") from fault
    try:
        data = as_data(assessment)
        (aside / "evidence").mkdir()
        evidence(warehouse, aside / "evidence")
        (aside / "assessment.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (aside / "report.html").write_text(report(data, read_series(warehouse, data), lang), encoding="utf-8")
        _move(aside / "evidence", out / "evidence")
        for name in ("assessment.json", "report.html"):
            os.replace(aside / name, out / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(made: Path, place: Path) -> None:
    if place.exists():
        os.replace(place, made.parent / "evidence-before")
    os.replace(made, place)
