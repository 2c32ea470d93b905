"""The command line."""

from pathlib import Path

import pytest

from jishiban.config import cli, env

WORDS = [
    ["serve"],
    ["work"],
    ["demo", "load"],
    ["demo", "load", "--scale", "full"],
    ["demo", "live"],
    ["import", "matters", "事项.xlsx"],
    ["ledger", "verify"],
    ["ledger", "checkpoint"],
    ["ledger", "prove", "7"],
    ["bench", "inbox", "--rows", "10"],
    ["place", "template", "本地.xlsx"],
    ["place", "load", "本地.xlsx"],
    ["openapi"],
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_each_word_names_a_command(words: list[str]) -> None:
    assert callable(cli.parse(words).run)


HALF_SAID = [
    [],
    ["demo"],
    ["ledger", "prove"],
    ["demo", "load", "--scale", "huge"],
    ["serve", "now"],
    ["work", "--fast"],
]


@pytest.mark.parametrize("words", HALF_SAID, ids=str)
def test_a_half_said_command_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.parse(words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_argument_is_a_path() -> None:
    assert cli.parse(["import", "matters", "a.csv"]).file == Path("a.csv")


def test_bench_hands_on_everything_after_its_name() -> None:
    for rest in (["inbox", "--cases", "10"], ["--cases", "10", "inbox"], ["--help"], []):
        assert cli.parse(["bench", *rest]).args == rest


def test_a_wrong_setting_stops_before_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setattr(cli, "serve", lambda _options: pytest.fail("ran"))
    with pytest.raises(SystemExit) as caught:
        cli.main(["serve"])
    assert caught.value.code == env.EXIT_CODE


def test_an_interrupted_command_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "openapi", interrupted)
    assert cli.main(["openapi"]) == 130
