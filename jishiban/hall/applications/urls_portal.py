"""Addresses of applications in the portal."""

from django.urls import path

from jishiban.hall.applications import my, portal, uploads

urlpatterns = [
    # /apply/: from the guide to the receipt
    path("apply/<int:pk>/", portal.start, name="start"),
    path("apply/continue/", portal.resume, name="resume"),
    path("apply/d/<str:code>/", portal.part, name="draft"),
    path("apply/d/<str:code>/saved/", portal.saved, name="saved"),
    path("apply/d/<str:code>/drop/", portal.drop, name="drop"),
    path("apply/d/<str:code>/review/", portal.review, name="review"),
    path("apply/d/<str:code>/files/<str:material>/", uploads.draft_pieces, name="draft-pieces"),
    path("apply/d/<str:code>/file/<uuid:key>/", uploads.draft_file, name="draft-file"),
    path("apply/d/<str:code>/file/<uuid:key>/remove/", uploads.draft_file_remove, name="draft-file-remove"),
    path("apply/d/<str:code>/<str:name>/", portal.part, name="part"),
    # /my/: the signed-in person's cases
    path("my/", my.mine, name="my"),
    path("my/notices/read/", my.read_all, name="my-notices-read"),
    path("my/<str:number>/", my.my_case, name="my-case"),
    path("my/<str:number>/receipt/", my.my_receipt, name="my-receipt"),
    path("my/<str:number>/receipt/print/", my.my_receipt_print, name="my-receipt-print"),
    path("my/<str:number>/papers/<int:pk>/", my.my_paper, name="my-paper"),
    path("my/<str:number>/files/<uuid:key>/", my.file_view, name="my-file"),
    path("my/<str:number>/correct/", my.correct, name="my-correct"),
    path("my/<str:number>/correct/<int:item>/files/", my.correct_pieces, name="my-correct-pieces"),
    path("my/<str:number>/correct/file/<uuid:key>/remove/", my.correct_remove, name="my-correct-remove"),
    path("my/<str:number>/withdraw/", my.withdraw, name="my-withdraw"),
    # /track/: number and code
    path("track/", my.track, name="track"),
    path("track/<str:number>/", my.track_case, name="track-case"),
    path("track/<str:number>/receipt/", my.track_receipt, name="track-receipt"),
    path("track/<str:number>/receipt/print/", my.track_receipt_print, name="track-receipt-print"),
    path("track/<str:number>/papers/<int:pk>/", my.track_paper, name="track-paper"),
]
