"""`jishiban place template|load FILE`: the one workbook a county fills in."""

import sys
from pathlib import Path

from jishiban.kernel.directory import place, workbook


def template_command(path: Path) -> int:
    """Write the empty workbook; 1 when the file is already there, so that nobody's work is lost."""
    if path.exists():
        print(f"{path} 已经有了,没有覆盖。请换一个文件名。", file=sys.stderr)
        return 1
    workbook.write_template(path)
    print(f"空白工作簿写好了:{path}。填好后执行:jishiban place load {path}")
    return 0


def load_command(path: Path) -> int:
    """Read the workbook; 1 with every fault listed, and nothing written, when a cell is wrong."""
    try:
        sheets, faults = workbook.read(path)
    except workbook.Unreadable as why:
        print(why, file=sys.stderr)
        return 1
    faults = faults or place.check(sheets)
    if faults:
        print(f"有 {len(faults)} 处要改,还没有读入:", file=sys.stderr)
        print("\n".join(f"  {fault}" for fault in faults), file=sys.stderr)
        return 1
    tell(place.bring_in(sheets))
    return 0


def tell(outcome: place.Outcome) -> None:
    """What was done; first passwords are shown here and never again."""
    for words, counts in (("新增", outcome.new), ("更新", outcome.changed)):
        if counts:
            print(f"{words}:" + "、".join(f"{name} {count}" for name, count in counts.items()))
    if not outcome.new and not outcome.changed:
        print("与现有数据一致,没有改动。")
    if outcome.passwords:
        print("新账号的初始密码只显示这一次,请转交本人并提醒修改:")
        for account, password in outcome.passwords.items():
            print(f"  {account}  {password}")
