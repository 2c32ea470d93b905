"""Anyone: promises open to their records, the ledger shows its checkpoint, a receipt is verified without a line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE

pytestmark = pytest.mark.browser


def test_every_figure_of_promises_opens_to_masked_records(visit: Visits) -> None:
    page = visit("/promises")
    table = page.get_by_role("table")
    row = table.get_by_role("row").nth(1)
    expect(row.get_by_role("link")).to_have_count(4)
    made = row.get_by_role("link").first
    count = int(re.sub(r"\D", "", made.inner_text()))
    assert count > 0
    made.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    rows = page.locator("tbody tr")
    assert 0 < rows.count() <= count
    expect(rows.first.locator("td").first).to_have_text(re.compile(r"\d"))
    assert not re.search(r"1\d{10}|\d{17}[\dX]", page.locator("main").inner_text())


def test_something_is_overdue_now_and_says_so(visit: Visits) -> None:
    page = visit("/promises")
    whole = page.locator("tbody tr").first
    overdue = whole.get_by_role("link").nth(3)
    assert int(re.sub(r"\D", "", overdue.inner_text())) >= 1
    overdue.click()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_the_calculator_shows_each_day_and_why(visit: Visits) -> None:
    page = visit("/clock/")
    page.get_by_label("期限", exact=True).fill("5")
    page.get_by_label("从哪一天起").fill("2026-09-28")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("heading", name="最后一天是")).to_contain_text("2026年")
    expect(page.locator("table.days tbody tr").first).to_be_visible()
    expect(page.locator("table.days")).to_contain_text("国庆")


def test_wrong_numbers_in_the_calculator_are_told_beside_the_field(visit: Visits) -> None:
    page = visit("/clock/?amount=-3&unit=工作日&start=2026-02-31")
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("[aria-invalid=true]")).not_to_have_count(0)


def test_the_ledger_shows_its_last_signed_checkpoint(visit: Visits) -> None:
    page = visit("/ledger/")
    expect(page.get_by_role("heading", name="最近一次签名存档")).to_be_visible()
    expect(page.locator(".record__facts .record__hash").first).to_have_text(re.compile("^[0-9a-f]{64}$"))
    page.get_by_label("账目编号").fill("3")
    page.get_by_role("button", name="查", exact=True).click()
    page.get_by_role("link", name="在浏览器里核对这一条").click()
    expect(page.locator("[data-result]")).to_contain_text("记录在账本里")


def receipt_link(visit: Visits, stage: Stage) -> str:
    """The address behind the QR code of a receipt."""
    page = visit(f"/my/{stage.cases['received']}/receipt/", phone=CITIZEN_PHONE)
    link = page.get_by_role("link", name="现在核对").get_attribute("href")
    assert link
    return link


def offline_page(visit: Visits, folder: Path) -> Page:
    """The downloaded file, opened from the disk in a browser without a line."""
    page = visit("/ledger/")
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载离线核对文件").click()
    file = folder / "核对回执.html"
    coming.value.save_as(file)
    alone = visit()
    alone.context.set_offline(True)
    alone.goto(file.as_uri())
    return alone


def checked(page: Page, text: str) -> str:
    """What the verifier says to a pasted receipt."""
    part = page.locator("[data-verifier]:visible").first
    part.locator("[data-input]").fill(text)
    part.locator("[data-check]").click()
    expect(part.locator("[data-result]")).not_to_be_empty()
    return part.locator("[data-result]").inner_text()


def test_a_receipt_is_verified_from_a_file_without_a_line(
    visit: Visits, stage: Stage, tmp_path: Path
) -> None:
    link = receipt_link(visit, stage)
    page = offline_page(visit, tmp_path)
    assert "记录在账本里" in checked(page, link)


def test_a_receipt_with_one_changed_letter_is_found_out_offline(
    visit: Visits, stage: Stage, tmp_path: Path
) -> None:
    proof = visit("/ledger/?leaf=3").request.get(f"{stage.base}/ledger/proof/3.json").json()
    page = offline_page(visit, tmp_path)
    assert "记录在账本里" in checked(page, json.dumps(proof))
    proof["leaf"]["commitment"] = proof["leaf"]["commitment"][:-1] + (
        "0" if proof["leaf"]["commitment"][-1] != "0" else "1"
    )
    assert "记录在账本里" not in checked(page, json.dumps(proof))


def test_a_guide_is_printed_with_its_code_and_promise(visit: Visits) -> None:
    page = visit("/matters/5/print/")
    expect(page.locator("svg").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("承诺")
    expect(page.locator("body")).to_contain_text("法定")
    page.emulate_media(media="print")
    expect(page.locator("body")).to_contain_text("食品经营许可")


def test_the_page_of_a_guide_describes_itself_to_programs(visit: Visits) -> None:
    page = visit("/matters/5/")
    text = page.locator('script[type="application/ld+json"]').first.text_content()
    assert text
    assert json.loads(text)["@type"] == "GovernmentService"


def test_the_chosen_mode_and_language_stay(visit: Visits) -> None:
    page = visit("/")
    page.get_by_role("button", name="长者模式").click()
    size = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 20
    page.goto("/matters/5/")
    expect(page.get_by_role("button", name="标准模式")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_breach_of_the_content_policy_would_be_noticed(visit: Visits) -> None:
    """Every visit fails on such a complaint; here one is made on purpose."""
    page = visit("/")
    assert not visit.faults
    page.evaluate("() => document.body.append(document.createElement('script'))")
    page.evaluate("() => { document.body.lastChild.textContent = 'window.broken = true'; }")
    page.evaluate("() => { document.body.setAttribute('style', 'color: red'); }")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in fault for fault in visit.faults)
    assert not page.evaluate("() => window.broken")
    visit.faults.clear()
