"""The editor's desk: drafts, publishing, status and lists brought in from a file."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jishiban.hall.matters import actions, document, forms, queries, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import GuideDraft, GuideVersion, ListUpload, Matter
from jishiban.hall.matters.tests.conftest import at, load_short_catalogue, make_matter, person_of
from jishiban.hall.matters.tests.test_portal import page, words
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role, Staff, Unit

pytestmark = pytest.mark.django_db


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(li: Staff) -> Client:
    return signed_in(li)


@pytest.fixture
def chief_desk(wang: Staff) -> Client:
    return signed_in(wang)


def fields(html: str) -> dict[str, Any]:
    """The fields of the editor's form as a browser would post them, without its buttons."""
    form = re.search(r'<form class="guide-form".*?</form>', html, re.DOTALL)
    assert form is not None
    posted: dict[str, Any] = {}
    for tag, attrs, inner in re.findall(
        r"<(input|textarea|select)\b([^>]*)>(?:(.*?)</\1>)?", form[0], re.DOTALL
    ):
        name = re.search(r'name="([^"]*)"', attrs)
        if name and name[1] != "csrfmiddlewaretoken":
            _note(posted, name[1], tag, attrs, inner)
    return posted


def _note(posted: dict[str, Any], name: str, tag: str, attrs: str, inner: str) -> None:
    from html import unescape

    if tag == "textarea":
        posted[name] = unescape(inner).strip("\n")
    elif tag == "select":
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        posted[name] = unescape(chosen[1]) if chosen else ""
    elif 'type="checkbox"' in attrs:
        value = re.search(r'value="([^"]*)"', attrs)
        if " checked" in attrs:
            posted.setdefault(name, []).append(unescape(value[1]) if value else "on")
    else:
        value = re.search(r'value="([^"]*)"', attrs)
        posted[name] = unescape(value[1]) if value else ""


def edit_of(matter: Matter) -> str:
    return reverse("matters:desk-edit", args=[matter.pk])


def post(client: Client, matter: Matter, do: str, **changes: Any) -> Any:
    """Open the editor, change some fields, press a button."""
    return client.post(edit_of(matter), fields(page(client, edit_of(matter))) | changes | {"do": do})


class TestEditing:
    def test_the_form_gives_back_the_document_it_was_made_of(
        self, food_guide: Document, bureau: Unit
    ) -> None:
        seed.load_catalogue()
        for version in GuideVersion.objects.filter(is_full=True).select_related("matter").order_by("pk")[::6]:
            whole = document.complete(version.body)
            html = _rendered(whole)
            assert forms.read(_query(fields(html)), whole) == whole, version.matter.name

    def test_saving_keeps_a_draft_and_changes_no_guide(self, desk: Client, food: Matter) -> None:
        response = post(desk, food, "save", promise_amount="4", summary="开饭店要办。")
        assert response.status_code == 302
        draft = GuideDraft.objects.get(matter=food)
        assert draft.body["promise"] == {"amount": 4, "unit": "工作日"}
        assert queries.versions(food).count() == 1
        assert 'value="4"' in page(desk, edit_of(food))

    def test_what_was_typed_wrong_is_kept_with_a_message_beside_it(self, desk: Client, food: Matter) -> None:
        response = post(desk, food, "publish", promise_amount="十天", **{"materials-0-name": "其他材料"})
        assert response["Location"].endswith("?check=1")
        html = page(desk, response["Location"])
        assert 'value="十天"' in html
        assert 'value="其他材料"' in html
        assert "时限要填整数" in words(html)
        assert 'id="id_promise_amount_error"' in html
        assert 'id="id_materials-0-name_error"' in html
        assert "有 2 处需要改正" in words(html)
        assert queries.versions(food).count() == 1

    def test_rows_are_added_moved_and_dropped_by_buttons(self, desk: Client, food: Matter) -> None:
        response = post(desk, food, "add:materials")
        assert response["Location"].endswith("#materials-3")
        post(desk, food, "save", **{"materials-3-name": "租房合同"})
        post(desk, food, "up:materials:3")
        post(desk, food, "drop:materials:0")
        names = [row["name"] for row in GuideDraft.objects.get(matter=food).body["materials"]]
        assert names == ["营业执照", "租房合同", "检测报告"]

    @pytest.mark.parametrize("part", list(forms.ROW_FORMS))
    def test_every_part_can_grow_and_shrink(self, desk: Client, food: Matter, part: str) -> None:
        whole = document.complete(food.current.body if food.current else {})
        before = len(forms.rows_of(whole, part))
        post(desk, food, f"add:{part}")
        assert len(forms.rows_of(GuideDraft.objects.get(matter=food).body, part)) == before + 1
        post(desk, food, f"drop:{part}:{before}")
        assert len(forms.rows_of(GuideDraft.objects.get(matter=food).body, part)) == before

    @pytest.mark.parametrize("do", ["drop:materials:99", "up:materials:0", "down:materials:2", "add:nothing", "drop:x:y",
                                    "up:materials:-1"])  # fmt: skip
    def test_a_button_that_leads_nowhere_changes_no_row(self, desk: Client, food: Matter, do: str) -> None:
        assert post(desk, food, do).status_code == 302
        assert [m["key"] for m in GuideDraft.objects.get(matter=food).body["materials"]] == [
            "shenqingshu", "zhizhao", "jiance",
        ]  # fmt: skip

    def test_a_part_keeps_what_the_form_does_not_show(
        self, desk: Client, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        food_guide |= {"check": "核对条号", "extra": {"kept": True}}
        food_guide["materials"][0]["sample"] = "样表一"
        actions.publish(food, food_guide, editor, "加内容", at(2026, 3, 3, 9))
        post(desk, food, "save", summary="开饭店要办。")
        body = GuideDraft.objects.get(matter=food).body
        assert (body["check"], body["extra"], body["materials"][0]["sample"]) == (
            "核对条号",
            {"kept": True},
            "样表一",
        )

    def test_publishing_goes_from_draft_to_a_new_version(self, desk: Client, food: Matter, li: Staff) -> None:
        response = post(desk, food, "publish", promise_amount="３")
        page_ = page(desk, response["Location"])
        assert "承诺时限5个工作日3个工作日" in words(page_)
        done = desk.post(response["Location"], {"change": "缩到3个工作日"})
        assert done["Location"].endswith("/history/")
        food.refresh_from_db()
        assert food.current is not None
        assert (food.current.number, food.current.promise_amount, food.current.published_by) == (2, 3, li)
        assert "缩到3个工作日" in page(desk, done["Location"])

    def test_a_publication_without_a_note_stays_where_it_was(self, desk: Client, food: Matter) -> None:
        post(desk, food, "save", promise_amount="3")
        html = desk.post(reverse("matters:desk-publish", args=[food.pk]), {"change": ""}).content.decode()
        assert "请写这次改了什么" in html
        assert queries.versions(food).count() == 1

    def test_a_short_guide_can_be_made_whole(self, desk: Client, bureau: Unit, market: Unit) -> None:
        load_short_catalogue()
        matter = Matter.objects.filter(unit=market, current__is_full=False).first()
        assert matter is not None
        response = post(desk, matter, "publish")
        assert response["Location"].endswith("?check=1")

    def test_the_preview_shows_the_draft_and_people_do_not_see_it(
        self, desk: Client, client: Client, food: Matter
    ) -> None:
        response = post(desk, food, "preview", summary="还没有发布的说法。")
        assert "还没有发布的说法。" in page(desk, response["Location"])
        assert "还没有发布的说法。" not in page(client, f"/matters/{food.pk}/")

    def test_a_version_published_meanwhile_is_pointed_out(
        self, desk: Client, food: Matter, food_guide: Document, chief: Actor
    ) -> None:
        post(desk, food, "save", summary="我的说法。")
        actions.publish_many(
            [actions.Publication(food, food_guide | {"summary": "别人的。"}, True, "抢先")],
            chief,
            at(2026, 4, 1, 9),
        )
        assert "别人发布了新版本" in page(desk, edit_of(food))
        post(desk, food, "take-over")
        assert "别人发布了新版本" not in page(desk, edit_of(food))

    def test_a_draft_can_be_thrown_away(self, desk: Client, food: Matter) -> None:
        post(desk, food, "save", summary="我的说法。")
        desk.post(reverse("matters:desk-discard", args=[food.pk]))
        assert not GuideDraft.objects.exists()


def _rendered(whole: Document) -> str:
    from django.template.loader import render_to_string

    laid = forms.editor(whole)
    matter = Matter(pk=1, name=whole["name"])
    return render_to_string("matters/desk/edit.html", {"editor": laid, "forms": laid.all, "matter": matter})


def _query(posted: dict[str, Any]) -> Any:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    for name, value in posted.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


class TestList:
    def test_only_the_own_guides_are_listed(self, desk: Client, food: Matter, social: Unit) -> None:
        make_matter(social, "9", "养老机构备案")
        html = page(desk, "/desk/guides/")
        assert "食品经营许可" in html
        assert "养老机构备案" not in html

    @pytest.mark.parametrize(
        ("show", "there"), [("full", True), ("short", False), ("draft", False), ("out", False)]
    )
    def test_the_list_is_narrowed_by_what_is_to_do(
        self, desk: Client, food: Matter, show: str, there: bool
    ) -> None:
        assert ("食品经营许可" in page(desk, f"/desk/guides/?show={show}")) is there

    def test_a_list_takes_the_same_queries_whatever_its_length(
        self, chief_desk: Client, food: Matter, django_assert_max_num_queries: Any
    ) -> None:
        seed.load_catalogue()
        page(chief_desk, "/desk/guides/")
        with django_assert_max_num_queries(9):  # who is there takes seven of them
            page(chief_desk, "/desk/guides/")


class TestStatus:
    def test_a_matter_is_suspended_after_one_question_and_a_reason(self, desk: Client, food: Matter) -> None:
        address = reverse("matters:desk-status", args=[food.pk]) + "?to=suspend"
        assert "暂停这个事项？" in page(desk, address)
        assert "请写明原因和依据" in desk.post(address, {"reason": ""}).content.decode()
        assert desk.post(address, {"reason": "系统升级"}).status_code == 302
        food.refresh_from_db()
        assert food.status == "2"

    def test_an_unknown_wish_goes_back(self, desk: Client, food: Matter) -> None:
        assert desk.get(reverse("matters:desk-status", args=[food.pk]) + "?to=burn").status_code == 302


class TestImport:
    HEAD = "清单编号,事项名称,事项类型\n"

    def send(self, client: Client, text: str, name: str = "清单.csv") -> Any:
        return client.post("/desk/guides/import/", {"list": SimpleUploadedFile(name, text.encode("gb18030"))})

    def test_a_file_is_shown_first_and_lands_when_confirmed(self, chief_desk: Client, bureau: Unit) -> None:
        response = self.send(chief_desk, f"{self.HEAD}1,燃气经营许可,行政许可\n2,,行政许可\n")
        html = page(chief_desk, response["Location"])
        assert "燃气经营许可" in html
        assert "B3" in html
        assert not Matter.objects.exists()
        done = chief_desk.post(response["Location"], {}, follow=True)
        assert "新增1" in done.content.decode()
        assert Matter.objects.get().unit == bureau
        assert not ListUpload.objects.exists()

    def test_a_list_not_wanted_is_dropped(self, chief_desk: Client) -> None:
        response = self.send(chief_desk, f"{self.HEAD}1,燃气经营许可,行政许可\n")
        chief_desk.post(response["Location"], {"drop": "1"})
        assert not Matter.objects.exists()
        assert not ListUpload.objects.exists()

    @pytest.mark.parametrize(("text", "message"), [("甲,乙\n1,2\n", "找不到表头"), ("", "文件是空的")])
    def test_a_file_that_cannot_be_used_is_told_beside_the_field(
        self, chief_desk: Client, text: str, message: str
    ) -> None:
        html = self.send(chief_desk, text).content.decode()
        assert message in html
        assert "id_list_error" in html
        assert not ListUpload.objects.exists()

    def test_no_file_at_all_is_told(self, chief_desk: Client) -> None:
        assert "请选一个文件" in chief_desk.post("/desk/guides/import/", {}).content.decode()

    def test_a_binary_file_is_refused(self, chief_desk: Client) -> None:
        sent = io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00")
        sent.name = "照片.csv"
        assert "不是CSV或XLSX" in chief_desk.post("/desk/guides/import/", {"list": sent}).content.decode()

    def test_nobody_confirms_the_list_of_another(self, chief_desk: Client, bureau: Unit) -> None:
        response = self.send(chief_desk, f"{self.HEAD}1,燃气经营许可,行政许可\n")
        other = signed_in(person_of(bureau, "sun", Role.EDITOR))
        assert other.get(response["Location"]).status_code == 404
        assert other.post(response["Location"]).status_code == 404


def addresses(matter: Matter) -> list[tuple[str, str]]:
    """(method, address) of everything the desk does to one matter."""
    names = {"desk-edit": "gp", "desk-preview": "g", "desk-publish": "gp", "desk-discard": "p", "desk-status": "gp",
             "desk-history": "g"}  # fmt: skip
    return [
        ({"g": "get", "p": "post"}[letter], reverse(f"matters:{name}", args=[matter.pk]))
        for name, letters in names.items()
        for letter in letters
    ]


class TestDoors:
    def test_nobody_comes_in_without_signing_in(self, client: Client, food: Matter) -> None:
        for method, address in [*addresses(food), ("get", "/desk/guides/"), ("get", "/desk/guides/import/")]:
            response = getattr(client, method)(address)
            assert response.status_code == 302, address
            assert "sign-in" in response["Location"]

    @pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.ADMIN])
    def test_other_posts_do_not_edit(self, food: Matter, market: Unit, role: Role) -> None:
        client = signed_in(person_of(market, "someone", role))
        for method, address in [*addresses(food), ("get", "/desk/guides/"), ("get", "/desk/guides/import/")]:
            assert getattr(client, method)(address).status_code == 403, address

    def test_an_editor_of_another_unit_reaches_nothing(self, food: Matter, social: Unit) -> None:
        client = signed_in(person_of(social, "qian", Role.EDITOR))
        for method, address in addresses(food):
            assert getattr(client, method)(address).status_code == 403, address
        assert food.name not in page(client, "/desk/guides/")
        assert (queries.versions(food).count(), GuideDraft.objects.count()) == (1, 0)

    def test_an_editor_of_one_unit_imports_no_lists(self, desk: Client) -> None:
        assert desk.get("/desk/guides/import/").status_code == 403
        assert "导入清单" not in page(desk, "/desk/guides/")

    def test_the_editor_of_the_bureau_reaches_every_unit(self, chief_desk: Client, food: Matter) -> None:
        for method, address in addresses(food):
            assert getattr(chief_desk, method)(address).status_code in (200, 302), address
