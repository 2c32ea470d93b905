"""The fifteen keys a county may set, read once and checked before anything else happens.

Nothing else in the tree reads the environment for a setting. A wrong value stops the start and says which
key, what is wrong with it and what to write instead.
"""

import ipaddress
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

KEYS = (
    "PORT",
    "DATA_DIR",
    "DATABASE_URL",
    "JSB_MODE",
    "JSB_HOSTS",
    "JSB_AREA_CODE",
    "JSB_PLACE",
    "JSB_BRAND",
    "JSB_PHONE",
    "JSB_KEY_DIR",
    "JSB_SMS_URL",
    "JSB_WORKERS",
    "JSB_MODEL_URL",
    "JSB_MODEL_NAME",
    "JSB_MODEL_KEY",
    "JSB_MILVUS_URL",
    "JSB_ANSWER_AT",
    "JSB_CHOOSE_AT",
)

ROOT = Path(__file__).resolve().parents[2]
EXIT_CODE = 2
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"(?=.{1,253}(?::\d+)?$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
NEEDED_LIVE = ("JSB_HOSTS", "JSB_AREA_CODE", "JSB_PLACE", "JSB_PHONE")


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong key: what is wrong (`reason`), what to do (`mend`), and the same in one English line."""

    key: str
    reason: str
    mend: str
    english: str

    def __str__(self) -> str:
        return f"配置项 {self.key}:{self.reason}\n  请这样改:{self.mend}\n  ({self.key}: {self.english})"


class WrongSettings(Exception):
    """Raised by `read` with every fault found, so one start tells all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Wrong(Exception):
    """Raised by one parser: reason, mend, English line."""

    def __init__(self, reason: str, mend: str, english: str) -> None:
        self.reason, self.mend, self.english = reason, mend, english
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Place:
    """The place this hall serves: its division code (GB/T 2260), names and telephone."""

    area_code: str
    name: str
    brand: str
    phone: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Address:
    """One address people reach the hall by; `plain` means http, so no secure cookies there."""

    host: str
    plain: bool

    @property
    def url(self) -> str:
        return f"{'http' if self.plain else 'https'}://{self.host}"


@dataclass(frozen=True, slots=True)
class Model:
    """A language model behind an OpenAI-compatible address; off without `url`. `key` never shows in a printed form."""

    url: str = ""
    name: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Env:
    """Every key, parsed."""

    bind: str
    port: int
    data_dir: Path
    key_dir: Path
    database: dict[str, Any]
    place: Place
    addresses: tuple[Address, ...]
    sms_url: str
    workers: int
    model: Model
    milvus_url: str
    answer_at: float | None
    choose_at: float | None

    @property
    def demo(self) -> bool:
        return self.place.demo

    @property
    def https(self) -> bool:
        return bool(self.addresses) and not any(address.plain for address in self.addresses)

    @property
    def public_url(self) -> str:
        """The address printed on papers and in QR codes, without a trailing slash."""
        return self.addresses[0].url if self.addresses else f"http://127.0.0.1:{self.port}"

    @property
    def sqlite(self) -> bool:
        return str(self.database["ENGINE"]).endswith("sqlite3")


def _port(text: str) -> tuple[str, int]:
    """`8000`, or `0.0.0.0:8000` to listen beyond this machine; without an address only this machine."""
    address, _, number = text.rpartition(":")
    if not number.isdecimal() or not 0 < int(number) < 65536:
        raise Wrong(f"“{text}”不是端口号", "写 1 到 65535 的整数,例如 PORT=8000", "must be a port, e.g. 8000")
    try:
        return str(ipaddress.ip_address(address.strip("[]") or "127.0.0.1")), int(number)
    except ValueError:
        mend = "监听地址要写 IP,例如 PORT=0.0.0.0:8000"
        raise Wrong(f"“{address}”不是 IP 地址", mend, "the part before the colon must be an IP") from None


def _folder(text: str) -> Path:
    """An absolute folder that exists or can be made, and can be written."""
    path = Path(text).expanduser().absolute()
    nearest = next(p for p in (path, *path.parents) if p.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        reason = f"目录 {path} 不能写入"
        raise Wrong(reason, "换一个本账号可写的目录,或改该目录的权限", "not a writable folder")
    return path


def _database(text: str, data_dir: Path) -> dict[str, Any]:
    """Django's settings of one database from a URL: sqlite:///… or postgresql://user:password@host:port/name."""
    if not text:
        return sqlite(data_dir / "jishiban.sqlite3")
    url = urlsplit(text)
    if url.scheme == "sqlite" and url.path.strip("/"):
        return sqlite(Path(unquote(url.path[1:])).absolute())
    if url.scheme in {"postgres", "postgresql"} and url.path.strip("/"):
        return _postgresql(text)
    mend = "写 postgresql://用户:密码@主机:5432/库名,或 sqlite:////绝对路径"
    raise Wrong("数据库地址看不懂(为保密不显示内容)", mend, "must be postgresql://… or sqlite:////path")


def sqlite(path: Path) -> dict[str, Any]:
    """One SQLite file in WAL mode.

    `synchronous=FULL`: an acknowledged promise must survive a power cut, not only a killed process. NORMAL
    would lose the last commits then, and a receipt already in a citizen's hand would name a leaf that is gone.
    Immediate transactions take the write lock first, so a late upgrade never fails half-way.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }


def _postgresql(text: str) -> dict[str, Any]:
    url = urlsplit(text)
    try:
        port = url.port
    except ValueError:
        raise Wrong("数据库端口不是数字", "写成 …@主机:5432/库名", "the database port is no number") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(url.query)),
    }


def _mode(text: str) -> bool:
    if text not in {"demo", "live"}:
        mend = "演示写 JSB_MODE=demo,正式运行写 JSB_MODE=live"
        raise Wrong(f"“{text}”不是运行方式", mend, "must be demo or live")
    return text == "demo"


def _hosts(text: str) -> tuple[Address, ...]:
    return tuple(_host(part.strip()) for part in text.split(",") if part.strip())


def _host(text: str) -> Address:
    scheme, mark, host = text.rpartition("://")
    if (mark and scheme not in {"http", "https"}) or not HOST.fullmatch(host):
        mend = (
            "只写域名,多个用英文逗号隔开,例如 JSB_HOSTS=zwfw.example.gov.cn;内网没有证书时写 http://10.1.2.3"
        )
        raise Wrong(
            f"“{text}”不是域名", mend, "comma-separated host names; prefix http:// where there is no TLS"
        )
    return Address(host.lower(), plain=scheme == "http")


def _area_code(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{5}", text):
        mend = "写六位行政区划代码,例如 JSB_AREA_CODE=370115"
        raise Wrong(f"“{text}”不是行政区划代码", mend, "must be the six digits of GB/T 2260")
    return text


def _name(text: str) -> str:
    if not 0 < len(text) <= 30 or re.search(r"[<>\x00-\x1f]", text):
        raise Wrong(
            "名称要有 1 到 30 个字,不能有尖括号", "写本地名称,例如 济阳区", "1 to 30 characters, no < or >"
        )
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(r"\d[\d-]{2,15}", text):
        raise Wrong(
            f"“{text}”不是电话号码", "写数字和短横,例如 JSB_PHONE=0531-12345", "digits and hyphens only"
        )
    return text


def _sms_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname):
        mend = "写短信平台的 https:// 地址;没有短信平台就不写这一项"
        raise Wrong("短信平台地址看不懂", mend, "must be an http(s) address, or leave it out")
    return text


def _model_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname):
        mend = "写到 /v1 为止,例如 http://10.1.2.3:8000/v1;没有大模型就不写这一项"
        raise Wrong("大模型地址看不懂", mend, "must be an http(s) address up to /v1, or leave it out")
    return text.rstrip("/")


def _line(text: str) -> str:
    if len(text) > 200 or re.search(r"[^\x21-\x7e]", text):
        raise Wrong(
            "只能是 200 个以内的英文字母、数字和符号",
            "照服务方给的原样抄写",
            "at most 200 printable ASCII characters",
        )
    return text


def _share(text: str) -> float | None:
    if not text:
        return None
    if not re.fullmatch(r"0(\.\d{1,4})?|1(\.0*)?", text):
        raise Wrong(f"“{text}”不是 0 到 1 的小数", "例如 0.8；不写就用默认值", "must be between 0 and 1")
    return float(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise Wrong(f"“{text}”不是进程数", "写 1 到 64 的整数,一般等于处理器核数", "must be 1 to 64")
    return int(text)


PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "PORT": ("8000", _port),
    "DATA_DIR": (str(ROOT / "var"), _folder),
    "JSB_MODE": ("demo", _mode),
    "JSB_HOSTS": ("", _hosts),
    "JSB_AREA_CODE": ("370115", _area_code),
    "JSB_PLACE": ("济阳区", _name),
    "JSB_BRAND": ("济时办", _name),
    "JSB_PHONE": ("12345", _phone),
    "JSB_SMS_URL": ("", _sms_url),
    "JSB_WORKERS": ("1", _workers),
    "JSB_MODEL_URL": ("", _model_url),
    "JSB_MODEL_NAME": ("", _line),
    "JSB_MODEL_KEY": ("", _line),
    "JSB_MILVUS_URL": ("", _line),
    "JSB_ANSWER_AT": ("", _share),
    "JSB_CHOOSE_AT": ("", _share),
}


class _Reader:
    """Takes keys one by one and keeps the faults, so that one start reports every wrong key."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[Fault] = []
        self.values: dict[str, Any] = {}

    def take(self, key: str, default: str, parse: Callable[[str], Any]) -> None:
        try:
            self.values[key] = parse(self.environ.get(key, "").strip() or default)
        except Wrong as wrong:
            self.blame(key, wrong.reason, wrong.mend, wrong.english)

    def blame(self, key: str, reason: str, mend: str, english: str) -> None:
        self.faults.append(Fault(key, reason, mend, english))


def read(environ: Mapping[str, str]) -> Env:
    """All settings from `environ`; raises WrongSettings with every fault at once."""
    reader = _Reader(environ)
    for key, (default, parse) in PARSERS.items():
        reader.take(key, default, parse)
    data_dir = reader.values.get("DATA_DIR", ROOT / "var")
    reader.take("JSB_KEY_DIR", str(data_dir / "keys"), _folder)
    reader.take("DATABASE_URL", "", lambda text: _database(text, data_dir))
    _check_unknown(reader)
    _check_live(reader)
    _check_workers(reader)
    _check_model(reader)
    if reader.faults:
        raise WrongSettings(reader.faults)
    return _env(reader.values)


def _env(values: dict[str, Any]) -> Env:
    bind, port = values["PORT"]
    place = Place(
        area_code=values["JSB_AREA_CODE"],
        name=values["JSB_PLACE"],
        brand=values["JSB_BRAND"],
        phone=values["JSB_PHONE"],
        demo=values["JSB_MODE"],
    )
    return Env(
        bind=bind,
        port=port,
        data_dir=values["DATA_DIR"],
        key_dir=values["JSB_KEY_DIR"],
        database=values["DATABASE_URL"],
        place=place,
        addresses=values["JSB_HOSTS"],
        sms_url=values["JSB_SMS_URL"],
        workers=values["JSB_WORKERS"],
        model=Model(values["JSB_MODEL_URL"], values["JSB_MODEL_NAME"], values["JSB_MODEL_KEY"]),
        milvus_url=values["JSB_MILVUS_URL"],
        answer_at=values["JSB_ANSWER_AT"],
        choose_at=values["JSB_CHOOSE_AT"],
    )


def _check_unknown(reader: _Reader) -> None:
    """A misspelt key would otherwise be silently without effect."""
    for key in sorted(reader.environ):
        if key.startswith("JSB_") and key not in KEYS:
            known = "、".join(k for k in KEYS if k.startswith("JSB_"))
            reader.blame(key, "没有这个配置项", f"可用的有:{known}", "no such key")


def _check_live(reader: _Reader) -> None:
    """A real hall may not run under the demonstration's names and addresses."""
    if reader.values.get("JSB_MODE", True):
        return
    for key in NEEDED_LIVE:
        if not reader.environ.get(key, "").strip():
            reader.blame(key, "正式运行必须填写", f"在环境里写上 {key}=…", "required when JSB_MODE=live")


def _check_workers(reader: _Reader) -> None:
    """SQLite has one writer: more processes would only wait for one another."""
    database = reader.values.get("DATABASE_URL", {})
    if reader.values.get("JSB_WORKERS", 1) > 1 and str(database.get("ENGINE", "")).endswith("sqlite3"):
        mend = "改用 PostgreSQL(DATABASE_URL),或写 JSB_WORKERS=1"
        reader.blame("JSB_WORKERS", "SQLite 只能用 1 个进程", mend, "more than one needs PostgreSQL")


def _check_model(reader: _Reader) -> None:
    """An address without a model's name would be refused by every server at the first question."""
    if reader.values.get("JSB_MODEL_URL") and not reader.values.get("JSB_MODEL_NAME"):
        mend = "写上服务方给的模型名称,例如 JSB_MODEL_NAME=qwen3"
        reader.blame(
            "JSB_MODEL_NAME", "写了大模型地址,还缺模型名称", mend, "required when JSB_MODEL_URL is set"
        )


def stop(wrong: WrongSettings) -> NoReturn:
    """Print every fault and end with exit code 2."""
    print(wrong, file=sys.stderr)
    raise SystemExit(EXIT_CODE)


def load() -> Env:
    """The process's own settings; a wrong one ends the process with exit code 2."""
    try:
        return read(os.environ)
    except WrongSettings as wrong:
        stop(wrong)
