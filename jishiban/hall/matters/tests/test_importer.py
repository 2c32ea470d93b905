"""Lists of matters from files: what lands, what is reported, and that a second run changes nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiban.hall.matters import actions, importer, seed, sheets
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.importer import Report
from jishiban.hall.matters.listing import Table
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.sheets import Unreadable
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Unit
from jishiban.kernel.ledger.models import Leaf

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[4]
DISTRICT = ROOT / ".." / "shared" / "domain" / "data" / "matters_district_sample.csv"
HEAD = "清单编号,事项名称,事项类型,主管部门,法定时限,时限单位,时限依据"


def load(text: str, encoding: str = "utf-8") -> Report:
    return importer.import_rows(importer.read(text.encode(encoding)))


def cells(report: Report) -> list[str]:
    return [error.cell for error in report.errors]


def one(line: str) -> Report:
    return load(f"{HEAD}\n{line}\n")


def unreadable(content: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        importer.read(content)
    return refusal.value.message


# -- files -----------------------------------------------------------------------------------------


def test_the_district_sample_loads_as_it_is_and_a_second_run_changes_nothing() -> None:
    if not DISTRICT.is_file():
        pytest.skip("没有外区清单样本 matters_district_sample.csv，真实清单的导入没有测")
    content = DISTRICT.read_bytes()
    report = importer.import_rows(importer.read(content))
    assert (report.new, report.errors) == (1135, [])
    assert Matter.objects.count() == 1135
    again = importer.import_rows(importer.read(content))
    assert (again.new, again.changed, again.same, again.bad) == (0, 0, 1135, 0)
    assert GuideVersion.objects.count() == Leaf.objects.count() == 1135


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    report = load(f"{HEAD}\n1,燃气经营许可㐀𠀀,行政许可,住建,20,工作日,许可法\n", encoding)
    assert report.new == 1
    assert Matter.objects.get().name == "燃气经营许可㐀𠀀"


def test_a_workbook_with_a_title_above_its_header_is_read() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("清单")
        sheet.write_row(0, 0, ["某区行政许可事项清单（2026年版）"])
        sheet.write_row(2, 0, ["序号", "事项名称*", "事项类型（必填）", "法定办结时限"])
        sheet.write_row(3, 0, [1, "燃气经营许可", "行政许可", "20个工作日"])
        sheet.write_row(4, 0, [2, "", "行政许可", 5])
    report = importer.import_rows(importer.read(book.getvalue()))
    assert (report.new, cells(report)) == (1, ["B5", "D5"])
    version = GuideVersion.objects.get()
    assert (version.statutory_amount, version.statutory_unit) == (20, "工作日")
    assert Matter.objects.get().local_code == "1"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f"{HEAD}\n1,燃气经营许可,行政许可,住建,20,工作日,许可法\n".replace(",", delimiter)
    assert load(text).new == 1


def test_our_own_list_imports_as_the_list_it_is() -> None:
    seed.load_catalogue()
    report = importer.import_rows(importer.read((seed.DATA / "matters.csv").read_bytes()))
    assert (report.new, report.changed, report.same, report.bad) == (0, 0, 266, 0)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"),
        (b" \r\n \n", "空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是CSV或XLSX"),
        (b"PK\x03\x04broken", "打不开这个工作簿"),
        (b"%PDF-1.7\n\x00\x01", "不是CSV或XLSX"),
        ("甲,乙,丙\n1,2,3\n".encode(), "找不到表头"),
        ("清单编号,事项名称\n1,燃气\n".encode(), "缺少“事项类型”列"),
        ("清单编号,事项名称,主管部门\n1,燃气,住建\n".encode(), "缺少“事项类型”列"),
        ("事项名称,事项类型,主管部门\n燃气,行政许可,住建\n".encode(), "缺少“清单编号”列"),
        (f"{HEAD},名称\n".encode(), "都是“名称”列"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_writes_nothing(content: bytes, word: str) -> None:
    message = unreadable(content)
    assert word in message
    assert message.endswith("。")
    assert not Matter.objects.exists()


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 10)
    assert "超过10 MB" in unreadable(b"x" * 11)


# -- cells -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cell", "reason"),
    [
        (",燃气经营许可,行政许可,,,,", "A2", "没有填清单编号"),
        ("1,,行政许可,,,,", "B2", "没有填事项名称"),
        ("1,燃气经营许可,,,,,", "C2", "没有填事项类型"),
        ("1,燃气经营许可,行政审批,,,,", "C2", "没有“行政审批”这种事项类型"),
        ("1,燃气经营许可,行政许可,,二十,工作日,", "E2", "不是整数"),
        ("1,燃气经营许可,行政许可,,-3,工作日,", "E2", "不是整数"),
        ("1,燃气经营许可,行政许可,,20,旬,", "F2", "没有“旬”这个时限单位"),
        ("1,燃气经营许可,行政许可,,20,,", "F2", "有时限，没有单位"),
        ("1,燃气经营许可,行政许可,,,工作日,", "E2", "有单位，没有时限"),
        ("1,燃气经营许可,行政许可,,3,当场,", "E2", "时限应是0"),
        (f"1,{'长' * 301},行政许可,,,,", "B2", "超过300个字"),
        ('1,"燃气\n经营",行政许可,,,,', "B2", "看不见的字符"),
        ("1,燃气经营许可,行政许可,,,,,,多出来的", "H2", "比表头长"),
    ],
)
def test_a_wrong_cell_is_named_with_reason_and_mend(line: str, cell: str, reason: str) -> None:
    report = one(line)
    assert cells(report) == [cell]
    assert reason in report.errors[0].reason
    assert report.errors[0].mend.endswith("。")
    assert (report.rows, report.bad, Matter.objects.count()) == (1, 1, 0)


def test_a_spreadsheet_row_is_counted_the_way_the_spreadsheet_counts() -> None:
    report = load(f"{HEAD}\n\n1,燃气经营许可,行政许可,,,,\n\n2,供热许可,没有,,,,\n")
    assert (report.new, cells(report)) == (1, ["C5"])


def test_two_columns_of_the_type_must_agree() -> None:
    text = "local_code,name,type_code,type\n1,甲,01,公共服务\n2,乙,1,行政许可\n3,丙,20,\n4,丁,,行政确认\n5,戊,99,\n"
    report = load(text)
    assert (report.new, cells(report)) == (3, ["D2", "C6"])


def test_a_national_code_that_lost_its_zeros_is_told() -> None:
    report = load(
        "清单编号,事项名称,事项类型,基本编码\n1,食品经营许可,行政许可,131024000\n2,甲,行政许可,000131024000\n"
    )
    assert (report.new, cells(report)) == (1, ["D2"])
    assert "丢零" in report.errors[0].mend


def test_units_stay_as_the_list_has_them() -> None:
    lines = [
        ("20", "工作日"),
        ("20", "日"),
        ("20", "天"),
        ("3", "个月"),
        ("", "当场"),
        ("8", "小时"),
        ("30", "自然日"),
    ]
    load(f"{HEAD}\n" + "".join(f"{n},事项{n},公共服务,,{a},{u},某法\n" for n, (a, u) in enumerate(lines)))
    stored = GuideVersion.objects.order_by("matter__local_code").values_list(
        "statutory_amount", "statutory_unit"
    )
    assert list(stored) == [
        (20, "工作日"),
        (20, "日"),
        (20, "日"),
        (3, "月"),
        (0, "当场"),
        (8, "小时"),
        (30, "自然日"),
    ]


# -- which matter a line is about ------------------------------------------------------------------


def test_one_code_may_stand_for_several_matters() -> None:
    text = f"{HEAD}\n1J,预案备案,其他行政权力,,,,\n1J,评价备案,其他行政权力,,,,\n"
    assert load(text).new == 2
    assert load(text).same == 2


def test_the_same_line_twice_is_reported_once() -> None:
    report = load(f"{HEAD}\n1,甲,行政许可,,,,\n1,甲,行政许可,,,,\n")
    assert (report.new, cells(report)) == (1, ["B3"])
    assert "第2行重复" in report.errors[0].reason


def test_a_new_name_at_a_place_of_one_is_the_same_matter_renamed() -> None:
    load(f"{HEAD}\n1,甲,行政许可,住建,20,工作日,许可法\n")
    matter = Matter.objects.get()
    report = load(f"{HEAD}\n1,乙,行政许可,住建,20,工作日,许可法\n")
    assert (report.changed, Matter.objects.count()) == (1, 1)
    matter.refresh_from_db()
    assert (matter.name, matter.versions.count()) == ("乙", 2)


def test_a_changed_limit_of_the_law_makes_a_new_version_and_keeps_the_guide(
    market: Unit, food_guide: Document, chief: Actor
) -> None:
    load(f"{HEAD}\n5,食品经营许可,行政许可,市场监管,20,工作日,许可法第42条\n")
    matter = Matter.objects.get()
    actions.publish(matter, food_guide, chief, "完整指南", at(2026, 3, 2, 9))
    report = load(f"{HEAD}\n5,食品经营许可,行政许可,市场监管,8,工作日,办法第9条\n")
    assert report.changed == 1
    matter.refresh_from_db()
    assert matter.current is not None
    assert (matter.current.number, matter.current.statutory_amount, matter.current.is_full) == (3, 8, True)
    assert len(matter.current.materials) == 3


def test_a_law_shorter_than_the_promise_is_reported_not_landed(
    market: Unit, food_guide: Document, chief: Actor
) -> None:
    load(f"{HEAD}\n5,食品经营许可,行政许可,市场监管,20,工作日,许可法第42条\n")
    matter = Matter.objects.get()
    actions.publish(matter, food_guide, chief, "完整指南", at(2026, 3, 2, 9))
    report = load(f"{HEAD}\n5,食品经营许可,行政许可,市场监管,3,工作日,办法第9条\n")
    assert (report.bad, report.changed) == (1, 0)
    assert "承诺不能长于法定" in report.errors[0].reason
    assert matter.versions.count() == 2


def test_a_list_that_says_less_takes_nothing_away() -> None:
    load(f"{HEAD}\n1,甲,行政许可,住建,20,工作日,许可法\n")
    assert load("清单编号,事项名称,事项类型\n1,甲,行政许可\n").same == 1
    assert Matter.objects.get().department == "住建"


# -- landing ---------------------------------------------------------------------------------------


def test_an_interrupted_import_keeps_what_has_landed_and_goes_on_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importer, "BATCH", 10)
    table = importer.read((f"{HEAD}\n" + "".join(f"{n},事项{n},公共服务,,,,\n" for n in range(35))).encode())

    def stop(done: int, total: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importer.import_rows(table, stop)
    assert Matter.objects.count() == Leaf.objects.count() == 20
    report = importer.import_rows(table)
    assert (report.new, report.same) == (15, 20)


def test_planning_writes_nothing(django_assert_num_queries: object) -> None:
    table = importer.read((f"{HEAD}\n" + "".join(f"{n},事项{n},公共服务,,,,\n" for n in range(35))).encode())
    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's fixture
        made = importer.plan(Table.restored(table.stored))
    assert made.report.new == 35
    assert not Matter.objects.exists()


class TestCommand:
    def run(self, tmp_path: Path, text: str) -> int:
        path = tmp_path / "清单.csv"
        path.write_text(text, encoding="utf-8")
        return importer.import_command(path)

    def test_a_good_file_ends_with_0_and_shows_progress(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(tmp_path, f"{HEAD}\n1,甲,行政许可,,,,\n") == 0
        shown = capsys.readouterr()
        assert "共1行：新增1，更新0，没有变化0，有错0。" in shown.out
        assert "已导入 1 / 1 行" in shown.err

    def test_bad_rows_end_with_1_and_are_listed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(tmp_path, f"{HEAD}\n1,甲,行政许可,,,,\n2,,行政许可,,,,\n") == 1
        shown = capsys.readouterr().out
        assert "B3：没有填事项名称。请补填，或者删去这一行。" in shown
        assert "有错1" in shown

    def test_a_foreign_file_ends_with_2(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run(tmp_path, "") == 2
        assert "文件是空的" in capsys.readouterr().err
        assert importer.import_command(tmp_path / "没有.csv") == 2
        assert "打不开" in capsys.readouterr().err

    def test_an_interruption_ends_with_130(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def stop(*_given: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(importer, "import_rows", stop)
        assert self.run(tmp_path, f"{HEAD}\n1,甲,行政许可,,,,\n") == 130
        assert "再运行一次" in capsys.readouterr().err


# -- properties ------------------------------------------------------------------------------------

NAMES = st.text(
    st.characters(codec="gb18030", categories=["Lo", "Ll", "Lu", "Nd", "Po"]), min_size=1, max_size=20
)
CLEAN = NAMES.map(str.strip).filter(bool)
BAD_LINES = st.sampled_from(
    [["", "名", "行政许可"], ["9", "", "行政许可"], ["9", "名", "没有这种"], ["9", "名", ""]]
)


@st.composite
def mixtures(draw: st.DrawFn) -> list[tuple[bool, list[str]]]:
    """Good and bad rows in any order; good ones each have a code of their own."""
    good = [[f"c{n}", name, "行政许可"] for n, name in enumerate(draw(st.lists(CLEAN, max_size=8)))]
    bad = draw(st.lists(BAD_LINES, max_size=5))
    return draw(st.permutations([(True, line) for line in good] + [(False, line) for line in bad]))


def written(lines: list[list[str]], encoding: str) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows([["清单编号", "事项名称", "事项类型"], *lines])
    return sheet.getvalue().encode(encoding)


LIGHT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.usefixtures("nobody_listens")
@LIGHT
@given(rows=mixtures())
def test_good_rows_land_and_bad_ones_are_reported_whatever_the_mixture(
    rows: list[tuple[bool, list[str]]],
) -> None:
    Matter.objects.all().update(current=None)
    GuideVersion.objects.all()._raw_delete("default")
    Matter.objects.all().delete()
    report = importer.import_rows(importer.read(written([line for _good, line in rows], "utf-8")))
    good = [line for is_good, line in rows if is_good]
    assert (report.new, report.bad, report.rows) == (len(good), len(rows) - len(good), len(rows))
    assert sorted(Matter.objects.values_list("local_code", "name")) == sorted((c, n) for c, n, _t in good)
    bad_rows = {n for n, (is_good, _line) in enumerate(rows, start=2) if not is_good}
    assert {error.row for error in report.errors} == bad_rows


@LIGHT
@given(
    names=st.lists(CLEAN, min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_every_encoding_gives_the_same_table(names: list[str], encoding: str) -> None:
    lines = [[f"c{n}", name, "行政许可"] for n, name in enumerate(names)]
    table = importer.read(written(lines, encoding))
    assert [line.name for line in table.lines] == names
    assert table.errors == []


@given(column=st.integers(0, 800), row=st.integers(1, 99_999))
def test_a_cell_name_leads_back_to_its_column(column: int, row: int) -> None:
    name = sheets.cell_name(column, row)
    letters = name.rstrip("0123456789")
    back = 0
    for letter in letters:
        back = back * 26 + ord(letter) - 64
    assert (back - 1, name[len(letters) :]) == (column, str(row))
