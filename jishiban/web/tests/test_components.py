"""Every component with ordinary, empty, overlong and hostile data: it renders, it escapes, it says what matters."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from jishiban.web import gallery
from jishiban.web.tests.test_markup_guard import COMPONENTS

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
LONG = "某" * 400
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "circle", "rect", "source", "wbr"}


def evil(value: Any) -> Any:
    """The same shape with every text in it hostile; keys that choose among fixed values stay."""
    if isinstance(value, dict):
        return {k: v if k in {"state", "colour", "unit"} else evil(v) for k, v in value.items()}
    if isinstance(value, list):
        return [evil(one) for one in value]
    return EVIL if isinstance(value, str) else value


SLIP = gallery.SLIP
DATA: dict[str, dict[str, Any]] = {
    "breadcrumb": {"crumbs": [{"title": "办事", "url": "/matters/"}, {"title": "食品经营许可"}]},
    "task_card": {"title": "企业设立", "url": "#", "hint": "一句话", "facts": ["1 天"], "colour": "red", "state": "审查中"},
    "tag": {"word": "已收件", "kind": "now"},
    "four_facts": {"facts": gallery.FOUR},
    "material_checklist": {"materials": gallery.MATERIALS, "title": "材料"},
    "step_flow": {"steps": gallery.STEPS, "flow": gallery.FLOW, "current": "accepted"},
    "timeline": {"events": gallery.events()},
    "day_count": {"days": gallery.DAYS, "basis": "起算日不计"},
    "fact_table": {"caption": "承诺", "rows": gallery.ROWS, "period": "9月", "as_of": "2026-09-30T10:00:00+08:00"},
    "summary_list": {"rows": gallery.SUMMARY},
    "notice_slip": {**SLIP, "heading": "告知", "action": "补正"},
    "receipt": {"number": "JY1", "code": "7F3K", "title": "设立", "qr_text": "https://x.invalid", "leaf": 5, "promise": "1 天"},
    "proof_badge": {"leaf": 12345, "url": "/ledger/12345"},
    "copy_code": {"code": "7F3K", "label": "查询码"},
    "empty_state": {"title": "没有", "why": "还没交", "url": "#", "action": "去办"},
    "filter_links": {"groups": gallery.FILTERS},
    "confirm": {"title": "撤回？", "text": "不能恢复", "effects": ["结束"], "action": "撤回", "back_url": "/my/", "danger": True},
    "fault": {"code": 404, "title": "没有", "text": "写错了", "tips": ["看看"], "show_search": True, "back_url": "#", "back": "回"},
    "sticky": {"actions": [{"title": "开始申请", "url": "#"}, {"title": "打印", "url": "#", "quiet": True}], "note": "免费"},
    "key_hints": {"keys": [{"key": "a", "does": "受理"}]},
    "light": {"colour": "red", "word": "超期"},
    "promise_meter": {"meter": gallery.promises()[0], "level": 2},
}  # fmt: skip
NEED_MORE = {
    "pager",
    "field",
    "field_words",
    "file_drop",
    "error_summary",
    "messages",
}  # forms and pages, below
NO_DATA = {
    "masthead",
    "footer",
    "language",
    "mark",
    "brand",
    "menu",
    "modes",
    "sheets",
    "live_head",
}  # drawn with every page


class Balanced(HTMLParser):
    """Fails on markup that does not close what it opens."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> where </{self.open[-1]}> was due"
        self.open.pop()


def request() -> Any:
    return RequestFactory().get("/web/", {"q": EVIL, "page": "3"})


def render(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"web/components/{name}.html", context, request())


def check(markup: str) -> Balanced:
    """Parse it: balanced, no hostile element got through, no inline handler or style."""
    seen = Balanced()
    seen.feed(markup)
    assert seen.open == []
    for tag, attrs in seen.tags:
        assert tag != "script" or (attrs.get("src") or "").startswith("/static/")
        assert not [a for a in attrs if a.startswith("on") or a == "style"]
        assert not (tag == "img" and attrs.get("src") == "x")
    return seen


def fill(template: str, context: dict[str, Any]) -> str:
    return str(engines["django"].from_string("{% load ui %}" + template).render(context, request()))


def test_no_component_was_forgotten_here() -> None:
    assert {path.stem for path in COMPONENTS} == DATA.keys() | NEED_MORE | NO_DATA


@pytest.mark.parametrize("name", DATA)
def test_a_component_renders_with_ordinary_data(name: str) -> None:
    assert check(render(name, DATA[name])).tags


@pytest.mark.parametrize("name", DATA)
def test_a_component_renders_with_nothing(name: str) -> None:
    check(render(name, {}))


@pytest.mark.parametrize("name", DATA)
def test_a_component_escapes_what_is_hostile(name: str) -> None:
    markup = render(name, evil(DATA[name]))
    check(markup)
    assert "<script>alert" not in markup


@pytest.mark.parametrize("name", DATA)
def test_a_component_takes_overlong_words(name: str) -> None:
    check(render(name, {key: LONG if isinstance(value, str) else value for key, value in DATA[name].items()}))


@pytest.mark.parametrize("promise", gallery.promises(), ids=lambda p: f"{p['unit']} {p['left']}")
def test_the_meter_draws_in_every_state(promise: dict[str, object]) -> None:
    markup = fill("{% promise_meter promise 3 %}", {"promise": evil(promise)})
    check(markup)
    assert 'class="meter' in markup


@pytest.mark.parametrize(
    ("colour", "word"), [("green", "按时"), ("yellow", "临期"), ("red", "超期"), ("grey", "暂停")]
)
def test_a_light_is_shape_word_and_colour(colour: str, word: str) -> None:
    markup = fill("{% light colour %}", {"colour": colour})
    assert word in markup
    assert f"light--{colour}" in markup
    assert "<svg" in markup


def test_a_qr_code_is_drawn_without_styles_and_named() -> None:
    markup = fill("{% qr text %}", {"text": "https://x.invalid/" + EVIL})
    assert "style" not in markup
    assert 'aria-label="二维码"' in markup
    check(markup)


def test_a_link_keeps_the_filters_and_escapes_them() -> None:
    assert fill("{% query page=4 %}", {}).startswith("?q=")
    assert "page=4" in fill("{% query page=4 %}", {})
    assert "<script" not in fill('<a href="{% query page=4 %}">x</a>', {})


def test_changing_a_filter_starts_over_at_the_first_page() -> None:
    assert "page" not in fill("{% query due='today' %}", {})
    assert fill("{% query q=None %}", {}) == "?"


@pytest.mark.parametrize(("number", "shown"), [(1, "下一页"), (45, "上一页")])
def test_the_pager_shows_only_the_ways_there_are(number: int, shown: str) -> None:
    markup = render("pager", {"page": Paginator(range(900), 20).page(number)})
    assert shown in markup
    assert ('rel="prev"' in markup) == (number > 1)


def test_one_page_needs_no_pager() -> None:
    assert render("pager", {"page": Paginator(range(3), 20).page(1)}).strip() == ""


def test_a_phone_number_dials() -> None:
    assert 'href="tel:053112345"' in fill("{% phone_link '0531-12345' %}", {})
    assert fill("{% phone_link None %}", {}) == ""


# --- forms --------------------------------------------------------------------------------------------------


def field(form: forms.Form, name: str, **more: object) -> Balanced:
    return check(render("field", {"field": form[name], **more}))


def control(seen: Balanced) -> dict[str, str | None]:
    return next(attrs for tag, attrs in seen.tags if tag in {"input", "select", "textarea"})


@pytest.mark.parametrize("name", list(gallery.Sample.base_fields))
def test_a_field_of_every_kind_renders_before_and_after_errors(name: str) -> None:
    field(gallery.Sample(), name)
    field(gallery.filled(), name)


@pytest.mark.parametrize("name", ["name", "phone", "start"])
def test_a_wrong_field_is_tied_to_its_hint_and_its_error(name: str) -> None:
    attrs = control(field(gallery.filled(), name))
    told = (attrs["aria-describedby"] or "").split()
    assert attrs["aria-invalid"] == "true"
    assert told[-1] == f"id_{name}_error"
    markup = render("field", {"field": gallery.filled()[name]})
    assert all(f'id="{one}"' in markup for one in told)


def test_label_hint_and_error_come_in_that_order_before_the_input() -> None:
    markup = render("field", {"field": gallery.filled()["phone"]})
    places = [markup.index(part) for part in ("<label", "用来收办理进度", "少了 4 位", "<input")]
    assert places == sorted(places)


def test_what_was_typed_is_kept() -> None:
    assert control(field(gallery.filled(), "phone"))["value"] == "138 0000"


def test_a_group_names_its_error_on_the_fieldset() -> None:
    seen = field(gallery.filled(), "way")
    assert next(a for t, a in seen.tags if t == "fieldset")["aria-describedby"] == "id_way_error"


def test_a_date_uses_the_browsers_own_picker_and_keeps_its_value() -> None:
    class Dated(forms.Form):
        day = forms.DateField(initial="2026-09-30")

    attrs = control(field(Dated(), "day"))
    assert (attrs["type"], attrs["value"]) == ("date", "2026-09-30")


def test_a_date_that_is_none_is_still_shown_as_it_was_typed() -> None:
    attrs = control(field(gallery.filled(), "start"))
    assert (attrs["type"], attrs["value"]) == ("text", "2026-09-31")


def test_optional_fields_say_so_and_others_do_not() -> None:
    assert "选填" in render("field", {"field": gallery.Sample()["words"]})
    assert "选填" not in render("field", {"field": gallery.Sample()["name"]})


def test_the_purpose_of_a_field_reaches_the_browser() -> None:
    attrs = control(field(gallery.Sample(), "phone", autocomplete="tel", inputmode="tel"))
    assert (attrs["autocomplete"], attrs["inputmode"]) == ("tel", "tel")


def test_a_fields_own_class_is_not_lost() -> None:
    class Own(forms.Form):
        number = forms.CharField(widget=forms.TextInput(attrs={"class": "mine", "data-private": "1"}))

    assert control(field(Own(), "number"))["class"] == "input input--text mine"


def test_hidden_fields_are_only_inputs() -> None:
    class Hidden(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput, initial=EVIL)

    seen = field(Hidden(), "key")
    assert [tag for tag, _attrs in seen.tags] == ["input"]


def test_hostile_labels_hints_choices_and_values_are_escaped() -> None:
    class Evil(forms.Form):
        text = forms.CharField(label=EVIL, help_text=EVIL, initial=EVIL)
        pick = forms.ChoiceField(label=EVIL, choices=[(EVIL, EVIL)], widget=forms.RadioSelect)

    for name in ("text", "pick"):
        field(Evil(), name)
    assert "<script>alert" not in render("field", {"field": Evil()["text"]})


def test_files_already_handed_in_are_listed_with_a_way_to_remove_them() -> None:
    kept = [{"name": EVIL, "size": 5, "url": "/f/1", "remove_url": "/f/1/remove"}]
    seen = check(render("file_drop", {"field": gallery.Sample()["paper"], "kept": kept, "upload_url": "/up"}))
    assert {"/f/1", "/f/1/remove"} <= {attrs.get("href") for _tag, attrs in seen.tags}


def test_the_summary_counts_every_message_and_leads_to_its_field() -> None:
    seen = check(render("error_summary", {"form": gallery.filled()}))
    jumps = [attrs["href"] for tag, attrs in seen.tags if tag == "a"]
    assert jumps == ["#id_name", "#id_phone", "#id_way_0", "#id_start", "#id_agree"]
    assert "有 5 处需要改正" in render("error_summary", {"form": gallery.filled()})


def test_the_summary_speaks_for_several_forms_and_for_the_whole_form() -> None:
    whole = gallery.Sample({})
    whole.is_valid()
    whole.add_error(None, EVIL)
    markup = render("error_summary", {"forms": [gallery.filled(), whole]})
    check(markup)
    assert "&lt;script&gt;" in markup


@pytest.mark.parametrize("context", [{}, {"form": None}, {"form": gallery.Sample()}, {"form": ""}])
def test_without_errors_there_is_no_summary(context: dict[str, Any]) -> None:
    assert render("error_summary", context).strip() == ""


def test_every_link_of_the_summary_finds_its_field_on_the_page() -> None:
    form = gallery.filled()
    page = "".join(render("field", {"field": one}) for one in form)
    jumps = [a["href"] for t, a in check(render("error_summary", {"form": form})).tags if t == "a"]
    assert all(f'id="{str(jump)[1:]}"' in page for jump in jumps)
