"""The addresses of this room: the library's desk."""

from django.urls import path

from jishiban.guide.entries import desk, desk_import, desk_review, desk_words

app_name = "entries"

urlpatterns = [
    path("desk/library/", desk.library, name="desk-library"),
    path("desk/library/new/", desk.edit, name="desk-new"),
    path("desk/library/<int:pk>/", desk.entry, name="desk-entry"),
    path("desk/library/<int:pk>/edit/", desk.edit, name="desk-edit"),
    path("desk/library/<int:pk>/withdraw/", desk.withdraw, name="desk-withdraw"),
    path("desk/library/export/<slug:kind>/", desk.export, name="desk-export"),
    path("desk/library/settings/", desk.settings, name="desk-settings"),
    path("desk/library/import/", desk_import.import_entries, name="desk-import"),
    path("desk/library/import/<int:pk>/", desk_import.confirm, name="desk-import-confirm"),
    path("desk/library/revisions/", desk_review.queue, name="desk-revisions"),
    path("desk/library/revisions/of/<str:number>/", desk_review.by_number, name="desk-case"),
    path("desk/library/revisions/<int:pk>/", desk_review.page, name="desk-revision"),
    path("desk/library/revisions/<int:pk>/decide/", desk_review.decide, name="desk-decide"),
    path("desk/library/revisions/<int:pk>/amend/", desk_review.amend, name="desk-amend"),
    path("desk/library/aliases/", desk_words.alias_list, name="desk-aliases"),
    path("desk/library/aliases/<int:pk>/decide/", desk_words.decide_alias, name="desk-alias"),
    path("desk/library/lexicon/", desk_words.lexicon_list, name="desk-lexicon"),
    path("desk/library/lexicon/new/", desk_words.edit_line, name="desk-line-new"),
    path("desk/library/lexicon/<int:pk>/edit/", desk_words.edit_line, name="desk-line"),
]
