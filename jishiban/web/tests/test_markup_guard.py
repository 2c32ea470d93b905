"""House rules over every template and script of the tree: the content policy allows nothing inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The one page that must work from a memory stick without any file beside it carries its script with it.
OFFLINE = ROOT / "web" / "templates" / "web" / "record" / "offline.html"
TEMPLATES = sorted(path for path in ROOT.rglob("*.html") if "templates" in path.parts and path != OFFLINE)
MODULES = sorted((ROOT / "web" / "static" / "web").glob("*.js"))
COMPONENTS = sorted((ROOT / "web" / "templates" / "web" / "components").glob("*.html"))

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", re.IGNORECASE),
    "a javascript address": re.compile(r"""(?:href|src|action)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
    "something fetched from elsewhere": re.compile(
        r"""<(?:script|link|img|iframe)\b[^>]*["'](?:https?:)?//""", re.IGNORECASE
    ),
    "a filter that switches escaping off": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}


def without_comments(text: str) -> str:
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_nothing_the_content_policy_refuses(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_the_guard_sees_what_it_should() -> None:
    samples = {
        "a style attribute": '<p class="x" style="color:red">',
        "an inline event handler": '<a href="#" onclick="go()">',
        "an inline script": "<script>go()</script>",
        "something fetched from elsewhere": '<script src="https://cdn.example/x.js">',
    }
    assert all(FORBIDDEN[what].search(sample) for what, sample in samples.items())
    assert not FORBIDDEN["an inline script"].search('<script type="module" src="/static/web/page.js">')


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_component_says_at_its_top_what_it_wants(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{% comment %}")
    assert re.search(r"[Cc]ontext", text.split("{% endcomment %}")[0])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_script_writes_no_markup_and_runs_no_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b", text
    )
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_form_that_writes_carries_its_token(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    for form in re.findall(r"<form\b[^>]*method=[\"']?post.*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        assert "{% csrf_token %}" in form
