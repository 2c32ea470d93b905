"""What the embedded index finds, in which order, and how fast."""

import random
import statistics
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.search.titles import Document, Hit, TitleIndex

TITLES = [
    "食品经营许可",
    "食品经营许可变更",
    "食品经营许可注销",
    "仅销售预包装食品经营者备案",
    "食品生产许可",
    "公共场所卫生许可",
    "公共场所卫生许可变更",
    "企业设立登记",
    "企业变更登记",
    "个体工商户设立登记",
    "机动车驾驶证补办",
    "城乡居民基本养老保险关系转移接续",
    "残疾人证办理",
    "建筑工程施工许可",
    "户口迁移",
]


def documents() -> list[Document]:
    found = [Document(f"m{place:02d}", title) for place, title in enumerate(TITLES)]
    found[7] = Document(
        "m07", TITLES[7], aliases=("营业执照", "开公司"), summary="有限责任公司、股份有限公司的设立"
    )
    found[0] = Document("m00", TITLES[0], codes=("000131024000",), summary="餐饮服务、食品销售要办的许可")
    return found


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    return TitleIndex(documents())


def titles(hits: list[Hit]) -> list[str]:
    return ["".join(text for text, _lit in hit.title) for hit in hits]


def first(index: TitleIndex, query: str) -> str:
    return titles(index.search(query))[0]


# ---- finding ----


def test_the_beginning_of_a_title_finds_the_shortest_first(index: TitleIndex) -> None:
    found = titles(index.search("食品经营"))
    assert found[:3] == ["食品经营许可", "食品经营许可变更", "食品经营许可注销"]
    assert "仅销售预包装食品经营者备案" in found


@pytest.mark.parametrize("title", TITLES)
def test_every_title_finds_itself_first(index: TitleIndex, title: str) -> None:
    hit = index.search(title)[0]
    assert titles([hit]) == [title]
    assert hit.score == 1000


@pytest.mark.parametrize("word", ["变更", "注销", "迁移", "补办", "驾驶", "残疾"])
def test_words_of_two_characters_are_found(index: TitleIndex, word: str) -> None:
    found = titles(index.search(word))
    assert {title for title in TITLES if word in title} == {title for title in found if word in title}
    assert word in found[0]


def test_a_word_is_found_in_all_its_titles_before_anything_else(index: TitleIndex) -> None:
    found = titles(index.search("变更"))
    assert set(found[:3]) == {"食品经营许可变更", "公共场所卫生许可变更", "企业变更登记"}


@pytest.mark.parametrize("title", [title for title in TITLES if len(title) >= 4])
def test_one_wrong_character_still_finds_the_title(index: TitleIndex, title: str) -> None:
    for place in range(len(title)):
        typo = title[:place] + "菅" + title[place + 1 :]
        assert title in titles(index.search(typo))[:4], typo


@pytest.mark.parametrize("title", [title for title in TITLES if len(title) >= 5])
def test_one_missing_character_still_finds_the_title(index: TitleIndex, title: str) -> None:
    for place in range(len(title)):
        assert title in titles(index.search(title[:place] + title[place + 1 :]))[:4]


def test_another_name_finds_its_matter(index: TitleIndex) -> None:
    assert first(index, "营业执照") == "企业设立登记"
    assert first(index, "开公司") == "企业设立登记"


def test_what_only_the_summary_says_is_found(index: TitleIndex) -> None:
    assert first(index, "餐饮服务") == "食品经营许可"
    assert first(index, "股份有限公司") == "企业设立登记"


def test_words_apart_are_found_together(index: TitleIndex) -> None:
    assert first(index, "卫生 变更") == "公共场所卫生许可变更"
    assert first(index, "养老保险 转移") == "城乡居民基本养老保险关系转移接续"


def test_a_question_is_understood_by_its_wish(index: TitleIndex) -> None:
    assert first(index, "我要办食品经营许可证怎么办?") == "食品经营许可"
    assert first(index, "请问户口迁移需要什么材料") == "户口迁移"


def test_traditional_characters_and_full_width_find_the_same(index: TitleIndex) -> None:
    assert index.search("\u98df\u54c1\u7d93\u71df") == index.search("食品经营")
    assert (
        first(index, "\uff10\uff10\uff10\uff11\uff13\uff11\uff10\uff12\uff14\uff10\uff10\uff10")
        == "食品经营许可"
    )


def test_a_code_finds_its_matter_and_half_a_code_nothing(index: TitleIndex) -> None:
    assert [hit.key for hit in index.search("000131024000")] == ["m00"]
    assert index.search("00013102") == []


@pytest.mark.parametrize("query", ["", "   ", "???", "量子纠缠", "zzz", "。"])
def test_what_resembles_nothing_finds_nothing(index: TitleIndex, query: str) -> None:
    assert index.search(query) == []


# ---- order ----


def test_kinds_of_matches_never_change_places() -> None:
    index = TitleIndex(
        [
            Document("exact", "户口"),
            Document("prefix", "户口迁移准迁证明申请事项", weight=1),
            Document("inside", "农村户口"),
            Document("summary", "迁移证", summary="户口迁出", weight=9),
        ]
    )
    assert [hit.key for hit in index.search("户口")] == ["exact", "prefix", "inside", "summary"]


def test_weight_decides_between_equals_only() -> None:
    index = TitleIndex(
        [Document("a", "食品甲许可"), Document("b", "食品乙许可", weight=2), Document("c", "许可食品")]
    )
    assert [hit.key for hit in index.search("食品")] == ["b", "a", "c"]


def test_the_order_does_not_depend_on_the_order_of_input() -> None:
    shuffled = documents()
    random.Random(7).shuffle(shuffled)
    for query in ("食品", "变更", "许可", "登记 企业", "食品经菅"):
        assert TitleIndex(shuffled).search(query) == TitleIndex(documents()).search(query)


def test_the_limit_takes_the_best(index: TitleIndex) -> None:
    assert index.search("许可", limit=2) == index.search("许可")[:2]


# ---- highlights ----


def test_the_matched_words_are_marked(index: TitleIndex) -> None:
    hit = index.search("食品经营")[0]
    assert hit.title == (("食品经营", True), ("许可", False))
    assert ("食品", True) in hit.summary


def test_a_typo_marks_what_does_match(index: TitleIndex) -> None:
    assert index.search("食品经菅许可")[0].title[0] == ("食品经", True)


@given(st.text(max_size=20), st.text(max_size=10))
@settings(max_examples=200)
def test_the_pieces_joined_are_the_title(title: str, query: str) -> None:
    for hit in TitleIndex([Document("a", title, summary=title[::-1])]).search(query):
        assert "".join(text for text, _lit in hit.title) == title
        assert "".join(text for text, _lit in hit.summary) == title[::-1]
        assert all(text for text, _lit in hit.title)


def test_markup_in_a_title_stays_text() -> None:
    hit = TitleIndex([Document("a", "<b>食品</b>")]).search("食品")[0]
    assert hit.title == (("<b>", False), ("食品", True), ("</b>", False))


# ---- changing ----


def test_a_document_can_be_added_renewed_and_taken_out() -> None:
    index = TitleIndex(documents())
    index.put(Document("new", "犬只登记"))
    assert first(index, "犬只") == "犬只登记"
    index.put(Document("new", "养犬登记证"))
    assert first(index, "养犬") == "养犬登记证"
    assert len(index) == len(TITLES) + 1
    index.remove("new")
    index.remove("never there")
    assert index.search("养犬") == []
    assert len(index) == len(TITLES)


def test_an_empty_index_answers() -> None:
    assert TitleIndex().search("食品") == []


def test_a_search_sees_the_old_index_or_the_new_one() -> None:
    old, new = [Document("a", "食品许可")], [Document("b", "食品许可")]
    index, seen = TitleIndex(old), set()
    done = threading.Event()

    def change() -> None:
        for turn in range(200):
            index.replace(new if turn % 2 else old)
        done.set()

    thread = threading.Thread(target=change)
    thread.start()
    while not done.is_set():
        seen.add(tuple(hit.key for hit in index.search("食品")))
    thread.join()
    assert seen <= {("a",), ("b",)}


# ---- speed ----


def county() -> list[Document]:
    """1,500 matters put together from the words such lists are made of."""
    draw = random.Random(11)
    things = [
        "食品",
        "药品",
        "道路运输",
        "公共场所",
        "建筑工程",
        "养老机构",
        "民办学校",
        "机动车",
        "林木",
        "户外广告",
    ]
    acts = ["经营", "生产", "卫生", "安全", "设立", "施工", "采伐", "使用", "转让", "检验"]
    ends = ["许可", "许可变更", "许可注销", "备案", "登记", "许可证补办", "资格认定", "延续"]
    return [
        Document(
            f"c{place:04d}",
            draw.choice(things)
            + draw.choice(acts)
            + draw.choice(things)
            + draw.choice(ends)
            + str(place % 97),
            aliases=(draw.choice(things) + "怎么开",),
            summary="向行政审批服务局申请" + draw.choice(acts) + draw.choice(things),
        )
        for place in range(1_500)
    ]


@pytest.mark.slow
def test_a_query_over_fifteen_hundred_documents_takes_less_than_two_milliseconds() -> None:
    index = TitleIndex(county())
    medians = []
    for query in ("食品经营", "变更", "道路运输许可证补办", "我要办民办学校设立登记怎么办", "食品经菅许可"):
        times = []
        for _round in range(15):
            start = time.perf_counter()
            index.search(query)
            times.append(time.perf_counter() - start)
        medians.append(min(times))
    assert statistics.median(medians) < 0.002
