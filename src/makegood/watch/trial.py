"""Noun: the trial alert, by which a channel is tried out."""

from __future__ import annotations

TRIAL = {
    "subject": {"en": "Trial alert of makegood watch", "ko": "makegood watch 시험 알림"},
    "lines": [
        {
            "en": "This channel works. Nothing is wrong; somebody ran `makegood watch try`.",
            "ko": "이 채널은 정상입니다. 문제가 있는 것이 아니라 `makegood watch try`를 실행한 것입니다.",
        }
    ],
}
