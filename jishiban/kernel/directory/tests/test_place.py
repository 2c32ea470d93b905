"""The place's workbook: written empty, filled in, read."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from jishiban.config.place import load_command, template_command
from jishiban.kernel.directory.models import Post, Region, Staff, Unit, Window
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.directory.workbook import REGION, SHEETS, STAFF, UNIT, WINDOW, Unreadable, read

pytestmark = pytest.mark.django_db

Cells = dict[str, list[dict[str, object]]]
Fill = Callable[..., Path]


def good() -> Cells:
    """A small county."""
    return {
        REGION: [{"区划代码": 370115001, "名称": "济阳街道", "由其他机构代管": "否"}],
        UNIT: [
            {"名称": "市场准入科", "简称": "准入科", "上级单位": "审批局"},
            {"名称": "审批局", "简称": "审批局", "电话": "0531-84230000", "在用": "是"},
        ],
        WINDOW: [{"窗口号": "A01", "名称": "企业开办", "单位": "市场准入科", "楼层": 1}],
        STAFF: [
            {"账号": "zhang", "姓名": "张三", "单位": "审批局", "角色": "负责人", "岗位": "局长"},
            {"账号": "li", "姓名": "李四", "单位": "市场准入科", "角色": "窗口人员", "岗位": "A01"},
            {"账号": "li", "姓名": "李四", "单位": "市场准入科", "角色": "指南编辑", "岗位": "指南"},
            {"单位": "市场准入科", "角色": "审查人员", "岗位": "审查"},
        ],
    }


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    def write(cells: Cells, name: str = "place.xlsx") -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as book:
            for sheet, columns in SHEETS.items():
                titles = [column.title for column in columns]
                page = book.add_worksheet(sheet)
                page.write_row(0, 0, titles)
                for number, row in enumerate(cells.get(sheet, []), start=1):
                    page.write_row(number, 0, [row.get(title, "") for title in titles])
        return path

    return write


def test_a_county_is_brought_in_whole(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    assert load_command(fill(good())) == 0
    bureau, office = Unit.objects.get(name="审批局"), Unit.objects.get(name="市场准入科")
    assert office.parent == bureau
    assert office.path == f"/{bureau.pk}/{office.pk}/"
    assert Window.objects.get().unit == office
    assert Region.objects.get().code == "370115001"
    assert Staff.objects.count() == 2
    assert Post.objects.filter(staff=None).count() == 1
    assert "单位 2" in capsys.readouterr().out


def test_a_new_account_signs_in_with_the_password_shown_once(
    fill: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    load_command(fill(good()))
    lines = capsys.readouterr().out.splitlines()
    password = next(line.split()[1] for line in lines if line.strip().startswith("zhang "))
    assert Staff.objects.get(account="zhang").check_password(password)


def test_a_second_reading_changes_nothing(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    path = fill(good())
    load_command(path)
    before = Staff.objects.get(account="zhang").password
    capsys.readouterr()
    assert load_command(path) == 0
    assert "没有改动" in capsys.readouterr().out
    assert Staff.objects.get(account="zhang").password == before
    assert Post.objects.count() == 4


def test_what_changed_is_changed_and_what_is_not_there_stays(
    fill: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    load_command(fill(good()))
    cells = good()
    cells[UNIT] = [{"名称": "审批局", "简称": "区审批局", "在用": "是", "电话": "0531-84230000"}]
    cells[STAFF] = [
        {
            "账号": "li",
            "姓名": "李四",
            "单位": "市场准入科",
            "角色": "窗口人员",
            "岗位": "A01",
            "账号可用": "否",
        }
    ]
    capsys.readouterr()
    assert load_command(fill(cells)) == 0
    assert "单位 1" in capsys.readouterr().out
    assert Unit.objects.get(name="审批局").short == "区审批局"
    assert Unit.objects.count() == 2
    assert not Staff.objects.get(account="li").is_active


def test_a_vacant_post_is_filled_not_doubled(fill: Fill) -> None:
    load_command(fill(good()))
    cells = good()
    cells[STAFF][3] |= {"账号": "wang", "姓名": "王五"}
    load_command(fill(cells))
    post = Post.objects.get(title="审查")
    assert post.staff
    assert post.staff.account == "wang"


def test_a_closed_account_is_known_to_the_roster_at_once(fill: Fill) -> None:
    load_command(fill(good()))
    li = Staff.objects.get(account="li")
    assert roster().present(li.pk)
    cells = good()
    cells[STAFF][1] |= {"账号可用": "否"}
    cells[STAFF][2] |= {"账号可用": "否"}
    load_command(fill(cells))
    assert not roster().present(li.pk)


@pytest.mark.parametrize(
    ("sheet", "row", "title", "value", "cell", "said"),
    [
        (REGION, 0, "区划代码", "37", "镇街!A2", "9位或12位"),
        (UNIT, 0, "简称", "", "单位!B2", "必须填写"),
        (UNIT, 0, "上级单位", "没有的局", "单位!C2", "没有这个单位"),
        (UNIT, 0, "上级单位", "", "单位!C3", "只能有一个"),
        (UNIT, 1, "上级单位", "市场准入科", "单位!C2", "绕成了圈"),
        (UNIT, 1, "统一社会信用代码", "91370115MA3X", "单位!D3", "18位"),
        (UNIT, 1, "电话", "打不通", "单位!E3", "电话号码不对"),
        (UNIT, 1, "在用", "也许", "单位!G3", "只能填:是、否"),
        (UNIT, 0, "名称", "审批局", "单位!A3", "重复"),
        (WINDOW, 0, "单位", "没有的科", "窗口!C2", "没有这个单位"),
        (WINDOW, 0, "楼层", "顶楼", "窗口!E2", "写数字"),
        (STAFF, 0, "账号", "张 三", "人员岗位!A2", "字母"),
        (STAFF, 0, "姓名", "", "人员岗位!B2", "要么都写"),
        (STAFF, 3, "姓名", "赵六", "人员岗位!A5", "要么都写"),
        (STAFF, 2, "姓名", "李五", "人员岗位!B4", "两个姓名"),
        (STAFF, 0, "角色", "皇帝", "人员岗位!D2", "只能填"),
        (STAFF, 0, "手机号", "123", "人员岗位!G2", "手机号"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_is_not_written(
    fill: Fill,
    capsys: pytest.CaptureFixture[str],
    sheet: str,
    row: int,
    title: str,
    value: str,
    cell: str,
    said: str,
) -> None:
    cells = good()
    cells[sheet][row][title] = value
    assert load_command(fill(cells)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert any(line.strip().startswith(f"{cell}:") and said in line for line in lines), lines
    written = load_rows(sheet)
    assert written < len(cells[sheet])


def load_rows(sheet: str) -> int:
    """How many rows of a sheet have landed."""
    model = {REGION: Region, UNIT: Unit, WINDOW: Window, STAFF: Post}[sheet]
    return model._default_manager.count()


def test_the_right_rows_land_and_the_mended_ones_follow(
    fill: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = good()
    cells[UNIT].append({"名称": "税务局", "简称": "", "上级单位": "审批局"})
    cells[WINDOW].append({"窗口号": "B01", "名称": "办税", "单位": "税务局"})
    cells[STAFF][0]["手机号"] = "123"
    assert load_command(fill(cells)) == 1
    said = capsys.readouterr().err
    assert "单位!B4:" in said
    assert "窗口!C3:“税务局”那一行有错" in said
    assert "人员岗位!G2:" in said
    assert (Unit.objects.count(), Window.objects.count(), Post.objects.count()) == (2, 1, 3)
    cells[UNIT][2]["简称"], cells[STAFF][0]["手机号"] = "税务局", "13800138000"
    assert load_command(fill(cells)) == 0
    assert (Unit.objects.count(), Window.objects.count(), Post.objects.count()) == (3, 2, 4)


def test_the_template_is_read_back_empty(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    assert template_command(path) == 0
    rows, faults = read(path)
    assert faults == []
    assert all(not sheet for sheet in rows.values())
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["填写说明", *SHEETS]


def test_a_template_never_overwrites_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_text("work")
    assert template_command(path) == 1
    assert path.read_text() == "work"
    assert "没有覆盖" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert load_command(path) == 1
    assert "打不开 x.xlsx" in capsys.readouterr().err


def test_a_missing_sheet_or_heading_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet(UNIT)
    with pytest.raises(Unreadable, match="镇街、窗口、人员岗位、放假安排"):
        read(path)
    with xlsxwriter.Workbook(str(path)) as book:
        for name in SHEETS:
            book.add_worksheet(name).write_row(0, 0, ["名称"])
    with pytest.raises(Unreadable, match="区划代码"):
        read(path)
