"""The web floor's own pages: home, mode, gallery, and what is said when something goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from jishiban.web import home, kept, portal
from jishiban.web.context_processors import MODE_COOKIE, Ui
from jishiban.web.doors import door_of, public
from jishiban.web.urls import urlpatterns as own


@public
def breaks(request: Any) -> HttpResponse:
    raise RuntimeError("on purpose")


@public
def shut(request: Any) -> HttpResponse:
    raise PermissionDenied("只对本单位开放。")


urlpatterns = [*own, path("breaks/", breaks), path("shut/", shut), path("api/v1/shut", shut)]
handler400, handler403 = portal.bad_request, portal.forbidden
handler404, handler500 = portal.not_found, portal.server_error


@pytest.fixture(autouse=True)
def place(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.PLACE = SimpleNamespace(
        name="江阳县", brand="济时办", phone="0831-12345", address="滨江路 18 号"
    )
    settings.DEMO = True
    settings.CSRF_FAILURE_VIEW = "jishiban.web.portal.csrf_failure"


@pytest.fixture
def sections() -> Iterator[list[Any]]:
    before, home.sections[:] = list(home.sections), []
    yield home.sections
    home.sections[:] = before


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def text(response: Any) -> str:
    return str(response.content.decode())


# --- home ---------------------------------------------------------------------------------------------------


def test_home_asks_the_question_and_goes_on_without_any_other_room(
    visitor: Client, sections: list[Any]
) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert "您想办什么事？" in text(page)
    assert 'action="/search"' in text(page)


def test_home_shows_what_other_rooms_put_there_and_escapes_it(visitor: Client, sections: list[Any]) -> None:
    sections.append(
        lambda: {"common": [SimpleNamespace(title="<b>开饭店", url="/matters/5/", hint="9 个工作日")]}
    )
    sections.append(
        lambda: {"figures": [SimpleNamespace(label="作出", value=1235, unit=" 件", url="/promises")]}
    )
    page = text(visitor.get("/"))
    assert "&lt;b&gt;开饭店" in page
    assert "1\u202f235" in page


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home page without what other rooms put on it."""
    monkeypatch.setattr(home, "sections", [])


def test_the_shell_says_demonstration_only_where_it_is_one(
    shell: None, visitor: Client, settings: Any
) -> None:
    assert "演示数据" in text(visitor.get("/"))
    settings.DEMO = False
    assert "演示数据" not in text(visitor.get("/"))


def test_the_shell_asks_the_database_nothing(shell: None, visitor: Client) -> None:
    # No database mark on this test: pytest-django would refuse any query.
    assert visitor.get("/").status_code == 200
    assert visitor.get("/nowhere/").status_code == 404


# --- mode ---------------------------------------------------------------------------------------------------


def test_a_chosen_mode_is_remembered_and_can_be_left_again(visitor: Client) -> None:
    answer = visitor.post("/mode/", {"mode": "elder", "next": "/offline/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/offline/?a=1")
    assert 'data-mode="elder"' in text(visitor.get("/"))
    assert visitor.cookies[MODE_COOKIE]["httponly"]
    visitor.post("/mode/", {"mode": "plain", "next": "/"})
    assert 'data-mode="plain"' in text(visitor.get("/"))


@pytest.mark.parametrize("mode", ["", "ELDER", "elder ", '"><script>', "admin"])
def test_a_mode_nobody_knows_is_not_stored_and_not_shown(visitor: Client, mode: str) -> None:
    visitor.cookies[MODE_COOKIE] = "elder"
    visitor.post("/mode/", {"mode": mode})
    assert visitor.cookies[MODE_COOKIE].value == ""
    visitor.cookies[MODE_COOKIE] = mode
    assert 'data-mode="plain"' in text(visitor.get("/"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\x00/x",
    ],
)
def test_the_way_back_never_leads_to_another_site(visitor: Client, elsewhere: str) -> None:
    assert visitor.post("/mode/", {"mode": "elder", "next": elsewhere})["Location"] == "/"


def test_the_mode_is_not_changed_by_a_link(visitor: Client) -> None:
    assert visitor.get("/mode/?mode=elder").status_code == 405


def test_the_mode_form_is_protected() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/mode/", {"mode": "elder"})
    assert answer.status_code == 403
    assert "这一页放得太久了" in text(answer)


def test_the_language_can_be_chosen(visitor: Client, settings: Any) -> None:
    visitor.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in text(visitor.get("/"))
    visitor.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-Hans"' in text(visitor.get("/"))


# --- the gallery --------------------------------------------------------------------------------------------


def test_the_gallery_opens_in_the_demonstration_and_nowhere_else(visitor: Client, settings: Any) -> None:
    assert visitor.get("/web/components/").status_code == 200
    settings.DEMO = settings.DEBUG = False
    assert visitor.get("/web/components/").status_code == 404


# --- what went wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nowhere/", 404, "找不到这一页"),
        ("/shut/", 403, "只对本单位开放。"),
        ("/breaks/", 500, "系统出错了"),
        ("/offline/", 200, "现在连不上网"),
    ],
)
def test_an_error_page_says_what_happened_and_gives_phone_and_way_back(
    visitor: Client, address: str, status: int, says: str
) -> None:
    page = visitor.get(address)
    assert page.status_code == status
    assert says in text(page)
    assert 'href="tel:083112345"' in text(page)
    assert 'href="/"' in text(page)


def test_a_bad_request_writes_nothing_and_says_so(visitor: Client) -> None:
    page = portal.bad_request(RequestFactory().get("/x"))
    assert page.status_code == 400
    assert "什么都没有保存" in text(page)


def test_too_many_requests_name_the_wait() -> None:
    page = portal.too_many(RequestFactory().post("/x"), 30)
    assert (page.status_code, page["Retry-After"]) == (429, "30")
    assert "30 秒" in text(page)


def test_an_expired_form_leads_back_to_its_page_but_to_no_other_site() -> None:
    ask = RequestFactory()
    back = portal.csrf_failure(ask.post("/x", HTTP_REFERER="http://testserver/apply/5"))
    away = portal.csrf_failure(ask.post("/x", HTTP_REFERER="https://evil.example/apply/5"))
    assert 'href="http://testserver/apply/5"' in text(back)
    assert "evil.example" not in text(away)


def test_a_broken_page_tells_nothing_of_the_inside(visitor: Client) -> None:
    page = text(visitor.get("/breaks/"))
    assert "on purpose" not in page
    assert "Traceback" not in page


def test_even_a_broken_error_page_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **more: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(portal, "render_to_string", fails)
    page = portal.server_error(RequestFactory().get("/x"))
    assert page.status_code == 500
    assert "系统出错了" in text(page)


def test_programs_get_errors_as_json(visitor: Client) -> None:
    for address, status in (("/api/v1/nothing", 404), ("/api/v1/shut", 403)):
        answer = visitor.get(address)
        assert answer.status_code == status
        assert set(answer.json()) == {"detail", "mend"}


# --- what every page knows ----------------------------------------------------------------------------------


def test_every_view_here_says_who_may_come_in() -> None:
    assert all(door_of(one.callback) for one in own)


@pytest.mark.parametrize("given", [{"name": "江阳县"}, SimpleNamespace(name="江阳县", phone="")])
def test_what_a_place_does_not_say_has_a_default(settings: Any, given: object) -> None:
    settings.PLACE = given
    known = Ui(RequestFactory().get("/")).place
    assert (known.name, known.brand, known.phone, known.address) == ("江阳县", "济时办", "12345", "")


def test_the_foot_names_the_last_checkpoint(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    ask = RequestFactory().get("/")
    assert Ui(ask).checkpoint == ""
    line = '{"size": 12408, "at": "2026-09-30T01:00:00.000000Z", "root": "7f3a9c1e00ff"}\n'
    (tmp_path / "checkpoints.jsonl").write_text(line)
    assert Ui(ask).checkpoint == "检查点 共 12\u202f408 条 · 2026年9月30日 09:00 · 7f3a9c1e"


@pytest.mark.parametrize("damaged", ["{", "[]\n", '{"size": 3}\n', "\n"])
def test_a_damaged_witness_file_does_not_break_the_pages(settings: Any, tmp_path: Path, damaged: str) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "checkpoints.jsonl").write_text(damaged)
    assert Ui(RequestFactory().get("/")).checkpoint == ""


# --- what is kept for everybody -----------------------------------------------------------------------------


def test_what_is_kept_for_everybody_holds_nothing_of_one_reader(visitor: Client) -> None:
    kept.forget()
    visitor.get("/nowhere/", {"q": "只有我搜过"}, HTTP_COOKIE="mode=elder")
    pieces = " ".join(kept._pieces.values())
    assert "演示数据" not in pieces
    assert "只有我搜过" not in pieces
    assert "csrf" not in pieces
    assert "期限计算" in pieces


def test_kept_pieces_follow_language_mode_and_place(shell: None, visitor: Client, settings: Any) -> None:
    assert "江阳县" in text(visitor.get("/"))
    settings.PLACE = {"name": "临江县"}
    assert "江阳县" not in text(visitor.get("/"))
    assert "长者模式" in text(visitor.get("/"))
    visitor.cookies[MODE_COOKIE] = "elder"
    assert "标准模式" in text(visitor.get("/"))


def test_many_addresses_do_not_make_many_pieces(visitor: Client) -> None:
    kept.forget()
    for n in range(20):
        visitor.get(f"/x{n}/")
    assert len(kept._pieces) < 10


def test_the_menu_marks_where_the_reader_is(visitor: Client) -> None:
    assert '<a href="/promises" aria-current="page">' in text(visitor.get("/promises"))
    assert "aria-current" not in text(visitor.get("/promisesx"))
