"""The first account of a hall without demonstration data."""

import pytest

from jishiban.config import staff
from jishiban.config.cli import parser
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role, Staff, Unit
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.ledger.models import LedgerRecord

GOOD = "a long password of the tests"
pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed at the prompts, in order."""
    words: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda _prompt: words.pop(0))
    return words


def test_the_first_account_makes_the_bureau_and_may_manage_it(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed += [GOOD, GOOD]
    assert staff.add_staff_command("guanli", "管理员", [Role.ADMIN, Role.HEAD]) == 0
    made = Staff.objects.get(account="guanli")
    assert made.check_password(GOOD)
    assert made.unit.path == f"/{made.unit.pk}/"
    actor: Actor = staff_actor(made)
    assert actor.has_role(Role.ADMIN)
    assert actor.has_role(Role.HEAD)
    said = capsys.readouterr().out
    assert "guanli" in said
    assert GOOD not in said
    assert LedgerRecord.objects.get().kind == "account-added"


def test_a_second_account_joins_the_unit_that_is_named(typed: list[str]) -> None:
    typed += [GOOD, GOOD, GOOD, GOOD]
    staff.add_staff_command("guanli", "管理员", [Role.ADMIN])
    unit = Unit.objects.get().name
    assert staff.add_staff_command("chuangkou", "王窗口", [Role.CLERK], unit) == 0
    assert Unit.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [["short"] * 3, ["12345678901234"] * 3, [GOOD, "another one entirely"] * 3],
)
def test_without_a_good_password_nothing_is_written(
    typed: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed += words
    assert staff.add_staff_command("guanli", "管理员", [Role.ADMIN]) == 1
    assert not Staff.objects.exists()
    assert not Unit.objects.exists()
    assert "没有设好密码" in capsys.readouterr().err


def test_a_taken_account_and_an_unknown_unit_are_told_before_anything_is_asked(typed: list[str]) -> None:
    typed += [GOOD, GOOD]
    staff.add_staff_command("guanli", "管理员", [Role.ADMIN])
    assert staff.add_staff_command("guanli", "别人", [Role.CLERK]) == 1
    assert staff.add_staff_command("bieren", "别人", [Role.CLERK], "没有的单位") == 1
    assert Staff.objects.count() == 1


def test_the_command_line_knows_the_word_and_its_roles() -> None:
    options = parser().parse_args(["staff", "add", "guanli", "管理员", "--role", "admin", "--role", "head"])
    assert (options.account, options.name, options.role) == ("guanli", "管理员", ["admin", "head"])
    with pytest.raises(SystemExit):
        parser().parse_args(["staff", "add", "guanli", "管理员", "--role", "king"])
