"""/clock/ for everybody, /desk/calendar/ for administrators."""

from django.urls import path

from jishiban.web.calculator import desk, portal

app_name = "calculator"
urlpatterns = [
    path("clock/", portal.calculator, name="page"),
    path("desk/calendar/", desk.calendar_years, name="years"),
]
