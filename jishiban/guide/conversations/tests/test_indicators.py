"""The figures of the guide: each counted once, and an answer that needed a person after all is taken back."""

from __future__ import annotations

from django.utils import timezone

from jishiban.guide.conversations import actions, inquiries
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.tests.conftest import Asking, Library
from jishiban.kernel.indicators.actions import fold
from jishiban.kernel.indicators.declare import Live, Ratio, indicator, named
from jishiban.kernel.indicators.queries import figure, share
from jishiban.web.doors import NOBODY


def value(name: str) -> float:
    while fold():
        pass
    today = timezone.localdate()
    return float(figure(indicator(name), today, today).value)


def rate(name: str) -> str:
    while fold():
        pass
    today, found = timezone.localdate(), named(name)
    assert isinstance(found, Ratio)
    return str(share(found, today, today))


def test_every_figure_is_counted_from_what_was_asked(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("answer", keys[0])
    good, bad = asking("一").turn, asking("二").turn
    library.says("choose", *keys[:3])
    asking("三")
    library.says("handover")
    asking("四")
    actions.judge(good, "yes")
    actions.judge(bad, "no")
    for _twice in range(2):
        inquiries.hand_over(Wish(bad.conversation, bad, "还是不明白"), NOBODY)
    assert (value("guide_asked"), value("guide_direct"), value("guide_missed")) == (4, 1, 1)
    assert value("guide_handed") == 1
    assert (rate("guide_direct_rate"), rate("guide_handed_rate")) == ("25.00%", "25.00%")
    assert rate("guide_helpful_rate") == "50.00%"


def test_today_s_figures_are_of_this_moment(library: Library, asking: Asking, keys: list[str]) -> None:
    library.says("answer", keys[0])
    turn = asking().turn
    today, mean = named("guide_asked_today"), named("guide_mean_ms")
    assert isinstance(today, Live)
    assert isinstance(mean, Live)
    assert list(today.count(None).values()) == [1]
    assert list(mean.count(None).values()) == [round(turn.took_ms)]
    assert today.count([-1]) == {}


def test_nothing_asked_has_no_rate(library: Library, asking: Asking, keys: list[str]) -> None:
    assert rate("guide_direct_rate") == "—"
