"""Which side of a matter is asked about, said by elders, clerks and in dialect; and what is no such question at all."""

import csv
import doctest
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import aspects
from jishiban.kernel.search.aspects import ASPECTS, Spoken, read
from jishiban.kernel.search.speech import question, wish

MATTERS = Path(__file__).parents[3] / "hall" / "matters" / "data" / "matters.csv"


def heard(text: str) -> Spoken:
    return read(wish(question(text)))


# aspect, question, what is left to be looked up
ASKED = (
    ("流程", "身份证丢了咋补", "身份证丢了"),
    ("流程", "低保该怎么申请啊", "低保"),
    ("流程", "我想开个饭店,先干啥", "开个饭店"),
    ("流程", "食品经营许可的办理流程是什么", "食品经营许可"),
    ("流程", "公司注销一共几步", "公司注销"),
    ("流程", "劳动合同备案走什么程序", "劳动合同备案"),
    ("流程", "食品经营许可证办理步骤有哪些", "食品经营许可证"),
    ("流程", "水库大坝上想走公路,怎么审批", "水库大坝上想走公路"),
    ("流程", "新房子通天然气开户怎么走", "新房子通天然气开户"),
    ("流程", "镇上办厂想用村集体的地,怎么批", "镇上办厂想用村集体的地"),
    ("材料", "办营业执照都要带啥东西", "营业执照"),
    ("材料", "结婚登记需要提交哪些材料", "结婚登记"),
    ("材料", "办低保要啥手续", "低保"),
    ("材料", "护照要准备什么", "护照"),
    ("材料", "老年证得拿啥证件", "老年证"),
    ("材料", "公积金提取材料清单", "公积金提取"),
    ("材料", "食品经营许可申请资料有哪些", "食品经营许可"),
    ("材料", "办残疾证只带身份证行不行", "残疾证"),
    ("材料", "卫生许可证要交几样东西", "卫生许可证"),
    ("材料", "排水许可证资料", "排水许可证"),
    ("材料", "项目建议书报批要附什么材料", "项目建议书报批要附"),
    ("地点", "结婚证去哪领", "结婚证"),
    ("地点", "办健康证在哪个窗口", "健康证"),
    ("地点", "社保卡丢了上哪儿补", "社保卡丢了"),
    ("地点", "宅基地归谁管", "宅基地"),
    ("地点", "老年卡搁哪办", "老年卡"),
    ("地点", "低保找哪个部门", "低保"),
    ("地点", "身份证往哪儿办去", "身份证"),
    ("地点", "医疗救助找医保局还是民政", "医疗救助"),
    ("地点", "退休了公积金去哪取", "退休了公积金"),
    ("地点", "水塘养虾的证归谁发", "水塘养虾的证"),
    ("时限", "营业执照几天能下来", "营业执照"),
    ("时限", "护照多长时间能拿到", "护照"),
    ("时限", "施工许可办理时限", "施工许可"),
    ("时限", "社保卡啥时候能领", "社保卡"),
    ("时限", "身份证多会儿能取", "身份证"),
    ("时限", "道路运输证当天能办好吗", "道路运输证"),
    ("时限", "低保审批要等很久不", "低保审批"),
    ("时限", "不动产登记法定期限是几个工作日", "不动产登记"),
    ("时限", "护照能加急吗", "护照"),
    ("费用", "办护照多少钱", "护照"),
    ("费用", "补身份证要钱不", "补身份证"),
    ("费用", "结婚登记收不收费", "结婚登记"),
    ("费用", "不动产登记收费标准是什么", "不动产登记"),
    ("费用", "健康证是免费办的吗", "健康证"),
    ("费用", "驾驶证换证工本费多少", "驾驶证换证"),
    ("费用", "营业执照花几个钱", "营业执照"),
    ("费用", "食品经营许可贵不贵", "食品经营许可"),
    ("费用", "离婚登记要交费吗", "离婚登记"),
    ("费用", "卖书的证花钱不", "卖书的证"),
    ("条件", "申请低保需要什么条件", "低保"),
    ("条件", "办残疾证够不够格", "残疾证"),
    ("条件", "什么人能领高龄补贴", "高龄补贴"),
    ("条件", "公租房申请条件", "公租房"),
    ("条件", "多大岁数能办老年证", "老年证"),
    ("条件", "教师资格认定有啥要求", "教师资格认定"),
    ("条件", "哪些企业可以享受社保补贴", "社保补贴"),
    ("条件", "特困供养谁有资格申请", "特困供养"),
    ("条件", "病退鉴定要啥条件", "病退鉴定"),
    ("条件", "采石矿的安全生产许可证条件", "采石矿的安全生产许可证"),
    ("网办", "营业执照能在网上办吗", "营业执照"),
    ("网办", "手机上能办社保卡不", "社保卡"),
    ("网办", "公积金提取支持线上办理吗", "公积金提取"),
    ("网办", "身份证补办不跑大厅行吗", "身份证补办"),
    ("网办", "护照可以网上申请吗", "护照"),
    ("网办", "生育登记小程序能弄吗", "生育登记"),
    ("网办", "医保异地备案必须去窗口吗", "医保异地备案"),
    ("网办", "失业金在家就能领吗", "失业金"),
    ("网办", "低保申请能不能全程网办", "低保"),
    ("代办", "护照能让别人代领吗", "护照"),
    ("代办", "营业执照可以委托别人办理吗", "营业执照"),
    ("代办", "结婚登记必须本人去吗", "结婚登记"),
    ("代办", "社保卡儿子去取中不", "社保卡"),
    ("代办", "注册公司找中介代办可以吗", "注册公司"),
    ("代办", "身份证必须本人亲自去吗", "身份证"),
    ("代办", "退休手续让家属去办行不行", "退休"),
    ("进度", "我的营业执照办好了没", "营业执照"),
    ("进度", "食品经营许可办理进度怎么查", "食品经营许可"),
    ("进度", "低保申请交上去了,批了没有", "低保"),
    ("进度", "公租房到哪一步了", "公租房"),
    ("进度", "残疾证递上去材料咋没动静", "残疾证"),
    ("进度", "不动产证怎么查办到哪了", "不动产证"),
    ("进度", "护照下来了没", "护照"),
    ("进度", "高龄补贴审到哪个环节了", "高龄补贴"),
    ("进度", "店招大牌的申请批没批", "店招大牌"),
    ("进度", "抚恤金申请批到哪了", "抚恤金"),
    ("依据", "食品经营许可的法律依据是什么", "食品经营许可"),
    ("依据", "城镇户口迁移有啥文件规定", "城镇户口迁移"),
    ("依据", "低保的政策依据", "低保"),
    ("依据", "公租房依据哪条规定", "公租房"),
    ("依据", "养犬登记是谁规定的", "养犬登记"),
    ("依据", "再生育审批按什么文件办", "再生育审批"),
    ("依据", "种鸡场许可根据什么", "种鸡场许可"),
    ("依据", "危化品使用许可依据", "危化品使用许可"),
)


@pytest.mark.parametrize(("aspect", "asked", "item"), ASKED)
def test_the_side_asked_about_is_heard_and_the_item_is_left_over(aspect: str, asked: str, item: str) -> None:
    spoken = heard(asked)
    assert spoken.aspects[:1] == (aspect,)
    assert spoken.item == item


@pytest.mark.parametrize(
    ("aspect", "asked"),
    [
        ("代办", "我妈来不了,我替她办行吗"),
        ("代办", "老人腿脚不便,能帮老人办高龄补贴吗"),
        ("代办", "俺爹下不了床,那个高龄的钱我替他去领行不行啊"),
        ("流程", "俺想给娃上户口咋整"),
        ("流程", "同志你好,我七十多了耳朵不好使,想问问那个老年证怎么办理"),
        ("材料", "我去办退休,要不要带户口本"),
        ("材料", "您好,我司拟申办劳务派遣许可,请问需提交哪些材料"),
        ("材料", "闺女啊,俺去领高龄补贴,都得拿些啥"),
        ("时限", "贵单位办理施工许可的承诺时限是多少个工作日"),
        ("地点", "请问我公司变更法定代表人应到哪个窗口办理"),
        ("进度", "上个月递的材料,低保现在到哪一步了"),
        ("条件", "俺家就两亩薄地,吃低保得够啥条件"),
        ("费用", "我司办理食品生产许可变更是否收费,收费标准是什么"),
    ],
)
def test_elders_and_clerks_who_say_more_than_they_ask_are_heard_too(aspect: str, asked: str) -> None:
    assert aspect in heard(asked).aspects


def test_every_aspect_has_at_least_six_examples() -> None:
    for aspect in ASPECTS:
        assert sum(1 for named, _asked, _item in ASKED if named == aspect) >= 6, aspect


NAMES = (
    "教师资格认定", "互联网上网服务营业场所设立审批", "医疗费用手工报销", "代理记账资格审批", "企业登记档案查询", "政策性农业保险",
    "地名命名、更名审批", "网络预约出租汽车驾驶员证", "城市生活垃圾处理收费减免", "慈善组织公开募捐资格审批", "养老保险待遇领取资格认证",
    "人民调解委托", "户外广告设置", "涉路施工条件核实", "流动人口居住登记", "宗教临时活动地点审批", "无偿献血费用报销", "免费婚前医学检查",
    "网吧", "排污许可证", "就业登记", "就业困难人员认定", "中医诊所备案", "企业实行不定时工作制", "特殊工时审批", "政府投资项目审批",
    "行政复议", "民办学校办学许可", "个体工商户登记", "在电力设施保护区内作业", "异地就医备案", "证明事项告知承诺", "家庭医生签约",
    "老人优待证", "代表机构登记", "委托加工备案", "定期停水通知",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_side_is_heard_inside_the_name_of_a_matter(name: str) -> None:
    assert heard(name).aspects == ()


def names_of_matters() -> list[str]:
    with MATTERS.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def test_no_side_is_heard_in_the_name_of_any_matter_of_the_county() -> None:
    assert [name for name in names_of_matters() if heard(name).aspects] == []


def test_of_a_name_at_most_the_word_application_goes() -> None:
    for name in names_of_matters():
        whole = wish(question(name))
        assert heard(name).item in (whole, whole.removesuffix("申请"), whole.removesuffix("办理")), name


FORMAL = {
    "流程": "怎么办理", "材料": "需要提交哪些材料", "地点": "在哪里办理", "时限": "几个工作日能办好", "费用": "要收费吗",
    "条件": "需要满足什么条件", "网办": "能在网上办理吗", "代办": "可以让别人代办吗", "进度": "的办理进度怎么查",
    "依据": "的政策依据是什么",
}  # fmt: skip


@pytest.mark.parametrize("aspect", ASPECTS)
def test_of_every_matter_every_side_can_be_asked(aspect: str) -> None:
    for name in names_of_matters():
        spoken = heard(name + FORMAL[aspect])
        assert spoken.aspects == (aspect,), name
        # 审批几个工作日 may be read as one: the rest of the name is still there.
        whole = heard(name).item
        assert spoken.item in (whole, re.sub(r"[的 ]?审批$", "", whole)), name


@pytest.mark.parametrize(
    ("asked", "aspects_heard"),
    [
        ("护照怎么办要几天多少钱", {"流程", "时限", "费用"}),
        ("低保需要什么材料,去哪办", {"材料", "地点"}),
        ("身份证丢了怎么补办要几天", {"时限", "流程"}),
    ],
)
def test_several_sides_asked_at_once_are_all_heard(asked: str, aspects_heard: set[str]) -> None:
    assert set(heard(asked).aspects) == aspects_heard


def test_the_surer_side_comes_first() -> None:
    assert heard("身份证丢了怎么补办要几天").aspects == ("时限", "流程")


@pytest.mark.parametrize("asked", ["怎么办", "要带什么", "多少钱", "在哪里办"])
def test_who_names_no_matter_leaves_no_item(asked: str) -> None:
    spoken = heard(asked)
    assert spoken.item == ""
    assert len(spoken.aspects) == 1


def test_what_is_wanted_is_not_what_is_asked_for() -> None:
    assert heard("我想办护照").item == "护照"
    assert heard("俺寻思着办个健康证").item == "健康证"
    assert heard("个体户执照").item == "个体户执照"


@given(st.text(alphabet="怎么办理要什么材料在哪里网上多少钱几天条件依据进度代身份证我想, 1a", max_size=60))
def test_any_words_in_any_order_are_read(text: str) -> None:
    spoken = heard(text)
    assert set(spoken.aspects) <= set(ASPECTS)
    assert len(set(spoken.aspects)) == len(spoken.aspects)
    assert len(spoken.item) <= len(text) + 2


def test_the_examples_in_the_text_hold() -> None:
    found = doctest.testmod(aspects)
    assert found.attempted
    assert not found.failed
