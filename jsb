#!/bin/sh
# 济时办:一个脚本管开始、测试、检查。  ./jsb help
# POSIX sh; needs python3 (3.11 or newer) and nothing else. Everything it makes stays in .venv, build and var.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
VENV=$ROOT/.venv
PY=$VENV/bin/python
STAMPS=$VENV/.jsb
PIP_WHEEL=$ROOT/tools/pip-26.3-py3-none-any.whl
PIP_SHA256=f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

usage() {
    cat <<'TEXT'
./jsb run      启动演示或正式服务(http://127.0.0.1:8000,PORT、DATA_DIR 可改),Ctrl-C 结束
./jsb test     跑全部测试;后面可以加 pytest 的参数
./jsb check    格式、规范、类型、导入约定、缺失的迁移
./jsb bench    测速度
./jsb setup    只安装,不启动
./jsb 其他     交给命令行 jishiban,例如 ./jsb import matters 事项.xlsx
TEXT
}

# -- the virtual environment -----------------------------------------------------------------------
find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if have "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    die "需要 Python 3.11 或更新的版本:apt-get install -y python3"
}

make_venv() {
    # Ask for an import, not for the file: a moved or copied .venv has the file and does not work.
    if [ -x "$PY" ] && "$PY" -c 'import encodings' 2>/dev/null; then return 0; fi
    python=$(find_python)
    say "建立 .venv($python)…"
    rm -rf "$VENV"
    if have uv && UV_PYTHON_DOWNLOADS=never uv venv -q --python "$python" "$VENV" 2>/dev/null; then return 0; fi
    # Debian without python3-venv fails here half-way and leaves a folder behind.
    if "$python" -m venv "$VENV" >/dev/null 2>&1; then return 0; fi
    rm -rf "$VENV"
    if "$python" -m venv --without-pip "$VENV" >/dev/null 2>&1 && [ -x "$PY" ]; then return 0; fi
    rm -rf "$VENV"
    die "这台机器建不了 Python 环境,请先执行:apt-get install -y python3-venv"
}

# -- installing ------------------------------------------------------------------------------------
# Prints how pip is called here: the environment's own, the machine's, or the one that came with us.
pip_command() {
    if "$PY" -m pip --version >/dev/null 2>&1; then
        echo "$PY -m pip"
    elif system_pip; then
        echo "$(find_python) -m pip --python $PY"
    elif wheel_is_ours; then
        echo "$PY $PIP_WHEEL/pip"
    else
        die "没有可用的 pip,请先执行:apt-get install -y python3-venv"
    fi
}

# --python came with pip 22.3.
system_pip() {
    "$(find_python)" -c '
import pip, sys
sys.exit(tuple(int(part) for part in pip.__version__.split(".")[:2]) < (22, 3))' 2>/dev/null
}

wheel_is_ours() {
    [ -f "$PIP_WHEEL" ] && "$PY" -c '
import hashlib, pathlib, sys
sys.exit(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest() != sys.argv[2])' \
        "$PIP_WHEEL" "$PIP_SHA256"
}

# The words of pip_command are split on purpose, so a checkout path with spaces is refused early.
check_path() {
    case $ROOT in
        *[[:space:]]*) die "目录名里有空格:$ROOT。请把仓库放到没有空格的目录里" ;;
    esac
}

install_lock() {
    lock=$ROOT/requirements/$1.txt
    say "安装依赖(requirements/$1.txt,逐个核对哈希)…"
    if have uv && UV_PYTHON_DOWNLOADS=never uv pip install -q --python "$PY" --require-hashes -r "$lock" 2>/dev/null; then
        return 0
    fi
    # shellcheck disable=SC2086
    $PIP install -q --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: -r "$lock" ||
        die "依赖没有装上。请检查网络或内网镜像(pip config),再执行一次 ./jsb setup"
}

install_self() {
    if have uv && uv pip install -q --python "$PY" --no-deps --no-build-isolation -e "$ROOT" 2>/dev/null; then return 0; fi
    # shellcheck disable=SC2086
    $PIP install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$ROOT" || die "项目本身没有装上,原因见上"
}

# -- stamps: a second start does nothing twice -----------------------------------------------------
# The paths are part of it: a checkout that was moved is installed again, from where it is now.
fingerprint() { cksum "$@" | cksum | tr ' ' -; }
stamped() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }
stamp() { mkdir -p "$STAMPS" && printf '%s\n' "$2" >"$STAMPS/$1"; }

setup() {
    check_path
    make_venv
    wanted=$(fingerprint "$ROOT/requirements/core.txt" "$ROOT/pyproject.toml")
    if ! stamped core "$wanted"; then
        PIP=$(pip_command)
        install_lock core
        install_self
        "$PY" "$ROOT/tools/size.py"
        stamp core "$wanted"
    fi
    front_end
    "$PY" -m jishiban.config.messages
}

setup_dev() {
    setup
    wanted=$(fingerprint "$ROOT/requirements/dev.txt")
    if ! stamped dev "$wanted"; then
        PIP=$(pip_command)
        install_lock dev
        stamp dev "$wanted"
    fi
    front_end --dev
}

# A registry that cannot be reached is asked again at the next `setup`, not at every start.
front_end() {
    wanted=$(fingerprint "$ROOT/frontend/package-lock.json" "$ROOT/frontend/files.json")
    name=front$*
    if [ -d "$ROOT/jishiban/web/static/vendor" ] && stamped "$name" "$wanted"; then return 0; fi
    if [ -z "${RETRY:-}" ] && stamped "$name-absent" "$wanted"; then return 0; fi
    PIP=${PIP:-$(pip_command)}
    if "$PY" "$ROOT/tools/frontend.py" --pip "$PIP" "$@"; then
        rm -f "$STAMPS/$name-absent"
        stamp "$name" "$wanted"
    else
        stamp "$name-absent" "$wanted"
    fi
}

# -- commands --------------------------------------------------------------------------------------
run_tests() {
    cd "$ROOT"
    if [ $# -gt 0 ]; then exec "$PY" -m pytest "$@"; fi
    failed=0
    if [ -n "${TEST_DATABASE_URL:-}" ]; then
        say "== PostgreSQL:用到数据库的测试"
        "$PY" -m pytest -q -n 2 --database-only || failed=1
        say "== SQLite:全部测试"
        (unset TEST_DATABASE_URL && "$PY" -m pytest -n 2 -m "not postgres") || failed=1
    else
        "$PY" -m pytest -n 2 || failed=1
    fi
    exit "$failed"
}

run_checks() {
    cd "$ROOT"
    failed=
    try() {
        title=$1
        shift
        if "$@"; then say "通过 $title"; else say "不通过 $title"; failed="$failed $title"; fi
    }
    try 格式 "$PY" -m ruff format --check --quiet .
    try 规范 "$PY" -m ruff check --quiet .
    try 类型 "$PY" -m mypy
    # Called as a module: the script would carry the folder the environment was first made in.
    try 导入约定 "$PY" -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-cache
    try 缺失的迁移 "$PY" -m django makemigrations --check --dry-run --settings jishiban.config.testing
    [ -z "$failed" ] || die "没有通过:$failed"
}

command=${1:-help}
[ $# -eq 0 ] || shift
# Not `setup && …`: behind && a failing line inside setup would not stop it.
case $command in
    help | -h | --help) usage ;;
    setup)
        RETRY=1
        setup
        say "装好了。启动:./jsb run"
        ;;
    run)
        setup
        exec "$PY" -m jishiban.config.cli serve "$@"
        ;;
    test)
        setup_dev
        run_tests "$@"
        ;;
    check)
        setup_dev
        run_checks
        ;;
    *)
        setup
        exec "$PY" -m jishiban.config.cli "$command" "$@"
        ;;
esac
