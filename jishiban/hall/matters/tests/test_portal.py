"""The pages for people: browse, guide, print, versions."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from django.test import Client

from jishiban.hall.matters import actions, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at, load_short_catalogue, make_matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Unit, Window

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def words(html: str) -> str:
    """What a page says, without markup and runs of blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


class TestGuide:
    def test_the_four_facts_come_first(self, client: Client, food: Matter) -> None:
        said = words(page(client, f"/matters/{food.pk}/"))
        for fact in (
            "几天 5个工作日法定10个工作日",
            "几趟 0趟网上申请窗口取件",
            "几份材料 2份1份免交，另1份看情形",
            "多少钱 免费",
        ):
            assert fact in said
        assert said.index("几天") < said.index("要准备的材料") < said.index("怎么办") < said.index("法律依据")

    def test_the_promise_stands_beside_the_statutory_limit(self, client: Client, food: Matter) -> None:
        said = words(page(client, f"/matters/{food.pk}/"))
        assert "承诺5个工作日比法定快5个工作日法定10个工作日" in said
        assert "《食品经营许可和备案管理办法》第二十一条" in said

    def test_materials_everybody_brings_come_before_those_of_some(self, client: Client, food: Matter) -> None:
        said = words(page(client, f"/matters/{food.pk}/"))
        assert said.index("食品经营许可申请书") < said.index("有这些情形，才要交") < said.index("检测报告")
        assert "容缺后补" in said
        assert "中央厨房" in said

    def test_the_picture_of_the_steps_has_a_lane_for_everyone(self, client: Client, food: Matter) -> None:
        html = page(client, f"/matters/{food.pk}/")
        assert re.findall(r'lanes__head"[^>]*>([^<]+)', html) == ["您", "窗口人员", "审查人员", "负责人"]
        assert re.findall(r'lanes__name"[^>]*>([^<]+)', html) == [
            "提交申请",
            "受理",
            "现场核查",
            "决定",
            "拿到结果",
        ]

    def test_a_change_of_the_guide_is_seen_at_once_and_one_of_the_phone_within_a_minute(
        self, client: Client, food: Matter, market: Unit
    ) -> None:
        page(client, f"/matters/{food.pk}/")
        Unit.objects.filter(pk=market.pk).update(phone="0531-84230001")
        assert "0531-84230001" not in page(client, f"/matters/{food.pk}/")
        actions.catalogue_moved()
        assert "0531-84230001" in page(client, f"/matters/{food.pk}/")

    def test_windows_and_phone_are_those_of_the_unit(
        self, client: Client, food: Matter, market: Unit
    ) -> None:
        Window.objects.create(number="A03", name="综合窗口", unit=market, zone="企业区", floor=2)
        Unit.objects.filter(pk=market.pk).update(phone="0531-84230001")
        said = words(page(client, f"/matters/{food.pk}/"))
        assert "2楼 企业区 A03号窗口" in said
        assert "0531-84230001" in said

    def test_many_windows_in_a_row_are_said_from_and_to(
        self, client: Client, food: Matter, market: Unit
    ) -> None:
        for number in ("B01", "B02", "B03", "B04"):
            Window.objects.create(number=number, name="企业登记", unit=market, zone="企业区")
        assert "1楼 企业区 B01至B04号窗口" in words(page(client, f"/matters/{food.pk}/"))

    def test_programs_find_a_government_service_in_the_page(self, client: Client, food: Matter) -> None:
        html = page(client, f"/matters/{food.pk}/")
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        assert found is not None
        data = json.loads(found[1])
        assert (data["@type"], data["name"]) == ("GovernmentService", "食品经营许可")
        assert data["url"].endswith(f"/matters/{food.pk}/")
        assert data["offers"]["price"] == "0"
        assert data["serviceOutput"] == [{"@type": "GovernmentPermit", "name": "食品经营许可证"}]

    def test_nothing_typed_by_an_editor_becomes_markup(
        self, client: Client, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        food_guide["summary"] = "</script><script>alert(1)</script>"
        food_guide["materials"][0]["note"] = "<b onclick=alert(1)>粗</b>"
        food_guide["steps"][0]["name"] = "<i>受理</i>"
        actions.publish(food, food_guide, editor, "坏心", at(2026, 4, 1, 9))
        for address in ("", "print/", "versions/", "versions/2/"):
            html = page(client, f"/matters/{food.pk}/{address}")
            assert "<script>alert" not in html
            assert "<b onclick" not in html
            assert "<i>" not in html

    def test_the_guide_shows_the_new_version_at_once(
        self, client: Client, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        assert "要收费吗" in page(client, f"/matters/{food.pk}/")
        food_guide["faq"] = [{"q": "能邮寄吗？", "a": "能。"}]
        actions.publish(food, food_guide, editor, "改问答", at(2026, 4, 1, 9))
        html = page(client, f"/matters/{food.pk}/")
        assert "能邮寄吗" in html
        assert "要收费吗" not in html

    def test_a_short_guide_gives_the_phone_instead_of_the_application(
        self, client: Client, market: Unit
    ) -> None:
        load_short_catalogue()
        matter = Matter.objects.filter(current__is_full=False, type="01").first()
        assert matter is not None
        html = page(client, f"/matters/{matter.pk}/")
        assert "完整的指南还在编写" in html
        assert f"/apply/{matter.pk}/" not in html

    def test_a_guide_takes_one_query_when_warm_and_three_at_first(
        self, client: Client, food: Matter, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(3):
            client.get(f"/matters/{food.pk}/")
        with django_assert_num_queries(1):
            client.get(f"/matters/{food.pk}/")

    def test_english_labels_do_not_get_into_the_chinese_page(self, client: Client, food: Matter) -> None:
        client.get(f"/matters/{food.pk}/", headers={"accept-language": "en"})
        assert "要准备的材料" in page(client, f"/matters/{food.pk}/")

    def test_every_guide_of_the_house_can_be_shown_and_printed(self, client: Client, bureau: Unit) -> None:
        seed.load_catalogue()
        for pk in Matter.objects.filter(current__is_full=True).values_list("pk", flat=True):
            page(client, f"/matters/{pk}/")
            page(client, f"/matters/{pk}/print/")

    def test_what_is_not_there_is_404(self, client: Client, food: Matter) -> None:
        for address in (
            "/matters/999/",
            "/matters/99999999999999999999/",
            f"/matters/{food.pk}/versions/9/",
            "/matters/999/print/",
        ):
            page(client, address, 404)


class TestOutOfTheHall:
    @pytest.fixture(params=["suspend", "cancel", "penalty"])
    def away(self, request: pytest.FixtureRequest, food: Matter) -> Matter:
        if request.param == "penalty":
            Matter.objects.filter(pk=food.pk).update(type="02")
            actions.catalogue_moved()
        else:
            act = {"suspend": actions.suspend_matter, "cancel": actions.cancel_matter}[request.param]
            act(food, SYSTEM, "依据", at(2026, 4, 1, 9))
        return Matter.objects.get(pk=food.pk)

    def test_it_is_in_no_list_search_print_or_api(self, client: Client, away: Matter) -> None:
        assert away.name not in page(client, "/matters/")
        assert f"/matters/{away.pk}/" not in page(client, "/search?q=食品经营许可")
        assert f"/matters/{away.pk}/" not in page(client, "/search")
        page(client, f"/matters/{away.pk}/print/", 404)
        assert json.loads(page(client, "/api/v1/matters"))["count"] == 0
        for address in ("", "/guide", "/guide?version=1"):
            page(client, f"/api/v1/matters/{away.pk}{address}", 404)

    def test_its_page_says_so_and_gives_a_way_on(self, client: Client, away: Matter) -> None:
        html = page(client, f"/matters/{away.pk}/", 410 if away.status == "3" else 404)
        assert f"/apply/{away.pk}/" not in html
        assert "会照常办完" in html
        assert "tel:" in html

    def test_what_was_promised_stays_to_be_seen(self, client: Client, away: Matter) -> None:
        assert "5个工作日" in words(page(client, f"/matters/{away.pk}/versions/?on=2026-03-05"))
        page(client, f"/matters/{away.pk}/versions/1/")


class TestPrint:
    def test_the_sheet_has_the_checklist_and_a_code_back_to_the_page(
        self, client: Client, food: Matter
    ) -> None:
        html = page(client, f"/matters/{food.pk}/print/")
        assert 'class="qr__code"' in html
        assert html.count("sheet-box") == 3
        assert "第1版，2026年3月2日起执行" in words(html)

    def test_the_code_leads_to_the_address_people_use(
        self, client: Client, food: Matter, settings: Any
    ) -> None:
        settings.PUBLIC_URL = "https://zwfw.example.gov.cn"
        assert client.get(f"/matters/{food.pk}/print/").context["address"] == (
            f"https://zwfw.example.gov.cn/matters/{food.pk}/"
        )


class TestVersions:
    @pytest.fixture
    def changed(self, food: Matter, food_guide: Document, editor: Actor) -> Matter:
        """食品经营许可, promised in 5 working days since 2 March, in 3 since 1 April 2026, 10:00."""
        food_guide["promise"] = {"amount": 3, "unit": "工作日"}
        del food_guide["materials"][2]
        food_guide["conditions"].append("负责人到场")
        actions.publish(food, food_guide, editor, "缩到3个工作日，少交一份材料", at(2026, 4, 1, 10))
        return food

    @pytest.mark.parametrize(
        ("day", "answer"),
        [
            ("2026-03-01", "还没有这份指南"),
            ("2026-03-02", "2026年3月2日的承诺： 5个工作日"),
            ("2026-03-31", "2026年3月31日的承诺： 5个工作日"),
            ("2026-04-02", "2026年4月2日的承诺： 3个工作日"),
        ],
    )
    def test_the_promise_of_any_day_is_answered(
        self, client: Client, changed: Matter, day: str, answer: str
    ) -> None:
        said = words(page(client, f"/matters/{changed.pk}/versions/?on={day}"))
        assert answer.replace("： ", "：") in said.replace("： ", "：")

    def test_a_day_of_change_has_both_answers(self, client: Client, changed: Matter) -> None:
        said = words(page(client, f"/matters/{changed.pk}/versions/?on=2026-04-01"))
        assert "2026年4月1日的承诺：3个工作日" in said
        assert "当天改版以前：5个工作日" in said

    @pytest.mark.parametrize(("typed", "message"), [("", "请填日期"), ("昨天", "看不懂这个日期"), ("2999-01-01", "还没到"),
                                                    ("0900-01-01", "太早了")])  # fmt: skip
    def test_a_wrong_day_is_told_beside_its_field(
        self, client: Client, changed: Matter, typed: str, message: str
    ) -> None:
        html = page(client, f"/matters/{changed.pk}/versions/?on={typed}")
        assert message in html
        assert "id_on_error" in html

    @pytest.mark.parametrize("typed", ["2026年3月5日", "2026/3/5", "2026.3.5"])
    def test_a_day_may_be_typed_as_people_write_it(self, client: Client, changed: Matter, typed: str) -> None:
        assert "2026年3月5日的承诺" in page(client, f"/matters/{changed.pk}/versions/?on={typed}")

    def test_what_changed_can_be_read(self, client: Client, changed: Matter) -> None:
        said = words(page(client, f"/matters/{changed.pk}/versions/"))
        assert "承诺时限：5个工作日 → 3个工作日" in said
        assert "去掉 材料：检测报告" in said
        assert "新增 受理条件：负责人到场" in said
        assert said.index("第2版") < said.index("第1版")

    def test_an_old_version_is_shown_as_it_stood(self, client: Client, changed: Matter) -> None:
        said = words(page(client, f"/matters/{changed.pk}/versions/1/"))
        assert "这是旧的第1版，从2026年3月2日到2026年4月1日执行。" in said
        assert "检测报告" in said

    def test_the_number_of_queries_does_not_grow_with_the_versions(
        self,
        client: Client,
        changed: Matter,
        food_guide: Document,
        editor: Actor,
        django_assert_num_queries: Any,
    ) -> None:
        for n in range(4):
            actions.publish(
                changed, food_guide | {"summary": f"说法{n}。"}, editor, "改", at(2026, 5, n + 1, 9)
            )
        with django_assert_num_queries(2):
            client.get(f"/matters/{changed.pk}/versions/")


class TestBrowse:
    def test_filters_narrow_and_can_be_shared(self, client: Client, bureau: Unit, market: Unit) -> None:
        seed.load_catalogue()
        assert "共266项" in words(page(client, "/matters/")).replace(" ", "")
        assert "共7项" in words(page(client, "/matters/?type=05")).replace(" ", "")
        html = page(client, "/matters/?type=20&kind=即办件&department=医疗保障")
        assert "异地就医备案" in html
        assert 'aria-current="true"' in html
        assert f"共{Matter.objects.filter(unit=market).count()}项" in words(
            page(client, f"/matters/?unit={market.pk}")
        ).replace(" ", "")

    def test_a_line_says_what_it_is_for_and_what_it_takes(self, client: Client, food: Matter) -> None:
        said = words(page(client, "/matters/"))
        for part in (
            "食品经营许可",
            "开饭店、卖散装食品，要办这个证。",
            "行政许可",
            "5个工作日办结",
            "不用跑",
        ):
            assert part in said

    def test_pages_keep_the_filter(self, client: Client, bureau: Unit) -> None:
        seed.load_catalogue()
        html = page(client, "/matters/?type=01")
        assert "?type=01&amp;page=2" in html
        assert "第2页" in words(page(client, "/matters/?type=01&page=2")).replace(" ", "")

    @pytest.mark.parametrize(
        "query", ["?type=zz", "?page=0", "?page=abc", "?unit=abc", "?unit=99999999999999999999"]
    )
    def test_a_strange_address_shows_a_page_not_a_fault(
        self, client: Client, food: Matter, query: str
    ) -> None:
        page(client, f"/matters/{query}")

    def test_a_list_takes_the_same_queries_whatever_its_length(
        self, client: Client, food: Matter, bureau: Unit, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(4):
            client.get("/matters/")
        seed.load_catalogue()
        with django_assert_num_queries(4):
            client.get("/matters/")

    def test_nothing_left_by_the_filters_says_what_to_do(self, client: Client, food: Matter) -> None:
        assert "请少选一个条件" in page(client, "/matters/?type=05")


def test_a_warm_guide_costs_little(client: Client, bureau: Unit) -> None:
    """A loose bound against slow creep; `jishiban bench` measures the real one."""
    seed.load_catalogue()
    address = Matter.objects.get(local_code="5").get_absolute_url()
    client.get(address)
    began = time.process_time()
    for _again in range(20):
        client.get(address)
    assert (time.process_time() - began) / 20 < 0.015


def test_a_matter_without_a_unit_still_has_a_page(client: Client, food_guide: Document) -> None:
    matter = make_matter(None, "8", "无单位事项", body="行政审批服务局")
    actions.publish(matter, food_guide, SYSTEM, "首发", at(2026, 3, 2, 9))
    assert "行政审批服务局" in page(client, f"/matters/{matter.pk}/")
    page(client, f"/matters/{matter.pk}/print/")
