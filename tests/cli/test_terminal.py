"""Terminal: everything that was found, at 80 columns, in a pipe, in both languages, whatever the names are."""

import io
from copy import deepcopy

import pytest
from rich.cells import cell_len
from rich.console import Console

from makegood.cli.terminal import show
from tests.reads.sample import Sample


def screen(sample: Sample, lang: str = "en", width: int = 80, **changes: object) -> str:
    """What a pipe of that width would hold."""
    out = io.StringIO()
    show(deepcopy(sample.assessment) | changes, Console(file=out, width=width), lang)
    return out.getvalue()


def joined(text: str) -> str:
    """The text with its line breaks undone."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "part",
    [
        "You paid $7.31 for 135 attempts that delivered nothing.",
        "728 rows read = 720 used + 6 delivered twice + 2 set aside + 0 out of scope",
        "Charged and undelivered 135 646,015 $7.31",
        "Not charged 302 1,484,345 no charge",
        "Cannot tell 219 1,022,608 not known",
        "The caller's own 15",
        "2. Feb 10, 2026 14:36 – Feb 11 04:04 Asia/Seoul",
        "13 hr 28 min; start within 14:33–14:39, end within 04:01–04:10",
        "anthropic · messages · claude-sonnet-4-5: 2,889 of 11,495 attempts failed (25.1%), 8 accounts",
        "never acknowledged by the status page",
        "on the status page for 28 min",
        "is owed (credit on a later invoice), to be claimed by Mar 30, 2026 23:59 Asia/Seoul",
        "Goodwill only anthropic: nothing is owed, but $7.40",
        "Cannot be weighed amazon-bedrock",
        "An invoice or a cost export of the period",
        "Call ids (an idempotency key",
    ],
)
def test_the_screen_tells(sample: Sample, part: str) -> None:
    assert part in joined(screen(sample))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_too_wide_or_ends_in_blanks(sample: Sample, lang: str, width: int) -> None:
    for line in screen(sample, lang, width).splitlines():
        assert cell_len(line) <= width, line
        assert line == line.rstrip(), line


def test_a_pipe_gets_no_colour(sample: Sample) -> None:
    assert "\x1b" not in screen(sample)


def test_a_terminal_gets_colour(sample: Sample) -> None:
    out = io.StringIO()
    show(sample.assessment, Console(file=out, width=80, force_terminal=True, color_system="standard"), "en")
    assert "\x1b[1;31mnever acknowledged" in out.getvalue()


def test_korean(sample: Sample) -> None:
    text = joined(screen(sample, "ko"))
    assert "결과를 받지 못한 시도 135건에 청구된 금액은 US$7.31입니다." in text
    assert "상태 페이지에 한 번도 공지되지 않음" in text
    assert "attempts" not in text


def test_markup_and_controls_in_names_are_plain_text(sample: Sample) -> None:
    incident = deepcopy(sample.assessment["incidents"][1])
    incident["scope"]["model"] = "[bold red]boo[/] \x1b[2J \u202eevil"
    note = {"code": "x", "params": {}, "text": "[link=http://example.invalid]click[/link] [/oops]"}
    text = joined(screen(sample, incidents=[incident], notes=[note]))
    assert "[bold red]boo[/] \\u001b[2J \\u202eevil" in text
    assert "[link=http://example.invalid]click[/link] [/oops]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_unknown_amount_is_never_zero(sample: Sample) -> None:
    line = next(line for line in screen(sample).splitlines() if line.startswith("Cannot tell"))
    assert line.endswith("not known")
    assert "$0" not in line


def test_nothing_found_is_said(sample: Sample) -> None:
    none = {"attempts": 0, "tokens": 0, "amounts": {}, "kinds": {}}
    waste = dict.fromkeys(("charged", "not_charged", "unknown", "caller"), none)
    text = joined(screen(sample, incidents=[], verdicts=[], notes=[], waste=waste))
    assert "No incident was found in this period." in text
    assert "Nothing that you were charged for is known to be undelivered." in text
    assert "What the terms say" not in text


def test_long_lists_end_with_a_count(sample: Sample) -> None:
    many = sample.assessment["incidents"] * 10
    assert "20 more are in assessment.json." in joined(screen(sample, incidents=many))
