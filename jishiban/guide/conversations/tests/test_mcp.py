"""The door for assistants: over real HTTP, over stdio, and every way a message can be wrong."""

from __future__ import annotations

import http.client
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.guide.conversations import actions, inquiries, mcp, tools
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.tests.conftest import Library
from jishiban.guide.scenarios.models import Scenario, ScenarioVersion
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.web.doors import NOBODY


def message(method: str, params: Any = None, given: Any = 1) -> dict[str, Any]:
    return {
        "jsonrpc": "2.0",
        "id": given,
        "method": method,
        **({"params": params} if params is not None else {}),
    }


def call(name: str, **given: Any) -> dict[str, Any]:
    told = mcp.answer(message("tools/call", {"name": name, "arguments": given}), "me")
    assert told is not None
    return dict(told)


def test_an_assistant_shakes_hands_and_lists_the_tools_over_http(live_server: Any, library: Library) -> None:
    host = live_server.url.removeprefix("http://")

    def post(body: dict[str, Any], **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(host, timeout=10)
        told = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            **headers,
        }
        connection.request("POST", "/mcp", json.dumps(body), told)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, json.loads(data) if data else None

    status, hello = post(
        message("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {}})
    )
    assert (status, hello["result"]["protocolVersion"]) == (200, "2025-03-26")
    assert "tools" in hello["result"]["capabilities"]
    assert post({"jsonrpc": "2.0", "method": "notifications/initialized"}) == (202, None)
    status, listed = post(message("tools/list", given="a"), **{"MCP-Protocol-Version": "2025-06-18"})
    assert [tool["name"] for tool in listed["result"]["tools"]] == [
        "search",
        "guide",
        "scenario",
        "case_status",
    ]
    assert listed["id"] == "a"
    assert post(message("ping"))[1]["result"] == {}
    assert post(message("ping"), **{"MCP-Protocol-Version": "1999-01-01"})[0] == 400
    assert post(message("ping"), Origin="https://elsewhere.example")[0] == 403
    assert post(message("ping"), Origin=live_server.url)[0] == 200


def test_a_version_nobody_knows_gets_our_newest() -> None:
    told = mcp.answer(message("initialize", {"protocolVersion": "3000-01-01"}), "")
    assert told is not None
    assert told["result"]["protocolVersion"] == mcp.VERSIONS[0]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, mcp.PARSE), (b"{", 400, mcp.PARSE), (b"\xff", 400, mcp.PARSE), (b"[" * 50_000, 400, mcp.PARSE),
        (b"[]", 400, mcp.REQUEST), (b"5", 400, mcp.REQUEST), (b"{}", 400, mcp.REQUEST),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, mcp.REQUEST),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, mcp.REQUEST),
        (b'{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, mcp.REQUEST),
        (b'{"jsonrpc":"2.0","id":1,"method":5}', 400, mcp.REQUEST),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 200, mcp.PARAMS),
        (b'{"jsonrpc":"2.0","id":1,"method":"nothing/here"}', 200, mcp.METHOD),
        (b'{"jsonrpc":"2.0","id":1,"method":"initialize"}', 200, mcp.PARAMS),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}', 200, mcp.PARAMS),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["search"]}}', 200, mcp.PARAMS),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":[]}}', 200, mcp.PARAMS),
        (b'"' + b"x" * 200_000 + b'"', 400, mcp.REQUEST),
        (b'"' + b"x" * 10_000_000 + b'"', 413, mcp.REQUEST),
    ],
    ids=range(19),
)  # fmt: skip
def test_every_wrong_message_gets_its_error(
    library: Library, db: None, body: bytes, status: int, code: int
) -> None:
    answer = Client().post("/mcp", body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


def test_nothing_is_sent_unasked(db: None) -> None:
    answer = Client().get("/mcp")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_search_is_the_same_as_asking(library: Library, keys: list[str]) -> None:
    library.says("answer", keys[0])
    first = call("search", q="开饭店要带什么")["result"]
    found = first["structuredContent"]
    assert found == json.loads(first["content"][0]["text"])
    assert (found["decision"], found["hits"][0]["matter"]) == ("answer", "食品经营许可")
    call("search", q="要多久", conversation=found["conversation"])
    assert library.asked[-1][2] is not None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"q": 5},
        {"q": ""},
        {"q": "？"},
        {"q": "x" * 501},
        {"q": "x", "k": 0},
        {"q": "x", "k": True},
        {"q": "x", "more": 1},
    ],
)
def test_wrong_arguments_are_told_as_a_result_the_assistant_reads(
    library: Library, keys: list[str], given: dict[str, Any]
) -> None:
    library.says("handover")
    told = call("search", **given)["result"]
    assert told["isError"]
    assert told["content"][0]["text"]


def test_a_guide_is_found_by_its_exact_name(library: Library, keys: list[str]) -> None:
    assert call("guide", matter="食品经营许可")["result"]["structuredContent"]["version"] == 3
    assert call("guide", matter="食品")["result"]["isError"]


def test_a_case_is_told_to_whoever_holds_the_code_without_its_words(library: Library, cast: Cast) -> None:
    case = inquiries.hand_over(Wish(actions.begin("mcp"), None, "我的秘密问题"), NOBODY)
    told = call("case_status", number=case.number, code=case.query_code)["result"]["structuredContent"]
    assert (told["state"], told["label"], told["open"]) == ("waiting", "待答复", True)
    assert "秘密" not in json.dumps(told, ensure_ascii=False)
    for number, code in ((case.number, "１２３４５６"), ("370115-20260930-00012-2", "123456"), ("x", "")):
        assert call("case_status", number=number, code=code)["result"]["isError"]


def test_codes_cannot_be_tried_out(library: Library, cast: Cast) -> None:
    case = inquiries.hand_over(Wish(actions.begin("mcp"), None, "问"), NOBODY)
    for _try in range(12):
        told = call("case_status", number=case.number, code="x")
    assert "频繁" in told["result"]["content"][0]["text"]


def test_our_own_fault_is_an_answer_too(
    monkeypatch: pytest.MonkeyPatch, library: Library, cast: Cast
) -> None:
    def broken(name: str, given: dict[str, Any], who: str) -> dict[str, Any]:
        raise RuntimeError("broken")

    monkeypatch.setattr(tools, "call", broken)
    assert call("search", q="x")["error"]["code"] == mcp.OURS


def test_stdio_answers_line_by_line_and_survives_what_is_no_message(
    library: Library, keys: list[str]
) -> None:
    library.says("answer", keys[0])
    lines = [
        json.dumps(message("ping")).encode(), b"", b"nonsense", b"x" * 250_000,
        b'{"jsonrpc":"2.0","method":"notifications/initialized"}', b'{"jsonrpc":"2.0","id":9,"result":{}}',
        json.dumps(message("tools/call", {"name": "search", "arguments": {"q": "开饭店"}}, 2)).encode(),
    ]  # fmt: skip
    out = io.BytesIO()
    mcp.over_stdio(io.BytesIO(b"\n".join(lines) + b"\n"), out)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one.get("error", {}).get("code") for one in told] == [None, mcp.PARSE, mcp.REQUEST, None]
    assert told[-1]["result"]["structuredContent"]["hits"]


def test_the_command_speaks_over_its_standard_streams(tmp_path: Path) -> None:
    lines = [message("initialize", {"protocolVersion": "2025-06-18"}), message("tools/list", given=2)]
    run = subprocess.run(
        [sys.executable, "-m", "jishiban.config.cli", "mcp"], input="".join(json.dumps(one) + "\n" for one in lines),
        capture_output=True, text=True, timeout=60, check=True,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    hello, listed = map(json.loads, run.stdout.splitlines())
    assert hello["result"]["serverInfo"]["name"] == "jishiban"
    assert len(listed["result"]["tools"]) == 4


MOVING = {
    "key": "moving", "title": "搬家", "group": "life", "icon": "house", "summary": "搬家要办的事。", "who": "搬家的人",
    "questions": [{"key": "far", "text": "出本区吗？", "options": [{"key": "yes", "label": "出"}, {"key": "no", "label": "不出"}]}],
    "steps": [{"key": "tell", "title": "告诉邻居", "text": "打个招呼。"}], "sources": ["测试"],
}  # fmt: skip


def test_a_scenario_is_followed_question_by_question_to_the_plan(library: Library, cast: Cast) -> None:
    made = Scenario.objects.create(key="moving")
    made.current = ScenarioVersion.objects.create(
        scenario=made, number=1, title="搬家", body=MOVING, digest="0" * 64, published_at=timezone.now()
    )
    made.save()
    asked = call("scenario", id="moving")["result"]["structuredContent"]
    assert asked["next"]["text"] == "出本区吗？"
    told = call("scenario", id="moving", answers={"far": "yes", "nothing": "x"})["result"][
        "structuredContent"
    ]
    assert [step["title"] for step in told["plan"]["steps"]] == ["告诉邻居"]
    assert told["answers"] == {"far": "yes"}


def test_a_scenario_nobody_wrote_names_those_there_are(library: Library, cast: Cast) -> None:
    told = call("scenario", id="moon")["result"]
    assert told["isError"]
