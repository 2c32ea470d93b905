"""`jishiban …`: the command line. Each command is one small function that imports its room when it is called."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from jishiban.config import env

Command = Callable[[argparse.Namespace], int | None]
STAFF_ROLES = ("clerk", "reviewer", "head", "editor", "auditor", "admin")  # directory.models.Role


# -- running ---------------------------------------------------------------------------------------
def serve(_options: argparse.Namespace) -> int:
    from jishiban.config.serve import serve as run

    return run()


def work(_options: argparse.Namespace) -> int:
    from jishiban.config.work import work_alone

    return work_alone()


# -- data ------------------------------------------------------------------------------------------
def demo_load(options: argparse.Namespace) -> None:
    from jishiban.config import demo

    ready_database()
    demo.load(options.scale)


def demo_live(options: argparse.Namespace) -> None:
    from jishiban.config import demo

    ready_database()
    demo.live(options.every)


def import_matters(options: argparse.Namespace) -> int | None:
    from jishiban.hall.matters.importer import import_command

    ready_database()
    return import_command(options.file)


def import_starter(_options: argparse.Namespace) -> None:
    from django.utils import timezone

    from jishiban.guide.scenarios.seed import load
    from jishiban.hall.matters.seed import load_catalogue

    ready_database()
    found, scenarios = load_catalogue(), load(timezone.now())
    print(f"新增 {found['new']} 项,更新 {found['changed']} 项,没有变化 {found['same']} 项。")
    print(f"新增 {scenarios} 份情景攻略。")


def place_template(options: argparse.Namespace) -> int:
    from jishiban.config.place import template_command

    return template_command(options.file)


def place_load(options: argparse.Namespace) -> int:
    from jishiban.config.place import load_command

    ready_database()
    return load_command(options.file)


def staff_add(options: argparse.Namespace) -> int:
    from jishiban.config.staff import add_staff_command

    ready_database()
    return add_staff_command(options.account, options.name, options.role, options.unit)


# -- the ledger ------------------------------------------------------------------------------------
def ledger_verify(options: argparse.Namespace) -> int | None:
    from jishiban.kernel.ledger.cli import verify_command

    return verify_command(options.limit)


def ledger_checkpoint(_options: argparse.Namespace) -> int | None:
    from jishiban.kernel.ledger.cli import checkpoint_command

    return checkpoint_command()


def ledger_prove(options: argparse.Namespace) -> int | None:
    from jishiban.kernel.ledger.cli import prove_command

    return prove_command(options.index)


# -- measuring, describing -------------------------------------------------------------------------
def bench(options: argparse.Namespace) -> int | None:
    from jishiban.config.bench import main as run

    return run(options.args)


def mcp(_options: argparse.Namespace) -> None:
    from jishiban.config.wiring import put_together
    from jishiban.guide.conversations.mcp import over_stdio

    put_together()
    over_stdio(sys.stdin.buffer, sys.stdout.buffer)


def openapi(_options: argparse.Namespace) -> None:
    import json

    from django.urls import get_resolver

    from jishiban.config.api import api

    get_resolver().url_patterns  # noqa: B018  # the rooms put their routers in when the addresses are read
    print(json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2))


def ready_database() -> None:
    """Commands that write also bring the database up to the code, so their order does not matter."""
    from jishiban.config.locks import alone
    from jishiban.config.prepare import migrate

    with alone("prepare"):
        migrate()


# -- the words -------------------------------------------------------------------------------------
def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="jishiban", description="济时办命令行。设置只从环境读取。")
    words = top.add_subparsers(required=True, metavar="命令")
    add(words, "serve", serve, "启动网页和后台任务")
    add(words, "work", work, "只启动后台任务(网页服务已自带)")
    _add_data(words)
    _add_ledger(words)
    add(words, "bench", bench, "测速度;不写名称就全测", add_help=False)  # has words and a help of its own
    add(words, "openapi", openapi, "打印接口说明")
    add(words, "mcp", mcp, "供智能助手调用(MCP,标准输入输出)")
    return top


Words = argparse._SubParsersAction  # noqa: SLF001  # argparse gives its own type no public name


def add(
    words: "Words[argparse.ArgumentParser]", name: str, run: Command, text: str, *, add_help: bool = True
) -> argparse.ArgumentParser:
    """One command word that ends in `run`."""
    command = words.add_parser(name, help=text, description=text, add_help=add_help)
    command.set_defaults(run=run)
    return command


def group(words: "Words[argparse.ArgumentParser]", name: str, text: str) -> "Words[argparse.ArgumentParser]":
    """A word that needs a second one."""
    return words.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="动作")


def _add_data(words: "Words[argparse.ArgumentParser]") -> None:
    demo = group(words, "demo", "演示数据")
    load = add(demo, "load", demo_load, "装入演示数据")
    load.add_argument("--scale", choices=("small", "full"), default="small", help="full 为全县真实业务量")
    live = add(demo, "live", demo_live, "让演示数据随时间继续变化")
    live.add_argument("--every", type=float, default=5.0, metavar="秒", help="大约几秒发生一件事,默认 5")
    imports = group(words, "import", "导入")
    matters = add(imports, "matters", import_matters, "导入事项目录(CSV 或 XLSX)")
    matters.add_argument("file", type=Path, metavar="文件")
    add(imports, "starter", import_starter, "装入随系统提供的事项和办事指南,供本地修改")
    place = group(words, "place", "本地的单位、窗口和人员")
    template = add(place, "template", place_template, "写出空白工作簿")
    template.add_argument("file", type=Path, metavar="文件")
    loaded = add(place, "load", place_load, "读入填好的工作簿")
    loaded.add_argument("file", type=Path, metavar="文件")
    account = add(group(words, "staff", "工作人员账号"), "add", staff_add, "建一个账号,密码在提示后输入")
    account.add_argument("account", metavar="账号")
    account.add_argument("name", metavar="姓名")
    account.add_argument("--role", action="append", required=True, choices=STAFF_ROLES, help="可以写几次")
    account.add_argument("--unit", default="", metavar="单位", help="单位全称,不写就是最上一级")


def _add_ledger(words: "Words[argparse.ArgumentParser]") -> None:
    ledger = group(words, "ledger", "公开账本")
    verify = add(ledger, "verify", ledger_verify, "核对全部记录,指出第一处被改动的")
    verify.add_argument("--limit", type=int, default=20, metavar="N", help="最多列出几处")
    add(ledger, "checkpoint", ledger_checkpoint, "签一个检查点")
    prove = add(ledger, "prove", ledger_prove, "给出一条记录的证明")
    prove.add_argument("index", type=int, metavar="账目编号")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for; only `bench` may have words that are not known here."""
    top = parser()
    options, rest = top.parse_known_args(argv)
    options.args = rest
    if rest and options.run is not bench:
        top.error(f"看不懂:{' '.join(rest)}")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. A wrong setting ends with code 2 before anything is done."""
    options = parse(argv)
    env.load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")
    import django

    django.setup()
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\n已中断。", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
