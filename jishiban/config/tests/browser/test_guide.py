"""The guide as people meet it: asked at home, chosen, handed to a person and read; a scenario to its print; an editor's day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser.people import CLERK, EDITOR
from jishiban.config.tests.browser.test_accessibility import MODES, examined, walked
from jishiban.config.tests.browser.visits import PATIENCE, Stage, Visits

pytestmark = pytest.mark.browser

MATTER = 7  # no other journey changes its guide
PUBLIC = (
    "/guide/", "/guide/?q=", "/guide/questions/", "/guide/scenarios/", "/guide/scenarios/restaurant/",
    "/guide/scenarios/passport/",
)  # fmt: skip
DESK = (
    "/desk/questions/", "/desk/scenarios/", "/desk/scenarios/new/", "/desk/scenarios/restaurant/edit/",
    "/desk/scenarios/restaurant/paths/", "/desk/scenarios/restaurant/preview/", "/desk/scenarios/restaurant/publish/",
    "/desk/scenarios/restaurant/history/", "/desk/scenarios/restaurant/status/",
)  # fmt: skip
UNCLEAR = ("补贴", "餐饮", "公司变更", "许可证", "我要开饭店", "开店", "房子的证")


def ask(page: Page, question: str) -> None:
    """Into the box of the guide's pages."""
    turns = page.locator(".turn").count()
    page.locator("#say-q").fill(question)
    page.get_by_role("button", name="问一问").click()
    expect(page.locator(".turn")).to_have_count(turns + 1, timeout=PATIENCE)


def last(page: Page) -> str:
    return page.locator(".turn").last.inner_text()


# --- people ----------------------------------------------------------------------------------------------------


def test_what_is_typed_at_home_is_answered_with_its_source(visit: Visits) -> None:
    page = visit("/", width=390)
    page.locator("#ask-q").fill("护照丢了咋办")
    page.get_by_role("button", name="问一问").click()
    turn = page.locator(".turn").last
    expect(turn.locator(".answer__source")).to_contain_text("《普通护照签发办事指南》", timeout=PATIENCE)
    expect(turn.locator(".answer__source")).to_contain_text("最近核对")
    expect(turn.locator(".turn__scenarios")).to_contain_text("出国出境")
    ask(page, "要多久")
    expect(page.locator(".turn").last.locator(".answer__question")).to_contain_text("普通护照签发")
    page.go_back()
    expect(page.locator(".turn")).to_have_count(2)  # going back asks nothing again
    page.goto("/guide/")
    expect(page.locator(".turn")).to_have_count(0)


def test_an_unclear_question_is_met_with_buttons_that_answer(visit: Visits) -> None:
    page = visit("/guide/")
    for question in UNCLEAR:
        ask(page, question)
        if page.locator(".turn").last.locator(".option").count():
            break
    page.locator(".turn").last.locator(".option").first.click()
    expect(page.locator(".turn").last.locator(".answer__source")).to_be_visible()


def test_a_question_for_a_person_is_answered_at_the_desk_and_read_by_its_code(
    visit: Visits, stage: Stage, axe_source: str
) -> None:
    page = visit("/guide/", width=390)
    ask(page, "食品经营许可要什么材料")
    page.get_by_role("link", name="请人回答").last.click()
    page.get_by_label("您的问题").fill("我的店在二楼，能办吗？")
    page.get_by_role("button", name="提交").click()
    number, code = page.locator(".inquiry__facts dd").all_inner_texts()[:2]
    clerk = visit(f"/desk/inquiries/{number}/", staff=CLERK)
    expect(clerk.locator(".transcript")).to_contain_text("食品经营许可要什么材料")
    faults = examined(clerk, axe_source, elder=False)
    clerk.set_viewport_size({"width": 1280, "height": 800})
    clerk.locator(".steps-allowed").get_by_role("link", name=re.compile("答复")).first.click()
    faults += examined(clerk, axe_source, elder=False)
    clerk.locator("textarea").first.fill("二楼可以办。要有两个出口。")
    clerk.get_by_role("main").get_by_role("button", name="答复").click()
    expect(clerk.locator(".desk__page, main").first).to_contain_text("已答复")
    reader = visit("/guide/questions/", elder=True)
    reader.get_by_label("编号").fill(number)
    reader.get_by_label("查询码").fill(code)
    reader.get_by_role("main").get_by_role("button", name="查看").click()
    expect(reader.locator(".turns")).to_contain_text("二楼可以办。要有两个出口。")
    faults += examined(reader, axe_source, elder=True)
    assert not faults, "\n".join(faults)


def test_a_scenario_leads_to_a_plan_one_can_print(visit: Visits, axe_source: str) -> None:
    page = visit("/", width=390)
    page.get_by_role("link", name="我要开餐馆").click()
    for _question in range(12):
        if not page.locator("input[type=radio]").count():
            break
        page.locator("label.asking__option").first.click()
        page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="要带的材料")).to_be_visible()
    expect(page.locator("main svg").first).to_be_visible()
    faults = examined(page, axe_source, elder=False)
    page.get_by_role("link", name="打印").first.click()
    page.emulate_media(media="print")
    expect(page.locator("body")).to_contain_text("食品")
    expect(page.get_by_role("img", name=re.compile("^扫码"))).to_be_visible()
    faults += examined(page, axe_source, elder=False)
    assert not faults, "\n".join(faults)


@MODES
def test_axe_finds_nothing_in_the_guide(visit: Visits, stage: Stage, axe_source: str, elder: bool) -> None:
    faults = walked(visit(elder=elder), PUBLIC, stage, axe_source, elder=elder)
    faults += walked(visit(staff=EDITOR, elder=elder), DESK, stage, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


# --- an editor's day -------------------------------------------------------------------------------------------


def test_what_nobody_could_answer_is_found_after_one_key(visit: Visits, axe_source: str) -> None:
    words = "咕噜坊"
    asker = visit("/guide/")
    ask(asker, f"办{words}")
    assert not asker.locator(".turn").last.locator(".answer__source").count()
    page = visit("/desk/questions/", staff=EDITOR)
    cluster = page.locator("[data-cluster]").filter(has_text=words)
    place = page.locator("[data-cluster]").evaluate_all(
        "(all, words) => all.findIndex((one) => one.textContent.includes(words))", words
    )
    meant = cluster.locator("[data-do='1']").inner_text().partition("“")[2].rstrip("”")
    for _line in range(place + 1):
        page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator(".desk__page, main").first).to_contain_text("以后这样问就能找到")
    expect(cluster).to_have_count(0)
    ask(asker, f"办{words}")
    assert meant in last(asker)


def test_an_edited_guide_answers_at_once(visit: Visits) -> None:
    anyone = visit(f"/matters/{MATTER}/")
    name = anyone.get_by_role("heading", level=1).inner_text()
    anyone.goto("/guide/")
    ask(anyone, f"{name}的法定时限和承诺时限是多久")
    editor = visit(f"/desk/guides/{MATTER}/edit/", staff=EDITOR)
    editor.locator('[name="promise_amount"], [name$="-promise_amount"]').fill("2")
    editor.get_by_role("button", name="去发布").first.click()
    editor.locator('[name="change"]').fill("承诺时限改为两天。")
    editor.get_by_role("button", name="发布", exact=True).click()
    ask(anyone, f"{name}要多久")
    expect(anyone.locator(".turn").last.locator(".answer__text")).to_contain_text("2个工作日")
    expect(anyone.locator(".turn").last.locator(".answer__source")).to_contain_text("第 2 版")


def through_reviews(visit: Visits, stage: Stage, page: Page) -> None:
    """Each of the three by whoever the page names."""
    address = re.sub(r"^https?://[^/]+", "", page.url)
    for due in ("初审通过", "复审通过", "终审通过并发布"):
        page.goto(address)
        owner = re.search("现在由(.+?)负责", page.locator("main, .desk__page").first.inner_text())
        assert owner
        reader = visit(address, staff=stage.cases[owner.group(1)])
        reader.get_by_role("button", name=due).click()
        expect(reader.locator(".desk__page").first).to_contain_text("已")


def test_a_line_of_the_lexicon_counts_after_three_reviews(visit: Visits, stage: Stage) -> None:
    page = visit("/desk/library/lexicon/new/", staff=EDITOR)
    for name, text in (
        ("said", "咪嘞证"), ("official", "普通护照签发"), ("owner", "公安"), ("test", "办个咪嘞证"), ("why", "这里的人这样说"),
    ):  # fmt: skip
        page.locator(f'[name="{name}"]').fill(text)
    page.get_by_role("button", name="提交审核").click()
    through_reviews(visit, stage, page)
    asker = visit("/guide/")
    ask(asker, "咪嘞证要带什么")
    assert "普通护照签发" in last(asker)


ROWS = """标准问题,答复,出处,相似问法
大厅周末上班吗？,周六上午上班，周日休息。,大厅服务公告,周末开门吗
没有出处的问题？,不知道。,,
"""


def test_a_file_of_entries_is_looked_through_and_goes_to_review(visit: Visits, tmp_path: Path) -> None:
    page = visit("/desk/library/import/", staff=EDITOR)
    file = tmp_path / "条目.csv"
    file.write_text(ROWS, encoding="gb18030")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("main")).to_contain_text("出处")
    page.locator('[name="why"]').fill("群众常问")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main, .desk__page").first).to_contain_text("大厅周末上班吗？")
