"""Standard questions taken apart: 居民身份证遗失补领需要提交哪些材料？ is the 材料 of 居民身份证遗失补领.

Stricter and faster than `aspects`: only whole, formal questions; a library of a million is read with it.
"""

from __future__ import annotations

import re
from typing import Final

_TAILS: Final = (
    ("进度", "(?:的)?(?:办理)?进度(?:怎么|如何|在哪里?)?(?:查询|查)?"),
    ("代办", "(?:可以|能|能不能|可否|是否可以)?(?:委托|请|由|让)(?:他人|别人|家人|亲属)(?:代为|代)?(?:办理|办|代办)?|(?:可以|能)代办"),
    ("网办", "(?:可以|能|能不能|支持|是否可以)?(?:在)?(?:网上|线上)(?:办理|申请|办|申办)?"),
    ("材料", "(?:的(?:办理|申请)?|办理)?(?:需要|要|应|须)?(?:提交|提供|准备|带|携带)?(?:什么|哪些)(?:申请)?(?:材料|资料|手续|证件)|(?:的)?(?:申请|办理)?材料(?:有哪些|是什么|有什么)?"),
    ("时限", "(?:的)?(?:办理|办结|审批)?(?:时限|期限|时间)(?:是|要|需要)?(?:多久|多长|几天|什么)?|(?:办理)?(?:需要|要)?(?:多久|几天|多少个?工作日)(?:办结|办完|办好|能办好|办理完成)?"),
    ("费用", "(?:的)?(?:办理)?(?:收费标准|费用|收费|收费依据和标准)(?:是|有|为)?(?:什么|多少|怎么样)?|(?:要|需要)?(?:收费|交钱|花钱|多少钱)"),
    ("地点", "(?:的)?(?:办理)?(?:在|去|到)(?:哪里|哪个窗口|什么地方|哪个部门|哪)(?:办理|办|申请)?|(?:的)?办理(?:地点|地址|窗口)(?:是|在)?(?:哪里|什么)?"),
    ("条件", "(?:的)?(?:办理|申请|受理)?(?:需要|要)?(?:满足|符合|具备)?(?:什么|哪些)条件|(?:的)?(?:受理|办理|申请)?条件(?:是|有)?(?:什么|哪些)?"),
    ("依据", "(?:的)?(?:政策|法律|设定|法定|办理)?依据(?:是|有)?(?:什么|哪些)?"),
    ("流程", "(?:的)?(?:办理|申请)?(?:流程|步骤|程序)(?:是|有)?(?:什么|哪些|怎么样?)?|(?:应该|该)?怎么(?:办理|申请|办|申领|报名)"),
)  # fmt: skip
_ONE = re.compile("|".join(f"(?P<a{n}>{tail})" for n, (_name, tail) in enumerate(_TAILS)))
_WHOLE = re.compile(rf"(?P<item>.{{2,60}}?)(?:{_ONE.pattern})(?:吗|呢)?[?？。]?$")


def read(text: str) -> tuple[str, str]:
    """(item, aspect) of a standard question in its form; two empty words for anything else."""
    found = _WHOLE.match(text) if len(text) < 80 else None
    if found is None or found.lastgroup is None:
        return "", ""
    named = next(name for name, part in found.groupdict().items() if name != "item" and part is not None)
    return found["item"], _TAILS[int(named[1:])][0]
