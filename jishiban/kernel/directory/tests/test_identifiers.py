"""The examples of matters.md §6-7 and READINGS 18-19, and what each check scheme guarantees."""

import re
import string
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jishiban.kernel.directory import identifiers as ids

TODAY = date(2026, 9, 30)
MALE = "370115199003070018"


def codes(problems: list[ids.Problem]) -> list[str]:
    return [problem.code for problem in problems]


# ---- strategies ----

digits = st.text(string.digits, min_size=6, max_size=6)
days = st.dates(date(1900, 1, 1), TODAY)
identities = st.builds(
    lambda head, area, born, serial: ids.make_identity(head + area, born, serial),
    st.sampled_from("123456789"),
    st.text(string.digits, min_size=5, max_size=5),
    days,
    st.integers(0, 999),
)
bodies = st.sampled_from(
    ["11", "12", "13", "19", "51", "52", "53", "91", "92", "93", "N1", "N2", "A1", "Y1", "31"]
)
credit_codes = st.builds(ids.make_uscc, bodies, digits, st.text(ids.USCC_ALPHABET, min_size=8, max_size=8))
case_numbers = st.builds(ids.make_case_number, digits, days, st.integers(1, ids.LAST_SERIAL))


def one_wrong(text: str, place: int, new: str) -> str:
    assume(text[place] != new)
    return text[:place] + new + text[place + 1 :]


def swapped(text: str, place: int) -> str:
    assume(text[place] != text[place + 1])
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


# ---- normalise ----


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  370115199003070018 ", MALE),
        ("37011519900307001x", "37011519900307001X"),
        ("\uff13\uff17\uff10\uff11\uff11\uff15199003070018", MALE),
        ("\u3000370115199003070018\n", MALE),
        ("370115\u200b199003070018", MALE),
        ("\ufeff91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_input_is_stripped_folded_and_upper_cased(typed: str, stored: str) -> None:
    assert ids.normalise(typed) == stored


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert ids.normalise(ids.normalise(text)) == ids.normalise(text)


# ---- credit codes ----


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "11431026MB0R05447F",
        "11511301008778183N",
        "11310000MB2F30661Y",
        "91230500MA1B3N1N2M",
        "11370115MB0000000Y",
        "91370115MA00000155",
        " 91370115ma00000155 ",
    ],
)
def test_real_credit_codes_pass(code: str) -> None:
    assert ids.check_uscc(code) == []


def test_the_worked_example_gets_its_check_character() -> None:
    assert ids.make_uscc("91", "350100", "M000100Y") == "91350100M000100Y43"
    assert ids.organisation_check_digit("M000100Y") == "4"


def test_the_code_quoted_everywhere_online_is_refused() -> None:
    assert codes(ids.check_uscc("91310115MA1G4L1WXK")) == ["check"]


def test_the_placeholder_passes_only_where_it_is_let_in() -> None:
    assert codes(ids.check_uscc("00000000000000000X")) == ["placeholder"]
    assert ids.check_uscc("00000000000000000X", placeholder=True) == []


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "length"),
        ("9135010", "length"),
        ("91350100M000100Y431", "length"),
        ("91350100 M000100Y43", "separator"),
        ("91350100M0OO100Y43", "characters"),
        ("9135010IM000100Y43", "characters"),
        ("91350A00M000100Y43", "area"),
        ("91350100M000100Y44", "check"),
    ],
)
def test_each_fault_of_a_credit_code_has_its_own_word(code: str, problem: str) -> None:
    found = ids.check_uscc(code)
    assert codes(found) == [problem]
    assert ids.errors(found) == found


@pytest.mark.parametrize(
    ("body", "problem"), [("B1", "body"), ("15", "category"), ("94", "category"), ("N4", "category")]
)
def test_body_and_listed_category_are_checked(body: str, problem: str) -> None:
    assert codes(ids.check_uscc(ids.make_uscc(body, "370115", "MB000000"))) == [problem]


@pytest.mark.parametrize("body", ["A1", "N2", "Y1", "21", "81"])
def test_bodies_the_library_refuses_pass(body: str) -> None:
    assert ids.check_uscc(ids.make_uscc(body, "370115", "MB000000")) == []


def test_the_inner_digit_is_only_a_warning() -> None:
    head = "91370115MA0000016"
    from stdnum.cn import uscc

    found = ids.check_uscc(head + uscc.calc_check_digit(head))
    assert codes(found) == ["inner_check"]
    assert found[0].level is ids.Level.WARNING
    assert ids.errors(found) == []


@given(credit_codes)
def test_made_credit_codes_check(code: str) -> None:
    assert ids.check_uscc(code) == []


@given(credit_codes, st.integers(0, 17), st.sampled_from(ids.USCC_ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_caught(code: str, place: int, new: str) -> None:
    assert ids.errors(ids.check_uscc(one_wrong(code, place, new)))


@given(credit_codes, st.integers(0, 16))
def test_two_neighbours_swapped_in_a_credit_code_are_caught(code: str, place: int) -> None:
    assert ids.errors(ids.check_uscc(swapped(code, place)))


# ---- identity numbers ----


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", MALE])
def test_the_examples_of_the_standard_pass(number: str) -> None:
    assert ids.check_identity(number, today=TODAY) == []


def test_the_check_digits_of_the_examples() -> None:
    assert ids.identity_check_digit("11010519491231002") == "X"
    assert ids.make_identity("370115", date(1990, 3, 7), 1) == MALE


@pytest.mark.parametrize("area", ["810000", "820000", "830000", "937001", "370115", "370125"])
def test_residence_permits_and_every_area_are_accepted(area: str) -> None:
    assert ids.check_identity(ids.make_identity(area, date(1985, 2, 28), 12), today=TODAY) == []


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("370115900307001", "old"),
        ("37011519900307001", "length"),
        ("370115 19900307 0018", "separator"),
        ("37011519900307O018", "characters"),
        ("070115199003070018", "characters"),
        ("370115199003070017", "check"),
        (ids.make_identity("370115", date(2026, 10, 1), 1), "birth"),
        ("37011519900230001" + ids.identity_check_digit("37011519900230001"), "birth"),
    ],
)
def test_each_fault_of_an_identity_number_has_its_own_word(number: str, problem: str) -> None:
    assert codes(ids.check_identity(number, today=TODAY)) == [problem]


def test_a_child_born_today_has_a_number() -> None:
    assert ids.check_identity(ids.make_identity("370115", TODAY, 1), today=TODAY) == []


def test_digits_of_other_scripts_are_not_digits() -> None:
    assert ids.check_identity("٣٧٠١١٥١٩٩٠٠٣٠٧٠٠١٨", today=TODAY)


@given(identities)
def test_made_identity_numbers_check(number: str) -> None:
    assert ids.check_identity(number, today=TODAY) == []


@given(identities, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_digit_of_an_identity_number_is_caught(number: str, place: int, new: str) -> None:
    assert ids.check_identity(one_wrong(number, place, new), today=TODAY)


@given(identities, st.integers(0, 16))
def test_two_neighbours_swapped_in_an_identity_number_are_caught(number: str, place: int) -> None:
    assert ids.check_identity(swapped(number, place), today=TODAY)


@given(days)
def test_the_date_of_birth_can_be_read_back(born: date) -> None:
    assert ids.birth_date(ids.make_identity("370115", born, 1)) == born


# ---- telephones ----


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("\uff11\uff13\uff1800138000", "13800138000"),
        ("0531-84230000", "0531-84230000"),
        ("(0531)84230000", "0531-84230000"),
        ("053184230000", "0531-84230000"),
        ("0531—84230000转801", "0531-84230000-801"),
        ("010-65001234", "010-65001234"),
        ("84230000", "84230000"),
        ("400-123-4567", "4001234567"),
        ("12345", "12345"),
    ],
)
def test_telephones_are_stored_in_one_form(typed: str, stored: str) -> None:
    assert ids.normalise_phone(typed) == stored
    assert ids.check_phone(typed) == []


@pytest.mark.parametrize(
    "typed", ["", "1380013800", "138001380000", "12800138000", "0531-1234", "电话", "000-84230000"]
)
def test_what_is_no_telephone_says_what_to_write(typed: str) -> None:
    (problem,) = ids.check_phone(typed)
    assert "例如" in problem.message


def test_only_a_mobile_can_get_text_messages() -> None:
    assert ids.check_mobile("138 0013 8000") == []
    assert codes(ids.check_mobile("0531-84230000")) == ["mobile"]


@given(st.text(max_size=20))
def test_a_telephone_normalised_twice_is_the_same(text: str) -> None:
    once = ids.normalise_phone(text)
    if not ids.check_phone(text):
        assert ids.normalise_phone(once) == once


# ---- case numbers ----


def test_a_case_number_has_its_four_parts() -> None:
    number = ids.make_case_number("370115", date(2026, 9, 30), 12)
    assert number == "370115-20260930-00012-2"
    assert ids.parse_case_number(number) == ids.CaseNumber("370115", date(2026, 9, 30), 12)


@pytest.mark.parametrize(
    "typed",
    [
        "37011520260930000122",
        "370115 20260930 00012 2",
        "370115—20260930—00012—2",
        " 370115-20260930-00012-2 ",
    ],
)
def test_a_case_number_is_read_with_any_dashes(typed: str) -> None:
    assert str(ids.parse_case_number(typed)) == "370115-20260930-00012-2"


def test_any_area_is_read() -> None:
    assert ids.check_case_number(ids.make_case_number("511602", date(2026, 1, 4), 99_999)) == []


@pytest.mark.parametrize("serial", [0, -1, 100_000])
def test_serials_outside_the_day_are_not_made(serial: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        ids.make_case_number("370115", date(2026, 9, 30), serial)


def test_an_area_that_is_not_six_digits_makes_no_number() -> None:
    with pytest.raises(ValueError, match="six digits"):
        ids.make_case_number("3701", date(2026, 9, 30), 1)


def with_check(head: str) -> str:
    from stdnum.iso7064 import mod_11_10

    return f"{head}-{mod_11_10.calc_check_digit(head.replace('-', ''))}"


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "shape"),
        ("370115-20260930-0012-2", "shape"),
        ("370115-20260930-00012-3", "check"),
        (with_check("370115-20260931-00012"), "day"),
        (with_check("370115-20260930-00000"), "serial"),
    ],
)
def test_each_fault_of_a_case_number_has_its_own_word(number: str, problem: str) -> None:
    assert codes(ids.check_case_number(number)) == [problem]
    with pytest.raises(ValueError, match="收件凭证"):
        ids.parse_case_number(number)


@given(case_numbers)
def test_made_case_numbers_check_and_come_back(number: str) -> None:
    assert ids.check_case_number(number) == []
    assert str(ids.parse_case_number(number)) == number


@given(case_numbers, st.integers(0, 19), st.sampled_from(string.digits))
def test_one_wrong_digit_of_a_case_number_is_caught(number: str, place: int, new: str) -> None:
    """ISO 7064 MOD 11,10 guarantees this for every place, the check digit included."""
    assert ids.check_case_number(one_wrong(number.replace("-", ""), place, new))


def test_most_swapped_neighbours_of_a_case_number_are_caught() -> None:
    """MOD 11,10 does not promise all of them; over a year of first cases it misses fewer than one in forty."""
    caught = missed = 0
    for offset in range(365):
        number = ids.make_case_number("370115", date(2026, 1, 1) + timedelta(offset), 1 + offset * 37)
        plain = number.replace("-", "")
        for place in range(19):
            if plain[place] != plain[place + 1]:
                wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
                found = bool(ids.check_case_number(wrong))
                caught, missed = caught + found, missed + (not found)
    assert missed / (caught + missed) < 1 / 40


# ---- codes of matters ----


@pytest.mark.parametrize("code", ["000131024000", "430131056W00", "312003564000"])
def test_codes_of_twelve_pass(code: str) -> None:
    assert ids.check_catalog_code(code) == []
    assert ids.check_matter_code(code) == []


def test_the_task_and_handle_codes_of_the_sources_pass() -> None:
    assert ids.check_task_code("11431026MB0R05447F4430131056W00") == []
    assert ids.check_handle_code("11310000MB2F30661Y231200356400001") == []
    assert ids.check_matter_code("11310000mb2f30661y231200356400001") == []


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("00013102400", "length"),
        ("000131O24-00", "separator"),
        ("AA0131024000", "characters"),
        ("001131024000", "type"),
        ("11431026MB0R05447G4430131056W00", "check"),
        ("11431026MB0R05447F7430131056W00", "level"),
        ("11431026MB0R05447F4431131056W00", "type"),
        ("11310000MB2F30661Y231200356400000", "serial"),
        ("11310000MB2F30661Y23120035640000A", "serial"),
    ],
)
def test_each_fault_of_a_matter_code_has_its_own_word(code: str, problem: str) -> None:
    checks = {31: ids.check_task_code, 33: ids.check_handle_code}
    assert codes(checks.get(len(code), ids.check_catalog_code)(code)) == [problem]


@pytest.mark.parametrize("wrong", ["", "1" * 13, "1" * 32])
def test_a_code_of_another_length_names_the_three_lengths(wrong: str) -> None:
    (problem,) = ids.check_matter_code(wrong)
    assert "12、31或33位" in problem.message


def test_every_type_and_level_of_the_table_makes_a_good_code() -> None:
    for kind in ids.ITEM_TYPES:
        for level in ids.LEVELS:
            assert ids.check_task_code(f"11370115MB0000000Y{level}37{kind}00001000") == []


# ---- document numbers ----


def test_the_example_of_a_document_number_passes() -> None:
    assert ids.check_document_number("济阳审批准字〔2026〕12号") == []
    assert ids.parse_document_number("济阳审批准字〔2026〕12号") == ids.DocumentNumber(
        "济阳审批准字", 2026, 12
    )


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("济阳审批准字[2026]12号", "brackets"),
        ("济阳审批准字\uff082026\uff0912号", "brackets"),
        ("济阳审批准字【2026】12号", "brackets"),
        ("济阳审批准字〔26〕12号", "year"),
        ("济阳审批准字〔2026〕第12号", "ordinal"),
        ("济阳审批准字〔2026〕012号", "leading_zero"),
        ("济阳审批准字〔2026〕0号", "leading_zero"),
        ("济阳审批准字 〔2026〕12号", "spaces"),
        ("济阳审批准字〔2026〕12", "suffix"),
        ("〔2026〕12号", "shape"),
        ("", "shape"),
    ],
)
def test_each_fault_of_a_document_number_has_its_own_word(number: str, problem: str) -> None:
    assert codes(ids.check_document_number(number)) == [problem]
    with pytest.raises(ValueError, match="文号"):
        ids.parse_document_number(number)


@given(
    st.text("济阳审批准字商河环建", min_size=2, max_size=12), st.integers(1949, 2100), st.integers(1, 99_999)
)
def test_made_document_numbers_come_back(word: str, year: int, serial: int) -> None:
    number = ids.make_document_number(word, year, serial)
    assert ids.parse_document_number(number) == ids.DocumentNumber(word, year, serial)


@pytest.mark.parametrize(
    ("word", "year", "serial"), [("济阳审批准字", 26, 1), ("济阳审批准字", 2026, 0), ("济", 2026, 1)]
)
def test_wrong_parts_make_no_document_number(word: str, year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="文号"):
        ids.make_document_number(word, year, serial)


# ---- all of them ----

CHECKS = [
    ids.check_uscc,
    ids.check_identity,
    ids.check_phone,
    ids.check_mobile,
    ids.check_case_number,
    ids.check_matter_code,
    ids.check_catalog_code,
    ids.check_task_code,
    ids.check_handle_code,
    ids.check_document_number,
]


@pytest.mark.parametrize("check", CHECKS)
@given(st.one_of(st.text(max_size=40), st.text("0123456789XABC-〔〕号 ", min_size=10, max_size=34)))
def test_any_text_gets_an_answer_and_every_message_ends_a_sentence(check: object, text: str) -> None:
    for problem in check(text):  # type: ignore[operator]  # each takes one text
        assert re.search(r"[。]$", problem.message)
        assert problem.code
