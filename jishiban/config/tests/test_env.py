"""The keys: what is taken, what is refused, and what the refusal says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiban.config import env

LIVE = {
    "JSB_MODE": "live",
    "JSB_HOSTS": "zwfw.example.gov.cn",
    "JSB_AREA_CODE": "370115",
    "JSB_PLACE": "济阳区",
    "JSB_PHONE": "0531-12345",
}
PG = "postgresql://jsb:p%40ss@db.internal:5433/hall?sslmode=require"


@pytest.fixture
def base(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "data")}


def fault_of(environ: dict[str, str], key: str) -> env.Fault:
    with pytest.raises(env.WrongSettings) as caught:
        env.read(environ)
    return next(fault for fault in caught.value.faults if fault.key == key)


def test_nothing_set_is_a_demonstration_on_this_machine_only(base: dict[str, str]) -> None:
    got = env.read(base)
    assert (got.bind, got.port, got.demo, got.sqlite, got.https) == ("127.0.0.1", 8000, True, True, False)
    assert got.public_url == "http://127.0.0.1:8000"


def test_there_are_twelve_keys_three_for_a_language_model_and_three_for_the_guide() -> None:
    assert len(env.KEYS) == 18
    assert sum(key.startswith("JSB_MODEL_") for key in env.KEYS) == 3
    assert {"JSB_MILVUS_URL", "JSB_ANSWER_AT", "JSB_CHOOSE_AT"} < set(env.KEYS)


@pytest.mark.parametrize("written", ["1.5", "-0.1", "很高", "80%"])
def test_a_bound_of_confidence_is_a_share(base: dict[str, str], written: str) -> None:
    with pytest.raises(env.WrongSettings, match="JSB_ANSWER_AT"):
        env.read({**base, "JSB_ANSWER_AT": written})
    assert env.read({**base, "JSB_ANSWER_AT": "0.9"}).answer_at == 0.9
    assert env.read(base).answer_at is None
    assert set(env.PARSERS) | {"DATABASE_URL", "JSB_KEY_DIR"} == set(env.KEYS)


def test_a_live_hall_is_read_whole(base: dict[str, str]) -> None:
    got = env.read({**base, **LIVE, "DATABASE_URL": PG, "JSB_WORKERS": "4", "PORT": "0.0.0.0:80"})
    assert got.https
    assert got.public_url == "https://zwfw.example.gov.cn"
    assert (got.bind, got.port, got.workers) == ("0.0.0.0", 80, 4)
    assert got.place == env.Place("370115", "济阳区", "济时办", "0531-12345", demo=False)


def test_keys_are_kept_in_the_data_folder_unless_named(base: dict[str, str], tmp_path: Path) -> None:
    assert env.read(base).key_dir == tmp_path / "data" / "keys"
    assert env.read({**base, "JSB_KEY_DIR": str(tmp_path / "safe")}).key_dir == tmp_path / "safe"


def test_a_postgresql_address_is_taken_apart(base: dict[str, str]) -> None:
    got = env.read({**base, "DATABASE_URL": PG}).database
    assert (got["HOST"], got["PORT"], got["NAME"]) == ("db.internal", "5433", "hall")
    assert (got["USER"], got["PASSWORD"]) == ("jsb", "p@ss")
    assert got["OPTIONS"] == {"sslmode": "require"}


def test_an_sqlite_address_names_its_file(base: dict[str, str]) -> None:
    got = env.read({**base, "DATABASE_URL": "sqlite:////srv/hall.sqlite3"}).database
    assert got["NAME"] == "/srv/hall.sqlite3"


def test_sqlite_keeps_acknowledged_writes_through_a_power_cut(base: dict[str, str]) -> None:
    options = env.read(base).database["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_a_plain_address_turns_secure_cookies_off(base: dict[str, str]) -> None:
    got = env.read({**base, **LIVE, "JSB_HOSTS": "http://10.1.2.3"})
    assert not got.https
    assert got.public_url == "http://10.1.2.3"


def test_the_first_of_several_addresses_is_the_public_one(base: dict[str, str]) -> None:
    got = env.read({**base, **LIVE, "JSB_HOSTS": "https://A.example.cn, b.example.cn:8443"})
    assert got.public_url == "https://a.example.cn"
    assert [address.host for address in got.addresses] == ["a.example.cn", "b.example.cn:8443"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("PORT", "八千", "不是端口号"),
        ("PORT", "0", "不是端口号"),
        ("PORT", "70000", "不是端口号"),
        ("PORT", "hall:8000", "不是 IP 地址"),
        ("DATABASE_URL", "mysql://root@localhost/hall", "数据库地址看不懂"),
        ("DATABASE_URL", "postgresql://", "数据库地址看不懂"),
        ("DATABASE_URL", "postgresql://db:x/hall", "端口不是数字"),
        ("DATABASE_URL", "sqlite://", "数据库地址看不懂"),
        ("JSB_MODE", "prod", "不是运行方式"),
        ("JSB_HOSTS", "*", "不是域名"),
        ("JSB_HOSTS", "ftp://hall.example", "不是域名"),
        ("JSB_HOSTS", "hall.example/path", "不是域名"),
        ("JSB_AREA_CODE", "37011", "不是行政区划代码"),
        ("JSB_AREA_CODE", "070115", "不是行政区划代码"),
        ("JSB_PLACE", "<b>区</b>", "名称"),
        ("JSB_BRAND", "字" * 31, "名称"),
        ("JSB_PHONE", "请拨打", "不是电话号码"),
        ("JSB_SMS_URL", "短信", "短信平台地址看不懂"),
        ("JSB_WORKERS", "很多", "不是进程数"),
        ("JSB_WORKERS", "65", "不是进程数"),
        ("JSB_WORKERS", "2", "SQLite 只能用 1 个进程"),
        ("JSB_PLCAE", "济阳区", "没有这个配置项"),
    ],
)
def test_a_wrong_value_is_named_with_reason_and_mend(
    base: dict[str, str], key: str, value: str, said: str
) -> None:
    fault = fault_of({**base, key: value}, key)
    assert said in fault.reason
    assert fault.mend
    assert fault.english.isascii() or "…" in fault.english


def test_a_folder_that_is_a_file_is_refused(base: dict[str, str], tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    assert "不能写入" in fault_of({**base, "DATA_DIR": str(occupied)}, "DATA_DIR").reason
    assert "不能写入" in fault_of({**base, "JSB_KEY_DIR": str(occupied / "keys")}, "JSB_KEY_DIR").reason


@pytest.mark.parametrize("key", env.NEEDED_LIVE)
def test_a_live_hall_must_name(base: dict[str, str], key: str) -> None:
    environ = {**base, **LIVE}
    del environ[key]
    assert "正式运行必须填写" in fault_of(environ, key).reason


def test_several_faults_are_told_at_once(base: dict[str, str]) -> None:
    with pytest.raises(env.WrongSettings) as caught:
        env.read({**base, "PORT": "x", "JSB_PHONE": "y"})
    assert {fault.key for fault in caught.value.faults} == {"PORT", "JSB_PHONE"}


def test_a_password_is_never_repeated_in_the_message(base: dict[str, str]) -> None:
    with pytest.raises(env.WrongSettings) as caught:
        env.read({**base, "DATABASE_URL": "mysql://root:hunter2@localhost/hall"})
    assert "hunter2" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(env.KEYS), st.text(st.characters(exclude_characters="\0"), max_size=40))
)
def test_whatever_is_written_is_either_read_or_refused(given_: dict[str, str]) -> None:
    given_.pop("DATA_DIR", None)
    given_.pop("JSB_KEY_DIR", None)
    try:
        env.read(given_)
    except env.WrongSettings as wrong:
        assert all(fault.reason and fault.mend for fault in wrong.faults)


@pytest.mark.parametrize("module", ["jishiban.config.cli", "jishiban.config.settings"])
def test_a_wrong_value_stops_the_start_with_code_2(module: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", module, *(["openapi"] if module.endswith("cli") else [])]
    environ = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "PORT": "x",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(command, env=environ, cwd=env.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == env.EXIT_CODE
    assert "配置项 PORT" in done.stderr
    assert "PORT: must be a port" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_language_model_is_asked_unless_one_is_named(base: dict[str, str]) -> None:
    assert env.read(base).model == env.Model("", "", "")


def test_a_language_model_is_read_and_its_key_is_never_printed(base: dict[str, str]) -> None:
    given = {
        "JSB_MODEL_URL": "http://10.0.0.9:8000/v1/",
        "JSB_MODEL_NAME": "qwen3",
        "JSB_MODEL_KEY": "sk-geheim",
    }
    got = env.read({**base, **given})
    assert (got.model.url, got.model.name, got.model.key) == ("http://10.0.0.9:8000/v1", "qwen3", "sk-geheim")
    assert "geheim" not in repr(got)


def test_an_address_of_a_model_needs_its_name(base: dict[str, str]) -> None:
    assert "还缺" in fault_of({**base, "JSB_MODEL_URL": "http://10.0.0.9/v1"}, "JSB_MODEL_NAME").reason
    assert fault_of({**base, "JSB_MODEL_URL": "ftp://x"}, "JSB_MODEL_URL").english.startswith("must be")
    assert "英文" in fault_of({**base, "JSB_MODEL_KEY": "密钥"}, "JSB_MODEL_KEY").reason
