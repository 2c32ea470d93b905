"""The public ledger's pages: how long it is, who signed it, the proof of any leaf, and the verifier."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jishiban.kernel.ledger import keys, queries, receipts
from jishiban.kernel.ledger.actions import LedgerDamaged
from jishiban.kernel.ledger.statements import Statement
from jishiban.web.doors import public
from jishiban.web.limits import TooMany, limit_request
from jishiban.web.record.offline import offline_file, verifier_context

SHOWN = 20


@public
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """`/ledger/`, and with `?leaf=` what may be said of one leaf."""
    checkpoints = queries.last_checkpoints(SHOWN)
    signed = [queries.statement_of(checkpoint) for checkpoint in checkpoints]
    context = {
        "crumbs": [{"title": _("公开账本")}],
        "size": queries.size(),
        "last": signed[0] if signed else None,
        "signed": signed,
        "public_key": keys.signer().public_key.hex(),
        **_asked_leaf(request.GET.get("leaf", "").strip()),
    }
    return render(request, "web/record/ledger.html", context)


def _asked_leaf(asked: str) -> dict[str, Any]:
    """What the page says of the leaf somebody asked for: its receipt, or why there is none."""
    if not asked:
        return {}
    receipt, fault = None, ""
    if not _is_number(asked):
        fault = _("账目编号是一个数字，例如 128。")
    else:
        try:
            receipt = queries.receipt(int(asked))
        except LookupError:
            fault = _("没有这个编号。编号从 0 数起，最大比总条数少 1。")
        except LedgerDamaged:
            fault = _("现在给不出这一号的证明，工作人员正在核查。")
    compact = receipts.compact(receipt) if receipt else ""
    return {"asked": asked[:20], "receipt": receipt, "fault": fault, "compact": compact}


@public
@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest kept checkpoint; before there is one, a statement signed now."""
    kept = queries.last_checkpoints(1)
    statement: Statement = queries.statement_of(kept[0]) if kept else queries.current_statement()
    return _json(statement.as_dict())


@public
@require_safe
def proof(request: HttpRequest, index: str) -> HttpResponse:
    """The receipt of a leaf without its content: number, kind, time, path and a statement signed now."""
    if not _is_number(index):
        return _refuse(404, _("没有这个编号。"))
    return _proof(request, lambda: queries.receipt(int(index)))


@public
@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """`?from=` the size of a checkpoint somebody kept: the proof that today's log begins with it."""
    first = request.GET.get("from", "").strip()
    if not _is_number(first):
        return _refuse(400, _("请在 from 后写上您保存的存档条数。"))
    return _proof(request, lambda: queries.consistency_proof(int(first)))


def _proof(request: HttpRequest, make: Any) -> HttpResponse:
    try:
        limit_request(request, "ledger", times=240, seconds=60)
        return _json(make())
    except TooMany as many:
        return _refuse(429, str(many))
    except LookupError:
        return _refuse(404, _("账本里没有这个编号，或者没有这么多条。"))
    except LedgerDamaged:
        return _refuse(503, _("现在给不出证明，工作人员正在核查。"))


@public
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The verifier as a page; a receipt behind the # of the address is checked at once, in the browser."""
    crumbs = [{"title": _("公开账本"), "url": "/ledger/"}, {"title": _("核对回执")}]
    context = {"crumbs": crumbs, **verifier_context(keys.signer().public_key.hex())}
    return render(request, "web/record/verify.html", context)


@public
@require_safe
def offline(_request: HttpRequest) -> HttpResponse:
    """The verifier as one file to keep. It is a download: its script stands inside it, which no page of ours has."""
    response = HttpResponse(offline_file(keys.signer().public_key), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="jishiban-verify.html"'
    return response


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _json(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Cache-Control"] = "no-store"  # signed now, with the time of now in it
    return response


def _refuse(status: int, why: str) -> JsonResponse:
    return JsonResponse({"error": why}, status=status, json_dumps_params={"ensure_ascii": False})
