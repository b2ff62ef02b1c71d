"""Campaign page: the preview of a campaign as one self-contained page, for those who are to approve it."""

from __future__ import annotations

from makegood.campaigns.simulate import Simulation
from makegood.reads.campaign_words import campaign_lines, campaign_sentences
from makegood.reads.cost_chart import cost_chart
from makegood.reads.report import page
from makegood.reads.words import Words


def campaign_page(simulation: Simulation, words: Words, name: str = "") -> str:
    """The page as HTML text: no script, no network, all foreign text escaped; `name` is the campaign's."""
    sentences = campaign_sentences(simulation, words)
    context = {
        "name": name,
        "hash": simulation.hash,
        "headline": sentences[0],
        "more": sentences[1:],
        "sections": campaign_lines(simulation, words),
        "chart": cost_chart(simulation.costs, simulation.draft.unit, words),
        "chart_above": words.say("What an award costs"),
    }
    return page("campaign.html.j2", context, words)
