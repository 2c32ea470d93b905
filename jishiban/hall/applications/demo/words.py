"""What is said in the demonstration: grounds, opinions, what is asked for. Plain sentences as the hall writes them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.demo.cast import Errand

NOT_OURS = ("该事项不属于本机关职权范围。依据《行政许可法》第三十二条第一款第二项。", "济南市行政审批服务局")
GRANTED = "申请材料齐全，符合法定条件、标准，准予许可。"
UNNEEDED = "该事项已取消审批，不需要办理。"
REFUSED = (
    "经营场所与申请类别不相适应，不符合法定条件。",
    "现场核查不符合要求，整改后仍未达到标准。",
    "申请人不具备该事项要求的资格条件。",
)
OPINIONS = {True: "材料齐全，内容真实，建议准予。", False: "不符合法定条件，建议不予许可。"}
PROBLEMS = (
    ("没有签字或者盖章", "请签字或者盖章后再交"),
    ("复印件不清楚", "请重新扫描或者拍照"),
    ("已过有效期", "请交有效期内的"),
    ("内容与申请书不一致", "请核对后改成一致"),
    ("缺少这份材料", "请补交一份"),
)
CHECKED = ("布局流程与图纸一致，设施设备到位。", "场所整洁，制度上墙，人员证件齐全。", "现场与申报材料相符。")
LAWFUL_DELAY = ("需要向有关部门核实资料。", "情况复杂，需要组织复核。", "涉及多个部门，需要征求意见。")
LATE_GROUNDS = "补正时间已过，未交补正材料，按放弃申请结案。"
ENDED_GROUNDS = "申请事项所依据的情况发生变化，依法终止办理。"
WITHDRAWN = ("经营计划有变，暂不办理。", "材料准备不足，以后再申请。", "重复提交。")
HANDED_OVER = ("对现场情况更熟悉", "外出培训，请协助办理", "同一企业的另一件也在您处")
COMMENTS = ("已电话联系申请人。", "与监管部门核对过，无异议。", "材料原件已核对退还。")


def asked(random: Random, errand: Errand | None, most: int = 3) -> list[Asked]:
    """One to three lines of a notice, about materials of the guide."""
    materials = errand.version.materials if errand else []
    rows = [(row["key"], row["name"]) for row in materials] or [("cailiao", "申请材料")]
    chosen = random.sample(rows, min(len(rows), random.randint(1, most)))
    return [Asked(key, name, *random.choice(PROBLEMS)) for key, name in chosen]


def site_check(random: Random, day: date, officials: list[str] | None = None) -> dict[str, Any]:
    """The facts of a visit by two officials."""
    pair = officials or random.sample(("周海峰", "徐春燕", "高志强", "林晓静"), 2)
    result = "符合" if random.random() < 0.9 else "需整改"
    return {"officials": pair, "day": day.isoformat(), "result": result, "words": random.choice(CHECKED)}


def suspension(procedure: str, until: date) -> dict[str, Any]:
    """The facts of a special procedure, told in writing."""
    told = f"本件需进行{procedure}，预计至{until:%m月%d日}，所需时间不计算在办理时限内。"
    return {"procedure": procedure, "until": until.isoformat(), "written": told}


REMEDIES = "可在六十日内申请行政复议，或者在六个月内提起行政诉讼。"
