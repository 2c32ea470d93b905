"""Identifiers people and systems write down: what is wrong with one, and what to do about it.

Every `check_…` takes text as typed and returns a list of `Problem`; an empty list, or one of warnings only,
means the identifier may be used in the form `normalise` gives. python-stdnum supplies the digit arithmetic
only: its `validate` refuses codes and people that exist (READINGS 18).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10


class Level(StrEnum):
    """How much a problem weighs: an error stops the identifier, a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an identifier; `message` says in plain Chinese what to do."""

    code: str
    message: str
    level: Level = Level.ERROR


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop an identifier from being used."""
    return [problem for problem in problems if problem.level is Level.ERROR]


# Characters that come along when text is copied from a chat or a web page and cannot be seen.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


def normalise(text: str) -> str:
    """The form in which identifiers are stored: stripped, NFKC (full width to half), upper case (READINGS 18)."""
    folded = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    return unicodedata.normalize("NFKC", folded.upper()).strip()


def _length_problem(code: str, length: int, what: str) -> Problem | None:
    if " " in code or "-" in code:
        return Problem("separator", _("%(what)s中间不要有空格或横线，请删去后再填。") % {"what": what})
    if len(code) != length:
        message = _("%(what)s应为%(length)d位，现在是%(got)d位，请对照证照核对。")
        return Problem("length", message % {"what": what, "length": length, "got": len(code)})
    return None


# ---- unified social credit code, GB 32100-2015 ----

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Stands in credit data where a body has no code; nothing else may use it (matters.md §6).
USCC_PLACEHOLDER = "00000000000000000X"
# Registering body -> its listed categories. None: the standard's list for that body is not at hand, so any
# character of the alphabet is let through rather than refusing a code that exists.
_USCC_BODIES: dict[str, str | None] = {
    "1": "1239",
    "2": None,
    "3": None,
    "4": None,
    "5": "1239",
    "6": None,
    "7": None,
    "8": None,
    "9": "123",
    "A": None,
    "N": "1239",
    "Y": None,
}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def organisation_check_digit(body: str) -> str:
    """The check character of a 主体标识码 for its first eight characters (GB 11714: 10 is X, 11 is 0)."""
    total = sum(_ORGANISATION_DIGITS.index(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def make_uscc(body: str, area: str, organisation: str) -> str:
    """A whole code from registering body and category (2 characters), area (6 digits) and the first eight
    characters of the 主体标识码; both check characters are computed."""
    head = f"{body}{area}{organisation}{organisation_check_digit(organisation)}"
    return head + uscc.calc_check_digit(head)


def check_uscc(text: str, *, placeholder: bool = False) -> list[Problem]:
    """Problems of a 统一社会信用代码 (GB 32100-2015); the inner GB 11714 digit gives only a warning.

    `placeholder` lets `00000000000000000X` through, for credit data of bodies that have no code.
    """
    code = normalise(text)
    if code == USCC_PLACEHOLDER:
        return (
            [] if placeholder else [Problem("placeholder", _("这是占位代码，请填写真实的统一社会信用代码。"))]
        )
    shape = _uscc_shape(code)
    if shape is not None:
        return [shape]
    problems = _uscc_body(code)
    if uscc.calc_check_digit(code[:17]) != code[17]:
        problems.append(
            Problem("check", _("统一社会信用代码校验不符，可能有一位填错，请对照营业执照逐位核对。"))
        )
    elif organisation_check_digit(code[8:16]) != code[16]:
        message = _("第9至17位主体标识码的校验位不符，请再核对一次；确认无误可以继续。")
        problems.append(Problem("inner_check", message, Level.WARNING))
    return problems


def _uscc_shape(code: str) -> Problem | None:
    wrong_length = _length_problem(code, 18, _("统一社会信用代码"))
    if wrong_length is not None:
        return wrong_length
    strange = sorted(set(code) - set(USCC_ALPHABET))
    if strange:
        message = _(
            "统一社会信用代码里没有“%(strange)s”；不用字母I、O、Z、S、V，请看是否把0写成O、把1写成I。"
        )
        return Problem("characters", message % {"strange": "、".join(strange)})
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        return Problem("area", _("统一社会信用代码第3至8位应为数字，请对照营业执照核对。"))
    return None


def _uscc_body(code: str) -> list[Problem]:
    if code[0] not in _USCC_BODIES:
        return [Problem("body", _("统一社会信用代码第1位“%(c)s”不是登记管理部门，请核对。") % {"c": code[0]})]
    categories = _USCC_BODIES[code[0]]
    if categories is not None and code[1] not in categories:
        return [Problem("category", _("统一社会信用代码第2位“%(c)s”不是机构类别，请核对。") % {"c": code[1]})]
    return []


# ---- resident identity number, GB 11643-1999 ----


def identity_check_digit(body: str) -> str:
    """The check character for the first 17 digits of a 公民身份号码."""
    return ric.calc_check_digit(body + "0")


def make_identity(area: str, born: date, serial: int) -> str:
    """A whole identity number from area (6 digits), date of birth and serial 0-999 (odd: male, even: female)."""
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    return body + identity_check_digit(body)


def check_identity(text: str, *, today: date | None = None) -> list[Problem]:
    """Problems of a 公民身份号码 or a residence permit of the same shape (81…, 82…, 83…, 9…).

    Check digit and a real date of birth not after `today` (default: now in the hall's time zone); there is no
    table of areas, and 15-digit numbers are refused (READINGS 18).
    """
    code = normalise(text)
    if re.fullmatch(r"[0-9]{15}", code):
        return [Problem("old", _("15位的旧号码已停用，请填写18位身份证号码。"))]
    wrong_length = _length_problem(code, 18, _("身份证号码"))
    if wrong_length is not None:
        return [wrong_length]
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", code):
        return [Problem("characters", _("身份证号码前17位应为数字，最后一位是数字或X，请核对。"))]
    if identity_check_digit(code[:17]) != code[17]:
        return [Problem("check", _("身份证号码校验不符，可能有一位填错，请对照证件逐位核对。"))]
    return _birth_problems(code, today or timezone.localdate())


def _birth_problems(code: str, today: date) -> list[Problem]:
    born = birth_date(code)
    if born is None:
        return [Problem("birth", _("身份证号码第7至14位不是真实的日期，请对照证件核对。"))]
    if born > today:
        return [Problem("birth", _("身份证号码里的出生日期晚于今天，请对照证件核对。"))]
    return []


def birth_date(text: str) -> date | None:
    """The date of birth inside an identity number, or None when places 7 to 14 are no date."""
    return _real_date(normalise(text)[6:14])


def _real_date(digits: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


# ---- telephones ----

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_AREA_CODE = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(rf"(?:({_AREA_CODE})-?)?([2-8][0-9]{{6,7}})(?:(?:-|转|EXT\.?)([0-9]{{1,6}}))?")
_SERVICE = re.compile(r"(?:400|800)[0-9]{7}|(?:1[0-2][0-9]{3}|95[0-9]{3,4})")


def normalise_phone(text: str) -> str:
    """A telephone in its stored form: 13800138000, 0531-84230000, 0531-84230000-801, 4001234567.

    Spaces, dots, brackets and +86 are dropped. What is no telephone comes back normalised and otherwise as it was.
    """
    plain = re.sub(r"[\s.()]", "", normalise(text)).replace("—", "-").replace("–", "-")
    plain = re.sub(r"^(?:\+|00)86-?", "", plain)
    digits = plain.replace("-", "")
    if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(plain)
    return "-".join(part for part in landline.groups() if part) if landline else plain


def phone_digits(text: str) -> str:
    """The digits of a telephone with its area code and without its extension."""
    plain = normalise_phone(text)
    landline = _LANDLINE.fullmatch(plain)
    if landline is None:
        return re.sub(r"[^0-9]", "", plain)
    area, local, _extension = landline.groups()
    return f"{area or ''}{local}"


def is_mobile(text: str) -> bool:
    """Whether a text message can be sent to this number."""
    return _MOBILE.fullmatch(normalise_phone(text)) is not None


def check_mobile(text: str) -> list[Problem]:
    """Problems of a mobile number of the mainland: 11 digits from 13… to 19…."""
    if is_mobile(text):
        return []
    return [Problem("mobile", _("请填写11位手机号码，例如13800138000。"))]


def check_phone(text: str) -> list[Problem]:
    """Problems of any telephone: mobile, landline with or without area code, 400/800 or a service number."""
    plain = normalise_phone(text)
    if _MOBILE.fullmatch(plain) or _SERVICE.fullmatch(plain) or _LANDLINE.fullmatch(plain):
        return []
    return [Problem("phone", _("电话号码不对。请填写11位手机号，或带区号的座机，例如0531-84230000。"))]


# ---- case numbers: area-date-serial-check, ISO 7064 MOD 11,10 ----

_CASE_NUMBER = re.compile(r"([0-9]{6})-([0-9]{8})-([0-9]{5})-([0-9])")
LAST_SERIAL = 99_999


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """The parts of a case number; `str` gives it back whole, with its check digit."""

    area: str
    day: date
    serial: int

    def __str__(self) -> str:
        head = f"{self.area}-{self.day:%Y%m%d}-{self.serial:05d}"
        return f"{head}-{mod_11_10.calc_check_digit(head.replace('-', ''))}"


def make_case_number(area: str, day: date, serial: int) -> str:
    """The case number of that day's serial, 1 to 99,999 (READINGS 19). ValueError outside that or for a bad area."""
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"case serial {serial} is not between 1 and {LAST_SERIAL}")
    if not re.fullmatch(r"[0-9]{6}", area):
        raise ValueError(f"area code {area!r} is not six digits")
    return str(CaseNumber(area, day, serial))


def check_case_number(text: str) -> list[Problem]:
    """Problems of a case number `370115-YYYYMMDD-NNNNN-C`; any area code is read (READINGS 19)."""
    match = _CASE_NUMBER.fullmatch(_case_dashes(text))
    if match is None:
        return [Problem("shape", _("办件编号应像370115-20260930-00012-2，共20位数字，请对照收件凭证核对。"))]
    area, day, serial, check = match.groups()
    if mod_11_10.calc_check_digit(area + day + serial) != check:
        return [Problem("check", _("办件编号校验不符，可能有一位填错，请对照收件凭证逐位核对。"))]
    if _real_date(day) is None:
        return [Problem("day", _("办件编号第二段不是真实的日期，请对照收件凭证核对。"))]
    if serial == "00000":
        return [Problem("serial", _("办件编号第三段从00001开始，请对照收件凭证核对。"))]
    return []


def parse_case_number(text: str) -> CaseNumber:
    """The parts of a case number. ValueError, with the message for the person, when it has a problem."""
    problems = check_case_number(text)
    if problems:
        raise ValueError(problems[0].message)
    area, day, serial, _check = _case_dashes(text).split("-")
    return CaseNumber(area, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(serial))


def _case_dashes(text: str) -> str:
    """People type the number without dashes, with spaces or with the dash of their keyboard: all mean the same."""
    digits = re.sub(r"[\s\-‐‑–—_]", "", normalise(text))
    if not re.fullmatch(r"[0-9]{20}", digits):
        return normalise(text)
    return f"{digits[:6]}-{digits[6:14]}-{digits[14:19]}-{digits[19]}"


# ---- codes of matters: 12, 31 and 33 characters (matters.md §1) ----

ITEM_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
LEVELS = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇(乡、街道)级", "6": "村(社区)级"}


def check_catalog_code(text: str) -> list[Problem]:
    """Problems of a 基本编码: region prefix 2, type 2, 主项 5, 子项 3; letters are allowed in the last two."""
    code = normalise(text)
    wrong_length = _length_problem(code, 12, _("基本编码"))
    if wrong_length is not None:
        return [wrong_length]
    if not re.fullmatch(r"[0-9]{2}[0-9]{2}[0-9A-Z]{8}", code):
        return [Problem("characters", _("基本编码前4位应为数字，后8位应为数字或字母，请核对。"))]
    if code[2:4] not in ITEM_TYPES:
        return [Problem("type", _("基本编码第3、4位“%(c)s”不是事项类型代码，请核对。") % {"c": code[2:4]})]
    return []


def check_task_code(text: str) -> list[Problem]:
    """Problems of a 实施编码: the body's credit code 18, level 1, 基本编码 12."""
    code = normalise(text)
    wrong_length = _length_problem(code, 31, _("实施编码"))
    return [wrong_length] if wrong_length is not None else _task_parts(code)


def check_handle_code(text: str) -> list[Problem]:
    """Problems of a 业务办理项编码: 实施编码 31 and a serial of two digits from 01."""
    code = normalise(text)
    wrong_length = _length_problem(code, 33, _("业务办理项编码"))
    if wrong_length is not None:
        return [wrong_length]
    problems = _task_parts(code[:31])
    if not re.fullmatch(r"[0-9]{2}", code[31:]) or code[31:] == "00":
        problems.append(Problem("serial", _("业务办理项编码最后2位应为01至99，请核对。")))
    return problems


def check_matter_code(text: str) -> list[Problem]:
    """Problems of a code of a matter, read by its length: 12 基本编码, 31 实施编码, 33 业务办理项编码."""
    checks = {12: check_catalog_code, 31: check_task_code, 33: check_handle_code}
    check = checks.get(len(normalise(text)))
    if check is None:
        message = _("事项编码应为12、31或33位，现在是%(got)d位，请核对。")
        return [Problem("length", message % {"got": len(normalise(text))})]
    return check(text)


def _task_parts(code: str) -> list[Problem]:
    problems = check_uscc(code[:18])
    if code[18] not in LEVELS:
        problems.append(
            Problem("level", _("第19位行使层级应为1至6，现在是“%(c)s”，请核对。") % {"c": code[18]})
        )
    return problems + check_catalog_code(code[19:31])


# ---- document numbers: 济阳审批准字〔2026〕12号 (GB/T 9704) ----

_DOCUMENT_NUMBER = re.compile(r"([\u4e00-\u9fff]{2,30})〔([12][0-9]{3})〕([1-9][0-9]{0,6})号")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The parts of a document number; `str` gives it back whole."""

    word: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.word}〔{self.year:04d}〕{self.serial}号"


def make_document_number(word: str, year: int, serial: int) -> str:
    """A document number such as 济阳审批准字〔2026〕12号. ValueError when the parts do not make a correct one."""
    number = str(DocumentNumber(word, year, serial))
    problems = check_document_number(number)
    if problems:
        raise ValueError(problems[0].message)
    return number


def check_document_number(text: str) -> list[Problem]:
    """Problems of a document number: four-digit year in 〔〕, no 第, no leading zero, 号, no spaces (READINGS 19)."""
    number = normalise(text)
    if _DOCUMENT_NUMBER.fullmatch(number):
        return []
    for code, pattern, message in _document_faults():
        if re.search(pattern, number):
            return [Problem(code, message)]
    return [Problem("shape", _("文号应像“济阳审批准字〔2026〕12号”，请改正。"))]


def _document_faults() -> list[tuple[str, str, str]]:
    return [
        ("spaces", r"\s", _("文号中间不要有空格，请删去。")),
        ("brackets", r"[\[(【{<《「『][0-9]+[\])】}>》」』]", _("文号里的年份要用六角括号，例如〔2026〕。")),
        ("year", r"〔(?![12][0-9]{3}〕)", _("文号里的年份要写四位数字，例如〔2026〕。")),
        ("ordinal", r"〕第", _("文号里不写“第”字，例如〔2026〕12号。")),
        ("leading_zero", r"〕0", _("文号的序号前面不加0，例如〔2026〕12号。")),
        ("suffix", r"[0-9]$", _("文号要以“号”字结尾，例如〔2026〕12号。")),
    ]


def parse_document_number(text: str) -> DocumentNumber:
    """The parts of a document number. ValueError, with the message for the person, when it has a problem."""
    match = _DOCUMENT_NUMBER.fullmatch(normalise(text))
    if match is None:
        raise ValueError(check_document_number(text)[0].message)
    word, year, serial = match.groups()
    return DocumentNumber(word, int(year), int(serial))
