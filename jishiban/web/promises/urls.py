"""/promises"""

from django.urls import path

from jishiban.web.promises import portal

app_name = "promises"
urlpatterns = [
    path("promises", portal.promises, name="page"),
    path("promises/", portal.promises),
    path("promises/records/", portal.records, name="records"),
]
