"""The library's desk: who sees what, what is proposed, and a batch from a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from jishiban.guide.entries import aliases, exports, lexicon
from jishiban.guide.entries.models import Alias, Entry, Library, Line, Origin, Revision, Upload
from jishiban.guide.entries.tests.conftest import signed_in
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at, person_of
from jishiban.kernel.directory.models import Role, Staff
from jishiban.kernel.directory.roster import moved

pytestmark = pytest.mark.django_db
People = dict[str, Staff]
HOME = "/desk/library/"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def fields(**changes: str) -> dict[str, str]:
    return {
        "matter": "食品经营许可", "aspect": "其他", "question": "开饭店先办哪个证？", "answer": "先办营业执照。",
        "similar": "开饭馆先办啥\n开店先办啥", "source": "《食品经营许可办事指南》受理条件", "valid_from": "", "valid_to": "",
        "why": "常问", **changes,
    }  # fmt: skip


def proposed(client: Client, url: str = f"{HOME}new/", **changes: str) -> Revision:
    response = client.post(url, fields(**changes))
    assert response.status_code == 302, response.content.decode()
    return Revision.objects.latest("pk")


def pass_all(everybody: People, revision: Revision) -> None:
    for name in ("wang", "sun", "zhou"):
        press(everybody[name], revision, approve="1")


def press(staff: Staff, revision: Revision, **given: str) -> Any:
    seen = Revision.objects.select_related("case").get(pk=revision.pk).case.seq
    return signed_in(staff).post(
        reverse("entries:desk-decide", args=[revision.pk]), {"seen": str(seen), **given}
    )


def test_the_list_is_narrowed_by_its_address(everybody: People, food: Matter) -> None:
    client = signed_in(everybody["li"])
    assert "食品经营许可需要提交哪些材料？" in page(client, HOME)
    only = page(client, f"{HOME}?aspect=费用")
    assert "食品经营许可收费吗？" in only
    assert "食品经营许可需要提交哪些材料？" not in only
    assert "没有这样的条目" in page(client, f"{HOME}?q=没有的词")
    assert "没有这样的条目" in page(client, f"{HOME}?origin=hand")
    assert "没有这样的条目" in page(client, f"{HOME}?show=stale&matter={food.pk}&page=9")
    assert page(client, f"{HOME}?matter=99999999999999999999")


def test_a_list_takes_the_same_queries_whatever_its_length(everybody: People, food: Matter) -> None:
    client = signed_in(everybody["li"])
    page(client, HOME)
    with CaptureQueriesContext(connection) as few:
        page(client, f"{HOME}?aspect=费用")
    with CaptureQueriesContext(connection) as many:
        page(client, HOME)
    assert len(many) <= len(few) + 1


def test_a_clerk_and_a_visitor_stay_outside(everybody: People, food: Matter) -> None:
    entry = Entry.objects.first()
    assert entry is not None
    urls = [
        HOME,
        f"{HOME}new/",
        f"{HOME}{entry.pk}/",
        f"{HOME}revisions/",
        f"{HOME}aliases/",
        f"{HOME}import/",
    ]
    for url in urls:
        assert signed_in(everybody["zhao"]).get(url).status_code == 403
        assert Client().get(url).status_code in (302, 403)


def test_a_compiled_entry_leads_to_its_guide(everybody: People, food: Matter) -> None:
    entry = Entry.objects.get(key=f"m{food.pk}:材料")
    client = signed_in(everybody["li"])
    text = page(client, f"{HOME}{entry.pk}/")
    assert "改它的办事指南" in text
    assert "第1版" in text
    assert client.get(f"{HOME}{entry.pk}/edit/").status_code == 404


def test_an_entry_is_written_reviewed_and_shown(everybody: People, food: Matter) -> None:
    revision = proposed(signed_in(everybody["li"]))
    assert "先办营业执照。" in page(signed_in(everybody["wang"]), f"{HOME}revisions/{revision.pk}/")
    pass_all(everybody, revision)
    entry = Entry.objects.get(origin=Origin.HAND)
    assert entry.similar == ["开饭馆先办啥", "开店先办啥"]
    text = page(signed_in(everybody["li"]), f"{HOME}{entry.pk}/")
    assert "开饭馆先办啥" in text
    assert "终审通过并发布" in page(signed_in(everybody["li"]), f"{HOME}revisions/{revision.pk}/")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": ""}, "没有出处不能发布"),
        ({"answer": " "}, "请写答复"),
        ({"matter": "没有的事项"}, "没有叫这个名称的事项"),
        ({"why": ""}, "请写为什么改"),
        ({"valid_from": "2026-05-02", "valid_to": "2026-05-01"}, "失效日期早于生效日期"),
        ({"valid_from": "五月"}, "看不懂这个日期"),
        ({"question": "问" * 201}, "最多200字"),
    ],
)
def test_the_form_says_what_is_wrong(
    everybody: People, food: Matter, changes: dict[str, str], message: str
) -> None:
    response = signed_in(everybody["li"]).post(f"{HOME}new/", fields(**changes))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Revision.objects.exists()


def test_the_page_offers_a_step_only_to_whom_it_is(everybody: People, food: Matter) -> None:
    revision = proposed(signed_in(everybody["li"]))
    url = f"{HOME}revisions/{revision.pk}/"
    assert "初审通过" in page(signed_in(everybody["wang"]), url)
    own = page(signed_in(everybody["li"]), url)
    assert 'name="approve"' not in own
    assert 'name="drop"' in own
    assert "由其他同事审核" in own


def test_sending_back_asks_for_the_reason_and_leads_to_the_form(everybody: People, food: Matter) -> None:
    revision = proposed(signed_in(everybody["li"]))
    assert "退回的理由" in press(everybody["wang"], revision, **{"return": "1"}).content.decode()
    assert press(everybody["wang"], revision, words="出处写全", **{"return": "1"}).status_code == 302
    url = f"{HOME}revisions/{revision.pk}/"
    client = signed_in(everybody["li"])
    assert "出处写全" in page(client, url)
    assert "先办营业执照。" in page(client, f"{url}amend/")
    assert client.post(f"{url}amend/", fields(answer="改过的。")).status_code == 302
    revision.refresh_from_db()
    assert (revision.case.state, revision.payload["answer"]) == ("first", "改过的。")


def test_withdrawing_is_a_revision_too(everybody: People, food: Matter) -> None:
    pass_all(everybody, proposed(signed_in(everybody["li"])))
    entry = Entry.objects.get(origin=Origin.HAND)
    client = signed_in(everybody["li"])
    assert "撤下这一条？" in page(client, f"{HOME}{entry.pk}/withdraw/")
    assert client.post(f"{HOME}{entry.pk}/withdraw/", {"why": "过时了"}).status_code == 302
    pass_all(everybody, Revision.objects.latest("pk"))
    entry.refresh_from_db()
    assert not entry.in_use


def test_another_units_entry_is_not_edited(everybody: People, food: Matter, social: Any) -> None:
    pass_all(everybody, proposed(signed_in(everybody["li"])))
    entry = Entry.objects.get(origin=Origin.HAND)
    stranger = signed_in(person_of(social, "wu", Role.EDITOR))
    moved()
    assert stranger.get(HOME).status_code == 200
    assert stranger.get(f"{HOME}{entry.pk}/edit/").status_code == 403
    response = stranger.post(f"{HOME}new/", fields())
    assert "不归您的单位编辑" in response.content.decode()


def test_the_queue_shows_what_waits_for_me(everybody: People, food: Matter) -> None:
    proposed(signed_in(everybody["li"]))
    owner = Revision.objects.get().case.owner
    assert "开饭店先办哪个证？" in page(signed_in(owner), f"{HOME}revisions/")
    assert "开饭店先办哪个证？" in page(signed_in(everybody["li"]), f"{HOME}revisions/?show=mine")
    assert "这里没有修订" in page(signed_in(everybody["li"]), f"{HOME}revisions/?show=ended")


# -- words -----------------------------------------------------------------------------------------


def test_an_alias_is_decided_by_plain_buttons(everybody: People, food: Matter) -> None:
    aliases.propose_alias("弄个饭铺子", food, "a", at(2026, 3, 9, 10))
    client = signed_in(everybody["li"])
    text = page(client, f"{HOME}aliases/")
    assert "弄个饭铺子" in text
    assert "entries/aliases.js" in text
    alias = Alias.objects.get()
    response = client.post(f"{HOME}aliases/{alias.pk}/decide/", {"confirm": "1", "state": "waiting"})
    assert response.status_code == 302
    assert "没有这样的别名" in page(client, response["Location"])
    assert "弄个饭铺子" in page(client, f"{HOME}aliases/?state=confirmed")
    assert (
        signed_in(everybody["sun"]).post(f"{HOME}aliases/{alias.pk}/decide/", {"refuse": "1"}).status_code
        == 403
    )


def test_the_lexicon_shows_the_houses_lines_and_takes_the_places(everybody: People, food: Matter) -> None:
    client = signed_in(everybody["li"])
    shipped = lexicon.shipped()[0]
    assert shipped.said in page(client, f"{HOME}lexicon/?q={shipped.said}")
    line = {
        "said": "饭铺子",
        "official": "餐饮服务",
        "owner": "市场监管",
        "test": "开个店要啥证",
        "in_use": "on",
        "why": "老人说",
    }
    assert "测试句里要有" in client.post(f"{HOME}lexicon/new/", line).content.decode()
    line["test"] = "开个饭铺子要啥证"
    assert client.post(f"{HOME}lexicon/new/", line).status_code == 302
    assert "已有一份修订" in client.post(f"{HOME}lexicon/new/", line).content.decode()
    revision = Revision.objects.get()
    for name in ("wang", "zhou"):
        press(everybody[name], revision, approve="1")
    assert not Line.objects.exists()


def test_settings_are_the_whole_bureaus(everybody: People, food: Matter) -> None:
    assert signed_in(everybody["li"]).get(f"{HOME}settings/").status_code == 403
    client = signed_in(everybody["wang"])
    assert client.post(f"{HOME}settings/", {"askers_agree": "5", "review_days": "0"}).status_code == 200
    assert client.post(f"{HOME}settings/", {"askers_agree": "5", "review_days": "3"}).status_code == 302
    assert Library.objects.get().askers_agree == 5


# -- files -----------------------------------------------------------------------------------------

HEAD = ["编号", "事项", "方面", "标准问题", "答复", "相似问法", "出处"]


def sent(client: Client, rows: list[list[str]], head: list[str] | None = None) -> Any:
    file = io.StringIO()
    csv.writer(file).writerows([head or HEAD, *rows])
    upload = SimpleUploadedFile("条目.csv", file.getvalue().encode())
    return client.post(f"{HOME}import/", {"list": upload})


def test_a_file_is_looked_at_and_goes_to_review_as_one_batch(everybody: People, food: Matter) -> None:
    client = signed_in(everybody["li"])
    rows = [
        [
            "",
            "食品经营许可",
            "其他",
            "开饭店先办哪个证？",
            "先办营业执照。",
            "开店先办啥|开馆先办啥",
            "《指南》",
        ],
        ["", "", "其他", "大厅周末开门吗？", "周末不开门。", "", "大厅公告"],
        ["", "没有的", "其他", "问？", "答。", "", "《指南》"],
        ["", "", "其他", "没有出处？", "答。", "", ""],
        ["", "", "怪", "怪方面？", "答。", "", "《指南》"],
        ["", "", "其他", "大厅周末开门吗？", "又一遍。", "", "公告"],
        ["h999", "", "其他", "没有的编号？", "答。", "", "《指南》"],
    ]
    response = sent(client, rows)
    text = page(client, response["Location"])
    for cell in ("B4", "G5", "C6", "D7", "A8"):
        assert f">{cell}<" in text
    assert client.post(response["Location"], {"why": ""}).status_code == 200
    assert client.post(response["Location"], {"why": "整理常见问题"}).status_code == 302
    revision = Revision.objects.get()
    assert (revision.kind, len(revision.payload["rows"]), Upload.objects.count()) == ("entries", 2, 0)
    assert "大厅周末开门吗？" in page(signed_in(everybody["wang"]), f"{HOME}revisions/{revision.pk}/")
    pass_all(everybody, revision)
    assert set(Entry.objects.filter(origin=Origin.HAND).values_list("question", "matter")) == {
        ("开饭店先办哪个证？", food.pk),
        ("大厅周末开门吗？", None),
    }


def test_a_file_without_its_columns_is_refused_as_a_whole(everybody: People, food: Matter) -> None:
    client = signed_in(everybody["li"])
    assert "找不到表头" in sent(client, [["a", "b"]], ["甲", "乙"]).content.decode()
    assert "缺少“出处”列" in sent(client, [["问？", "答。"]], ["标准问题", "答复"]).content.decode()
    empty = SimpleUploadedFile("x.csv", b"")
    assert "文件是空的" in client.post(f"{HOME}import/", {"list": empty}).content.decode()


def test_what_was_exported_comes_back_without_a_change(everybody: People, food: Matter) -> None:
    pass_all(everybody, proposed(signed_in(everybody["li"])))
    client = signed_in(everybody["li"])
    content = b"".join(client.get(f"{HOME}export/csv/"))
    upload = SimpleUploadedFile("library.csv", content)
    response = client.post(f"{HOME}import/", {"list": upload})
    text = page(client, response["Location"])
    assert "要改正的格子" not in text
    assert "会有的变化" not in text
    lines = (
        content.decode("utf-8-sig").replace("先办营业执照。", "先办执照。").replace("不收费。", "收很多费。")
    )
    response = client.post(f"{HOME}import/", {"list": SimpleUploadedFile("l.csv", lines.encode())})
    text = page(client, response["Location"])
    assert "先办执照。" in text
    assert "由办事指南生成" in text


def test_the_workbook_holds_the_library_and_nothing_withdrawn(everybody: People, food: Matter) -> None:
    Entry.objects.filter(key=f"m{food.pk}:费用").update(in_use=False)
    response = signed_in(everybody["sun"]).get(f"{HOME}export/xlsx/")
    book = load_workbook(io.BytesIO(b"".join(response)))
    rows = book.get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == exports.HEADER
    assert len(rows) - 1 == Entry.objects.filter(in_use=True).count()
    assert f"m{food.pk}:费用" not in [row[0] for row in rows]
    assert signed_in(everybody["sun"]).get(f"{HOME}export/pdf/").status_code == 404


def test_a_workbook_is_read_as_well(everybody: People, food: Matter) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["标准问题", "答复", "出处", "生效"])
        sheet.write_row(1, 0, ["大厅几点开门？", "九点。", "大厅公告", "2026-05-01"])
    client = signed_in(everybody["wang"])
    response = client.post(f"{HOME}import/", {"list": SimpleUploadedFile("a.xlsx", file.getvalue())})
    assert "大厅几点开门？" in page(client, response["Location"])


def test_a_cell_is_never_a_formula() -> None:
    assert exports.guarded("=1+1") == "'=1+1"
    assert exports.guarded("先办") == "先办"


def test_somebody_elses_upload_is_not_seen(everybody: People, food: Matter) -> None:
    response = sent(signed_in(everybody["li"]), [["", "", "其他", "问？", "答。", "", "公告"]])
    assert signed_in(everybody["wang"]).get(response["Location"]).status_code == 404


def test_the_form_takes_what_a_colleague_proposed(everybody: People) -> None:
    page = signed_in(everybody["li"]).get(
        "/desk/library/new/",
        {"question": "二楼能开吗？", "answer": "可以。\n要有两个出口。", "source": "《办法》第九条"},
    )
    text = page.content.decode()
    assert all(words in text for words in ("二楼能开吗？", "要有两个出口。", "《办法》第九条"))
