"""`jishiban serve`: everything a place needs, under one command.

The main process prepares (migrations, demonstration data, static files) and loads the application; the server
then forks its workers from it, so memory is shared and the first request meets a warm process. Background work
is a thread of a worker. When the main process goes, however it goes, the workers go.
"""

import contextlib
import gc
import logging
import os
import signal
import socket
import threading
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from jishiban.config.children import die_with
from jishiban.config.env import EXIT_CODE
from jishiban.config.locks import alone
from jishiban.config.prepare import prepare, say
from jishiban.config.work import consumer

if TYPE_CHECKING:
    from jishiban.config.wsgi import Application

KILL_AFTER_SECONDS = 2
logger = logging.getLogger("jishiban.serve")


def serve() -> int:
    """Prepare, serve until told to stop; returns the exit code."""
    # A shell starts what it puts in the background with Ctrl-C ignored; whoever sends the signal means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    refuse_taken_port()
    with alone("prepare"):
        prepare()
    from jishiban.config.wsgi import application

    get_resolver().url_patterns  # noqa: B018  # imports every view now, before the fork
    announce()
    connections.close_all()
    gc.collect()
    gc.freeze()  # what is loaded now stays shared between the processes
    run_server(application)
    return 0


# -- getting ready ---------------------------------------------------------------------------------
def refuse_taken_port() -> None:
    """Two servers on one port would share its visitors by chance, so ask before anything is changed."""
    env = settings.ENV
    family = socket.AF_INET6 if ":" in env.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.bind, env.port))
        except OSError as error:
            say(f"端口 {env.port} 用不了({error.strerror})。换一个再启动,例如:PORT=8010 ./jsb run")
            say(f"(PORT {env.port} cannot be used: {error.strerror})")
            raise SystemExit(EXIT_CODE) from error


# -- what is printed -------------------------------------------------------------------------------
def announce() -> None:
    """Address, kind of data, and in the demonstration how to sign in."""
    env = settings.ENV
    place = settings.PLACE
    local = f"http://{'127.0.0.1' if env.bind in {'0.0.0.0', '::'} else env.bind}:{env.port}"  # noqa: S104
    print(f"{place.brand}({place.name}){'演示' if env.demo else '正式'}运行:{local}")
    if env.addresses:
        print(f"对外地址:{env.public_url}")
    if env.demo:
        for line in sign_ins():
            print(line)
    print("Ctrl-C 结束。", flush=True)


def sign_ins() -> list[str]:
    """One line for each demonstration account; empty when the demonstration names none."""
    from jishiban.config import demo

    return ["演示登录:", *(f"  {line}" for line in demo.SIGN_INS)]


# -- serving ---------------------------------------------------------------------------------------
def run_server(application: "Application") -> None:
    """One blocking thread for each worker: measured faster than several, and SQLite has one writer anyway."""
    env = settings.ENV
    main = os.getpid()

    def load(_target: str) -> "Application":
        begin_worker(main)
        return application

    server = Server(
        "jishiban.config.wsgi:application",
        address=env.bind,
        port=env.port,
        interface=Interfaces.WSGI,
        workers=env.workers,
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        log_level=LogLevels.warning,
    )

    @server.on_startup
    def _end_with_the_terminal() -> None:
        # The server takes a closed terminal for a wish to reload; for us it is the end.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    with contextlib.suppress(KeyboardInterrupt):
        server.serve(target_loader=load)


def begin_worker(main: int) -> None:
    """In a fresh worker: tie its life to the main process, start the background thread, read the library."""
    die_with(main)
    worker = consumer()
    worker.start()
    Finalize(None, worker.stop, exitpriority=10)
    threading.Thread(target=read_library, name="jishiban-library", daemon=True).start()


def read_library() -> None:
    """Build the library beside the first requests, so that the first question does not wait for it."""
    from jishiban.guide.entries import library

    try:
        library.warm()
    except Exception:  # the first question tries again, and whoever asks is told
        logger.exception("知识库没有读成")
    finally:
        connections.close_all()
