"""The reader's language."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from jishiban.config.language import ChosenLanguage


def language_of(**extra: str) -> str:
    request = RequestFactory().get("/", headers={"accept-language": "en-US,en"})
    request.COOKIES.update(extra)
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(str(translation.get_language()))
        return HttpResponse()

    with translation.override(None):
        ChosenLanguage(view)(request)
    return seen[0]


def test_a_browser_installed_in_english_still_gets_chinese() -> None:
    assert language_of() == "zh-hans"


def test_the_readers_own_choice_counts() -> None:
    assert language_of(jsb_language="en") == "en"


@pytest.mark.parametrize("nonsense", ["", "xx", "../en", "zh-hans;en"])
def test_an_unknown_choice_falls_back_to_chinese(nonsense: str) -> None:
    assert language_of(jsb_language=nonsense) == "zh-hans"
