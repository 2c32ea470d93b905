"""The pages the web floor has of its own: home, the reader's mode, what went wrong, and the gallery of components."""

from __future__ import annotations

import logging
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from jishiban.web import gallery
from jishiban.web.context_processors import MODE_COOKIE, MODES, Ui
from jishiban.web.doors import public
from jishiban.web.home import context as home_context

log = logging.getLogger(__name__)

YEAR: Final = 365 * 24 * 3600
API_PREFIX: Final = "/api/"


@public
def home(request: HttpRequest) -> HttpResponse:
    """The question, the box, and what other rooms put beside it (`jishiban.web.home`)."""
    return render(request, "web/home.html", {"hide_search": True, **home_context()})


def safe_next(request: HttpRequest, wanted: str) -> str:
    """`wanted` when it stays on this site, else the home page: nobody is sent elsewhere by a link of ours."""
    stays = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if stays else "/"


@public
@require_POST
def set_mode(request: HttpRequest) -> HttpResponse:
    """Remember the display mode for a year, or forget it, and go back to the page it was chosen on."""
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next", "/")))
    chosen = request.POST.get("mode", "")
    if chosen in MODES:
        response.set_cookie(
            MODE_COOKIE,
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    else:
        response.delete_cookie(MODE_COOKIE, samesite="Lax")
    return response


language = public(set_language)


@public
def components(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states; only while developing and in the demonstration."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    return render(request, "web/gallery.html", gallery.context())


@public
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a line: the phone, and that drafts are kept."""
    words = {
        "title": _("现在连不上网"),
        "text": _("请检查网络，再刷新这一页。"),
        "tips": [_("填了一半的内容存在这台设备上。"), _("着急办事，可以打电话或到大厅来。")],
        "ui": Ui(request),
    }
    return render(request, "web/error_plain.html", words)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def _fault(request: HttpRequest, status: int, title: str, text: str, **more: object) -> HttpResponse:
    """One error page, or its short JSON form for programs."""
    if _wants_json(request):
        return JsonResponse({"detail": title, "mend": text}, status=status)
    page = {"code": status, "title": title, "text": text, "hide_search": True, **more}
    return render(request, "web/error.html", page, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    """404, with a search box: most who come here look for a matter."""
    text = _("网址可能写错了，或者这一页已经搬走。请搜索您要办的事。")
    return _fault(request, 404, _("找不到这一页"), text, show_search=True)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the reason where the door gave one."""
    reason = str(exception) if exception and exception.args else ""
    text = reason or _("它只对本人或有权限的工作人员开放。")
    return _fault(request, 403, _("您不能打开这一页"), text, tips=[_("如果是您本人的办件，请先登录。")])


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    """400: nothing was written."""
    return _fault(request, 400, _("没看懂这个请求"), _("内容不完整或格式不对，什么都没有保存。请返回重试。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """403 of the form protection: the page lay open too long, or cookies are off."""
    return _fault(
        request,
        403,
        _("这一页放得太久了"),
        _("为了您的安全，刚才的内容没有提交。请返回刷新，再提交一次。"),
        tips=[_("填过的内容，返回后多半还在。"), _("如果总是这样，请让浏览器允许本站的 Cookie。")],
        back_url=safe_next(request, request.META.get("HTTP_REFERER", "")),
        back=_("返回上一页"),
    )


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429 with how many seconds to wait; for the rooms that limit rates."""
    text = _("请等 %(n)s 秒再试。已经提交的内容都在。") % {"n": wait}
    response = _fault(request, 429, _("操作太快了"), text)
    response["Retry-After"] = str(wait)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the whole of what was sent is more than is read; nothing was written."""
    text = _("一次上传的文件太大，什么都没有保存。请分几次上传，或压缩后再传。")
    return _fault(request, 413, _("上传的内容太大了"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. It leans on nothing that may be what broke: no database, no session, no messages."""
    title, text = _("系统出错了"), _("刚才这一步可能没有完成。请过几分钟再试。")
    if _wants_json(request):
        return JsonResponse({"detail": title, "mend": text}, status=500)
    page = {
        "code": 500,
        "title": title,
        "text": text,
        "ui": Ui(request),
        "tips": [_("已有回执的办件不受影响。")],
    }
    try:
        return HttpResponse(render_to_string("web/error_plain.html", page), status=500)
    except Exception:  # the page about a failure must not fail itself
        log.exception("the error page could not be made")
        return HttpResponse(f"{title}\n{text}", status=500, content_type="text/plain; charset=utf-8")
