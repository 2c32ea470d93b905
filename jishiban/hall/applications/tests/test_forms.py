"""Forms made from guides: whatever is typed, they answer in words and write nothing on a bad hand-in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiban.hall.applications import forms
from jishiban.hall.applications.models import Draft
from jishiban.hall.applications.tests.portal_cast import browser_of, started
from jishiban.hall.applications.tests.portal_cast import food as food  # noqa: PLC0414  a fixture is used by its name
from jishiban.hall.matters import document
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.seed import DATA
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast

GUIDES = sorted((DATA / "guides").glob("*.json"))
PERSON = {"name": "张三丰", "id_number": "370115199003070018", "phone": "13800138000"}


def version_of(path: Any, **changes: Any) -> GuideVersion:
    return GuideVersion(body={**document.from_file(json.loads(path.read_text(encoding="utf-8"))), **changes})


VERSIONS = [version_of(path) for path in GUIDES]


def applicant(data: dict[str, str], kind: str = "person") -> forms.Part:
    version = GuideVersion(body={})
    typed = QueryDict(mutable=True)
    typed.update({f"applicant-{key}": value for key, value in data.items()})
    return forms.ApplicantForm(version, kind, data=typed)


def answers(questions: list[dict[str, Any]], data: dict[str, str]) -> forms.Part:
    typed = {f"answers-{key}": value for key, value in data.items()}
    return forms.AnswersForm(GuideVersion(body={"questions": questions}), data=typed)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_guide_gives_a_form_whose_every_field_has_words(path: Any) -> None:
    version = version_of(path)
    for part in forms.parts_of(version):
        for field in forms.form_of(part, version, {}).fields.values():
            assert str(field.label).strip()


@pytest.mark.parametrize(
    ("said", "kinds"),
    [("自然人", ("person",)), ("法人", ("organisation",)), ("自然人/法人", ("person", "organisation")),
     ("", ("person", "organisation")), ("机关", ("organisation",))],
)  # fmt: skip
def test_the_guide_says_who_may_apply(said: str, kinds: tuple[str, ...]) -> None:
    assert forms.who_may(GuideVersion(body={"service_object": said})) == kinds


def test_a_person_needs_name_number_and_phone() -> None:
    form = applicant({})
    assert not form.is_valid()
    assert set(form.errors) == {"name", "id_number", "phone"}


def test_identifiers_come_out_in_their_stored_form() -> None:
    form = applicant({**PERSON, "id_number": " 11010519491231002x ", "phone": "+86 138-0013-8000"})
    assert form.is_valid(), form.errors
    assert form.stored()["id_number"] == "11010519491231002X"
    assert form.stored()["phone"] == "13800138000"


def test_an_agent_is_named_whole_or_not_at_all() -> None:
    form = applicant({**PERSON, "agent_name": "李四"})
    assert not form.is_valid()
    assert set(form.errors) == {"agent_id", "agent_phone"}


def test_an_organisation_without_a_code_yet_may_apply() -> None:
    form = applicant({**PERSON, "org_name": "济阳好味餐饮有限公司"}, "organisation")
    assert form.is_valid(), form.errors


def test_a_wrong_credit_code_is_explained() -> None:
    form = applicant({**PERSON, "org_name": "某公司", "uscc": "91310115MA1G4L1WXK"}, "organisation")
    assert "校验不符" in form.errors["uscc"][0]


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [("number", "086.50", "86.5"), ("number", "1000000", "1000000"), ("date", "2026年9月30日", "2026-09-30"),
     ("date", "2026-09-30", "2026-09-30"), ("phone", "0531 8423 0000", "0531-84230000"), ("text", "  店 ", "店"),
     ("uscc", "91370115ma00000155", "91370115MA00000155")],
)  # fmt: skip
def test_each_kind_of_question_stores_plain_data(kind: str, typed: str, stored: str) -> None:
    form = answers([{"key": "q", "label": "问", "kind": kind, "required": True}], {"q": typed})
    assert form.is_valid(), form.errors
    assert form.stored() == {"q": stored}


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [("number", "很多", "要填数字"), ("number", "-1", "不能小于 0"), ("number", "NaN", "要填数字"),
     ("date", "2026-02-30", "真实的日期"), ("phone", "12", "电话号码不对"), ("text", "长" * 101, "最多100个字"),
     ("choice", "丙", "请从列出的选项里选")],
)  # fmt: skip
def test_each_kind_of_question_says_what_to_do(kind: str, typed: str, words: str) -> None:
    question = {
        "key": "q",
        "label": "问",
        "kind": kind,
        "required": True,
        "choices": ["甲", "乙"],
        "max": 100,
    }
    form = answers([question], {"q": typed})
    assert not form.is_valid()
    assert words in form.errors["q"][0]


def test_few_choices_stand_open_and_many_fold() -> None:
    few = forms.AnswersForm(
        GuideVersion(
            body={
                "questions": [
                    {"key": "q", "label": "问", "kind": "choice", "choices": ["甲", "乙"], "required": True}
                ]
            }
        )
    )
    many = [str(n) for n in range(9)]
    folded = forms.AnswersForm(
        GuideVersion(
            body={
                "questions": [
                    {"key": "q", "label": "问", "kind": "choice", "choices": many, "required": True}
                ]
            }
        )
    )
    assert 'type="radio"' in str(few["q"])
    assert "<select" in str(folded["q"])


@pytest.mark.parametrize(
    ("chosen", "needed"),
    [({"answers": {"yewu": "变更"}}, True), ({"answers": {"yewu": "设立"}}, False), ({}, None)],
)
def test_a_material_for_one_case_only_follows_the_answers(
    chosen: dict[str, Any], needed: bool | None
) -> None:
    version = version_of(DATA / "guides" / "001.json")
    row = next(row for row in version.materials if row["when"] == "变更时")
    assert forms.applies(row, chosen, version) is needed


def test_only_what_the_guide_lists_may_follow_later() -> None:
    plain = dict(forms.ways({"necessity": "必要"}))
    assert "later" not in plain
    assert "later" in dict(forms.ways({"necessity": "容缺后补"}))
    assert "shared" in dict(forms.ways({"necessity": "必要", "shared": True}))


def test_reading_back_hides_what_is_personal() -> None:
    stored = {"applicant": {"kind": "person", **PERSON, "address": "济南市济阳区济阳街道开元大街1号"}}
    shown = {row["key"]: row["value"] for row in forms.summary("applicant", GuideVersion(body={}), stored)}
    assert shown["name"] == "张**"
    assert shown["id_number"].endswith("0018")
    assert "199003" not in shown["id_number"]
    assert "开元" not in shown["address"]


# --- whatever is typed -----------------------------------------------------------------------------------------------

# Surrogates cannot be sent by any browser; everything else can.
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    [
        "NaN",
        "-0",
        "1e999",
        "2026-02-30",
        "0001-01-01",
        "\x00",
        "\u200b",
        "９" * 18,
        "<script>",
        "'; --",
        "1" * 5000,
    ]
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_answer_breaks_a_form_and_what_passes_is_plain_data(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    part = data.draw(st.sampled_from(forms.parts_of(version)))
    names = list(forms.form_of(part, version, {}).fields)
    typed = {f"{part}-{name}": data.draw(ANYTHING) for name in names}
    form = forms.form_of(part, version, {}, data=typed)
    if form.is_valid():
        stored = json.loads(json.dumps(form.stored()))
        again = forms.form_of(
            part, version, {}, data={f"{part}-{k}": v for k, v in forms.flat(part, {part: stored}).items()}
        )
        assert again.is_valid()
        assert again.stored() == stored
    json.dumps(form.typed()).encode()
    str(form)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_post_breaks_the_pages_and_garbage_files_nothing(
    data: st.DataObject, food: Matter, cast: Cast
) -> None:
    assert food.current is not None
    with transaction.atomic():
        cache.clear()
        client = browser_of(cast.citizen)
        code = started(client, food)
        part = data.draw(st.sampled_from(["applicant", "answers", "materials", "nonsense"]))
        fields = list(forms.form_of(part, food.current, {}).fields) if part in forms.PARTS else ["x"]
        typed = {f"{part}-{name}": data.draw(ANYTHING) for name in fields} | {
            "go": data.draw(st.sampled_from(["next", "save", "switch", "upload", "", "x"])),
            "kind": data.draw(st.sampled_from(["person", "organisation", "", "\x00"])),
        }
        assert client.post(f"/apply/d/{code}/{part}/", typed).status_code < 500
        for page in ("", "answers/", "materials/", "review/"):
            assert client.get(f"/apply/d/{code}/{page}").status_code == 200
        assert client.post(f"/apply/d/{code}/review/", typed).status_code == 422
        assert not Case.objects.exists()
        Draft.objects.all().delete()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=ANYTHING, tail=ANYTHING, number=ANYTHING)
def test_no_code_and_no_number_breaks_the_two_doors(code: str, tail: str, number: str, db: None) -> None:
    cache.clear()
    client = Client()
    assert client.post("/apply/continue/", {"code": code, "tail": tail}).status_code == 422
    assert client.post("/track/", {"number": number, "code": tail}).status_code == 422
    assert client.get("/track/", {"number": number}).status_code == 200
