"""Addresses of talks: for people, for staff, for assistants."""

from django.urls import path

from jishiban.guide.conversations import assistants, casepage, desk, inquiry_pages, portal

app_name = "conversations"

urlpatterns = [
    # /guide/: asking
    path("guide/", portal.start, name="start"),
    path("guide/ask/", portal.ask, name="ask"),
    path("guide/c/<str:key>/", portal.talk, name="talk"),
    path("guide/c/<str:key>/end/", portal.end, name="end"),
    path("guide/c/<str:key>/<int:turn>/choose/", portal.choose, name="choose"),
    path("guide/c/<str:key>/<int:turn>/judge/", portal.judge, name="judge"),
    path("guide/c/<str:key>/person/", inquiry_pages.hand_over, name="hand-over"),
    # a question handed to a person
    path("guide/person/", inquiry_pages.hand_over, name="person"),
    path("guide/questions/", inquiry_pages.find, name="find"),
    path("guide/questions/<str:number>/", inquiry_pages.page, name="inquiry"),
    path("guide/questions/<str:number>/supply/", inquiry_pages.supply, name="supply"),
    path("guide/questions/<str:number>/withdraw/", inquiry_pages.withdraw, name="withdraw"),
    path("guide/mine/", inquiry_pages.mine, name="mine"),
    # for staff
    path("desk/questions/", desk.questions, name="desk-questions"),
    path("desk/questions/alias/", desk.alias, name="desk-alias"),
    path("desk/questions/settle/", desk.settle, name="desk-settle"),
    path("desk/questions/proposals/<int:pk>/settle/", desk.settle_proposal, name="desk-proposal"),
    path("desk/inquiries/<str:number>/", casepage.page, name="desk-inquiry"),
    path("desk/inquiries/<str:number>/reveal/", casepage.reveal, name="desk-inquiry-reveal"),
    path("desk/inquiries/<str:number>/propose/", casepage.propose, name="desk-inquiry-propose"),
    path("desk/inquiries/<str:number>/<slug:name>/", casepage.step, name="desk-inquiry-step"),
    # for assistants: the Model Context Protocol
    path("mcp", assistants.endpoint, name="mcp"),
]
