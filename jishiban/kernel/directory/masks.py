"""What other people may see of personal data: the first character of a name, the last four of a number.

Every function returns text that does not contain the hidden part. `scrub` is the net under the rest: it finds
number-like personal data in free text and hides it, in logs, file names and words people wrote.
"""

import logging
import re

from jishiban.kernel.directory.identifiers import normalise, phone_digits

HIDDEN = "**"
_SHOWN = 4


def mask_name(name: str) -> str:
    """A person's name as its first character and `**`: 张**, also for compound surnames (READINGS 19)."""
    name = name.strip()
    return name[:1] + HIDDEN if name else ""


_COMPANY = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司|普通合伙|有限合伙|合伙企业|专业合作社|合作社)"
    r"(?:[(（][^)）]{1,12}[)）])?$"
)


def mask_enterprise(name: str) -> str:
    """An enterprise for public tickers: first two characters, `**`, legal form: 济南**有限公司.

    Without a legal form it is most likely a one-person business named after its owner, so only the first
    character stays.
    """
    name = name.strip()
    form = _COMPANY.search(name)
    if form is None or form.start() < 3:
        return mask_name(name)
    return name[:2] + HIDDEN + form.group()


def mask_number(number: str) -> str:
    """Any number of a person or a paper: stars and its last four characters; short ones are hidden whole."""
    number = number.strip()
    if not number:
        return ""
    return "*" * (len(number) - _SHOWN) + number[-_SHOWN:] if len(number) > 2 * _SHOWN else HIDDEN


def mask_id(number: str) -> str:
    """An identity or credit code: `**************0018`. The date of birth inside is hidden."""
    return mask_number(normalise(number))


def mask_phone(number: str) -> str:
    """A mobile or landline: stars and the last four digits (READINGS 19); extensions are hidden."""
    if not number.strip():
        return ""
    digits = phone_digits(number)
    return "*" * (len(digits) - _SHOWN) + digits[-_SHOWN:] if len(digits) >= _SHOWN + 3 else HIDDEN


# A division is a few Chinese characters and its kind; what holds a digit or a road is finer than a town.
_NAME = r"(?:(?![省区县旗镇乡村路街道巷弄号楼栋幢室院%s])[\u4e00-\u9fff]){1,8}?"
_PLACE = _NAME % "市"
_ADDRESS = re.compile(
    rf"(?:{_PLACE}(?:省|自治区|特别行政区))?"
    rf"(?:{_PLACE}(?:自治州|地区|市|盟)(?!镇|乡|街道))?"
    rf"(?:{_PLACE}(?:区|县|旗|市)(?!镇|乡|街道))?"
    rf"(?:{_NAME % ''}(?:街道办事处|街道|镇|乡|苏木))?"
    rf"(?:{_PLACE}(?:村|社区))?"
)


def mask_address(address: str) -> str:
    """An address down to the town and village: 山东省济南市济阳区济阳街道**. House, road and compound are hidden."""
    plain = re.sub(r"\s", "", address)
    if not plain:
        return ""
    found = _ADDRESS.match(plain)
    kept = found.group() if found else ""
    return plain if kept == plain else kept + HIDDEN


def mask_email(address: str) -> str:
    """An e-mail address: first character, `**`, domain: z**@example.cn. One-letter names are hidden whole."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        return HIDDEN if address.strip() else ""
    return (local[0] if len(local) > 1 else "") + HIDDEN + "@" + domain


# `\d` on purpose: it also takes full-width digits, which people's keyboards do produce.
_GAP = r"[ \u00a0-]?"
_KEPT = (
    r"(?P<kept>"
    r"(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])"  # hashes and tokens
    r"|(?<!\d)\d{6}-\d{8}-\d{5}-\d(?!\d)"  # case numbers: public, and people must be able to read them
    r")"
)
_PERSONAL = "|".join(
    (
        rf"\d{{6}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXxX](?!\d)",  # identity number, 18
        r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)",  # identity number of the first kind, 15
        rf"62\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?:{_GAP}\d{{1,3}})?(?!\d)",  # bank card
        rf"(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)",  # mobile
        r"0(?:10|2\d|[3-9]\d\d)[ -]?[2-8]\d{6,7}(?!\d)",  # landline
        r"92\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Za-z])",  # credit code of a one-person business
    )
)
_SCRUB = re.compile(rf"{_KEPT}|(?<!\d)(?P<personal>{_PERSONAL})")


def _hide(match: re.Match[str]) -> str:
    if match.group("kept"):
        return match.group()
    found = match.group("personal")
    return "*" * (len(found) - _SHOWN) + found[-_SHOWN:]


def scrub(text: str) -> str:
    """Free text with identity numbers, telephones, bank cards and one-person businesses' codes hidden.

    The last four characters of each stay. Case numbers and hashes stay whole. Names cannot be found this way.
    """
    return _SCRUB.sub(_hide, text)


class ScrubFilter(logging.Filter):
    """Scrubs every message and traceback that passes; lets all of them through."""

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        if record.exc_info:
            record.exc_text = scrub(self._formatter.formatException(record.exc_info))
        return True
